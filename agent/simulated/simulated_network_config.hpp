// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a simulated host's network besides addresses: routes, rules, macvlans, sysctls, dropped addresses. A macvlan shows
// among the host's links and is on its base's wire. Belongs to whoever owns the simulated world; one thread.
#pragma once

#include "agent/ports/network_port.hpp"
#include "agent/simulated/crash_point.hpp"
#include "agent/simulated/simulated_host.hpp"
#include "agent/simulated/simulated_network.hpp"

#include <map>

namespace lvsdeck::simulated {

class SimulatedNetworkConfig final : public NetworkPort {
public:
    /// All outlive this. `network` null: macvlans are on a wire of their own name; `crash` null: never. Knows the sysctls of IPVS and
    /// forwarding with the kernel's defaults.
    explicit SimulatedNetworkConfig(SimulatedHost& host, SimulatedNetwork* network = nullptr, CrashPoint* crash = nullptr);

    [[nodiscard]] const std::vector<model::VirtualRoute>& routes() const { return m_routes; }
    [[nodiscard]] const std::vector<model::VirtualRule>& rules() const { return m_rules; }
    [[nodiscard]] const std::vector<IpAddress>& dropped() const { return m_dropped; }
    /// As an administrator, or a kernel that knows more.
    void setSysctl(const std::string& name, const std::string& value) { m_sysctls.insert_or_assign(name, value); }
    void removeSysctl(const std::string& name) { m_sysctls.erase(name); }

    [[nodiscard]] Result<void> addRoute(const model::VirtualRoute& route) override;
    [[nodiscard]] Result<void> removeRoute(const model::VirtualRoute& route) override;
    [[nodiscard]] Result<void> addRule(const model::VirtualRule& rule) override;
    [[nodiscard]] Result<void> removeRule(const model::VirtualRule& rule) override;
    [[nodiscard]] Result<void> addMacvlan(const std::string& name, const std::string& base, const MacAddress& mac,
                                          MacvlanUse use) override;
    [[nodiscard]] Result<void> removeMacvlan(const std::string& name) override;
    [[nodiscard]] Result<std::string> readSysctl(const std::string& name) override;
    [[nodiscard]] Result<void> writeSysctl(const std::string& name, const std::string& value) override;
    [[nodiscard]] Result<void> dropTraffic(const std::vector<IpAddress>& addresses) override;

private:
    [[nodiscard]] Result<void> change();

    SimulatedHost& m_host;
    SimulatedNetwork* m_network;
    CrashPoint* m_crash;
    std::vector<model::VirtualRoute> m_routes;
    std::vector<model::VirtualRule> m_rules;
    std::vector<IpAddress> m_dropped;
    std::map<std::string, std::string> m_sysctls;
};

} // namespace lvsdeck::simulated
