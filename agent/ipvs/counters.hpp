// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernel counts for each service and server of its IPVS table. Values; any thread.
#pragma once

#include "agent/ipvs/table.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace lvsdeck::ipvs {

/// Totals since the entry was added, and rates; of a service or a server.
struct Traffic {
    std::uint64_t conns = 0, inPackets = 0, outPackets = 0, inBytes = 0, outBytes = 0;
    std::uint64_t cps = 0, inPps = 0, outPps = 0, inBps = 0, outBps = 0; ///< bytes per second, as the kernel
    bool operator==(const Traffic&) const = default;
};

/// What can be another at every moment: the connections of a server, and the weight that they were spread by.
struct Connections {
    std::int32_t weight = 0;
    std::uint32_t active = 0;
    std::uint32_t inactive = 0;
    std::uint32_t persistent = 0;
    bool operator==(const Connections&) const = default;
};

struct ServerTraffic {
    Traffic traffic;
    std::size_t place = 0; ///< of its connections in the list that belongs to the table
};
struct ServiceTraffic {
    Traffic total;
    std::map<DestinationKey, ServerTraffic> destinations;
};
using TableTraffic = std::map<ServiceKey, ServiceTraffic>;

/// The counters of a whole table. Both parts are shared and never change, so a copy costs nothing; who brings the connections up to
/// date makes a new list of them and leaves the rest.
struct TableCounters {
    std::shared_ptr<const TableTraffic> traffic = std::make_shared<const TableTraffic>();
    std::shared_ptr<const std::vector<Connections>> connections = std::make_shared<const std::vector<Connections>>();

    /// `server`: one of `traffic`.
    [[nodiscard]] const Connections& of(const ServerTraffic& server) const { return (*connections)[server.place]; }
    /// Null: no such server.
    [[nodiscard]] const Connections* find(const ServiceKey& service, const DestinationKey& server) const {
        const auto known = traffic->find(service);
        if (known == traffic->end())
            return nullptr;
        const auto found = known->second.destinations.find(server);
        return found == known->second.destinations.end() ? nullptr : &of(found->second);
    }
};

/// Puts them together, service by service.
class CountersBuilder {
public:
    void add(const ServiceKey& service, const Traffic& total) { m_traffic[service].total = total; }
    /// One that comes twice, because the table changed while it was read, counts as it came last.
    void add(const ServiceKey& service, const DestinationKey& server, const Traffic& traffic,
             const Connections& connections) {
        const auto [entry, isNew] = m_traffic[service].destinations.try_emplace(server);
        entry->second.traffic = traffic;
        if (isNew) {
            entry->second.place = m_connections.size();
            m_connections.push_back(connections);
        } else {
            m_connections[entry->second.place] = connections;
        }
    }
    [[nodiscard]] TableCounters finish() {
        return {std::make_shared<const TableTraffic>(std::move(m_traffic)),
                std::make_shared<const std::vector<Connections>>(std::move(m_connections))};
    }

private:
    TableTraffic m_traffic;
    std::vector<Connections> m_connections;
};

} // namespace lvsdeck::ipvs
