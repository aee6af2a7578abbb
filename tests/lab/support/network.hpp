// SPDX-License-Identifier: GPL-3.0-or-later
// The cables of the lab: a switch is a host with bridges in it, a link is a cable from one of its bridges to another host.
// Owned by the scenario, which destroys links before hosts. One thread per object.
#pragma once

#include "tests/lab/support/host.hpp"

#include <string>
#include <vector>

namespace lvsdeck::lab {

/// One end of a cable at a host.
struct Plug {
    Host* host = nullptr;
    std::string interface;              ///< as the host sees it, e.g. "eth0"
    std::string bridge;                 ///< the switch's bridge at the other end
    std::vector<std::string> addresses; ///< with prefix lengths, e.g. "192.168.50.9/24"
    std::string hardwareAddress;        ///< empty: any. A fixed one gives the same link-local IPv6 address every time
};

class Switch {
public:
    explicit Switch(const std::vector<std::string>& bridges);

    /// Lays all cables and gives the addresses; the interfaces are up afterwards.
    void connect(const std::vector<Plug>& plugs);
    /// Takes the cables of that host away, before the host is replaced by a new one of the same name.
    void remove(const Host& host, const std::vector<std::string>& interfaces);
    /// While apart, the ports of these hosts hear everybody but each other.
    void setApart(const std::vector<const Host*>& hosts, const std::string& interface, bool apart);
    /// Pulls or puts back the cable of a host's interface at the switch: the host's interface loses its carrier.
    void pull(const Host& host, const std::string& interface);
    void plugIn(const Host& host, const std::string& interface);
    /// Options of `tc qdisc ... netem`, e.g. "delay 20ms loss 5%", on what the switch sends to that host; empty removes them.
    void disturb(const Host& host, const std::string& interface, const std::string& netem);
    /// The switch itself, to capture on its bridges or to give it an address on one.
    [[nodiscard]] Host& host() { return m_host; }

private:
    [[nodiscard]] static std::string portName(const Host& host, const std::string& interface);

    Host m_host;
};

} // namespace lvsdeck::lab
