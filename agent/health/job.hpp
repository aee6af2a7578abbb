// SPDX-License-Identifier: GPL-3.0-or-later
// One probe on its way through both threads. Internal to agent/health.
#pragma once

#include "agent/ports/check_port.hpp"

#include <chrono>
#include <list>
#include <memory>
#include <optional>

namespace lvsdeck::health {

struct Conversation;

struct Job {
    // Written before it is handed over.
    CheckRequest request;
    // Control thread only, though the probes thread carries it.
    std::function<void(const CheckResult&)> done;
    // Probes thread, until it is handed back.
    CheckResult result;
    std::chrono::steady_clock::time_point begun;
    std::optional<std::chrono::steady_clock::time_point> ended; ///< unset: when it is handed back
    std::chrono::steady_clock::duration waited{0};              ///< for a handshake slot; not the server's fault
    std::weak_ptr<Conversation> conversation;
    bool abandoned = false;
    // Of HalfOpen.
    std::optional<std::uint32_t> sequence; ///< while it is there
    bool handedOver = false;               ///< was there, in vain
    // Of TcpConnects while it is there.
    int descriptor = -1;
    bool plain = false;   ///< its socket can serve another one
    bool watched = false; ///< its socket is in the epoll set
    std::chrono::steady_clock::time_point deadline;
    std::chrono::steady_clock::duration limit{0}; ///< from the connect on
    std::list<std::shared_ptr<Job>>::iterator place;
};

} // namespace lvsdeck::health
