// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/setup/server_needs.hpp"

#include "common/base/json.hpp"
#include "common/model/groups.hpp"

#include <algorithm>
#include <map>

namespace lvsdeck::formats {

namespace {

using model::Forwarding;
using model::TunnelType;

/// What one service is to its servers, whatever group or mark it stands for.
struct Destinations {
    std::vector<AddressRange> vips;
    std::vector<std::string> marks;
    std::vector<Family> families; ///< of the packets
};

void addMark(Destinations& out, std::uint32_t mark, Family family) {
    out.marks.push_back(std::to_string(mark) + (family == Family::V6 ? " ipv6" : ""));
    out.families.push_back(family);
}

Destinations destinationsOf(const model::Cluster& cluster, const model::VirtualService& service) {
    Destinations out;
    if (service.group.empty()) {
        if (service.firewallMark) {
            addMark(out, *service.firewallMark, service.firewallMarkFamily);
        } else {
            out.vips.push_back({service.address, service.address});
            out.families.push_back(service.address.family());
        }
        return out;
    }
    const model::ServiceGroup* group = model::findGroup(cluster, service.group);
    for (const model::GroupEntry& entry : group == nullptr ? std::vector<model::GroupEntry>{} : group->entries) {
        if (entry.firewallMark) {
            addMark(out, *entry.firewallMark, entry.firewallMarkFamily);
        } else if (model::addressCount(entry) != 0) {
            out.vips.push_back({entry.address, entry.lastAddress.value_or(entry.address)});
            out.families.push_back(entry.address.family());
        }
    }
    return out;
}

TunnelKind kindOf(TunnelType type, Family outer, Family inner) {
    if (type == TunnelType::Gre)
        return outer == Family::V4 ? TunnelKind::Gre : TunnelKind::Ip6gre;
    if (outer == Family::V6)
        return TunnelKind::Ip6tnl;
    return inner == Family::V4 ? TunnelKind::Ipip : TunnelKind::Sit;
}

std::uint32_t overheadOf(const model::Tunnel& tunnel, Family outer) {
    const std::uint32_t header = outer == Family::V4 ? 20 : 40;
    switch (tunnel.type) {
    case TunnelType::Ipip: return header;
    case TunnelType::Gre: return header + (tunnel.checksum == model::TunnelChecksum::Csum ? 8 : 4);
    case TunnelType::Gue: return header + 12 + (tunnel.checksum == model::TunnelChecksum::Remcsum ? 8 : 0);
    }
    return header;
}

void addDevices(ServerNeeds& needs, const model::Tunnel& tunnel, const Destinations& destinations) {
    const Family outer = needs.server.family();
    needs.tunnelOverhead = std::max(needs.tunnelOverhead, overheadOf(tunnel, outer));
    if (tunnel.type == TunnelType::Gue)
        needs.guePorts.push_back(tunnel.port);
    for (const Family inner : destinations.families) {
        const TunnelKind kind = kindOf(tunnel.type, outer, inner);
        auto device = std::ranges::find(needs.devices, kind, &TunnelDevice::kind);
        if (device == needs.devices.end())
            device = needs.devices.insert(device, {kind, "lvs-" + json::toWord(kind), false, false, {}});
        (inner == Family::V4 ? device->carriesV4 : device->carriesV6) = true;
        if (inner == Family::V6)
            continue;
        for (const AddressRange& range : destinations.vips)
            if (range.first.isV4())
                device->address = device->address ? std::min(*device->address, range.first) : range.first;
    }
}

void addService(ServerNeeds& needs, const ServedService& service, const Destinations& destinations) {
    needs.services.push_back(service);
    if (service.forwarding == Forwarding::Nat)
        return;
    needs.vips.insert(needs.vips.end(), destinations.vips.begin(), destinations.vips.end());
    needs.marks.insert(needs.marks.end(), destinations.marks.begin(), destinations.marks.end());
    if (service.tunnel)
        addDevices(needs, *service.tunnel, destinations);
}

template <class T> void sortOnce(std::vector<T>& values) {
    std::ranges::sort(values);
    const auto rest = std::ranges::unique(values);
    values.erase(rest.begin(), rest.end());
}

/// The directors' floating addresses that a server behind NAT can have as its gateway: those in its own network.
std::vector<IpAddress> gatewaysFor(const model::Cluster& cluster, const IpAddress& server) {
    std::vector<IpAddress> out;
    for (const model::VrrpInstance& instance : cluster.instances)
        for (const auto* addresses : {&instance.addresses, &instance.excludedAddresses})
            for (const model::VirtualAddress& one : *addresses)
                if (one.prefixLength < (server.isV4() ? 32 : 128) && one.address.sharesPrefix(server, one.prefixLength))
                    out.push_back(one.address);
    sortOnce(out);
    return out;
}

std::string forwardingText(const ServedService& service) {
    switch (service.forwarding) {
    case Forwarding::Nat: return "NAT";
    case Forwarding::Dr: return "direct routing";
    case Forwarding::Tun: break;
    }
    switch (service.tunnel.value_or(model::Tunnel{}).type) {
    case TunnelType::Ipip: return "IPIP tunnel";
    case TunnelType::Gre: return "GRE tunnel";
    case TunnelType::Gue: return "GUE tunnel on port " + std::to_string(service.tunnel->port);
    }
    return "tunnel";
}

} // namespace

std::string rangeText(const AddressRange& range) {
    return range.first.toString() + (range.first == range.last ? "" : "-" + range.last.toString());
}

bool isReachedBy(const ServerNeeds& needs, Forwarding forwarding) {
    return std::ranges::any_of(needs.services, [&](const ServedService& s) { return s.forwarding == forwarding; });
}

bool needsSetup(const ServerNeeds& needs) {
    return isReachedBy(needs, Forwarding::Dr) || isReachedBy(needs, Forwarding::Tun);
}

std::string serviceText(const ServedService& service) {
    return service.key + ", " + forwardingText(service) + (service.sorry ? ", as sorry server" : "");
}

std::vector<ServerNeeds> serversToSetUp(const model::Cluster& cluster) {
    std::map<IpAddress, ServerNeeds> servers;
    const auto needsOf = [&servers](const IpAddress& address) -> ServerNeeds& {
        ServerNeeds& needs = servers[address];
        needs.server = address;
        return needs;
    };
    for (const model::VirtualService& service : cluster.services) {
        const Destinations destinations = destinationsOf(cluster, service);
        const auto served = [&](Forwarding forwarding, const std::optional<model::Tunnel>& tunnel, bool sorry) {
            ServedService out{model::serviceKey(service), forwarding, {}, sorry};
            if (forwarding == Forwarding::Tun)
                out.tunnel = tunnel.value_or(service.tunnel);
            return out;
        };
        for (const model::RealServer& server : service.servers) {
            ServerNeeds& needs = needsOf(server.address);
            addService(needs, served(forwardingOf(service, server), server.tunnel, false), destinations);
            if (!server.name.empty())
                needs.names.push_back(server.name);
        }
        if (const auto& sorry = service.sorryServer)
            addService(needsOf(sorry->address), served(sorry->forwarding.value_or(service.forwarding), sorry->tunnel, true),
                       destinations);
    }
    std::vector<ServerNeeds> out;
    for (auto& [address, needs] : servers) {
        if (address.isLoopback() || address.isUnspecified())
            continue;
        sortOnce(needs.names);
        sortOnce(needs.vips);
        sortOnce(needs.marks);
        sortOnce(needs.guePorts);
        std::ranges::sort(needs.devices, {}, &TunnelDevice::kind);
        if (isReachedBy(needs, Forwarding::Nat))
            needs.defaultGateway = gatewaysFor(cluster, address);
        out.push_back(std::move(needs));
    }
    return out;
}

} // namespace lvsdeck::formats
