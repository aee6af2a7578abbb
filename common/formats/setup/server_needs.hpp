// SPDX-License-Identifier: GPL-3.0-or-later
// What the real servers of a cluster must have themselves, besides the service: VIPs that they accept without claiming them on the
// link, and devices that take tunnelled packets. Read off the cluster alone. Pure; any thread.
#pragma once

#include "common/model/cluster.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::formats {

/// first..last, both included; equal for a single address.
struct AddressRange {
    IpAddress first;
    IpAddress last;
    bool operator==(const AddressRange&) const = default;
    auto operator<=>(const AddressRange&) const = default;
};
BOOST_DESCRIBE_STRUCT(AddressRange, (), (first, last))

/// "192.0.2.10" or "192.0.2.10-192.0.2.19".
[[nodiscard]] std::string rangeText(const AddressRange& range);

/// The kernel's kinds of devices that take off what a director puts around a packet. IPv4 around it: ipip (IPv4 in it), sit (IPv6
/// in it), gre; IPv6 around it: ip6tnl, ip6gre. The word is ip-link's.
enum class TunnelKind { Ipip, Sit, Gre, Ip6tnl, Ip6gre };
BOOST_DESCRIBE_ENUM(TunnelKind, Ipip, Sit, Gre, Ip6tnl, Ip6gre)

struct TunnelDevice {
    TunnelKind kind = TunnelKind::Ipip;
    std::string name; ///< "lvs-ipip"; at most 15 characters
    bool carriesV4 = false;
    bool carriesV6 = false;
    /// The IPv4 VIP that it gets as well: a device without any address drops everything unless all reverse-path filters are off.
    std::optional<IpAddress> address;
    bool operator==(const TunnelDevice&) const = default;
};
BOOST_DESCRIBE_STRUCT(TunnelDevice, (), (kind, name, carriesV4, carriesV6, address))

/// One virtual service that sends to the server.
struct ServedService {
    std::string key; ///< model::serviceKey
    model::Forwarding forwarding = model::Forwarding::Dr;
    std::optional<model::Tunnel> tunnel; ///< with TUN
    bool sorry = false;                  ///< as its sorry server
    bool operator==(const ServedService&) const = default;
};
BOOST_DESCRIBE_STRUCT(ServedService, (), (key, forwarding, tunnel, sorry))

struct ServerNeeds {
    IpAddress server;
    std::vector<std::string> names; ///< that its services give it, each once
    std::vector<ServedService> services;
    std::vector<AddressRange> vips;      ///< of the services with DR and TUN, sorted, each once
    std::vector<std::string> marks;      ///< "7", "7 ipv6": reached by DR or TUN, and their VIPs are nowhere in the cluster
    std::vector<TunnelDevice> devices;   ///< in the order of TunnelKind
    std::vector<std::uint16_t> guePorts; ///< UDP ports for GUE, sorted
    std::uint32_t tunnelOverhead = 0;    ///< bytes that the largest of its tunnels adds to a packet; 0: no tunnel
    std::vector<IpAddress> defaultGateway; ///< with NAT: the directors' VIPs in the server's own network, to choose from
    bool operator==(const ServerNeeds&) const = default;
};
BOOST_DESCRIBE_STRUCT(ServerNeeds, (),
                      (server, names, services, vips, marks, devices, guePorts, tunnelOverhead, defaultGateway))

[[nodiscard]] bool isReachedBy(const ServerNeeds& needs, model::Forwarding forwarding);
/// Reached by DR or TUN: there is something to do on it.
[[nodiscard]] bool needsSetup(const ServerNeeds& needs);

/// Every real server and sorry server, by address; also those that are disabled now. A loopback address (the director itself) is
/// none.
[[nodiscard]] std::vector<ServerNeeds> serversToSetUp(const model::Cluster& cluster);

/// "tcp 192.0.2.10:80, direct routing", "fwm 7, GUE tunnel on port 6080, as sorry server".
[[nodiscard]] std::string serviceText(const ServedService& service);

} // namespace lvsdeck::formats
