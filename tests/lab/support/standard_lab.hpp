// SPDX-License-Identifier: GPL-3.0-or-later
// The lab that scenarios, demo and benchmarks stand on: a client, two directors and three real servers on one service network,
// each also on a management network, with nginx on the real servers, set up for direct routing. Owned by the scenario. One thread.
#pragma once

#include "tests/lab/support/agent.hpp"
#include "tests/lab/support/network.hpp"
#include "tests/lab/support/nginx.hpp"
#include "tests/lab/support/sshd.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lvsdeck::lab {

/// Names, addresses and logins; the same everywhere.
inline constexpr const char* virtualAddress = "192.168.50.8";
inline constexpr const char* serviceBridge = "service";
inline constexpr const char* managementBridge = "management";

struct HostPlan {
    const char* name;
    const char* serviceAddress;    ///< on eth0, /24
    const char* managementAddress; ///< on mgmt0, /24
};
[[nodiscard]] const std::vector<HostPlan>& standardHosts();
/// admin, operator and viewer with their roles' groups; `adminPassword` empty: by key only.
[[nodiscard]] std::vector<Account> standardAccounts(const std::string& adminPassword = {});

class StandardLab {
public:
    /// Built and answering when the constructor returns: real servers' nginx accepts connections.
    explicit StandardLab(const std::vector<Account>& accounts = standardAccounts());
    ~StandardLab();

    [[nodiscard]] Host& host(const std::string& name);
    /// A new, empty machine in the place of that one, with the same name and cables. References to the old one end here.
    Host& renew(const std::string& name);
    [[nodiscard]] Host& client() { return host("client"); }
    [[nodiscard]] Host& lb1() { return host("lb1"); }
    [[nodiscard]] Host& lb2() { return host("lb2"); }
    [[nodiscard]] Nginx& nginx(const std::string& realServer) { return *m_nginx.at(realServer); }
    [[nodiscard]] Switch& network() { return *m_switch; }
    /// The host that has the virtual address on eth0 now, or "" for none, "lb1+lb2" for both.
    [[nodiscard]] std::string holderOfVirtualAddress();

private:
    [[nodiscard]] std::vector<Plug> plugsOf(const HostPlan& plan);
    /// What a machine needs beyond its cables: forwarding on directors, the virtual address on servers.
    void settle(const std::string& name);

    std::vector<Account> m_accounts;
    std::unique_ptr<Switch> m_switch;
    std::map<std::string, std::unique_ptr<Host>> m_hosts;
    std::map<std::string, std::unique_ptr<Nginx>> m_nginx;
};

} // namespace lvsdeck::lab
