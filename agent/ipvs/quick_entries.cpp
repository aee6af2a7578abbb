// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/quick_entries.hpp"

#include "agent/ipvs/kernel_numbers.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>

namespace lvsdeck::ipvs {

namespace {

using Name = QuickEntries::Name;

// Of /proc/net/ip_vs, what netlink costs for a service and for each of its servers.
constexpr std::size_t linesPerQuestion = 12;
constexpr std::size_t linesPerServer = 6;

Name nameOf(const ServiceKey& key) {
    if (key.firewallMark != 0)
        return {.firewallMark = key.firewallMark};
    return {.protocol = static_cast<std::uint16_t>(protocolNumber(key.protocol)),
            .port = htons(key.port),
            .address = networkOrder(key.address)};
}

/// The rest of a service by mark has no meaning.
Name nameOf(const ip_vs_service_entry& entry) {
    if (entry.fwmark != 0)
        return {.firewallMark = entry.fwmark};
    return {.protocol = entry.protocol, .port = entry.port, .address = entry.addr};
}

Name nameOf(const DestinationKey& key) { return {.port = htons(key.port), .address = networkOrder(key.address)}; }
Name nameOf(const ip_vs_dest_entry& entry) { return {.port = entry.port, .address = entry.addr}; }

std::optional<ServiceKey> keyOf(const Name& name) {
    ServiceKey key;
    key.firewallMark = name.firewallMark;
    if (name.firewallMark != 0)
        return key;
    const auto protocol = protocolOf(name.protocol);
    if (!protocol)
        return std::nullopt;
    key.protocol = *protocol;
    key.address = IpAddress::v4(ntohl(name.address));
    key.port = ntohs(name.port);
    return key;
}

} // namespace

QuickEntries::QuickEntries(const TableTraffic& table) {
    for (const auto& [key, known] : table) {
        m_lines += 1 + known.destinations.size();
        const bool whole =
            std::ranges::all_of(known.destinations, [](const auto& server) { return server.first.address.isV4(); });
        if (key.family != Family::V4 || !whole) {
            m_others.push_back(&key);
            m_othersCost += linesPerQuestion + linesPerServer * known.destinations.size();
        }
        if (key.family != Family::V4) {
            ++m_ipv6;
            continue;
        }
        Service& service = m_services.emplace_back(nameOf(key), &key, &known, whole);
        if (!whole)
            continue;
        service.servers.reserve(known.destinations.size());
        for (const auto& [server, traffic] : known.destinations)
            service.servers.emplace_back(nameOf(server), traffic.place);
        // Their places are in the order of the dump, which was the kernel's.
        std::ranges::sort(service.servers, {}, &Server::place);
    }
    m_order.resize(m_services.size());
    std::iota(m_order.begin(), m_order.end(), std::size_t{0});
}

bool QuickEntries::areSame(std::span<const ip_vs_service_entry> listed) {
    if (listed.size() != m_services.size())
        return false;
    for (std::size_t i = 0; i < listed.size(); ++i) {
        const Name name = nameOf(listed[i]);
        if (m_services[m_order[i]].name != name) {
            const auto key = keyOf(name);
            if (!key)
                return false;
            const auto found =
                std::ranges::lower_bound(m_services, *key, {}, [](const Service& s) -> const ServiceKey& { return *s.key; });
            if (found == m_services.end() || *found->key != *key)
                return false;
            m_order[i] = static_cast<std::size_t>(found - m_services.begin());
        }
        if (listed[i].num_dests != m_services[m_order[i]].known->destinations.size())
            return false;
    }
    return true;
}

bool QuickEntries::take(Service& service, std::span<const ip_vs_dest_entry> listed, std::vector<Connections>& connections) {
    if (listed.size() != service.servers.size())
        return false;
    for (std::size_t i = 0; i < listed.size(); ++i) {
        const ip_vs_dest_entry& entry = listed[i];
        Server& server = service.servers[i];
        if (const Name name = nameOf(entry); server.name != name) {
            const auto found = service.known->destinations.find({IpAddress::v4(ntohl(entry.addr)), ntohs(entry.port)});
            if (found == service.known->destinations.end())
                return false;
            server = {name, found->second.place};
        }
        connections[server.place] = {entry.weight, entry.activeconns, entry.inactconns, entry.persistconns};
    }
    return true;
}

} // namespace lvsdeck::ipvs
