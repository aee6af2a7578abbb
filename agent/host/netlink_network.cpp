// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/netlink_network.hpp"

#include "agent/host/route_messages.hpp"
#include "agent/host/sysctl.hpp"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/addr.h>
#include <netlink/cache.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/macvlan.h>
#include <netlink/route/route.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace lvsdeck::host {

namespace {

struct CacheDeleter {
    void operator()(nl_cache* cache) const { nl_cache_free(cache); }
};
using Cache = std::unique_ptr<nl_cache, CacheDeleter>;

struct LinkDeleter {
    void operator()(rtnl_link* link) const { rtnl_link_put(link); }
};
using LinkHandle = std::unique_ptr<rtnl_link, LinkDeleter>;

bool holds(nl_addr* address, const IpAddress& wanted) {
    return address != nullptr && nl_addr_get_len(address) == wanted.bytes().size() &&
           std::memcmp(nl_addr_get_binary_addr(address), wanted.bytes().data(), wanted.bytes().size()) == 0;
}

bool holds(nl_addr* address, const std::optional<model::Prefix>& wanted) {
    const bool any = address == nullptr || nl_addr_get_prefixlen(address) == 0;
    if (!wanted || wanted->length == 0)
        return any;
    const auto bytes = wanted->address.bytes();
    if (any || nl_addr_get_prefixlen(address) != wanted->length || nl_addr_get_len(address) != bytes.size())
        return false;
    // The kernel keeps the prefix alone, whatever stands behind it in the configuration.
    const auto* kept = static_cast<const std::uint8_t*>(nl_addr_get_binary_addr(address));
    const std::size_t whole = wanted->length / 8;
    const auto rest = static_cast<std::uint8_t>(0xFF00U >> (wanted->length % 8));
    return std::equal(kept, kept + whole, bytes.begin()) &&
           (wanted->length % 8 == 0 || ((kept[whole] ^ bytes[whole]) & rest) == 0);
}

/// As the kernel keeps it: IPv6 has no metric 0.
std::uint32_t metricOf(const model::VirtualRoute& route) {
    const std::uint32_t metric = route.metric.value_or(0);
    return metric == 0 && route.family == Family::V6 ? 1024 : metric;
}

bool sameHop(rtnl_nexthop* found, const std::optional<IpAddress>& via, const std::string& device) {
    nl_addr* gateway = rtnl_route_nh_get_gateway(found);
    if (via ? !holds(gateway, *via) : gateway != nullptr)
        return false;
    return device.empty() || rtnl_route_nh_get_ifindex(found) == static_cast<int>(if_nametoindex(device.c_str()));
}

bool sameWay(rtnl_route* found, const model::VirtualRoute& route) {
    const auto hops = static_cast<std::size_t>(rtnl_route_get_nnexthops(found));
    if (route.nextHops.empty())
        return hops == 0 ? route.device.empty() && !route.via
                         : hops == 1 && sameHop(rtnl_route_nexthop_n(found, 0), route.via, route.device);
    if (hops != route.nextHops.size())
        return false;
    for (std::size_t i = 0; i < hops; ++i)
        if (!sameHop(rtnl_route_nexthop_n(found, static_cast<int>(i)), route.nextHops[i].via, route.nextHops[i].device))
            return false;
    return true;
}

/// The kernel has at most one route like that.
bool samePlace(rtnl_route* found, const model::VirtualRoute& route) {
    return rtnl_route_get_table(found) == tableOf(route) && rtnl_route_get_priority(found) == metricOf(route) &&
           rtnl_route_get_tos(found) == route.tos.value_or(0) && holds(rtnl_route_get_dst(found), route.destination);
}

/// What a macvlan for VRRP needs besides being there.
std::vector<std::pair<std::string, std::string>> macvlanSettings(const std::string& name, Family family) {
    const auto set = [&](const char* family_, const char* setting) { return interfaceSysctl(family_, name, setting); };
    if (family == Family::V6)
        return {{set("ipv6", "addr_gen_mode"), "1"}};
    // Strict filtering for all would drop what comes in here for an address that the base's network answers for: loose then.
    const auto all = readSysctl("net.ipv4.conf.all.rp_filter");
    return {{set("ipv6", "addr_gen_mode"), "1"},       {set("ipv6", "disable_ipv6"), "1"},
            {set("ipv4", "arp_ignore"), "1"},          {set("ipv4", "accept_local"), "1"},
            {set("ipv4", "promote_secondaries"), "1"}, {set("ipv4", "rp_filter"), all && *all != "0" ? "2" : "0"}};
}

} // namespace

NetlinkNetwork::Existing NetlinkNetwork::find(const model::VirtualRoute& route) {
    const auto socket = m_socket.open();
    nl_cache* cache = nullptr;
    if (!socket || rtnl_route_alloc_cache(*socket, route.family == Family::V4 ? AF_INET : AF_INET6, 0, &cache) < 0)
        return Existing::None;
    const Cache owned(cache);
    Existing existing = Existing::None;
    for (nl_object* object = nl_cache_get_first(cache); object != nullptr; object = nl_cache_get_next(object)) {
        auto* found = static_cast<rtnl_route*>(static_cast<void*>(object));
        if (!samePlace(found, route))
            continue;
        if (rtnl_route_get_protocol(found) == protocolOf(route))
            return Existing::Ours;
        existing = sameWay(found, route) ? Existing::SameWay : Existing::Other;
    }
    return existing;
}

Result<void> NetlinkNetwork::addRoute(const model::VirtualRoute& route) {
    const std::string what = "cannot add the route to " + routeText(route);
    const auto send = [&](Change change) -> Result<int> {
        auto message = routeMessage(change, route, [](const std::string& name) { return if_nametoindex(name.c_str()); });
        if (!message)
            return failure(message.error().code, what + ": " + message.error().text);
        return m_socket.request(std::move(*message));
    };
    auto error = send(Change::Add);
    if (error && *error == EEXIST) {
        switch (find(route)) {
        case Existing::SameWay: return {};
        case Existing::Other:
            return failure(ErrorCode::Conflict, what + ": there is another one to it, which is not ours: remove it, or give "
                                                       "this one another metric or table");
        case Existing::None:
        case Existing::Ours: error = send(Change::Replace); break;
        }
    }
    if (!error)
        return std::unexpected(error.error());
    return routeOutcome(*error, what);
}

Result<void> NetlinkNetwork::removeRoute(const model::VirtualRoute& route) {
    auto message = routeMessage(Change::Remove, route, [](const std::string& name) { return if_nametoindex(name.c_str()); });
    if (!message) // It went with its interface.
        return message.error().code == ErrorCode::NotFound ? Result<void>{} : std::unexpected(message.error());
    const auto error = m_socket.request(std::move(*message));
    if (!error)
        return std::unexpected(error.error());
    return routeOutcome(*error == ESRCH || *error == ENODEV || *error == ENOENT ? 0 : *error,
                        "cannot remove the route to " + routeText(route));
}

Result<void> NetlinkNetwork::addRule(const model::VirtualRule& rule) {
    const auto error = m_socket.request(ruleMessage(Change::Add, rule));
    if (!error)
        return std::unexpected(error.error());
    return routeOutcome(*error == EEXIST ? 0 : *error, "cannot add the rule " + ruleText(rule));
}

Result<void> NetlinkNetwork::removeRule(const model::VirtualRule& rule) {
    const auto error = m_socket.request(ruleMessage(Change::Remove, rule));
    if (!error)
        return std::unexpected(error.error());
    return routeOutcome(*error == ENOENT || *error == ESRCH ? 0 : *error, "cannot remove the rule " + ruleText(rule));
}

Result<RoutingThere> NetlinkNetwork::routingThere(const std::vector<model::VirtualRoute>& routes,
                                                  const std::vector<model::VirtualRule>& rules) {
    RoutingThere out{std::vector<bool>(routes.size()), std::vector<bool>(rules.size())};
    for (const Family family : {Family::V4, Family::V6}) {
        if (std::ranges::find(routes, family, &model::VirtualRoute::family) != routes.end()) {
            const auto socket = m_socket.open();
            nl_cache* cache = nullptr;
            if (!socket || rtnl_route_alloc_cache(*socket, family == Family::V4 ? AF_INET : AF_INET6, 0, &cache) < 0) {
                m_socket.close();
                return failure(ErrorCode::Io, "cannot read this host's routes");
            }
            const Cache owned(cache);
            for (nl_object* object = nl_cache_get_first(cache); object != nullptr; object = nl_cache_get_next(object))
                for (std::size_t i = 0; i < routes.size(); ++i)
                    if (!out.routes[i] && routes[i].family == family &&
                        samePlace(static_cast<rtnl_route*>(static_cast<void*>(object)), routes[i]))
                        out.routes[i] = true;
        }
        if (std::ranges::find(rules, family, &model::VirtualRule::family) == rules.end())
            continue;
        const auto read = m_socket.dump(rulesQuestion(family), [&](nlmsghdr& message) {
            const auto found = ruleOf(message);
            for (std::size_t i = 0; found && i < rules.size(); ++i)
                if (plainRule(rules[i]) == *found)
                    out.rules[i] = true;
        });
        if (!read)
            return std::unexpected(read.error());
    }
    return out;
}

void NetlinkNetwork::watchRouting(std::function<void()> lost) {
    m_watcher.reset();
    if (!lost)
        return;
    auto watcher = std::make_unique<NetlinkWatcher>(m_loop, std::move(lost), tellsOfLoss);
    if (watcher->start({RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE}))
        m_watcher = std::move(watcher);
}

Result<bool> NetlinkNetwork::adoptable(const std::string& name, int base, const MacAddress& mac) {
    const auto socket = m_socket.open();
    if (!socket)
        return std::unexpected(socket.error());
    rtnl_link* found = nullptr;
    if (rtnl_link_get_kernel(*socket, 0, name.c_str(), &found) < 0)
        return false;
    const LinkHandle link(found);
    const nl_addr* address = rtnl_link_get_addr(found);
    if (rtnl_link_is_macvlan(found) != 0 && rtnl_link_get_link(found) == base && address != nullptr &&
        nl_addr_get_len(address) == mac.size() && std::memcmp(nl_addr_get_binary_addr(address), mac.data(), mac.size()) == 0)
        return true;
    return failure(ErrorCode::Conflict, "there is another interface of that name: rename one of them");
}

Result<void> NetlinkNetwork::addMacvlan(const std::string& name, const std::string& base, const MacAddress& mac,
                                        MacvlanUse use) {
    const std::string what = "cannot make the virtual interface " + name + " on " + base;
    const auto wrong = [&what](const Error& error) { return failure(error.code, what + ": " + error.text); };
    const unsigned below = if_nametoindex(base.c_str());
    if (below == 0)
        return failure(ErrorCode::NotFound, what + ": this host has no interface " + base);
    const auto there = adoptable(name, static_cast<int>(below), mac);
    if (!there)
        return wrong(there.error());
    if (!*there) {
        const auto error = m_socket.request(macvlanMessage(name, below, mac));
        if (!error)
            return wrong(error.error());
        if (*error != 0)
            return routeOutcome(*error, what);
    }
    for (const auto& [setting, value] : macvlanSettings(name, use.family))
        if (const auto written = host::writeSysctl(setting, value); !written && written.error().code != ErrorCode::NotFound)
            return wrong(written.error());
    // Before it comes up, so that no report of it teaches a switch the wrong place of the virtual MAC.
    FirewallWants wants = m_filtered;
    wants.macvlans[name] = base;
    if (const auto filtered = setFirewall(std::move(wants)); !filtered)
        return wrong(filtered.error());
    const auto error = m_socket.request(linkUpMessage(if_nametoindex(name.c_str())));
    if (!error)
        return wrong(error.error());
    if (*error != 0)
        return routeOutcome(*error, what);
    if (use.family == Family::V6 && use.sends)
        if (const auto given = giveLinkLocal(name, base); !given)
            return wrong(given.error());
    return {};
}

Result<void> NetlinkNetwork::giveLinkLocal(const std::string& name, const std::string& base) {
    const auto socket = m_socket.open();
    nl_cache* cache = nullptr;
    if (!socket || rtnl_addr_alloc_cache(*socket, &cache) < 0)
        return failure(ErrorCode::Io, "cannot read this host's addresses");
    const Cache owned(cache);
    const auto index = static_cast<int>(if_nametoindex(base.c_str()));
    for (nl_object* object = nl_cache_get_first(cache); object != nullptr; object = nl_cache_get_next(object)) {
        auto* found = static_cast<rtnl_addr*>(static_cast<void*>(object));
        nl_addr* local = rtnl_addr_get_local(found);
        if (rtnl_addr_get_ifindex(found) != index || rtnl_addr_get_family(found) != AF_INET6 ||
            rtnl_addr_get_scope(found) != RT_SCOPE_LINK || local == nullptr ||
            (rtnl_addr_get_flags(found) & IFA_F_PERMANENT) == 0)
            continue;
        const auto* bytes = static_cast<const std::uint8_t*>(nl_addr_get_binary_addr(local));
        const InterfaceAddress own{
            IpAddress::fromBytes(Family::V6, {bytes, 16}), static_cast<std::uint8_t>(rtnl_addr_get_prefixlen(found)), {}};
        AddressOptions options;
        options.preferredLifetime = 0;
        const auto error = m_socket.request(*addressMessage(Change::Add, if_nametoindex(name.c_str()), own, options));
        if (!error)
            return std::unexpected(error.error());
        return routeOutcome(*error == EEXIST ? 0 : *error, "its link-local address");
    }
    return failure(ErrorCode::NotFound, base + " has no IPv6 link-local address to send from");
}

Result<void> NetlinkNetwork::removeMacvlan(const std::string& name) {
    const unsigned index = if_nametoindex(name.c_str());
    if (index != 0) {
        const auto error = m_socket.request(linkRemovalMessage(index));
        if (!error)
            return std::unexpected(error.error());
        if (*error != 0 && *error != ENODEV)
            return routeOutcome(*error, "cannot remove the virtual interface " + name);
    }
    FirewallWants wants = m_filtered;
    if (wants.macvlans.erase(name) == 0)
        return {};
    return setFirewall(std::move(wants));
}

Result<std::string> NetlinkNetwork::readSysctl(const std::string& name) { return host::readSysctl(name); }

Result<void> NetlinkNetwork::writeSysctl(const std::string& name, const std::string& value) {
    return host::writeSysctl(name, value);
}

Result<void> NetlinkNetwork::dropTraffic(const std::vector<IpAddress>& addresses) {
    FirewallWants wants = m_filtered;
    wants.dropped = addresses;
    return setFirewall(std::move(wants));
}

Result<void> NetlinkNetwork::setFirewall(FirewallWants wants) {
    if (wants == m_filtered && m_firewallSet)
        return {};
    // Without nftables there is nothing of ours to take away either.
    const bool nothing = wants == FirewallWants{};
    if (auto set = m_firewall.set(wants); !set && !(nothing && set.error().code == ErrorCode::Unsupported))
        return set;
    m_filtered = std::move(wants);
    m_firewallSet = true;
    return {};
}

} // namespace lvsdeck::host
