// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's part about real servers: what the checks and the operators say of them.
#include "agent/core/engine.hpp"
#include "agent/ipvs/keys.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::core {

void Engine::adoptHealth(const config::PendingCluster* rolledBack) {
    // What the configuration that was undone did not have is out of the table without being dead, unless it was dead before.
    std::optional<ipvs::Owned> programmed;
    if (rolledBack) {
        for (const config::ServerName& dead : rolledBack->dead)
            m_foundDown.insert({dead.service, dead.server});
        const config::StoredCluster& candidate = rolledBack->candidate;
        if (const auto meaning = config::understand(candidate.cluster, candidate.director); meaning.own)
            programmed = ipvs::ownedKeys(meaning.own->services, meaning.own->serviceGroups);
        forgetUnknownDead();
    }
    const ipvs::ServerViews known = views(services());
    for (const model::VirtualService& service : services())
        for (const ipvs::ServiceKey& entry : ipvs::keysOf(service, groups()))
            adoptHealth(service, entry, known.at(model::serviceKey(service)), programmed ? &*programmed : nullptr);
}

void Engine::adoptHealth(const model::VirtualService& service, const ipvs::ServiceKey& entry, const ServerViewsOfOne& known,
                         const ipvs::Owned* programmed) {
    const auto actual = m_keeper.actual().find(entry);
    if (actual == m_keeper.actual().end() || !m_keeper.owned().services.contains(entry))
        return;
    for (const model::RealServer& server : service.servers) {
        const ipvs::DestinationKey key = ipvs::keyOf(entry, service, server);
        if (server.checks.empty() || !m_keeper.owned().has(entry, key) ||
            !ipvs::serves(entry, service, server.address, forwardingOf(service, server)))
            continue;
        if (programmed && !programmed->has(entry, key))
            continue;
        const auto& view = known.at(model::serverKey(server));
        if (view.admin.value_or(server.admin) != model::AdminState::Enabled || view.weight.value_or(server.weight) == 0)
            continue;
        const auto found = actual->second.destinations.find(key);
        if (found == actual->second.destinations.end() || found->second.weight == 0)
            m_foundDown.insert({model::serviceKey(service), model::serverKey(server)});
    }
}

ipvs::ServerViews Engine::views(const std::vector<model::VirtualService>& list) const {
    ipvs::ServerViews out;
    for (const model::VirtualService& service : list) {
        const std::string serviceKey = model::serviceKey(service);
        auto& servers = out[serviceKey];
        for (const model::RealServer& server : service.servers) {
            std::string key = model::serverKey(server);
            const health::ServerStatus status = m_monitor.status(serviceKey, key);
            // Without checks nobody would ever find it up again.
            const bool foundDown = status.health == rpc::ServerHealth::Unchecked && !server.checks.empty() &&
                                   m_foundDown.contains({serviceKey, key});
            ipvs::ServerView view;
            // The monitor has the last word: in a suspected network failure it keeps servers that look dead in service.
            if (!status.inService || foundDown)
                view.health = rpc::ServerHealth::Down;
            else if (status.health != rpc::ServerHealth::Unchecked)
                view.health = rpc::ServerHealth::Up;
            view.weight = status.weight;
            servers.emplace(std::move(key), view);
        }
    }
    for (const config::Override& override : m_store.book().overrides)
        if (const auto service = out.find(override.service); service != out.end())
            if (const auto server = service->second.find(override.server); server != service->second.end()) {
                server->second.admin = override.admin;
                if (override.weight)
                    server->second.weight = override.weight;
            }
    return out;
}

void Engine::rememberDead() {
    for (const model::VirtualService& service : services())
        for (const model::RealServer& server : service.servers) {
            std::pair<std::string, std::string> key{model::serviceKey(service), model::serverKey(server)};
            const health::ServerStatus status = m_monitor.status(key.first, key.second);
            if (status.health == rpc::ServerHealth::Down && !status.inService)
                m_foundDown.insert(std::move(key));
        }
}

void Engine::forgetUnknownDead() {
    std::erase_if(m_foundDown, [this](const auto& dead) {
        return std::ranges::none_of(services(), [&](const model::VirtualService& service) {
            return model::serviceKey(service) == dead.first && std::ranges::any_of(service.servers, [&](const auto& server) {
                       return !server.checks.empty() && model::serverKey(server) == dead.second;
                   });
        });
    });
}

void Engine::tellServices(const ipvs::ServerViews& known, const std::vector<ipvs::QuorumChange>& changes) {
    notify::ServiceTruths truths;
    for (const auto& [key, servers] : known) {
        notify::ServiceTruth& truth = truths[key];
        if (const auto quorum = m_quorum.up.find(key); quorum != m_quorum.up.end())
            truth.quorum = quorum->second;
        truth.servers.reserve(servers.size());
        for (const auto& [server, view] : servers) {
            const health::ServerStatus status = m_monitor.status(key, server);
            const bool waits = status.health == rpc::ServerHealth::Unchecked && !status.inService;
            truth.servers[server] = waits                                    ? notify::Alive::Unknown
                                    : view.health == rpc::ServerHealth::Down ? notify::Alive::Down
                                                                             : notify::Alive::Up;
        }
    }
    for (const ipvs::QuorumChange& change : changes)
        truths[change.service].aliveWeight = change.aliveWeight;
    const auto former = std::exchange(m_former, {});
    static const std::vector<model::VirtualService> none;
    if (m_told == truths)
        return;
    const bool first = !m_told;
    const notify::ServiceTruths before = std::move(m_told).value_or(notify::ServiceTruths{});
    m_told = std::move(truths);
    if (m_inForce.own && before != *m_told)
        m_notifier.perform(notify::serviceNotices(*m_inForce.own, before, *m_told,
                                                  first ? notify::Occasion::Start : notify::Occasion::Change,
                                                  former ? former->services : none));
}

void Engine::followAddresses() {
    // As with keepalived any address of this host counts, whoever has put it there. Interfaces are read only when that matters.
    Result<std::vector<Link>> links;
    if (std::ranges::any_of(services(), &model::VirtualService::haSuspend))
        links = m_ports.host.links();
    m_addressesUnknown = !links;
    const auto holds = [](const IpAddress& address) {
        return [&address](const Link& link) {
            return std::ranges::find(link.addresses, address, &InterfaceAddress::address) != link.addresses.end();
        };
    };
    const auto isHere = [&](const ipvs::ServiceKey& key) {
        return key.firewallMark != 0 || m_router.ownsAddress(key.address) ||
               (links && std::ranges::any_of(*links, holds(key.address)));
    };
    for (const model::VirtualService& service : services()) {
        const bool away = service.haSuspend && std::ranges::none_of(ipvs::keysOf(service, groups()), isHere);
        // Who does not know his addresses does not know that one is away: it stays as it was until they are known again.
        if (!away || links)
            m_monitor.suspendService(model::serviceKey(service), away);
    }
}

Result<Engine::NamedServer> Engine::findServer(const std::string& service, const std::string& server) const {
    for (const model::VirtualService& candidate : services()) {
        const std::string key = model::serviceKey(candidate);
        const auto entries = ipvs::keysOf(candidate, groups());
        const auto entry = std::ranges::find(entries, service, [](const auto& e) { return ipvs::keyText(e); });
        if (key != service && entry == entries.end())
            continue;
        for (const model::RealServer& real : candidate.servers)
            if (model::serverKey(real) == server ||
                (entry != entries.end() && ipvs::keyText(ipvs::keyOf(*entry, candidate, real)) == server))
                return NamedServer{key, model::serverKey(real), !real.checks.empty()};
        std::string text = "the service ";
        text.append(service).append(" has no server “").append(server).append("”");
        return failure(ErrorCode::NotFound, std::move(text), "server");
    }
    return failure(ErrorCode::NotFound, "there is no service “" + service + "” in the configuration in force", "service");
}

Result<void> Engine::setServer(const rpc::ServerSetParams& params, const std::string& by) {
    if (params.weight && *params.weight < 0)
        return failure(ErrorCode::InvalidInput, "a weight is 0 to 2147483647", "weight");
    if (auto ours = mustManage(); !ours)
        return ours;
    const auto named = findServer(params.service, params.server);
    if (!named)
        return std::unexpected(named.error());
    auto written =
        m_store.take(config::setOverride(m_store.book(), {named->service, named->server, params.admin, params.weight}));
    if (!written)
        return written;
    const std::string what = (params.admin ? json::toWord(*params.admin) : std::string{}) +
                             (params.admin && params.weight ? ", " : "") +
                             (params.weight ? "weight " + std::to_string(*params.weight) : "");
    note(rpc::EventLevel::Notice, "config", named->server,
         named->server + " in " + named->service + ": " + (what.empty() ? "as configured" : what), by);
    return refresh();
}

Result<void> Engine::runChecks(const rpc::CheckRunParams& params, const std::string& by) {
    if (auto ours = mustManage(); !ours)
        return ours;
    const auto named = findServer(params.service, params.server);
    if (!named)
        return std::unexpected(named.error());
    if (!named->hasChecks)
        return failure(ErrorCode::Conflict,
                       "nothing was checked: " + named->server + " of " + named->service +
                           " has no health checks; give it one to know how it stands",
                       "server");
    if (!m_monitor.checkNow(named->service, named->server))
        return failure(ErrorCode::Conflict,
                       "nothing was checked: the checks of " + named->service +
                           " rest while its address is on another director (ha_suspend); ask the director that holds it",
                       "service");
    note(rpc::EventLevel::Info, "health", named->server + " of " + named->service, "its checks are run now, as asked", by);
    return {};
}

} // namespace lvsdeck::core
