// SPDX-License-Identifier: GPL-3.0-or-later
// Clients that stay: HTTP keep-alive connections to the service, each asking again and again, so that one can tell which survive
// a failover and who answers. A thread of its own; any thread may ask.
#pragma once

#include "tests/lab/support/host.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace lvsdeck::lab {

struct LoadSummary {
    std::size_t established = 0;                        ///< connections that ever got an answer
    std::size_t alive = 0;                              ///< of those, still unbroken
    std::size_t answers = 0;                            ///< HTTP 200 in all
    std::map<std::string, std::size_t> answersByServer; ///< by the name in the body
};

enum class WhenBroken {
    LeaveBroken, ///< so that the survivors can be counted
    Replace      ///< for a steady load
};

class LoadGenerator {
public:
    /// Each connection sends its next request `pause` after the last answer. Without a host, from the caller's own network.
    LoadGenerator(const Host* host, const std::string& address, std::uint16_t port, std::size_t connections,
                  Milliseconds pause = 100ms, WhenBroken whenBroken = WhenBroken::LeaveBroken);
    ~LoadGenerator();
    LoadGenerator(const LoadGenerator&) = delete;
    LoadGenerator& operator=(const LoadGenerator&) = delete;

    [[nodiscard]] LoadSummary summary() const;
    /// Bounded wait until every connection has had an answer after this call; how many had one.
    [[nodiscard]] std::size_t awaitFreshAnswers(Milliseconds limit);

private:
    struct Connection;
    void run(std::string address, std::uint16_t port, std::size_t connections);
    void handle(Connection& connection, short events);

    Milliseconds m_pause;
    WhenBroken m_whenBroken;
    mutable std::mutex m_mutex;
    LoadSummary m_summary;
    std::vector<Clock::time_point> m_lastAnswer;
    std::atomic<bool> m_stop = false;
    std::thread m_thread;
};

} // namespace lvsdeck::lab
