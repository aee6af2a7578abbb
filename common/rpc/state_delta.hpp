// SPDX-License-Identifier: GPL-3.0-or-later
// Both ends of a state subscription: what to send, and what to make of it. merge(last, delta(last, now)) equals `now`. Pure; any
// thread.
#pragma once

#include "common/rpc/messages.hpp"

#include <optional>

namespace lvsdeck::rpc {

inline constexpr std::size_t eventsInFullState = 200;

/// What changed from `last` (full) to `now` (full, same parts); nullopt: nothing. Epoch is that of `last`, sequence its
/// successor. Parts come whole when anything in them changed, except: of events only new ones; of counts only changed rows, as
/// long as the rows are the same and the table did not change.
[[nodiscard]] std::optional<State> delta(const State& last, const State& now);

/// Brings `whole` up to date. False: the news do not fit (another epoch, a gap); the receiver drops them, and subscribes again
/// after a gap. A full state replaces everything.
[[nodiscard]] bool merge(State& whole, const State& news);

} // namespace lvsdeck::rpc
