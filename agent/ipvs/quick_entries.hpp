// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernel's older interface (getsockopt, linux/ip_vs.h) tells of the connections in a table, laid beside a dump of that
// table: a list of the IPv4 services, and for each of them a list of its IPv4 servers, as structs and in the kernel's own order.
// No socket here. Any thread.
#pragma once

#include "agent/ipvs/counters.hpp"

#include <linux/ip_vs.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lvsdeck::ipvs {

class QuickEntries {
public:
    /// One entry as the kernel's structs name it, in network order.
    struct Name {
        std::uint16_t protocol = 0; ///< of a service without a mark, else 0
        std::uint16_t port = 0;
        std::uint32_t address = 0;
        std::uint32_t firewallMark = 0; ///< host order
        bool operator==(const Name&) const = default;
    };
    struct Server {
        Name name;
        std::size_t place = 0; ///< ServerTraffic::place
    };
    /// An IPv4 service.
    struct Service {
        Name name;
        const ServiceKey* key = nullptr;
        const ServiceTraffic* known = nullptr;
        bool whole = true; ///< all servers are IPv4 too: others are counted in its entry, but not in the list of servers
        std::vector<Server> servers; ///< of a whole one, in the order in which the kernel told them the last time
    };

    /// `table` stays with the caller, and as it is.
    explicit QuickEntries(const TableTraffic& table);

    [[nodiscard]] std::span<Service> services() { return m_services; }
    /// Those whose servers this interface does not tell, or not all of them.
    [[nodiscard]] std::span<const ServiceKey* const> others() const { return m_others; }
    [[nodiscard]] std::size_t ipv6Services() const { return m_ipv6; }
    /// So many that to ask for them one by one by netlink would cost more than /proc/net/ip_vs takes for the whole table.
    [[nodiscard]] bool othersAreMany() const { return m_othersCost > m_lines; }

    /// Whether the kernel's list shows the IPv4 services of the table, each with as many servers as there.
    [[nodiscard]] bool areSame(std::span<const ip_vs_service_entry> listed);
    /// Takes over weights and connections of a whole service's servers. False: they are other servers.
    [[nodiscard]] static bool take(Service& service, std::span<const ip_vs_dest_entry> listed,
                                   std::vector<Connections>& connections);

private:
    std::vector<Service> m_services;  ///< as the table sorts them
    std::vector<std::size_t> m_order; ///< the kernel's, as it was the last time
    std::vector<const ServiceKey*> m_others;
    std::size_t m_ipv6 = 0;
    std::size_t m_lines = 0;      ///< of /proc/net/ip_vs: services and servers
    std::size_t m_othersCost = 0; ///< of others() by netlink, in such lines
};

} // namespace lvsdeck::ipvs
