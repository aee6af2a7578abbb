// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's answers: who it is and how things stand.
#include "agent/core/engine.hpp"

#include "common/rpc/state_delta.hpp"

#include <algorithm>

namespace lvsdeck::core {

namespace {

using namespace std::chrono_literals;

constexpr Duration countsLast = 100ms;
constexpr Duration viewLasts = 60s;

} // namespace

rpc::Hello Engine::hello() {
    rpc::Hello out;
    out.agentVersion = m_identity.version;
    out.director = director();
    out.bootId = m_identity.bootId;
    out.clockUs = m_ports.runtime.wallUs();
    if (const config::StoredCluster* known = m_store.book().inForce())
        out.revision = known->revision;
    out.clusterName = m_store.clusterName();
    out.ipvs = m_ports.ipvs.version().has_value();
    out.simulated = m_identity.simulated;
    return out;
}

Result<std::vector<rpc::Interface>> Engine::interfaces() {
    auto links = m_ports.host.links();
    if (!links)
        return std::unexpected(links.error());
    std::vector<rpc::Interface> out;
    for (const Link& link : *links) {
        rpc::Interface& item = out.emplace_back();
        item.name = link.name;
        item.up = link.up;
        item.loopback = link.loopback;
        for (const InterfaceAddress& address : link.addresses)
            item.addresses.push_back(address.address.toString() + "/" + std::to_string(address.prefixLength));
    }
    return out;
}

rpc::ConfigState Engine::configState() const {
    rpc::ConfigState out;
    out.director = director();
    if (const config::StoredCluster* known = m_store.book().inForce()) {
        out.revision = known->revision;
        out.hash = known->hash;
    }
    out.cluster = m_store.clusterName();
    out.pending = pendingApply();
    out.syncDaemons = m_sync.daemons();
    out.adoption = adoption();
    const std::string& table = m_storeProblem.empty() ? m_keeper.problem() : m_storeProblem;
    for (const std::string* problem : {&table, &m_sync.problem(), &m_settings.problem(), &m_static.problem()})
        if (!problem->empty())
            out.problem += (out.problem.empty() ? "" : "; ") + *problem;
    return out;
}

const std::vector<rpc::TableService>& Engine::table() {
    if (m_tableFresh && m_tableVersion == m_keeper.version())
        return m_table;
    const std::function<health::ServerStatus(const std::string&, const std::string&)> status =
        [this](const std::string& service, const std::string& server) {
            if (!isObserving())
                return m_monitor.status(service, server);
            const bool down = m_foundDown.contains({service, server});
            return health::ServerStatus{.health = down ? rpc::ServerHealth::Down : rpc::ServerHealth::Up,
                                        .inService = !down,
                                        .sinceUs = 0,
                                        .weight = {}};
        };
    const std::function<bool(const ipvs::ServiceKey&, const ipvs::DestinationKey&)> draining =
        [this](const ipvs::ServiceKey& service, const ipvs::DestinationKey& server) {
            return m_drainer.isDraining(service, server);
        };
    m_table = m_view.services(
        {services(), groups(), m_keeper.wanted(), m_keeper.actual(), m_quorum, m_store.book().overrides, status, draining});
    m_tableFresh = true;
    m_tableVersion = m_keeper.version();
    return m_table;
}

const rpc::Counts& Engine::counts() {
    const Instant now = m_ports.runtime.now();
    if (m_countsAt && now - *m_countsAt < countsLast)
        return m_counts;
    m_countsAt = now;
    const auto counters = m_ports.ipvs.counters();
    m_counts = m_view.counts(counters ? *counters : ipvs::TableCounters{});
    return m_counts;
}

void Engine::forgetView() {
    if (!m_viewedAt || m_ports.runtime.now() - *m_viewedAt < viewLasts)
        return;
    m_viewedAt.reset();
    m_table = {};
    m_tableFresh = false;
    m_counts = {};
    m_countsAt.reset();
    m_view.forgetCounted();
}

rpc::State Engine::state(const std::vector<rpc::Part>& parts) {
    const auto wants = [&](rpc::Part part) { return parts.empty() || std::ranges::find(parts, part) != parts.end(); };
    rpc::State out;
    out.atUs = m_ports.runtime.wallUs();
    if (wants(rpc::Part::Config))
        out.config = configState();
    if (wants(rpc::Part::Vrrp))
        out.vrrp = isObserving() ? m_onlooker.states() : m_router.states();
    if (wants(rpc::Part::Table) || wants(rpc::Part::Counts))
        m_viewedAt = m_ports.runtime.now();
    if (wants(rpc::Part::Table))
        out.table = table();
    if (wants(rpc::Part::Counts))
        out.counts = counts();
    if (wants(rpc::Part::Health))
        out.health = m_monitor.checks();
    if (wants(rpc::Part::Events))
        out.events = m_events.after(0, rpc::eventsInFullState);
    if (wants(rpc::Part::Drill)) {
        out.drill.emplace();
        if (const auto lease = m_lease.state())
            out.drill->push_back(*lease);
    }
    return out;
}

} // namespace lvsdeck::core
