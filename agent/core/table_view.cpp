// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/table_view.hpp"

#include "agent/ipvs/keys.hpp"
#include "agent/ipvs/words.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace lvsdeck::core {

namespace {

constexpr std::size_t goneRowsKept = 100;

std::string rowKey(const ipvs::ServiceKey& service) { return ipvs::keyText(service); }
std::string rowKey(const std::string& service, const ipvs::DestinationKey& destination) {
    return service + "|" + ipvs::keyText(destination);
}

void describe(rpc::TableService& row, const ipvs::ServiceKey& key, const ipvs::ServiceSettings& settings) {
    row.key = ipvs::keyText(key);
    row.protocol = ipvs::protocolWord(key);
    row.address = ipvs::addressText(key);
    row.scheduler = settings.scheduler;
    row.flags = ipvs::flagWords(settings);
    constexpr std::uint32_t persistent = 1;
    constexpr std::uint32_t onePacket = 4;
    row.persistence = (settings.flags & persistent) != 0 ? settings.persistenceTimeout : 0;
    row.mask = ipvs::maskText(key.family, settings);
    row.persistenceEngine = settings.persistenceEngine;
    row.onePacket = (settings.flags & onePacket) != 0;
}

void describe(rpc::TableServer& row, const ipvs::DestinationSettings& settings) {
    row.forward = ipvs::forwardWord(settings.forward);
    row.tunnel = ipvs::tunnelText(settings);
    row.upperThreshold = settings.upperThreshold;
    row.lowerThreshold = settings.lowerThreshold;
}

/// A server that is in neither table still has a forwarding method to show.
ipvs::DestinationSettings configured(const model::VirtualService& service, const model::RealServer& server) {
    ipvs::DestinationSettings settings;
    switch (forwardingOf(service, server)) {
    case model::Forwarding::Nat: settings.forward = ipvs::Forward::Masq; break;
    case model::Forwarding::Dr: settings.forward = ipvs::Forward::Route; break;
    case model::Forwarding::Tun: settings.forward = ipvs::Forward::Tunnel; break;
    }
    settings.upperThreshold = server.upperThreshold;
    settings.lowerThreshold = server.lowerThreshold;
    return settings;
}

const ipvs::DestinationSettings* find(const ipvs::Service* service, const ipvs::DestinationKey& key) {
    if (service == nullptr)
        return nullptr;
    const auto found = service->destinations.find(key);
    return found == service->destinations.end() ? nullptr : &found->second;
}

const ipvs::Service* find(const ipvs::Table& table, const ipvs::ServiceKey& key) {
    const auto found = table.find(key);
    return found == table.end() ? nullptr : &found->second;
}

/// Of a server, or the sums of a service's.
struct Sums {
    std::int64_t weight = 0;
    std::int64_t active = 0;
    std::int64_t inactive = 0;
    std::int64_t persistent = 0;

    void add(const ipvs::Connections& one) {
        weight += one.weight;
        active += one.active;
        inactive += one.inactive;
        persistent += one.persistent;
    }
};

std::vector<std::int64_t> numbers(std::uint32_t row, const Sums& c, const ipvs::Traffic& t) {
    const auto n = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    return {row,          c.weight,      c.active, c.inactive, c.persistent, n(t.conns), n(t.inPackets), n(t.outPackets),
            n(t.inBytes), n(t.outBytes), n(t.cps), n(t.inPps), n(t.outPps),  n(t.inBps), n(t.outBps)};
}

} // namespace

std::uint32_t TableView::row(const std::string& key) {
    const auto [found, isNew] = m_rows.try_emplace(key, m_nextRow);
    if (isNew)
        ++m_nextRow;
    return found->second;
}

std::vector<rpc::TableService> TableView::services(const TableSources& sources) {
    std::map<ipvs::ServiceKey, const model::VirtualService*> all;
    for (const model::VirtualService& service : sources.services)
        for (const ipvs::ServiceKey& key : ipvs::keysOf(service, sources.groups))
            all.emplace(key, &service);
    for (const auto& entry : sources.actual)
        all.emplace(entry.first, nullptr);

    std::vector<rpc::TableService> out;
    out.reserve(all.size());
    for (const auto& [key, service] : all) {
        const ipvs::Service* actual = find(sources.actual, key);
        const ipvs::Service* wanted = find(sources.wanted, key);
        rpc::TableService& line = out.emplace_back();
        describe(line, key, actual ? actual->settings : wanted ? wanted->settings : ipvs::ServiceSettings{});
        line.row = row(rowKey(key));
        line.name = service ? service->name : "";
        line.present = actual != nullptr;
        line.foreign = service == nullptr;
        const std::string modelKey = service ? model::serviceKey(*service) : line.key;
        if (service && !service->group.empty())
            line.group = modelKey;
        const auto quorum = sources.quorum.up.find(modelKey);
        line.quorum = quorum == sources.quorum.up.end() || quorum->second;
        addServers(line, key, {service, wanted, actual}, sources);
    }
    forgetAllBut(out);
    return out;
}

/// Entries, foreign ones above all, come and go for years; what is gone keeps its number for a while only.
void TableView::forgetAllBut(const std::vector<rpc::TableService>& shown) {
    std::size_t count = shown.size();
    for (const rpc::TableService& service : shown)
        count += service.servers.size();
    if (m_rows.size() <= 2 * count + goneRowsKept)
        return;
    std::set<std::uint32_t> rows;
    for (const rpc::TableService& service : shown) {
        rows.insert(service.row);
        for (const rpc::TableServer& server : service.servers)
            rows.insert(server.row);
    }
    std::erase_if(m_rows, [&](const auto& known) { return !rows.contains(known.second); });
    m_numbered.reset();
}

void TableView::addServers(rpc::TableService& line, const ipvs::ServiceKey& entry, const Sides& sides,
                           const TableSources& sources) {
    std::map<ipvs::DestinationKey, const model::RealServer*> servers;
    std::string modelKey;
    std::optional<ipvs::DestinationKey> sorry;
    if (sides.configured) {
        const model::VirtualService& service = *sides.configured;
        modelKey = model::serviceKey(service);
        for (const model::RealServer& server : service.servers)
            if (ipvs::serves(entry, service, server.address, forwardingOf(service, server)))
                servers.emplace(ipvs::keyOf(entry, service, server), &server);
        if (service.sorryServer)
            sorry = ipvs::keyOf(entry, service, *service.sorryServer);
    }
    for (const ipvs::Service* side : {sides.actual, sides.wanted})
        if (side)
            for (const auto& known : side->destinations)
                servers.emplace(known.first, nullptr);

    for (const auto& [key, server] : servers) {
        const ipvs::DestinationSettings* actual = find(sides.actual, key);
        const ipvs::DestinationSettings* wanted = find(sides.wanted, key);
        rpc::TableServer& item = line.servers.emplace_back();
        item.row = row(rowKey(line.key, key));
        item.key = ipvs::keyText(key);
        item.present = actual != nullptr;
        item.sorry = sorry == key;
        item.draining = actual != nullptr && sources.draining(entry, key);
        item.foreign = server == nullptr && !item.sorry && !item.draining;
        if (const ipvs::DestinationSettings* known = actual ? actual : wanted) {
            describe(item, *known);
            item.configuredWeight = item.sorry ? 1 : known->weight;
        }
        if (server == nullptr)
            continue;
        if (!actual && !wanted)
            describe(item, configured(*sides.configured, *server));
        describeServer(item, modelKey, *server, sources);
    }
}

void TableView::describeServer(rpc::TableServer& item, const std::string& service, const model::RealServer& server,
                               const TableSources& sources) {
    const std::string key = model::serverKey(server);
    item.name = server.name;
    item.admin = server.admin;
    item.configuredWeight = server.weight;
    for (const config::Override& override : sources.overrides)
        if (override.service == service && override.server == key) {
            item.admin = override.admin.value_or(item.admin);
            item.configuredWeight = override.weight.value_or(item.configuredWeight);
            item.overridden = true;
        }
    const health::ServerStatus status = sources.health(service, key);
    item.health = status.health;
    item.healthSinceMs = status.sinceUs / 1000;
}

const std::vector<std::uint32_t>& TableView::rowsOf(const std::shared_ptr<const ipvs::TableTraffic>& table) {
    if (table == m_numbered)
        return m_numbers;
    m_numbers.clear();
    for (const auto& [key, service] : *table) {
        const std::string serviceKey = rowKey(key);
        m_numbers.push_back(row(serviceKey));
        for (const auto& server : service.destinations)
            m_numbers.push_back(row(rowKey(serviceKey, server.first)));
    }
    m_numbered = table;
    return m_numbers;
}

rpc::Counts TableView::counts(const ipvs::TableCounters& counters) {
    rpc::Counts out;
    out.columns = rpc::countColumns();
    const std::vector<std::uint32_t>& rows = rowsOf(counters.traffic);
    out.rows.reserve(rows.size());
    for (const auto& entry : *counters.traffic) {
        const ipvs::ServiceTraffic& service = entry.second;
        Sums sums;
        const std::size_t place = out.rows.size();
        out.rows.emplace_back();
        for (const auto& [key, server] : service.destinations) {
            Sums own;
            own.add(counters.of(server));
            out.rows.push_back(numbers(rows[out.rows.size()], own, server.traffic));
            sums.add(counters.of(server));
        }
        out.rows[place] = numbers(rows[place], sums, service.total);
    }
    return out;
}

} // namespace lvsdeck::core
