// SPDX-License-Identifier: GPL-3.0-or-later
// The real NetworkPort: routes, rules and macvlans by rtnetlink, settings by /proc/sys, filters by nftables, in the network namespace
// of the creating thread. Owned by the composition root; control thread.
#pragma once

#include "agent/host/firewall.hpp"
#include "agent/host/netlink_watcher.hpp"
#include "agent/host/route_socket.hpp"
#include "agent/ports/network_port.hpp"

#include <memory>

namespace lvsdeck::host {

class NetlinkNetwork final : public NetworkPort {
public:
    /// Destroy it before the loop.
    explicit NetlinkNetwork(boost::asio::io_context& loop) : m_loop(loop) {}
    /// A route that we or a predecessor made is replaced. One by somebody else to the same destination is left: success when it goes
    /// the same way, Conflict when it does not.
    [[nodiscard]] Result<void> addRoute(const model::VirtualRoute& route) override;
    [[nodiscard]] Result<void> removeRoute(const model::VirtualRoute& route) override;
    [[nodiscard]] Result<void> addRule(const model::VirtualRule& rule) override;
    [[nodiscard]] Result<void> removeRule(const model::VirtualRule& rule) override;
    [[nodiscard]] Result<RoutingThere> routingThere(const std::vector<model::VirtualRoute>& routes,
                                                    const std::vector<model::VirtualRule>& rules) override;
    /// When the kernel cannot be listened to, losses go unnoticed.
    void watchRouting(std::function<void()> lost) override;
    /// IPv6: a macvlan that sends gets the base's link-local address, deprecated, to send from; as keepalived.
    [[nodiscard]] Result<void> addMacvlan(const std::string& name, const std::string& base, const MacAddress& mac,
                                          MacvlanUse use) override;
    [[nodiscard]] Result<void> removeMacvlan(const std::string& name) override;
    /// Names as sysctl(8): a dot inside of an interface's name is a slash.
    [[nodiscard]] Result<std::string> readSysctl(const std::string& name) override;
    [[nodiscard]] Result<void> writeSysctl(const std::string& name, const std::string& value) override;
    [[nodiscard]] Result<void> dropTraffic(const std::vector<IpAddress>& addresses) override;

private:
    enum class Existing { None, Ours, SameWay, Other };
    [[nodiscard]] Existing find(const model::VirtualRoute& route);
    [[nodiscard]] Result<bool> adoptable(const std::string& name, int base, const MacAddress& mac);
    [[nodiscard]] Result<void> giveLinkLocal(const std::string& name, const std::string& base);
    [[nodiscard]] Result<void> setFirewall(FirewallWants wants);

    boost::asio::io_context& m_loop;
    RouteSocket m_socket;
    std::unique_ptr<NetlinkWatcher> m_watcher;
    Firewall m_firewall;
    FirewallWants m_filtered;
    bool m_firewallSet = false; ///< false: what a predecessor left may still be there
};

} // namespace lvsdeck::host
