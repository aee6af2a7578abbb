// SPDX-License-Identifier: GPL-3.0-or-later
// Ten thousand real servers in one process: accepts on every address of a host and writes down when each was asked. Owns a thread.
#pragma once

#include "tests/lab/support/host.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace lvsdeck::bench {

class CheckCounter {
public:
    /// Listens on port 80 of all addresses of `host`.
    explicit CheckCounter(const lab::Host& host);
    ~CheckCounter();
    CheckCounter(const CheckCounter&) = delete;
    CheckCounter& operator=(const CheckCounter&) = delete;

    struct Rhythm {
        std::size_t servers = 0; ///< that were asked at all
        std::size_t checks = 0;
        double worstMs = 0; ///< the longest time between two checks of one server, less the interval
        double medianMs =
            0; ///< of the amounts by which checks came later than the interval after the one before; early ones are 0
        double lateShare = 0; ///< of the checks, those more than 100 ms late
    };
    /// Forgets what was counted.
    void reset();
    [[nodiscard]] Rhythm rhythm(std::chrono::milliseconds interval) const;

private:
    using Clock = std::chrono::steady_clock;
    void work();

    int m_listener = -1;
    int m_wake = -1;
    mutable std::mutex m_mutex;                                      ///< for m_asked
    std::map<std::uint32_t, std::vector<Clock::time_point>> m_asked; ///< by IPv4 address
    std::thread m_thread;
};

} // namespace lvsdeck::bench
