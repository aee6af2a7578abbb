// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/watch_rows.hpp"

#include <algorithm>
#include <cstdio>
#include <unordered_map>

namespace lvsdeck::console {

namespace {

using Row = std::vector<std::int64_t>;

/// Rows of counts by row number, looking into `counts`, which must outlive it; a row that is too short (a newer or broken peer) is left out.
class CountIndex {
public:
    explicit CountIndex(const rpc::Counts&&) = delete;
    explicit CountIndex(const rpc::Counts& counts) {
        const auto& columns = counts.columns.empty() ? rpc::countColumns() : counts.columns;
        const auto place = [&](const char* name) {
            const auto found = std::find(columns.begin(), columns.end(), name);
            return static_cast<std::size_t>(found - columns.begin());
        };
        m_places = {place("weight"), place("active"), place("inactive"), place("cps"), place("in_bps"), place("out_bps")};
        for (const Row& row : counts.rows)
            if (!row.empty())
                m_rows.emplace(row.front(), &row);
    }
    [[nodiscard]] Numbers numbers(std::uint32_t row) const {
        const auto found = m_rows.find(row);
        if (found == m_rows.end())
            return {};
        const auto value = [&](std::size_t i) {
            return m_places[i] < found->second->size() ? (*found->second)[m_places[i]] : 0;
        };
        return {value(0), value(1), value(2), value(3), value(4), value(5)};
    }

private:
    std::array<std::size_t, 6> m_places{};
    std::unordered_map<std::int64_t, const Row*> m_rows;
};

std::string flagsText(const rpc::TableService& service) {
    std::string out;
    const auto add = [&](const std::string& word) { out += (out.empty() ? "" : " ") + word; };
    for (const std::string& flag : service.flags)
        add(flag);
    if (service.persistence != 0)
        add("persistent " + std::to_string(service.persistence));
    if (!service.mask.empty())
        add("mask " + service.mask);
    if (!service.persistenceEngine.empty())
        add("pe " + service.persistenceEngine);
    if (service.onePacket)
        add("ops");
    return out;
}

} // namespace

void Trend::add(std::int64_t value) {
    if (m_size < length) {
        m_values[(m_start + m_size++) % length] = value;
        return;
    }
    m_values[m_start] = value;
    m_start = (m_start + 1) % length;
}

std::size_t WatchService::serversUp() const {
    return static_cast<std::size_t>(std::count_if(servers.begin(), servers.end(), [](const WatchServer& server) {
        return server.present && server.numbers.weight > 0 && server.state != ServerState::Down &&
               server.state != ServerState::Draining;
    }));
}

ServerState serverState(const rpc::TableServer& server) {
    if (server.foreign)
        return ServerState::Foreign;
    if (server.draining)
        return ServerState::Draining;
    if (server.admin == model::AdminState::Disabled)
        return ServerState::Disabled;
    if (server.health == rpc::ServerHealth::Down)
        return ServerState::Down;
    if (server.admin == model::AdminState::Drained)
        return ServerState::Draining;
    if (server.sorry && !server.present)
        return ServerState::Standby;
    return server.health == rpc::ServerHealth::Up ? ServerState::Up : ServerState::Unchecked;
}

std::vector<WatchService> watchRows(const rpc::State& state) {
    std::vector<WatchService> out;
    if (!state.table)
        return out;
    const rpc::Counts none;
    const CountIndex counts(state.counts ? *state.counts : none);
    out.reserve(state.table->size());
    for (const rpc::TableService& service : *state.table) {
        WatchService row;
        row.key = service.key;
        row.name = service.name;
        row.protocol = service.protocol;
        row.address = service.address;
        row.scheduler = service.scheduler;
        row.flags = flagsText(service);
        row.present = service.present;
        row.foreign = service.foreign;
        row.quorum = service.quorum;
        row.numbers = counts.numbers(service.row);
        row.numbers.active = 0;
        row.numbers.inactive = 0;
        for (const rpc::TableServer& server : service.servers) {
            WatchServer child;
            child.key = server.key;
            child.name = server.name;
            child.forward = server.forward;
            child.state = serverState(server);
            child.sinceMs = server.healthSinceMs;
            child.present = server.present;
            child.configuredWeight = server.configuredWeight;
            child.numbers = counts.numbers(server.row);
            row.numbers.active += child.numbers.active;
            row.numbers.inactive += child.numbers.inactive;
            row.servers.push_back(std::move(child));
        }
        out.push_back(std::move(row));
    }
    return out;
}

std::string ipvsadmText(const std::vector<WatchService>& services) {
    std::string out = "Prot LocalAddress:Port Scheduler Flags\n"
                      "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n";
    for (const WatchService& service : services) {
        if (!service.present)
            continue;
        out += service.protocol + "  " + service.address + " " + service.scheduler;
        if (!service.flags.empty())
            out += " " + service.flags;
        out += "\n";
        for (const WatchServer& server : service.servers) {
            if (!server.present)
                continue;
            char line[160];
            std::snprintf(line, sizeof line, "  -> %-28s %-7s %-6lld %-10lld %-10lld\n", server.key.c_str(),
                          server.forward.c_str(), static_cast<long long>(server.numbers.weight),
                          static_cast<long long>(server.numbers.active), static_cast<long long>(server.numbers.inactive));
            out += line;
        }
    }
    return out;
}

} // namespace lvsdeck::console
