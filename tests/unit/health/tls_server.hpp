// SPDX-License-Identifier: GPL-3.0-or-later
// A TLS server with a certificate that it makes for itself, and one that talks before anybody asks; both on 127.0.0.1, one
// client at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

struct ssl_ctx_st;

namespace lvsdeck::test {

class TlsServer {
public:
    /// Sends `answer` to every request, then closes without ceremony.
    explicit TlsServer(std::string answer);
    ~TlsServer();
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    /// The name that the last client asked for; empty: none.
    [[nodiscard]] std::string lastServerName();

private:
    void serve();

    std::string m_answer;
    std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> m_context;
    std::uint16_t m_port = 0;
    int m_listener = -1;
    std::atomic<bool> m_stop = false;
    std::mutex m_mutex;
    std::string m_serverName;
    std::thread m_thread;
};

/// Says its line at once and closes, as a mail server that is not amused.
class PlainTalker {
public:
    explicit PlainTalker(std::string line);
    ~PlainTalker();
    PlainTalker(const PlainTalker&) = delete;
    PlainTalker& operator=(const PlainTalker&) = delete;
    [[nodiscard]] std::uint16_t port() const { return m_port; }

private:
    std::string m_line;
    std::uint16_t m_port = 0;
    int m_listener = -1;
    std::atomic<bool> m_stop = false;
    std::thread m_thread;
};

} // namespace lvsdeck::test
