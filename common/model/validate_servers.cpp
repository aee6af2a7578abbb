// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/groups.hpp"
#include "common/model/validate_parts.hpp"

#include <algorithm>

namespace lvsdeck::model::detail {

namespace {

void checkForwarding(const Cluster& cluster, const VirtualService& service, const RealServer& server,
                     const std::string& path, ProblemList& problems) {
    const Forwarding forwarding = forwardingOf(service, server);
    const std::uint16_t servicePort = commonPort(cluster, service);
    const Family family = familyOf(cluster, service);
    if (!service.group.empty() && forwarding != Forwarding::Nat && server.port != servicePort)
        problems.warning(path + ".port",
                         "DR and TUN leave packets as they are, so the real server gets them on the port of each "
                         "entry of the group, and this one is for the checks only; use " +
                             std::to_string(servicePort) + ", and give the port to the checks");
    else if (forwarding != Forwarding::Nat && server.port != servicePort)
        problems.error(path + ".port", std::string(forwarding == Forwarding::Dr ? "DR" : "TUN") +
                                           " leaves packets as they are, so the real server gets them on port " +
                                           (servicePort ? std::to_string(servicePort) : std::string("0 (the client's)")) +
                                           ", not " + std::to_string(server.port) + "; use the service's port, or NAT" +
                                           (servicePort ? "" : "; a port for checks goes into the check"));
    if (forwarding == Forwarding::Nat && server.port == 0 && servicePort != 0 && service.group.empty())
        problems.error(path + ".port", "a real server behind NAT needs a port; use " + std::to_string(servicePort) +
                                           " if it is the service's");
    if (server.address.family() != family && forwarding != Forwarding::Tun)
        problems.error(path + ".address", server.address.toString() +
                                              " is not of the service's family; the kernel mixes IPv4 and IPv6 with "
                                              "tunnels only: use forwarding TUN, or another address");
    if (server.tunnel && forwarding == Forwarding::Tun)
        checkTunnel(*server.tunnel, path + ".tunnel", problems);
    else if (server.tunnel)
        problems.note(path + ".tunnel", "tunnel settings have no effect without forwarding TUN; remove them");
    else if (forwarding == Forwarding::Tun && service.forwarding != Forwarding::Tun)
        checkTunnel(service.tunnel, path + ".tunnel", problems);
}

} // namespace

void checkServers(const Cluster& cluster, const VirtualService& service, const std::string& path,
                  const std::set<IpAddress>& virtualAddresses, ProblemList& problems) {
    std::set<std::string> keys;
    for (std::size_t i = 0; i < service.servers.size(); ++i) {
        const RealServer& server = service.servers[i];
        const std::string here = at(path + ".servers", i);
        if (!keys.insert(serverKey(server)).second)
            problems.error(here, "the real server " + serverKey(server) + " is there twice; remove one");
        if (server.address.isUnspecified() || server.address.isMulticast())
            problems.error(here + ".address",
                           server.address.toString() + " cannot be the address of a server; give the real server's own");
        else if (virtualAddresses.contains(server.address))
            problems.error(here + ".address", server.address.toString() +
                                                  " is a virtual address; packets would go round in a circle: give the "
                                                  "real server's own address");
        checkForwarding(cluster, service, server, here, problems);
        if (server.weight < 0)
            problems.error(here + ".weight", "a weight cannot be negative; 0 means no new connections");
        if (server.lowerThreshold > 0x7FFFFFFFU || server.upperThreshold > 0x7FFFFFFFU)
            problems.warning(here + ".upper_threshold", "ipvsadm takes thresholds up to 2147483647; use 0 for none");
        if (server.lowerThreshold > server.upperThreshold)
            problems.error(here + ".lower_threshold",
                           "the lower threshold (" + std::to_string(server.lowerThreshold) + ") is above the upper one (" +
                               std::to_string(server.upperThreshold) +
                               "), which the kernel refuses; exchange them, or set the upper one");
        if (!server.virtualHost->empty() && !isPlainWord(*server.virtualHost))
            problems.error(here + ".virtual_host", quoted(*server.virtualHost) + " is not a host name");
        checkServiceScript(server.notifyUp, here + ".notify_up", problems);
        checkServiceScript(server.notifyDown, here + ".notify_down", problems);
        checkChecks(cluster, service, server, here, problems);
    }
}

} // namespace lvsdeck::model::detail
