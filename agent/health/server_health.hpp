// SPDX-License-Identifier: GPL-3.0-or-later
// Up and down, as keepalived decides it: a check's answer and its history give the check's health, all checks of a server
// give the server's. Pure values and functions; the monitor owns the states. Any thread.
#pragma once

#include "agent/health/check_plan.hpp"
#include "common/rpc/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace lvsdeck::health {

/// The history of one check that matters.
struct CheckHealth {
    rpc::ServerHealth health = rpc::ServerHealth::Unchecked;
    std::uint32_t failures = 0; ///< in a row
    std::uint32_t url = 0;      ///< which comes next
    bool urlFailed = false;     ///< HTTP: the URL that took it down has not passed since
    bool startsFailed = false;  ///< alpha, or the server was out when this check came
    bool patient = false;       ///< came with a change of the configuration: its first failure has further tries, too
    bool operator==(const CheckHealth&) const = default;
};

enum class Next {
    Beat,  ///< the regular round goes on
    Retry, ///< again after delayBeforeRetry
    Now,   ///< the next URL at once
};
struct CheckVerdict {
    CheckHealth state;
    Next next = Next::Beat;
    bool turned = false; ///< `state.health` is not what it was
};
/// Before the first success one failure is enough, unless the check is patient; later `retry` further failures, each after
/// delayBeforeRetry, are needed. One success is up; of URLs all have to pass, one a beat (or at once, with fastRecovery). The URL
/// that took the check down is asked until it passes, and then all of them once more, as keepalived does. Local changes nothing: it
/// is our own fault.
[[nodiscard]] CheckVerdict judge(const CheckHealth& before, const CheckPlan& plan, CheckReason reason);

struct ServerVerdict {
    rpc::ServerHealth health = rpc::ServerHealth::Unchecked;
    bool inService = true; ///< belongs in the table with its weight
    bool operator==(const ServerVerdict&) const = default;
};
/// Down when one check is down; up when all are up; otherwise unchecked, and in service unless a check starts failed. A
/// server without checks is unchecked and in service.
[[nodiscard]] ServerVerdict judge(std::span<const CheckHealth> checks);

/// What one check said of the weight, last.
struct WeightWord {
    std::optional<std::int64_t> set; ///< a script: this instead of the configured one
    std::optional<std::int64_t> add; ///< a file
    bool operator==(const WeightWord&) const = default;
};
/// Of all checks of a server together, as keepalived: each `set` counts as its distance from the configured weight. 0..2^31-1;
/// unset when no check has said anything.
[[nodiscard]] std::optional<std::int32_t> weightOf(std::int32_t configured, std::span<const WeightWord> words);

} // namespace lvsdeck::health
