// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the host's network that VRRP and static entries need besides addresses: routes, policy rules, macvlans, sysctls, and
// a filter for addresses that are not to be answered. Real: rtnetlink, /proc/sys, nftables (agent/host); simulated: agent/simulated.
// Control thread only; calls are kernel round trips.
#pragma once

#include "agent/ports/mac_address.hpp"
#include "common/base/error.hpp"
#include "common/model/routing.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck {

/// What a macvlan is for. One of IPv6 that advertisements are sent from needs a link-local address to send from.
struct MacvlanUse {
    Family family = Family::V4;
    bool sends = true;
    bool operator==(const MacvlanUse&) const = default;
};

/// Whether each of a list of routes and rules is in the kernel, in the order of the lists.
struct RoutingThere {
    std::vector<bool> routes;
    std::vector<bool> rules;
    bool operator==(const RoutingThere&) const = default;
};

class NetworkPort {
public:
    NetworkPort() = default;
    NetworkPort(const NetworkPort&) = delete;
    NetworkPort& operator=(const NetworkPort&) = delete;
    virtual ~NetworkPort() = default;

    /// Adding what is there, or removing what is not, succeeds. Routes carry protocol 18 (keepalived) unless they say otherwise.
    [[nodiscard]] virtual Result<void> addRoute(const model::VirtualRoute& route) = 0;
    [[nodiscard]] virtual Result<void> removeRoute(const model::VirtualRoute& route) = 0;
    /// `rule.priority` is set by the caller. A rule carries protocol 18 unless it is not tracked, as keepalived's.
    [[nodiscard]] virtual Result<void> addRule(const model::VirtualRule& rule) = 0;
    [[nodiscard]] virtual Result<void> removeRule(const model::VirtualRule& rule) = 0;
    /// A route is there when one goes to its destination with its table, metric and type of service, whoever made it.
    [[nodiscard]] virtual Result<RoutingThere> routingThere(const std::vector<model::VirtualRoute>& routes,
                                                            const std::vector<model::VirtualRule>& rules) = 0;
    /// `lost` is called on the control thread after a route or rule of protocol 18 was removed, by anybody, by us as well;
    /// coalesced. The second call replaces the first; with nothing, nobody listens.
    virtual void watchRouting(std::function<void()> lost) = 0;

    /// A macvlan in private mode on `base`, up, with this MAC and the sysctls it needs (arp_ignore, arp_filter, rp_filter,
    /// accept_local, no IPv6 link-local of its own). One with the same name, base and MAC is adopted; any other of that name is an error.
    [[nodiscard]] virtual Result<void> addMacvlan(const std::string& name, const std::string& base, const MacAddress& mac,
                                                  MacvlanUse use) = 0;
    [[nodiscard]] virtual Result<void> removeMacvlan(const std::string& name) = 0;

    /// "net.ipv4.vs.expire_nodest_conn" -> "1". NotFound: this kernel has none of that name.
    [[nodiscard]] virtual Result<std::string> readSysctl(const std::string& name) = 0;
    [[nodiscard]] virtual Result<void> writeSysctl(const std::string& name, const std::string& value) = 0;

    /// Packets to exactly these addresses are dropped on their way in (accept off: a master that does not own them), except neighbour
    /// discovery. Replaces the set of before; empty removes it.
    [[nodiscard]] virtual Result<void> dropTraffic(const std::vector<IpAddress>& addresses) = 0;
};

} // namespace lvsdeck
