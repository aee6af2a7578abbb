// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/loans.hpp"

#include "agent/vrrp/instance_plan.hpp"

#include <algorithm>

namespace lvsdeck::vrrp {

namespace {

const std::string off = "0";
const std::string on = "1";

std::string switchOf(std::string device, const char* setting) {
    std::ranges::replace(device, '.', '/');
    return "net.ipv4.conf." + device + "." + setting;
}

} // namespace

std::set<std::string> neededSwitches(const std::vector<model::OwnInstance>& configs) {
    std::set<std::string> out;
    for (const model::OwnInstance& config : configs) {
        const auto macvlan = macvlanOf(config);
        if (macvlan && macvlan->use.family == Family::V4)
            for (const char* setting : {"arp_ignore", "arp_filter"})
                out.insert(switchOf(macvlan->base, setting));
        if (!config.instance.promoteSecondaries)
            continue;
        for (const auto* list : {&config.instance.addresses, &config.instance.excludedAddresses})
            for (const model::VirtualAddress& address : *list)
                if (const std::string device = deviceOf(config, address);
                    address.address.isV4() && !(macvlan && device == macvlan->name)) // that one has it anyway
                    out.insert(switchOf(device, "promote_secondaries"));
    }
    return out;
}

Result<void> Loans::want(const std::set<std::string>& switches, const std::function<void()>& writeDown) {
    Result<void> outcome;
    const auto note = [&outcome](Result<void> done) {
        if (!done && done.error().code != ErrorCode::NotFound && outcome)
            outcome = std::move(done);
    };
    std::erase_if(m_before, [&](const auto& borrowed) {
        if (switches.contains(borrowed.first))
            return false;
        note(m_network.writeSysctl(borrowed.first, borrowed.second));
        return true;
    });
    std::vector<std::string> toTurnOn;
    bool more = false;
    for (const std::string& name : switches) {
        const auto now = m_network.readSysctl(name);
        if (!now) {
            note(std::unexpected(now.error()));
            continue;
        }
        if (*now != off)
            continue;
        more = m_before.try_emplace(name, *now).second || more;
        toTurnOn.push_back(name);
    }
    if (more)
        writeDown();
    for (const std::string& name : toTurnOn)
        note(m_network.writeSysctl(name, on));
    return outcome;
}

} // namespace lvsdeck::vrrp
