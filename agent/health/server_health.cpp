// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/server_health.hpp"

#include <algorithm>
#include <limits>

namespace lvsdeck::health {

using rpc::ServerHealth;

CheckPlan resolve(const model::VirtualService& service, const model::RealServer& server, const model::HealthCheck& check) {
    const auto* http = std::get_if<model::HttpCheck>(&check);
    const model::CheckSettings& own = model::settings(check);
    CheckPlan plan;
    plan.target.address = own.connectAddress.value_or(server.address);
    plan.target.port = own.connectPort.value_or(server.port);
    plan.target.bindAddress = own.bindAddress;
    plan.target.timeout = own.connectTimeout.value_or(service.connectTimeout.value_or(model::Milliseconds(5000)));
    plan.target.check = check;
    plan.target.virtualHost = server.virtualHost.empty() ? service.virtualHost : server.virtualHost;
    plan.retry = own.retry.value_or(service.retry.value_or(1));
    plan.delayBeforeRetry =
        own.delayBeforeRetry.value_or(service.delayBeforeRetry.value_or(model::Milliseconds(http != nullptr ? 3000 : 1000)));
    plan.delayLoop = own.delayLoop.value_or(service.delayLoop);
    plan.warmup = own.warmup.value_or(service.warmup.value_or(plan.delayLoop));
    if (http != nullptr)
        plan.downGap = std::max(plan.delayBeforeRetry, plan.delayLoop);
    plan.alpha = server.alpha.value_or(service.alpha);
    return plan;
}

std::string kindOf(const model::HealthCheck& check) {
    if (const auto* http = std::get_if<model::HttpCheck>(&check); http != nullptr && http->tls)
        return "https";
    return std::visit([](const auto& c) { return std::string(c.kind); }, check);
}

CheckVerdict judge(const CheckHealth& before, std::uint32_t retry, CheckReason reason) {
    CheckVerdict verdict{.state = before};
    if (reason == CheckReason::Local) {
        verdict.next = before.health == ServerHealth::Up && before.failures > 0 ? Next::Retry : Next::Beat;
        return verdict;
    }
    if (reason == CheckReason::Ok) {
        verdict.state = {.health = ServerHealth::Up, .startsFailed = false, .failures = 0};
        verdict.turned = before.health != ServerHealth::Up;
        return verdict;
    }
    if (before.failures < std::numeric_limits<std::uint32_t>::max())
        ++verdict.state.failures;
    switch (before.health) {
    case ServerHealth::Unchecked:
        verdict.state.health = ServerHealth::Down;
        verdict.turned = true;
        break;
    case ServerHealth::Up:
        if (before.failures >= retry) {
            verdict.state.health = ServerHealth::Down;
            verdict.turned = true;
        } else {
            verdict.next = Next::Retry;
        }
        break;
    case ServerHealth::Down: break;
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

} // namespace lvsdeck::health
