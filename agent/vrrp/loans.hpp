// SPDX-License-Identifier: GPL-3.0-or-later
// Switches of interfaces that belong to the host and are turned on while an instance needs them: what they were is remembered, over
// processes too (Memory), and comes back when nobody needs them any more. Owned by the router; control thread.
#pragma once

#include "agent/ports/network_port.hpp"
#include "common/model/effective.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace lvsdeck::vrrp {

/// Which ones these instances need, by their names as sysctl(8) writes them. On the interface below a macvlan: to answer ARP only
/// for addresses of its own. With promote_secondaries: that secondary addresses outlive their primary one.
[[nodiscard]] std::set<std::string> neededSwitches(const std::vector<model::OwnInstance>& configs);

class Loans {
public:
    explicit Loans(NetworkPort& network) : m_network(network) {}

    /// What the process before had turned on, with the values of before.
    void adopt(const std::map<std::string, std::string>& before) { m_before.insert(before.begin(), before.end()); }
    /// Turns on what is off, and gives back what is not needed any more. What the host has on already is its own. `writeDown` is called
    /// when before() has become longer and nothing is turned on yet: whoever is killed then leaves it to the next process. The first
    /// error is returned, the rest still done; an interface that is not there (yet) is none.
    [[nodiscard]] Result<void> want(const std::set<std::string>& switches, const std::function<void()>& writeDown);
    /// They stay as they are, and are nobody's loan any more.
    void forget() { m_before.clear(); }
    /// Of what is turned on by us.
    [[nodiscard]] const std::map<std::string, std::string>& before() const { return m_before; }

private:
    NetworkPort& m_network;
    std::map<std::string, std::string> m_before;
};

} // namespace lvsdeck::vrrp
