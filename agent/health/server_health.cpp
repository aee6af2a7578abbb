// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/server_health.hpp"

#include <algorithm>
#include <limits>

namespace lvsdeck::health {

using rpc::ServerHealth;

CheckVerdict judge(const CheckHealth& before, const CheckPlan& plan, CheckReason reason) {
    CheckVerdict verdict{.state = before};
    CheckHealth& state = verdict.state;
    if (reason == CheckReason::Local) {
        verdict.next = before.health != ServerHealth::Down && before.failures > 0 ? Next::Retry : Next::Beat;
        return verdict;
    }
    if (reason == CheckReason::Ok) {
        const bool last = before.url + 1 >= plan.urls;
        state.failures = 0;
        state.patient = false;
        state.urlFailed = false;
        state.url = last || before.urlFailed ? 0 : before.url + 1;
        if (before.health == ServerHealth::Up)
            return verdict;
        if (!last || before.urlFailed) {
            verdict.next = plan.fastRecovery ? Next::Now : Next::Beat;
            return verdict;
        }
        state.health = ServerHealth::Up;
        state.startsFailed = false;
        verdict.turned = true;
        return verdict;
    }
    if (before.failures < std::numeric_limits<std::uint32_t>::max())
        ++state.failures;
    if (before.health == ServerHealth::Down) {
        // On its way up it has not got to the end: this URL again, soon, and as often as it takes (as keepalived).
        verdict.next = plan.http && !before.urlFailed ? Next::Retry : Next::Beat;
    } else if ((before.health == ServerHealth::Up || before.patient) && before.failures < plan.retry) {
        verdict.next = Next::Retry;
    } else {
        state.health = ServerHealth::Down;
        state.urlFailed = plan.http;
        verdict.turned = true;
    }
    return verdict;
}

ServerVerdict judge(std::span<const CheckHealth> checks) {
    ServerVerdict verdict;
    if (checks.empty())
        return verdict;
    bool allUp = true;
    for (const CheckHealth& check : checks) {
        if (check.health == ServerHealth::Down)
            return {.health = ServerHealth::Down, .inService = false};
        if (check.health == ServerHealth::Up)
            continue;
        allUp = false;
        verdict.inService = verdict.inService && !check.startsFailed;
    }
    if (allUp)
        verdict.health = ServerHealth::Up;
    return verdict;
}

std::optional<std::int32_t> weightOf(std::int32_t configured, std::span<const WeightWord> words) {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    std::int64_t weight = configured;
    bool said = false;
    for (const WeightWord& word : words) {
        // Both are bounded by whoever read them; a few of them together stay far inside of 64 bits.
        weight += word.set ? *word.set - configured : 0;
        weight += word.add.value_or(0);
        said = said || word.set || word.add;
    }
    if (!said)
        return std::nullopt;
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(weight, 0, most));
}

} // namespace lvsdeck::health
