// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/keys.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>

namespace lvsdeck::ipvs {

namespace {

std::uint16_t destinationPort(const ServiceKey& entry, model::Forwarding forwarding, std::uint16_t port) {
    if (forwarding == model::Forwarding::Nat)
        return port;
    return entry.firewallMark != 0 ? std::uint16_t{0} : entry.port;
}

/// At most what the model allows in one entry; a range that ends before it begins has none.
constexpr std::uint32_t maxRange = 65'536;

std::optional<IpAddress> next(const IpAddress& address) {
    std::array<std::uint8_t, 16> bytes{};
    const auto old = address.bytes();
    std::ranges::copy(old, bytes.begin());
    for (std::size_t i = old.size(); i-- > 0;)
        if (++bytes[i] != 0)
            return IpAddress::fromBytes(address.family(), std::span(bytes).first(old.size()));
    return std::nullopt;
}

void addRange(const model::GroupEntry& entry, ServiceKey key, std::vector<ServiceKey>& out) {
    const IpAddress last = entry.lastAddress.value_or(entry.address);
    if (last.family() != entry.address.family())
        return;
    std::optional<IpAddress> address = entry.address;
    for (std::uint32_t i = 0; address && *address <= last && i < maxRange; ++i) {
        key.address = *address;
        out.push_back(key);
        address = next(*address);
    }
}

} // namespace

ServiceKey keyOf(const model::VirtualService& service) {
    ServiceKey key;
    key.family = familyOf(service);
    if (service.firewallMark) {
        key.firewallMark = *service.firewallMark;
        return key;
    }
    key.protocol = service.protocol;
    key.address = service.address;
    key.port = service.port;
    return key;
}

std::vector<ServiceKey> keysOf(const model::VirtualService& service, const std::vector<model::ServiceGroup>& groups) {
    if (service.group.empty())
        return {keyOf(service)};
    std::vector<ServiceKey> all;
    const auto group = std::ranges::find(groups, service.group, &model::ServiceGroup::name);
    if (group == groups.end())
        return all;
    for (const model::GroupEntry& entry : group->entries) {
        ServiceKey key;
        if (entry.firewallMark) {
            key.firewallMark = *entry.firewallMark;
            key.family = entry.firewallMarkFamily;
            all.push_back(key);
            continue;
        }
        key.family = entry.address.family();
        key.protocol = service.protocol;
        key.port = entry.port;
        addRange(entry, key, all);
    }
    std::set<ServiceKey> seen;
    std::erase_if(all, [&](const ServiceKey& key) { return !seen.insert(key).second; });
    return all;
}

bool serves(const ServiceKey& entry, const model::VirtualService& service, const IpAddress& address,
            model::Forwarding forwarding) {
    return service.group.empty() || entry.family == address.family() || forwarding == model::Forwarding::Tun;
}

DestinationKey keyOf(const ServiceKey& entry, const model::VirtualService& service, const model::RealServer& server) {
    return {server.address, destinationPort(entry, forwardingOf(service, server), server.port)};
}

DestinationKey keyOf(const ServiceKey& entry, const model::VirtualService& service, const model::SorryServer& server) {
    const std::uint16_t port = server.port == 0 && entry.firewallMark == 0 ? entry.port : server.port;
    return {server.address, destinationPort(entry, server.forwarding.value_or(service.forwarding), port)};
}

std::string keyText(const ServiceKey& key) {
    if (key.firewallMark != 0)
        return "fwm " + std::to_string(key.firewallMark) + (key.family == Family::V6 ? " ipv6" : "");
    std::string text;
    switch (key.protocol) {
    case model::Protocol::Tcp: text = "tcp "; break;
    case model::Protocol::Udp: text = "udp "; break;
    case model::Protocol::Sctp: text = "sctp "; break;
    }
    return text + endpointText(key.address, key.port);
}

std::string keyText(const DestinationKey& key) { return endpointText(key.address, key.port); }

} // namespace lvsdeck::ipvs
