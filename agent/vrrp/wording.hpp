// SPDX-License-Identifier: GPL-3.0-or-later
// What the state machine and the router say to people. Pure; any thread.
#pragma once

#include "agent/vrrp/machine.hpp"

#include <string>

namespace lvsdeck::vrrp {

/// "3.61 s", below a second "155 ms".
[[nodiscard]] std::string durationText(Duration duration);
/// Why the backup takes over at `at`.
[[nodiscard]] std::string takeoverReason(const State& state, const Settings& settings, Instant at);

} // namespace lvsdeck::vrrp
