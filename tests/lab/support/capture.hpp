// SPDX-License-Identifier: GPL-3.0-or-later
// What the directors say on the wire: every VRRP advertisement that passes a bridge, with its time. A thread of its own between
// construction and destruction; all functions may be called from any thread.
#pragma once

#include "tests/lab/support/host.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace lvsdeck::lab {

/// One advertisement as it was seen. Decoded here by hand, independently of the agent's codec.
struct SeenAdvert {
    Clock::time_point at; ///< when the kernel saw it
    std::string source;
    int version = 0;
    int vrid = 0;
    int priority = 0;
    int ttl = 0;
    std::vector<std::string> addresses;
};

class Capture {
public:
    /// Listens on an interface of that host; for a switch, one of its bridges.
    Capture(Host& host, const std::string& interface);
    ~Capture();
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    [[nodiscard]] std::vector<SeenAdvert> adverts() const;
    [[nodiscard]] std::vector<SeenAdvert> advertsSince(Clock::time_point when) const;
    /// Bounded wait for the first advertisement of that source after `when` with a priority above 0.
    [[nodiscard]] SeenAdvert awaitFrom(const std::string& source, Clock::time_point when, Milliseconds limit) const;
    /// How long two sources both spoke as masters. A source's reign lasts from its first to its last advertisement, and ends with a
    /// silence of two intervals; two reigns that overlap are two masters.
    [[nodiscard]] Milliseconds longestDualMaster(Clock::time_point since, Milliseconds interval) const;

private:
    void listen();

    UniqueFd m_socket;
    mutable std::mutex m_mutex;
    std::vector<SeenAdvert> m_adverts;
    std::atomic<bool> m_stop = false;
    std::thread m_thread;
};

} // namespace lvsdeck::lab
