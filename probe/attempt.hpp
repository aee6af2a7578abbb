// SPDX-License-Identifier: GPL-3.0-or-later
// The conversations of a prober, as coroutines: one attempt, and one connection that is held open. Internal to probe/.
#pragma once

#include "probe/deadline_socket.hpp"

#include "common/rpc/messages.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace lvsdeck::probe {

struct AttemptPlan {
    boost::asio::ip::tcp::endpoint endpoint;
    std::string request; ///< empty: connect only
    std::chrono::milliseconds timeout{1000};
};

/// Connects, asks, reads the answer, all within the time-out.
[[nodiscard]] boost::asio::awaitable<rpc::ProbeResult> attempt(std::shared_ptr<const AttemptPlan> plan,
                                                               std::shared_ptr<DeadlineSocket> socket);

/// What is known of one held connection; written by its coroutine, read by the runner on the same thread.
struct HeldState {
    using Clock = std::chrono::steady_clock;
    enum class Phase { Connecting, Alive, Broken };
    Phase phase = Phase::Connecting;
    Clock::duration maxStall{0};
    std::optional<Clock::time_point> waitingSince; ///< a heartbeat was sent and not answered yet
};

struct HeldPlan {
    boost::asio::ip::tcp::endpoint endpoint;
    std::string request; ///< HTTP/1.1, keep-alive
    std::chrono::milliseconds connectTimeout{1000};
    std::chrono::milliseconds heartbeat{200};
    std::chrono::milliseconds giveUp{30'000}; ///< a heartbeat without an answer for so long
    std::chrono::milliseconds startAfter{0};
};

/// Asks once every heartbeat until the connection breaks or the io_context ends. A server that says `Connection: close` is
/// obeyed and asked on a new connection; that is politeness, not a break.
[[nodiscard]] boost::asio::awaitable<void> hold(HeldPlan plan, std::shared_ptr<DeadlineSocket> socket,
                                                std::shared_ptr<HeldState> state);

} // namespace lvsdeck::probe
