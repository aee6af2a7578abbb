// SPDX-License-Identifier: GPL-3.0-or-later
// What a client feels, measured independently of the agent's own probes: a TCP connection to the service every few milliseconds,
// from a host's network, each written down with its beginning, its end and its fate. A thread of its own; any thread may ask.
#pragma once

#include "tests/lab/support/host.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lvsdeck::lab {

enum class AttemptResult { Connected, Refused, TimedOut, Unreachable };

struct Attempt {
    Clock::time_point start, end;
    AttemptResult result = AttemptResult::TimedOut;
};

/// Longest time from the start of the latest-begun success to the completion of the next one; zero below two successes.
[[nodiscard]] Clock::duration longestOutage(const std::vector<Attempt>& attempts);

class ClientProbe {
public:
    /// An attempt starts every `interval`, whether or not earlier ones have ended; each is given up after `patience`. Without a
    /// host, from the caller's own network.
    ClientProbe(const Host* host, const std::string& address, std::uint16_t port, Milliseconds interval = 5ms,
                Milliseconds patience = 250ms);
    ~ClientProbe();
    ClientProbe(const ClientProbe&) = delete;
    ClientProbe& operator=(const ClientProbe&) = delete;

    /// Finished attempts that ended at or after `since`, in the order of their ends.
    [[nodiscard]] std::vector<Attempt> attempts(Clock::time_point since = {}) const;
    [[nodiscard]] Milliseconds outage(Clock::time_point since = {}) const {
        return std::chrono::duration_cast<Milliseconds>(longestOutage(attempts(since)));
    }
    [[nodiscard]] std::size_t failures(Clock::time_point since = {}) const;
    /// Bounded wait until an attempt that began after `since` succeeded; throws otherwise.
    void awaitSuccess(Clock::time_point since, Milliseconds limit) const;

private:
    void run(std::string address, std::uint16_t port);

    Milliseconds m_interval, m_patience;
    mutable std::mutex m_mutex;
    std::vector<Attempt> m_attempts;
    std::atomic<bool> m_stop = false;
    std::thread m_thread;
};

} // namespace lvsdeck::lab
