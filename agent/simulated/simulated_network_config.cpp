// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/simulated/simulated_network_config.hpp"

#include <algorithm>

namespace lvsdeck::simulated {

namespace {

/// Kernel 6.1 with one processor.
const std::map<std::string, std::string>& kernelDefaults() {
    static const std::map<std::string, std::string> defaults{
        {"net.ipv4.ip_forward", "0"},
        {"net.ipv4.ip_nonlocal_bind", "0"},
        {"net.ipv6.conf.all.forwarding", "0"},
        {"net.ipv4.vs.am_droprate", "10"},
        {"net.ipv4.vs.amemthresh", "1024"},
        {"net.ipv4.vs.backup_only", "0"},
        {"net.ipv4.vs.cache_bypass", "0"},
        {"net.ipv4.vs.conn_reuse_mode", "1"},
        {"net.ipv4.vs.conntrack", "0"},
        {"net.ipv4.vs.drop_entry", "0"},
        {"net.ipv4.vs.drop_packet", "0"},
        {"net.ipv4.vs.expire_nodest_conn", "0"},
        {"net.ipv4.vs.expire_quiescent_template", "0"},
        {"net.ipv4.vs.ignore_tunneled", "0"},
        {"net.ipv4.vs.nat_icmp_send", "0"},
        {"net.ipv4.vs.pmtu_disc", "1"},
        {"net.ipv4.vs.schedule_icmp", "0"},
        {"net.ipv4.vs.secure_tcp", "0"},
        {"net.ipv4.vs.sloppy_sctp", "0"},
        {"net.ipv4.vs.sloppy_tcp", "0"},
        {"net.ipv4.vs.snat_reroute", "1"},
        {"net.ipv4.vs.sync_persist_mode", "0"},
        {"net.ipv4.vs.sync_ports", "1"},
        {"net.ipv4.vs.sync_qlen_max", "124864"},
        {"net.ipv4.vs.sync_refresh_period", "0"},
        {"net.ipv4.vs.sync_retries", "0"},
        {"net.ipv4.vs.sync_sock_size", "0"},
        {"net.ipv4.vs.sync_threshold", "3\t50"},
        {"net.ipv4.vs.sync_version", "1"},
    };
    return defaults;
}

/// There are too many to name: each begins as "0".
bool ofInterface(const std::string& name) {
    return name.starts_with("net.ipv4.conf.") || name.starts_with("net.ipv6.conf.");
}

/// What the kernel takes for the same route: it compares destination, type of service, metric and table.
bool sameRoute(const model::VirtualRoute& a, const model::VirtualRoute& b) {
    return a.family == b.family && a.destination == b.destination && a.table.value_or(254) == b.table.value_or(254) &&
           a.metric.value_or(0) == b.metric.value_or(0) && a.tos.value_or(0) == b.tos.value_or(0);
}

} // namespace

SimulatedNetworkConfig::SimulatedNetworkConfig(SimulatedHost& host, SimulatedNetwork* network, CrashPoint* crash)
    : m_host(host), m_network(network), m_crash(crash), m_sysctls(kernelDefaults()) {}

Result<void> SimulatedNetworkConfig::change() {
    ++m_attempts;
    if (m_crash != nullptr)
        m_crash->step();
    if (!m_host.permitted())
        return failure(ErrorCode::Denied,
                       "changing the network needs CAP_NET_ADMIN: run the agent as root or through its systemd unit");
    return {};
}

Result<void> SimulatedNetworkConfig::addRoute(const model::VirtualRoute& route) {
    if (auto allowed = change(); !allowed)
        return allowed;
    std::vector<std::string> devices;
    if (!route.device.empty())
        devices.push_back(route.device);
    for (const model::NextHop& hop : route.nextHops)
        if (!hop.device.empty())
            devices.push_back(hop.device);
    const auto links = m_host.links();
    for (const std::string& device : devices)
        if (std::ranges::find(*links, device, &Link::name) == links->end())
            return failure(ErrorCode::NotFound, "cannot add a route: this host has no interface " + device);
    if (std::ranges::none_of(m_routes, [&](const auto& one) { return sameRoute(one, route); }))
        m_routes.push_back(route);
    return {};
}

Result<void> SimulatedNetworkConfig::removeRoute(const model::VirtualRoute& route) {
    if (auto allowed = change(); !allowed)
        return allowed;
    takeRouteAway(route);
    return {};
}

Result<void> SimulatedNetworkConfig::addRule(const model::VirtualRule& rule) {
    if (auto allowed = change(); !allowed)
        return allowed;
    if (std::ranges::find(m_rules, rule) == m_rules.end())
        m_rules.push_back(rule);
    return {};
}

Result<void> SimulatedNetworkConfig::removeRule(const model::VirtualRule& rule) {
    if (auto allowed = change(); !allowed)
        return allowed;
    takeRuleAway(rule);
    return {};
}

void SimulatedNetworkConfig::takeRouteAway(const model::VirtualRoute& route) {
    const auto gone =
        std::erase_if(m_routes, [&](const auto& one) { return sameRoute(one, route) && one.protocol.value_or(18) == 18; });
    if (gone > 0)
        tellLost();
    std::erase_if(m_routes, [&](const auto& one) { return sameRoute(one, route); });
}

void SimulatedNetworkConfig::takeRuleAway(const model::VirtualRule& rule) {
    if (std::erase(m_rules, rule) > 0 && !rule.noTrack)
        tellLost();
}

/// Later, like the kernel: who removes several at once hears of it once.
void SimulatedNetworkConfig::tellLost() {
    if (!m_lost || *m_told)
        return;
    *m_told = true;
    m_host.runtime().post([this, weak = std::weak_ptr<bool>(m_told)] {
        const auto told = weak.lock();
        if (!told)
            return;
        *told = false;
        if (m_lost)
            m_lost();
    });
}

Result<RoutingThere> SimulatedNetworkConfig::routingThere(const std::vector<model::VirtualRoute>& routes,
                                                          const std::vector<model::VirtualRule>& rules) {
    RoutingThere out;
    for (const model::VirtualRoute& route : routes)
        out.routes.push_back(std::ranges::any_of(m_routes, [&](const auto& one) { return sameRoute(one, route); }));
    for (const model::VirtualRule& rule : rules)
        out.rules.push_back(std::ranges::find(m_rules, rule) != m_rules.end());
    return out;
}

Result<void> SimulatedNetworkConfig::addMacvlan(const std::string& name, const std::string& base, const MacAddress& mac,
                                                MacvlanUse) {
    if (auto allowed = change(); !allowed)
        return allowed;
    const auto links = m_host.links();
    const auto found = std::ranges::find(*links, name, &Link::name);
    if (found != links->end()) {
        if (m_host.baseOf(name) == base && found->mac == mac)
            return {};
        return failure(ErrorCode::Conflict, "cannot make the virtual interface " + name +
                                                ": there is another interface of that name; rename one of them");
    }
    if (std::ranges::find(*links, base, &Link::name) == links->end())
        return failure(ErrorCode::NotFound,
                       "cannot make the virtual interface " + name + ": this host has no interface " + base);
    m_host.addMacvlan(name, base, mac);
    if (m_network != nullptr)
        m_network->attach(m_host.name(), name, base);
    return {};
}

Result<void> SimulatedNetworkConfig::removeMacvlan(const std::string& name) {
    if (auto allowed = change(); !allowed)
        return allowed;
    if (m_host.baseOf(name).empty())
        return {};
    m_host.removeLink(name);
    if (m_network != nullptr)
        m_network->attach(m_host.name(), name, {});
    return {};
}

Result<std::string> SimulatedNetworkConfig::readSysctl(const std::string& name) {
    const auto found = m_sysctls.find(name);
    if (found != m_sysctls.end())
        return found->second;
    if (ofInterface(name))
        return "0";
    return failure(ErrorCode::NotFound, "this kernel has no setting " + name);
}

Result<void> SimulatedNetworkConfig::writeSysctl(const std::string& name, const std::string& value) {
    if (auto allowed = change(); !allowed)
        return allowed;
    if (!m_sysctls.contains(name) && !ofInterface(name))
        return failure(ErrorCode::NotFound, "this kernel has no setting " + name);
    m_sysctls.insert_or_assign(name, value);
    return {};
}

Result<void> SimulatedNetworkConfig::dropTraffic(const std::vector<IpAddress>& addresses) {
    if (auto allowed = change(); !allowed)
        return allowed;
    m_dropped = addresses;
    return {};
}

} // namespace lvsdeck::simulated
