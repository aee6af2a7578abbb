// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/check_plan.hpp"

#include <algorithm>

namespace lvsdeck::health {

using model::Milliseconds;

namespace {

constexpr Milliseconds fileInterval{1000};

std::uint32_t usualRetry(const model::HealthCheck& check) {
    if (std::holds_alternative<model::DnsCheck>(check))
        return 3;
    return std::holds_alternative<model::ScriptCheck>(check) || std::holds_alternative<model::FileCheck>(check) ? 0 : 1;
}

Milliseconds usualDelayBeforeRetry(const model::HealthCheck& check, Milliseconds delayLoop) {
    if (std::holds_alternative<model::DnsCheck>(check))
        return delayLoop;
    return Milliseconds(std::holds_alternative<model::HttpCheck>(check) ? 3000 : 1000);
}

/// A group's first address stands for all: their servers are the same.
std::optional<CheckTarget::Service> serviceOf(const model::VirtualService& service, const model::RealServer& server,
                                              const std::vector<model::ServiceGroup>& groups) {
    if (service.firewallMark)
        return std::nullopt;
    CheckTarget::Service out{.protocol = service.protocol,
                             .address = service.address,
                             .port = service.port,
                             .forwarding = model::forwardingOf(service, server),
                             .tunnel = server.tunnel.value_or(service.tunnel),
                             .server = server.address};
    if (!service.group.empty()) {
        const auto group = std::ranges::find(groups, service.group, &model::ServiceGroup::name);
        if (group == groups.end())
            return std::nullopt;
        const auto entry = std::ranges::find_if(group->entries, [](const auto& e) { return !e.firewallMark; });
        if (entry == group->entries.end())
            return std::nullopt;
        out.address = entry->address;
        out.port = entry->port;
    }
    if (out.port == 0)
        out.port = server.port;
    return out.port == 0 ? std::nullopt : std::optional(out);
}

model::Script owned(model::Script script, const model::ScriptSettings& settings) {
    if (script.user.empty()) {
        script.user = settings.user;
        if (script.group.empty())
            script.group = settings.group;
    }
    return script;
}

/// What only some kinds have, brought into the form that their probes want.
void complete(CheckPlan& plan, const model::VirtualService& service, const Surroundings& around) {
    if (const auto* http = std::get_if<model::HttpCheck>(&plan.target.check)) {
        plan.http = true;
        plan.downGap = std::max(plan.delayBeforeRetry, plan.delayLoop);
        plan.urls = std::max<std::size_t>(http->urls.size(), 1);
        plan.fastRecovery = http->fastRecovery;
    }
    if (auto* script = std::get_if<model::ScriptCheck>(&plan.target.check)) {
        script->script = owned(script->script, around.scripts);
        plan.target.timeout = script->timeout.value_or(service.delayLoop);
        plan.target.scriptSecurity = around.scripts.security;
    }
    if (const auto* file = std::get_if<model::FileCheck>(&plan.target.check)) {
        const auto found = std::ranges::find(around.files, file->trackFile, &model::TrackFile::name);
        if (found != around.files.end())
            plan.target.file = *found;
        plan.target.file.weight = file->weight.value_or(plan.target.file.weight);
        plan.target.file.reverse = file->reverse.value_or(plan.target.file.reverse);
        plan.delayLoop = std::min(plan.delayLoop, fileInterval);
        plan.warmup = Milliseconds(0);
    }
}

} // namespace

CheckPlan resolve(const model::VirtualService& service, const model::RealServer& server, const model::HealthCheck& check,
                  const Surroundings& around) {
    const model::CheckSettings& own = model::settings(check);
    CheckPlan plan;
    plan.target.address = own.connectAddress.value_or(server.address);
    plan.target.port = own.connectPort.value_or(server.port);
    plan.target.bindAddress = own.bindAddress;
    plan.target.bindPort = own.bindPort;
    plan.target.bindInterface = own.bindInterface;
    plan.target.firewallMark = own.firewallMark.value_or(0);
    plan.target.timeout = own.connectTimeout.value_or(service.connectTimeout.value_or(Milliseconds(5000)));
    plan.target.check = check;
    plan.target.virtualHost = server.virtualHost->empty() ? service.virtualHost : *server.virtualHost;
    if (std::holds_alternative<model::VipCheck>(check))
        plan.target.service = serviceOf(service, server, around.groups);
    plan.delayLoop = own.delayLoop.value_or(service.delayLoop);
    plan.retry = own.retry.value_or(service.retry.value_or(usualRetry(check)));
    plan.delayBeforeRetry =
        own.delayBeforeRetry.value_or(service.delayBeforeRetry.value_or(usualDelayBeforeRetry(check, plan.delayLoop)));
    plan.warmup = own.warmup.value_or(service.warmup.value_or(plan.delayLoop));
    plan.alpha = own.alpha.value_or(server.alpha.value_or(service.alpha));
    plan.logAllFailures = own.logAllFailures.value_or(false);
    complete(plan, service, around);
    return plan;
}

std::string kindOf(const model::HealthCheck& check) {
    if (const auto* http = std::get_if<model::HttpCheck>(&check); http != nullptr && http->tls)
        return "https";
    return std::visit([](const auto& c) { return std::string(c.kind); }, check);
}

} // namespace lvsdeck::health
