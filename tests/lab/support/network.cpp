// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/network.hpp"

#include <map>
#include <sstream>

namespace lvsdeck::lab {

Switch::Switch(const std::vector<std::string>& bridges) : m_host("switch") {
    std::string batch;
    for (const auto& bridge : bridges)
        // No spanning tree delay, and multicast goes to every port: the lab's directors must hear each other at once.
        batch += "link add " + bridge + " type bridge forward_delay 0 mcast_snooping 0\nlink set " + bridge + " up\n";
    m_host.ip(batch);
}

std::string Switch::portName(const Host& host, const std::string& interface) { return host.name() + "-" + interface; }

void Switch::connect(const std::vector<Plug>& plugs) {
    std::string cables;
    for (const Plug& plug : plugs) {
        const std::string port = portName(*plug.host, plug.interface);
        cables += "link add " + port + " type veth peer name " + plug.interface +
                  (plug.hardwareAddress.empty() ? "" : " address " + plug.hardwareAddress) + " netns " +
                  std::to_string(plug.host->holder()) + "\nlink set " + port + " master " + plug.bridge + " up\n";
    }
    m_host.ip(cables);
    std::map<Host*, std::string> batches;
    for (const Plug& plug : plugs) {
        std::string& batch = batches[plug.host];
        batch += "link set " + plug.interface + " up\n";
        for (const auto& address : plug.addresses)
            batch += "address add " + address + " dev " + plug.interface + "\n";
    }
    for (const auto& [host, batch] : batches)
        host->ip(batch);
}

void Switch::remove(const Host& host, const std::vector<std::string>& interfaces) {
    std::string batch;
    for (const auto& interface : interfaces)
        batch += "link del " + portName(host, interface) + "\n";
    m_host.ip(batch);
}

void Switch::setApart(const std::vector<const Host*>& hosts, const std::string& interface, bool apart) {
    for (const Host* host : hosts)
        m_host.must({"bridge", "link", "set", "dev", portName(*host, interface), "isolated", apart ? "on" : "off"});
}

void Switch::pull(const Host& host, const std::string& interface) {
    m_host.ip("link set " + portName(host, interface) + " down\n");
}

void Switch::plugIn(const Host& host, const std::string& interface) {
    m_host.ip("link set " + portName(host, interface) + " up\n");
}

void Switch::disturb(const Host& host, const std::string& interface, const std::string& netem) {
    const std::string port = portName(host, interface);
    if (netem.empty()) {
        m_host.must({"tc", "qdisc", "del", "dev", port, "root"});
        return;
    }
    std::vector<std::string> command = {"tc", "qdisc", "replace", "dev", port, "root", "netem"};
    std::istringstream words(netem);
    for (std::string word; words >> word;)
        command.push_back(word);
    m_host.must(command);
}

} // namespace lvsdeck::lab
