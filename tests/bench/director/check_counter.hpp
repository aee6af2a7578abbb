// SPDX-License-Identifier: GPL-3.0-or-later
// Ten thousand real servers in one process: accepts on every address of a host, and writes down when the first packet of each connection
// came to it. Owns a thread.
#pragma once

#include "tests/lab/support/host.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace lvsdeck::bench {

class CheckCounter {
public:
    /// Listens on port 80 of all addresses of `host`, and looks at what comes in at its `interface`.
    CheckCounter(const lab::Host& host, const std::string& interface);
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
    /// A SYN that follows another of the same server within half an interval is the same check, sent again.
    [[nodiscard]] Rhythm rhythm(std::chrono::milliseconds interval) const;

private:
    using Nanoseconds = std::chrono::nanoseconds;
    void work();
    void acceptAll();
    void letGo(bool all);
    void readRing();

    int m_listener = -1;
    int m_capture = -1;
    int m_wake = -1;
    std::byte* m_ring = nullptr;
    /// As a server that waits for a request: whoever asked has hung up long before. A reset at once may overtake the asker's own look at
    /// his connection, and then counts as a failure.
    std::deque<std::pair<std::chrono::steady_clock::time_point, int>> m_accepted;
    std::size_t m_block = 0;                                   ///< the next to be read
    mutable std::mutex m_mutex;                                ///< for m_asked
    std::map<std::uint32_t, std::vector<Nanoseconds>> m_asked; ///< by IPv4 address; the kernel's time stamps
    std::thread m_thread;
};

} // namespace lvsdeck::bench
