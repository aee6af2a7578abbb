// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/standard_lab.hpp"

namespace lvsdeck::lab {

const std::vector<HostPlan>& standardHosts() {
    static const std::vector<HostPlan> plans = {
        {"client", "192.168.50.100", "10.77.0.100"}, {"lb1", "192.168.50.101", "10.77.0.101"},
        {"lb2", "192.168.50.102", "10.77.0.102"},    {"rs1", "192.168.50.9", "10.77.0.9"},
        {"rs2", "192.168.50.10", "10.77.0.10"},      {"rs3", "192.168.50.11", "10.77.0.11"}};
    return plans;
}

std::vector<Account> standardAccounts(const std::string& adminPassword) {
    return {{"admin", 7001, "lvsdeck-admin", adminPassword},
            {"operator", 7002, "lvsdeck-operator", {}},
            {"viewer", 7003, "lvsdeck", {}}};
}

StandardLab::StandardLab(const std::vector<Account>& accounts)
    : m_switch(std::make_unique<Switch>(std::vector<std::string>{serviceBridge, managementBridge})) {
    std::vector<Plug> plugs;
    for (const HostPlan& plan : standardHosts()) {
        Host& host = *m_hosts.emplace(plan.name, std::make_unique<Host>(plan.name, accounts)).first->second;
        plugs.push_back({&host, "eth0", serviceBridge, {std::string(plan.serviceAddress) + "/24"}});
        plugs.push_back({&host, "mgmt0", managementBridge, {std::string(plan.managementAddress) + "/24"}});
    }
    m_switch->connect(plugs);
    m_switch->host().ip(std::string("address add 10.77.0.1/24 dev ") + managementBridge + "\n");

    for (const char* name : {"lb1", "lb2"})
        host(name).sysctl("net/ipv4/ip_forward", "1");
    for (const char* name : {"rs1", "rs2", "rs3"}) {
        // Direct routing: the server has the virtual address but must not answer for it on the wire.
        for (const char* interface : {"all", "lo"}) {
            host(name).sysctl(std::string("net/ipv4/conf/") + interface + "/arp_ignore", "1");
            host(name).sysctl(std::string("net/ipv4/conf/") + interface + "/arp_announce", "2");
        }
        host(name).ip(std::string("address add ") + virtualAddress + "/32 dev lo\n");
        m_nginx.emplace(name, std::make_unique<Nginx>(host(name)));
    }
    for (const auto& [name, nginx] : m_nginx)
        nginx->awaitReady();
}

StandardLab::~StandardLab() = default;

Host& StandardLab::host(const std::string& name) {
    const auto found = m_hosts.find(name);
    if (found == m_hosts.end())
        throw LabError("the lab has no host \"" + name + "\"; it has client, lb1, lb2, rs1, rs2 and rs3");
    return *found->second;
}

std::string StandardLab::holderOfVirtualAddress() {
    std::string holder;
    for (const char* name : {"lb1", "lb2"})
        if (host(name).hasAddress(virtualAddress))
            holder += (holder.empty() ? "" : "+") + std::string(name);
    return holder;
}

} // namespace lvsdeck::lab
