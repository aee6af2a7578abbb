// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a simulated host's network besides addresses: routes, rules, macvlans, sysctls, dropped addresses. A macvlan shows
// among the host's links and is on its base's wire. Belongs to whoever owns the simulated world; one thread.
#pragma once

#include "agent/ports/network_port.hpp"
#include "agent/simulated/crash_point.hpp"
#include "agent/simulated/simulated_host.hpp"
#include "agent/simulated/simulated_network.hpp"

#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace lvsdeck::simulated {

class SimulatedNetworkConfig final : public NetworkPort {
public:
    /// All outlive this. `network` null: macvlans are on a wire of their own name; `crash` null: never. Knows the sysctls of IPVS and
    /// forwarding with the kernel's defaults.
    explicit SimulatedNetworkConfig(SimulatedHost& host, SimulatedNetwork* network = nullptr, CrashPoint* crash = nullptr);

    [[nodiscard]] const std::vector<model::VirtualRoute>& routes() const { return m_routes; }
    [[nodiscard]] const std::vector<model::VirtualRule>& rules() const { return m_rules; }
    [[nodiscard]] const std::vector<IpAddress>& dropped() const { return m_dropped; }
    /// Changes that were asked for, those that were refused too.
    [[nodiscard]] std::uint64_t attempts() const { return m_attempts; }
    /// As an administrator, or a kernel that knows more.
    void setSysctl(const std::string& name, const std::string& value) { m_sysctls.insert_or_assign(name, value); }
    void removeSysctl(const std::string& name) { m_sysctls.erase(name); }

    /// As `ip route del` and `ip rule del` by somebody else; who watches is told.
    void takeRouteAway(const model::VirtualRoute& route);
    void takeRuleAway(const model::VirtualRule& rule);

    [[nodiscard]] Result<void> addRoute(const model::VirtualRoute& route) override;
    [[nodiscard]] Result<void> removeRoute(const model::VirtualRoute& route) override;
    [[nodiscard]] Result<void> addRule(const model::VirtualRule& rule) override;
    [[nodiscard]] Result<void> removeRule(const model::VirtualRule& rule) override;
    [[nodiscard]] Result<RoutingThere> routingThere(const std::vector<model::VirtualRoute>& routes,
                                                    const std::vector<model::VirtualRule>& rules) override;
    void watchRouting(std::function<void()> lost) override { m_lost = std::move(lost); }
    [[nodiscard]] Result<void> addMacvlan(const std::string& name, const std::string& base, const MacAddress& mac,
                                          MacvlanUse use) override;
    [[nodiscard]] Result<void> removeMacvlan(const std::string& name) override;
    [[nodiscard]] Result<std::string> readSysctl(const std::string& name) override;
    [[nodiscard]] Result<void> writeSysctl(const std::string& name, const std::string& value) override;
    [[nodiscard]] Result<void> dropTraffic(const std::vector<IpAddress>& addresses) override;

private:
    [[nodiscard]] Result<void> change();
    void tellLost();

    SimulatedHost& m_host;
    SimulatedNetwork* m_network;
    CrashPoint* m_crash;
    std::uint64_t m_attempts = 0;
    std::vector<model::VirtualRoute> m_routes;
    std::vector<model::VirtualRule> m_rules;
    std::vector<IpAddress> m_dropped;
    std::map<std::string, std::string> m_sysctls;
    std::function<void()> m_lost;
    std::shared_ptr<bool> m_told = std::make_shared<bool>(false); ///< true: a call of m_lost is on its way
};

} // namespace lvsdeck::simulated
