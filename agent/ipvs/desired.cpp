// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/desired.hpp"

#include "agent/ipvs/keys.hpp"
#include "common/base/json.hpp"

#include <algorithm>

namespace lvsdeck::ipvs {

namespace {

using model::AdminState;
using model::RealServer;
using model::VirtualService;

/// One server with configuration and view put together.
struct Judged {
    bool configured = false; ///< not disabled
    bool drained = false;
    bool alive = false;
    bool inhibit = false;
    std::int32_t weight = 0;
};

Judged judge(const VirtualService& service, const RealServer& server, const ServerView& view) {
    Judged result;
    const AdminState admin = view.admin.value_or(server.admin);
    result.configured = admin != AdminState::Disabled;
    result.drained = admin == AdminState::Drained;
    result.inhibit = server.inhibitOnFailure.value_or(service.inhibitOnFailure);
    result.weight = result.drained ? 0 : std::max(0, view.weight.value_or(server.weight));
    switch (view.health) {
    case rpc::ServerHealth::Up: result.alive = true; break;
    case rpc::ServerHealth::Down: result.alive = false; break;
    case rpc::ServerHealth::Unchecked:
        result.alive = view.inService.value_or(server.checks.empty() || !server.alpha.value_or(service.alpha));
        break;
    }
    result.alive = result.alive && result.configured;
    return result;
}

struct Limits {
    std::uint64_t quorum = 1;
    std::uint64_t hysteresis = 0;
};

/// Only the configuration counts here: a server drained at run time must not make the quorum easier to reach.
Limits quorumLimits(const VirtualService& service) {
    std::uint64_t total = 0;
    for (const RealServer& server : service.servers)
        if (server.admin == AdminState::Enabled)
            total += static_cast<std::uint64_t>(std::max(0, server.weight));
    Limits limits;
    limits.quorum = std::max<std::uint64_t>(1, std::min<std::uint64_t>(service.quorum, total));
    limits.hysteresis = std::min<std::uint64_t>(service.hysteresis, limits.quorum - 1);
    return limits;
}

bool decideQuorum(const VirtualService& service, const std::string& key, std::uint64_t weight, QuorumMemory& memory,
                  std::vector<QuorumChange>& changes) {
    const Limits limits = quorumLimits(service);
    const auto known = memory.up.find(key);
    const bool before = known != memory.up.end() && known->second;
    const std::uint64_t threshold = before ? limits.quorum - limits.hysteresis : limits.quorum + limits.hysteresis;
    const bool now = weight > 0 && weight >= threshold;
    const bool changed = known == memory.up.end() ? !now : now != before;
    if (changed)
        changes.push_back({key, now, weight, threshold, service.sorryServer.has_value()});
    memory.up.insert_or_assign(key, now);
    return now;
}

std::uint32_t flagBit(model::SchedulerFlag flag) {
    switch (flag) {
    case model::SchedulerFlag::Flag1: return serviceFlagSched1;
    case model::SchedulerFlag::Flag2: return serviceFlagSched2;
    case model::SchedulerFlag::Flag3: return serviceFlagSched3;
    }
    return 0;
}

ServiceSettings serviceSettings(const VirtualService& service) {
    ServiceSettings settings;
    settings.scheduler = json::toWord(service.scheduler);
    settings.prefixLength = familyOf(service) == Family::V4 ? 32 : 128;
    for (const model::SchedulerFlag flag : service.schedulerFlags)
        settings.flags |= flagBit(flag);
    if (service.onePacket)
        settings.flags |= serviceFlagOnePacket;
    if (service.persistenceTimeout.value_or(0) != 0) {
        settings.flags |= serviceFlagPersistent;
        settings.persistenceTimeout = *service.persistenceTimeout;
        settings.prefixLength = service.persistencePrefix.value_or(static_cast<std::uint8_t>(settings.prefixLength));
        settings.persistenceEngine = service.persistenceEngine;
    }
    return settings;
}

void setForwarding(DestinationSettings& settings, model::Forwarding forwarding, const model::Tunnel& tunnel) {
    switch (forwarding) {
    case model::Forwarding::Nat: settings.forward = Forward::Masq; return;
    case model::Forwarding::Dr: settings.forward = Forward::Route; return;
    case model::Forwarding::Tun: settings.forward = Forward::Tunnel; break;
    }
    switch (tunnel.type) {
    case model::TunnelType::Ipip: settings.tunnelType = tunnelIpip; return;
    case model::TunnelType::Gue:
        settings.tunnelType = tunnelGue;
        settings.tunnelPort = tunnel.port;
        break;
    case model::TunnelType::Gre: settings.tunnelType = tunnelGre; break;
    }
    switch (tunnel.checksum) {
    case model::TunnelChecksum::None: break;
    case model::TunnelChecksum::Csum: settings.tunnelFlags = tunnelFlagChecksum; break;
    case model::TunnelChecksum::Remcsum: settings.tunnelFlags = tunnelFlagRemoteChecksum; break;
    }
}

DestinationSettings serverSettings(const VirtualService& service, const RealServer& server, std::int32_t weight) {
    DestinationSettings settings;
    settings.weight = weight;
    settings.upperThreshold = server.upperThreshold;
    settings.lowerThreshold = server.lowerThreshold;
    setForwarding(settings, forwardingOf(service, server), server.tunnel.value_or(service.tunnel));
    return settings;
}

const ServerView& findView(const ServerViews& views, const std::string& service, const RealServer& server) {
    static const ServerView none;
    const auto byService = views.find(service);
    if (byService == views.end())
        return none;
    const auto found = byService->second.find(serverKey(server));
    return found == byService->second.end() ? none : found->second;
}

Service wantedService(const VirtualService& service, const std::string& key, const ServerViews& views, QuorumMemory& memory,
                      std::vector<QuorumChange>& changes) {
    std::vector<Judged> judged;
    judged.reserve(service.servers.size());
    std::uint64_t aliveWeight = 0;
    for (const RealServer& server : service.servers) {
        judged.push_back(judge(service, server, findView(views, key, server)));
        if (judged.back().alive)
            aliveWeight += static_cast<std::uint64_t>(judged.back().weight);
    }
    const bool quorum = decideQuorum(service, key, aliveWeight, memory, changes);
    const bool sorry = !quorum && service.sorryServer;

    Service wanted;
    wanted.settings = serviceSettings(service);
    if (service.sorryServer && (sorry || service.sorryServer->inhibit)) {
        DestinationSettings settings;
        settings.weight = sorry ? 1 : 0;
        setForwarding(settings, service.sorryServer->forwarding.value_or(service.forwarding), service.tunnel);
        wanted.destinations.emplace(keyOf(service, *service.sorryServer), settings);
    }
    for (std::size_t i = 0; i < judged.size(); ++i) {
        const Judged& server = judged[i];
        const bool serves = server.alive && !sorry;
        const bool stays = server.configured && (server.inhibit || (server.alive && server.drained));
        if (!serves && !stays)
            continue;
        const DestinationKey destination = keyOf(service, service.servers[i]);
        const DestinationSettings settings = serverSettings(service, service.servers[i], serves ? server.weight : 0);
        // A sorry server that is also a real server takes turns with itself: whoever serves now decides the
        // entry.
        if (serves && service.sorryServer && destination == keyOf(service, *service.sorryServer))
            wanted.destinations.insert_or_assign(destination, settings);
        else
            wanted.destinations.emplace(destination, settings);
    }
    return wanted;
}

} // namespace

Desired desiredTable(const std::vector<VirtualService>& services, const ServerViews& views, QuorumMemory& memory) {
    Desired desired;
    std::set<std::string, std::less<>> seen;
    for (const VirtualService& service : services) {
        std::string key = serviceKey(service);
        if (!seen.insert(key).second)
            continue;
        desired.table.emplace(keyOf(service), wantedService(service, key, views, memory, desired.changes));
    }
    std::erase_if(memory.up, [&seen](const auto& entry) { return !seen.contains(entry.first); });
    return desired;
}

Owned ownedKeys(const std::vector<VirtualService>& services) {
    Owned owned;
    for (const VirtualService& service : services) {
        const ServiceKey key = keyOf(service);
        owned.services.insert(key);
        for (const RealServer& server : service.servers)
            owned.destinations.emplace(key, keyOf(service, server));
        if (service.sorryServer)
            owned.destinations.emplace(key, keyOf(service, *service.sorryServer));
    }
    return owned;
}

void merge(Owned& owned, const Owned& more) {
    owned.services.insert(more.services.begin(), more.services.end());
    owned.destinations.insert(more.destinations.begin(), more.destinations.end());
}

} // namespace lvsdeck::ipvs
