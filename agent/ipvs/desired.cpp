// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/desired.hpp"

#include "agent/ipvs/keys.hpp"
#include "common/base/json.hpp"

#include <algorithm>
#include <optional>

namespace lvsdeck::ipvs {

namespace {

using model::AdminState;
using model::RealServer;
using model::SorryServer;
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

/// keepalived's for an entry of all ports, which must be persistent.
constexpr std::uint32_t defaultPersistence = 360;

ServiceSettings serviceSettings(const ServiceKey& entry, const VirtualService& service) {
    ServiceSettings settings;
    settings.scheduler = json::toWord(service.scheduler);
    settings.prefixLength = entry.family == Family::V4 ? 32 : 128;
    for (const model::SchedulerFlag flag : service.schedulerFlags)
        settings.flags |= flagBit(flag);
    if (service.onePacket)
        settings.flags |= serviceFlagOnePacket;
    const bool allPorts = !service.group.empty() && entry.firewallMark == 0 && entry.port == 0;
    const std::uint32_t timeout = service.persistenceTimeout.value_or(0);
    if (timeout != 0 || allPorts) {
        settings.flags |= serviceFlagPersistent;
        settings.persistenceTimeout = timeout != 0 ? timeout : defaultPersistence;
        if (service.persistencePrefix)
            settings.prefixLength = std::min<std::uint32_t>(settings.prefixLength, *service.persistencePrefix);
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

/// What is decided once for a service and holds for every entry of its group.
struct Verdict {
    std::vector<Judged> servers; ///< as configured
    bool sorry = false;
};

Verdict decide(const VirtualService& service, const std::string& key, const ServerViews& views, QuorumMemory& memory,
               std::vector<QuorumChange>& changes) {
    Verdict verdict;
    verdict.servers.reserve(service.servers.size());
    std::uint64_t aliveWeight = 0;
    for (const RealServer& server : service.servers) {
        verdict.servers.push_back(judge(service, server, findView(views, key, server)));
        if (verdict.servers.back().alive)
            aliveWeight += static_cast<std::uint64_t>(verdict.servers.back().weight);
    }
    verdict.sorry = !decideQuorum(service, key, aliveWeight, memory, changes) && service.sorryServer;
    return verdict;
}

Service wantedService(const ServiceKey& entry, const VirtualService& service, const Verdict& verdict) {
    Service wanted;
    wanted.settings = serviceSettings(entry, service);
    std::map<DestinationKey, DestinationSettings> destinations;
    std::optional<DestinationKey> sorryKey;
    if (service.sorryServer) {
        const SorryServer& sorry = *service.sorryServer;
        const model::Forwarding forwarding = sorry.forwarding.value_or(service.forwarding);
        if (serves(entry, service, sorry.address, forwarding))
            sorryKey = keyOf(entry, service, sorry);
        if (sorryKey && (verdict.sorry || sorry.inhibit)) {
            DestinationSettings settings;
            settings.weight = verdict.sorry ? 1 : 0;
            setForwarding(settings, forwarding, sorry.tunnel.value_or(service.tunnel));
            destinations.emplace(*sorryKey, settings);
        }
    }
    for (std::size_t i = 0; i < verdict.servers.size(); ++i) {
        const Judged& judged = verdict.servers[i];
        const RealServer& server = service.servers[i];
        const bool inUse = judged.alive && !verdict.sorry;
        const bool stays = judged.configured && (judged.inhibit || (judged.alive && judged.drained));
        if ((!inUse && !stays) || !serves(entry, service, server.address, forwardingOf(service, server)))
            continue;
        const DestinationKey destination = keyOf(entry, service, server);
        const DestinationSettings settings = serverSettings(service, server, inUse ? judged.weight : 0);
        // A sorry server that is also a real server takes turns with itself: whoever serves now decides the entry.
        if (inUse && destination == sorryKey)
            destinations.insert_or_assign(destination, settings);
        else
            destinations.emplace(destination, settings);
    }
    wanted.destinations.insert(boost::container::ordered_unique_range, destinations.begin(), destinations.end());
    return wanted;
}

} // namespace

Desired desiredTable(const std::vector<VirtualService>& services, const std::vector<model::ServiceGroup>& groups,
                     const ServerViews& views, QuorumMemory& memory) {
    Desired desired;
    std::set<std::string, std::less<>> seen;
    for (const VirtualService& service : services) {
        std::string key = serviceKey(service);
        if (!seen.insert(key).second)
            continue;
        const Verdict verdict = decide(service, key, views, memory, desired.changes);
        for (const ServiceKey& entry : keysOf(service, groups))
            desired.table.try_emplace(entry, wantedService(entry, service, verdict));
    }
    std::erase_if(memory.up, [&seen](const auto& entry) { return !seen.contains(entry.first); });
    return desired;
}

Owned ownedKeys(const std::vector<VirtualService>& services, const std::vector<model::ServiceGroup>& groups) {
    Owned owned;
    for (const VirtualService& service : services)
        for (const ServiceKey& entry : keysOf(service, groups)) {
            owned.services.insert(entry);
            std::vector<DestinationKey> keys; // sorted at once: one by one in any order would be quadratic
            keys.reserve(service.servers.size() + 1);
            for (const RealServer& server : service.servers)
                keys.push_back(keyOf(entry, service, server));
            if (service.sorryServer)
                keys.push_back(keyOf(entry, service, *service.sorryServer));
            if (!keys.empty())
                owned.destinations[entry].insert(keys.begin(), keys.end());
        }
    return owned;
}

void merge(Owned& owned, const Owned& more) {
    owned.services.insert(more.services.begin(), more.services.end());
    for (const auto& [service, keys] : more.destinations)
        owned.destinations[service].insert(boost::container::ordered_unique_range, keys.begin(), keys.end());
}

bool includes(const Owned& owned, const Owned& part) {
    return std::ranges::includes(owned.services, part.services) &&
           std::ranges::all_of(part.destinations, [&](const auto& entry) {
               const auto known = owned.destinations.find(entry.first);
               return known != owned.destinations.end() && std::ranges::includes(known->second, entry.second);
           });
}

} // namespace lvsdeck::ipvs
