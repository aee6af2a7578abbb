// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/standard_lab.hpp"

#include <algorithm>
#include <string_view>

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

std::vector<Plug> StandardLab::plugsOf(const HostPlan& plan) {
    Host& host = *m_hosts.at(plan.name);
    const std::string service = plan.serviceAddress;
    const unsigned long last = std::stoul(service.substr(service.rfind('.') + 1));
    constexpr std::string_view digits = "0123456789abcdef";
    const std::string number = {digits[last / 16], digits[last % 16]};
    return {{&host, "eth0", serviceBridge, {service + "/24"}, "02:50:00:00:00:" + number},
            {&host, "mgmt0", managementBridge, {std::string(plan.managementAddress) + "/24"}, "02:4d:00:00:00:" + number}};
}

StandardLab::StandardLab(const std::vector<Account>& accounts)
    : m_accounts(accounts), m_switch(std::make_unique<Switch>(std::vector<std::string>{serviceBridge, managementBridge})) {
    std::vector<Plug> plugs;
    for (const HostPlan& plan : standardHosts()) {
        m_hosts.emplace(plan.name, std::make_unique<Host>(plan.name, accounts));
        for (Plug& plug : plugsOf(plan))
            plugs.push_back(std::move(plug));
    }
    m_switch->connect(plugs);
    m_switch->host().ip(std::string("address add 10.77.0.1/24 dev ") + managementBridge + "\n");
    for (const HostPlan& plan : standardHosts())
        settle(plan.name);
    for (const auto& [name, nginx] : m_nginx)
        nginx->awaitReady();
}

void StandardLab::settle(const std::string& name) {
    Host& machine = host(name);
    if (name.starts_with("lb"))
        machine.sysctl("net/ipv4/ip_forward", "1");
    if (!name.starts_with("rs"))
        return;
    // Direct routing: the server has the virtual address but must not answer for it on the wire.
    for (const char* interface : {"all", "lo"}) {
        machine.sysctl(std::string("net/ipv4/conf/") + interface + "/arp_ignore", "1");
        machine.sysctl(std::string("net/ipv4/conf/") + interface + "/arp_announce", "2");
    }
    machine.ip(std::string("address add ") + virtualAddress + "/32 dev lo\n");
    m_nginx[name] = std::make_unique<Nginx>(machine);
}

Host& StandardLab::renew(const std::string& name) {
    const auto plan = std::ranges::find(standardHosts(), name, &HostPlan::name);
    m_switch->remove(host(name), {"eth0", "mgmt0"});
    m_nginx.erase(name);
    auto& slot = m_hosts.at(name);
    slot.reset();
    slot = std::make_unique<Host>(name, m_accounts);
    m_switch->connect(plugsOf(*plan));
    settle(name);
    return *slot;
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
