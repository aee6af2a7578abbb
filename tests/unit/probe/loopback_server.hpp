// SPDX-License-Identifier: GPL-3.0-or-later
// A small TCP server on 127.0.0.1 with a thread of its own, for tests of what talks to servers.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace lvsdeck::test {

class LoopbackServer {
public:
    enum class Then { Close, NextRequest, KeepOpen, Reset };
    struct Behaviour {
        bool answers = true;
        std::string text; ///< sent when a request's blank line has come
        Then then = Then::Close;
    };
    static Behaviour reply(std::string text, Then then = Then::Close) { return {true, std::move(text), then}; }
    /// Accepts and never says a word.
    static Behaviour silence() { return {false, {}, Then::KeepOpen}; }

    explicit LoopbackServer(Behaviour behaviour);
    ~LoopbackServer() { shutDown(); }
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return m_port; }
    /// Closes the listening socket and resets all connections.
    void shutDown();
    /// Requests read so far, whole; call after shutDown().
    [[nodiscard]] const std::vector<std::string>& requests() const { return m_requests; }

private:
    void serve();

    Behaviour m_behaviour;
    std::uint16_t m_port = 0; ///< before m_listener, which sets it
    int m_listener = -1;
    std::atomic<bool> m_stop = false;
    std::vector<std::string> m_requests;
    std::thread m_thread;
};

/// A port of 127.0.0.1 on which nobody listens.
[[nodiscard]] std::uint16_t closedPort();

/// A listener that never accepts and whose queue is full, so that a further connection gets no answer at all.
class FullBacklog {
public:
    FullBacklog();
    ~FullBacklog();
    FullBacklog(const FullBacklog&) = delete;
    FullBacklog& operator=(const FullBacklog&) = delete;
    [[nodiscard]] std::uint16_t port() const { return m_port; }

private:
    std::uint16_t m_port = 0; ///< before m_listener, which sets it
    int m_listener = -1;
    std::vector<int> m_clients;
};

} // namespace lvsdeck::test
