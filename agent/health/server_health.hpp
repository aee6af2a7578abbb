// SPDX-License-Identifier: GPL-3.0-or-later
// Up and down, as keepalived decides it: a check's answer and its history give the check's health, all checks of a server
// give the server's. Pure values and functions; the monitor owns the states. Any thread.
#pragma once

#include "agent/ports/check_port.hpp"
#include "common/model/service.hpp"
#include "common/rpc/messages.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace lvsdeck::health {

/// One check with every default filled in: the check's own value, else the server's, else the service's, else keepalived's
/// (connect timeout 5 s, retry 1, delay before retry 1 s and for HTTP 3 s, warm-up one delay loop).
struct CheckPlan {
    CheckTarget target;
    std::uint32_t retry = 1;
    model::Milliseconds delayBeforeRetry{1000};
    model::Milliseconds warmup{6000};
    model::Milliseconds delayLoop{6000};
    model::Milliseconds downGap{0}; ///< at least this long between two checks while down (HTTP: delay before retry)
    bool alpha = false;             ///< counts as failed until its first success
    bool operator==(const CheckPlan&) const = default;
};
[[nodiscard]] CheckPlan resolve(const model::VirtualService& service, const model::RealServer& server,
                                const model::HealthCheck& check);
/// "tcp", "http", "https": for people and for CheckState.
[[nodiscard]] std::string kindOf(const model::HealthCheck& check);

/// The history of one check that matters.
struct CheckHealth {
    rpc::ServerHealth health = rpc::ServerHealth::Unchecked;
    bool startsFailed = false;  ///< alpha, or the server was out when this check came
    std::uint32_t failures = 0; ///< in a row
    bool operator==(const CheckHealth&) const = default;
};

enum class Next {
    Beat,  ///< the regular round goes on
    Retry, ///< again after delayBeforeRetry
};
struct CheckVerdict {
    CheckHealth state;
    Next next = Next::Beat;
    bool turned = false; ///< `state.health` is not what it was
};
/// Before the first success one failure is enough; later `retry` further failures, each after delayBeforeRetry, are needed. One
/// success is up. Local changes nothing: it is our own fault.
[[nodiscard]] CheckVerdict judge(const CheckHealth& before, std::uint32_t retry, CheckReason reason);

struct ServerVerdict {
    rpc::ServerHealth health = rpc::ServerHealth::Unchecked;
    bool inService = true; ///< belongs in the table with its weight
    bool operator==(const ServerVerdict&) const = default;
};
/// Down when one check is down; up when all are up; otherwise unchecked, and in service unless a check starts failed. A
/// server without checks is unchecked and in service.
[[nodiscard]] ServerVerdict judge(std::span<const CheckHealth> checks);

} // namespace lvsdeck::health
