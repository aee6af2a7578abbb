// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/groups.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace lvsdeck::model {

namespace {

IpAddress following(const IpAddress& address) {
    std::array<std::uint8_t, 16> bytes{};
    const auto old = address.bytes();
    std::ranges::copy(old, bytes.begin());
    for (std::size_t i = old.size(); i-- > 0;)
        if (++bytes[i] != 0)
            break;
    return IpAddress::fromBytes(address.family(), std::span(bytes).first(old.size()));
}

} // namespace

const ServiceGroup* findGroup(const Cluster& cluster, std::string_view name) {
    const auto found = std::ranges::find(cluster.serviceGroups, name, &ServiceGroup::name);
    return found == cluster.serviceGroups.end() ? nullptr : &*found;
}

Family familyOf(const GroupEntry& entry) { return entry.firewallMark ? entry.firewallMarkFamily : entry.address.family(); }

Family familyOf(const Cluster& cluster, const VirtualService& service) {
    if (service.group.empty())
        return familyOf(service);
    const ServiceGroup* group = findGroup(cluster, service.group);
    return group == nullptr || group->entries.empty() ? Family::V4 : familyOf(group->entries.front());
}

std::uint64_t addressCount(const GroupEntry& entry) {
    if (entry.firewallMark || !entry.lastAddress)
        return 1;
    if (entry.lastAddress->family() != entry.address.family() || *entry.lastAddress < entry.address)
        return 0;
    constexpr std::uint64_t most = std::uint64_t{1} << 32U;
    const auto first = entry.address.bytes();
    const auto last = entry.lastAddress->bytes();
    // Above the last four bytes a difference is already more than any group may have.
    const std::size_t tail = first.size() - 4;
    if (!std::ranges::equal(first.first(tail), last.first(tail)))
        return most;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    for (std::size_t i = tail; i < first.size(); ++i) {
        from = from * 256 + first[i];
        to = to * 256 + last[i];
    }
    return to - from + 1;
}

std::vector<IpAddress> addressesOf(const GroupEntry& entry) {
    std::vector<IpAddress> out;
    const std::uint64_t count = entry.firewallMark ? 0 : std::min(addressCount(entry), maxEntryAddresses);
    out.reserve(count);
    IpAddress address = entry.address;
    for (std::uint64_t i = 0; i < count; ++i, address = following(address))
        out.push_back(address);
    return out;
}

bool hasMarks(const Cluster& cluster, const VirtualService& service) {
    const ServiceGroup* group = service.group.empty() ? nullptr : findGroup(cluster, service.group);
    return group == nullptr
               ? service.firewallMark.has_value()
               : std::ranges::any_of(group->entries, [](const GroupEntry& e) { return e.firewallMark.has_value(); });
}

bool onlyMarks(const Cluster& cluster, const VirtualService& service) {
    if (service.group.empty())
        return service.firewallMark.has_value();
    const ServiceGroup* group = findGroup(cluster, service.group);
    return group != nullptr && !group->entries.empty() &&
           std::ranges::all_of(group->entries, [](const GroupEntry& entry) { return entry.firewallMark.has_value(); });
}

std::uint16_t commonPort(const Cluster& cluster, const VirtualService& service) {
    if (service.group.empty())
        return service.firewallMark ? std::uint16_t{0} : service.port;
    const ServiceGroup* group = findGroup(cluster, service.group);
    if (group == nullptr || group->entries.empty())
        return 0;
    const std::uint16_t port = group->entries.front().port;
    const bool common = std::ranges::all_of(
        group->entries, [&](const GroupEntry& entry) { return !entry.firewallMark && entry.port == port; });
    return common ? port : std::uint16_t{0};
}

std::vector<VirtualService> expanded(const Cluster& cluster, const VirtualService& service) {
    if (service.group.empty())
        return {service};
    std::vector<VirtualService> out;
    const ServiceGroup* group = findGroup(cluster, service.group);
    for (const GroupEntry& entry : group == nullptr ? std::vector<GroupEntry>{} : group->entries) {
        VirtualService one = service;
        one.group.clear();
        one.firewallMark = entry.firewallMark;
        one.firewallMarkFamily = entry.firewallMarkFamily;
        one.port = entry.firewallMark ? std::uint16_t{0} : entry.port;
        for (RealServer& server : one.servers)
            if (forwardingOf(service, server) != Forwarding::Nat)
                server.port = one.port;
        std::set<std::string> keys;
        std::erase_if(one.servers, [&](const RealServer& server) { return !keys.insert(serverKey(server)).second; });
        for (const IpAddress& address : entry.firewallMark ? std::vector<IpAddress>(1) : addressesOf(entry)) {
            one.address = address;
            out.push_back(one);
        }
    }
    return out;
}

std::string entryText(const GroupEntry& entry) {
    if (entry.firewallMark)
        return "fwmark " + std::to_string(*entry.firewallMark) + (entry.firewallMarkFamily == Family::V6 ? " inet6" : "");
    return entry.address.toString() + (entry.lastAddress ? "-" + entry.lastAddress->toString() : "") +
           (entry.port == 0 ? "" : " " + std::to_string(entry.port));
}

} // namespace lvsdeck::model
