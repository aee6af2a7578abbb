// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/groups.hpp"
#include "common/model/validate_parts.hpp"

#include <algorithm>

namespace lvsdeck::model::detail {

namespace {

std::set<IpAddress> movingAddresses(const Cluster& cluster) {
    std::set<IpAddress> out;
    for (const VrrpInstance& instance : cluster.instances) {
        for (const VirtualAddress& entry : instance.addresses)
            out.insert(entry.address);
        for (const VirtualAddress& entry : instance.excludedAddresses)
            out.insert(entry.address);
    }
    return out;
}

/// Whether all entries of its group that are addresses lie on VRRP instances, and what port 0 needs.
void checkGroupHead(const Cluster& cluster, const VirtualService& service, const std::string& path,
                    const std::set<IpAddress>& moving, ProblemList& problems) {
    const ServiceGroup* group = findGroup(cluster, service.group);
    if (group == nullptr)
        return problems.error(path + ".group",
                              "there is no service group " + quoted(service.group) + "; define it, or name another one");
    if (service.firewallMark || service.port != 0 || !service.address.isUnspecified())
        problems.error(path + ".group",
                       "a service has a group, or an address and a port, or a firewall mark; keep one of them");
    bool anyPort = false;
    for (const GroupEntry& entry : group->entries) {
        if (entry.firewallMark)
            continue;
        anyPort = anyPort || entry.port == 0;
        // Ranges are usually routed to the directors as a whole; only single addresses are looked up.
        if (!entry.lastAddress && !moving.contains(entry.address))
            problems.warning(path + ".group", entry.address.toString() + " of the group " + quoted(service.group) +
                                                  " belongs to no VRRP instance, so it does not move when a director "
                                                  "dies; add it to an instance");
    }
    if (anyPort && !service.persistenceTimeout)
        problems.error(path + ".persistence_timeout",
                       "the group " + quoted(service.group) +
                           " has an address without a port, which means all ports and works only with persistence; give a "
                           "port, or set a persistence timeout");
}

void checkHead(const Cluster& cluster, const VirtualService& service, const std::string& path,
               const std::set<IpAddress>& moving, ProblemList& problems) {
    if (!service.group.empty())
        return checkGroupHead(cluster, service, path, moving, problems);
    if (service.firewallMark) {
        if (*service.firewallMark == 0)
            problems.error(path + ".firewall_mark",
                           "firewall mark 0 means no mark; use the number that the firewall rule sets");
        return;
    }
    if (service.address.isUnspecified() || service.address.isMulticast())
        problems.error(path + ".address",
                       service.address.toString() + " cannot be the address of a service; give the virtual IP");
    else if (!moving.contains(service.address))
        problems.warning(path + ".address", service.address.toString() +
                                                " belongs to no VRRP instance, so it does not move when a director "
                                                "dies; add it to an instance");
    if (service.port == 0 && !service.persistenceTimeout)
        problems.error(path + ".port", "port 0 means all ports and works only with persistence; give a port, "
                                       "or set a persistence timeout");
}

void checkPersistence(const VirtualService& service, Family family, const std::string& path, ProblemList& problems) {
    if (service.persistenceTimeout && (*service.persistenceTimeout == 0 || *service.persistenceTimeout > 2678400))
        problems.error(path + ".persistence_timeout",
                       "the persistence timeout must be between 1 s and 2678400 s (31 days); leave it out to "
                       "switch persistence off");
    if (service.persistencePrefix) {
        const unsigned most = family == Family::V4 ? 32 : 128;
        if (*service.persistencePrefix == 0 || *service.persistencePrefix > most)
            problems.error(path + ".persistence_prefix",
                           "the persistence prefix must be between 1 and " + std::to_string(most));
        else if (!service.persistenceTimeout)
            problems.warning(path + ".persistence_prefix",
                             "without a persistence timeout the prefix has no effect; set the timeout, or remove "
                             "the prefix");
    }
    if (!service.persistenceEngine.empty()) {
        if (service.persistenceEngine != "sip")
            problems.error(path + ".persistence_engine", "the kernel has no persistence engine " +
                                                             quoted(service.persistenceEngine) + "; use sip, or none");
        else if (!service.persistenceTimeout)
            problems.error(path + ".persistence_engine", "a persistence engine needs a persistence timeout; set one");
        else if (!service.firewallMark && service.protocol != Protocol::Udp)
            problems.warning(path + ".persistence_engine",
                             "the engine sip understands UDP only; use a UDP service, or no engine");
    }
    if (service.onePacket && !service.firewallMark && service.protocol != Protocol::Udp)
        problems.error(path + ".one_packet", "one-packet scheduling is for UDP; switch it off for this " +
                                                 std::string(service.protocol == Protocol::Tcp ? "TCP" : "SCTP") +
                                                 " service");
    if (service.onePacket && service.persistenceTimeout)
        problems.warning(path + ".one_packet",
                         "persistence sends a client's packets to one server, one-packet scheduling spreads them; keep "
                         "one of the two");
}

void checkMarks(const Cluster& cluster, const VirtualService& service, const std::string& path, ProblemList& problems) {
    if (service.haSuspend)
        problems.warning(path + ".ha_suspend",
                         "a firewall mark has no address that could be elsewhere, so the checks are never "
                         "suspended; remove it");
    if (!service.group.empty() && service.protocol != Protocol::Tcp && onlyMarks(cluster, service))
        problems.warning(path + ".protocol", "the group " + quoted(service.group) +
                                                 " has firewall marks only, and they have no protocol; leave TCP there");
}

void checkQuorum(const VirtualService& service, const std::string& path, ProblemList& problems) {
    std::uint64_t total = 0;
    for (const RealServer& server : service.servers)
        if (server.admin == AdminState::Enabled && server.weight > 0)
            total += static_cast<std::uint64_t>(server.weight);
    if (service.delayLoop <= Milliseconds(0))
        problems.error(path + ".delay_loop", "the time between two checks must be more than 0; 6 s is usual");
    if (service.quorum == 0)
        problems.error(path + ".quorum", "the quorum must be at least 1");
    else if (service.quorum > total && total > 0)
        problems.warning(path + ".quorum", "the quorum " + std::to_string(service.quorum) +
                                               " is more than the weight of all enabled servers (" + std::to_string(total) +
                                               "), so it is never reached; lower it, or add servers");
    if (service.quorum > 0 && service.hysteresis >= service.quorum)
        problems.error(path + ".hysteresis",
                       "the hysteresis must be less than the quorum (" + std::to_string(service.quorum) + ")");
    if (service.servers.empty())
        problems.warning(path + ".servers",
                         "the service " + serviceKey(service) + " has no real server and answers nobody; add one");
    else if (total == 0)
        problems.warning(path + ".servers", "every real server of " + serviceKey(service) +
                                                " has weight 0 or is taken out, so nobody gets new "
                                                "connections; give at least one a weight");
}

void checkSorryServer(const VirtualService& service, Family family, const std::string& path,
                      const std::set<IpAddress>& virtualAddresses, ProblemList& problems) {
    if (!service.sorryServer)
        return;
    const SorryServer& sorry = *service.sorryServer;
    const Forwarding forwarding = sorry.forwarding.value_or(service.forwarding);
    const std::string here = path + ".sorry_server";
    if (forwarding == Forwarding::Tun && sorry.tunnel)
        checkTunnel(*sorry.tunnel, here + ".tunnel", problems);
    else if (sorry.tunnel)
        problems.note(here + ".tunnel", "tunnel settings have no effect without forwarding TUN; remove them");
    if (sorry.address.isUnspecified() || sorry.address.isMulticast())
        problems.error(here + ".address", sorry.address.toString() + " cannot be the address of a server");
    else if (virtualAddresses.contains(sorry.address))
        problems.error(here + ".address", "the sorry server has a virtual address; give the address of the server itself");
    if (sorry.address.family() != family && forwarding != Forwarding::Tun)
        problems.error(here + ".address",
                       "IPv4 and IPv6 can be mixed with tunnels only; use an address of the service's family");
    if (!service.group.empty() && forwarding != Forwarding::Nat && sorry.port != 0)
        problems.note(here + ".port", "DR and TUN do not change the port, so this one has no effect with a group; use 0");
    else if (service.group.empty() && forwarding != Forwarding::Nat &&
             sorry.port != (service.firewallMark ? 0 : service.port))
        problems.error(here + ".port", "DR and TUN do not change the port: the sorry server must listen on "
                                       "the service's port; use that, or NAT");
    if (forwarding == Forwarding::Nat && sorry.port == 0 && !service.firewallMark && service.port != 0)
        problems.error(here + ".port", "the sorry server needs a port");
    if (std::ranges::any_of(service.servers,
                            [&](const RealServer& s) { return s.address == sorry.address && s.port == sorry.port; }))
        problems.warning(here, "the sorry server is also one of the real servers; use one that is not");
}

void checkDefaults(const VirtualService& service, const std::string& path, ProblemList& problems) {
    if (!service.virtualHost.empty() && !isPlainWord(service.virtualHost))
        problems.error(path + ".virtual_host", quoted(service.virtualHost) + " is not a host name");
    if (service.connectTimeout && *service.connectTimeout <= Milliseconds(0))
        problems.error(path + ".connect_timeout", "the connect timeout must be more than 0; 5 s is usual");
    if (service.delayBeforeRetry && *service.delayBeforeRetry < Milliseconds(0))
        problems.error(path + ".delay_before_retry", "the delay before a retry cannot be negative");
    if (service.retry && *service.retry == 0)
        problems.error(path + ".retry", "a service has at least one retry for its checks; give 0 to a check of its own");
    if (service.drainLimit && *service.drainLimit <= Milliseconds(0))
        problems.error(path + ".drain_limit",
                       "the time for draining must be more than 0; leave it out to take servers out at once");
    checkServiceScript(service.quorumUp, path + ".quorum_up", problems);
    checkServiceScript(service.quorumDown, path + ".quorum_down", problems);
    if (service.warmup && *service.warmup < Milliseconds(0))
        problems.error(path + ".warmup", "the warm-up time cannot be negative");
}

} // namespace

void checkTunnel(const Tunnel& tunnel, const std::string& path, ProblemList& problems) {
    if (tunnel.type == TunnelType::Gue && tunnel.port == 0)
        problems.error(path + ".port", "a GUE tunnel needs the UDP port that the real server listens on, such as 6080");
    if (tunnel.type != TunnelType::Gue && tunnel.port != 0)
        problems.error(path + ".port", "only GUE tunnels have a port; remove it");
    if ((tunnel.type == TunnelType::Ipip && tunnel.checksum != TunnelChecksum::None) ||
        (tunnel.type == TunnelType::Gre && tunnel.checksum == TunnelChecksum::Remcsum))
        problems.error(path + ".checksum",
                       "this kind of tunnel does not have that checksum (ipip has none, gre has csum); remove it");
}

void checkServices(const Cluster& cluster, ProblemList& problems) {
    const std::set<IpAddress> moving = movingAddresses(cluster);
    std::set<IpAddress> virtualAddresses = moving;
    for (const VirtualService& service : cluster.services)
        if (!service.firewallMark && service.group.empty())
            virtualAddresses.insert(service.address);
    for (const ServiceGroup& group : cluster.serviceGroups)
        for (const GroupEntry& entry : group.entries)
            if (!entry.firewallMark && !entry.lastAddress)
                virtualAddresses.insert(entry.address);
    std::set<std::string> keys;
    for (std::size_t i = 0; i < cluster.services.size(); ++i) {
        const VirtualService& service = cluster.services[i];
        const std::string path = at("services", i);
        if (!keys.insert(serviceKey(service)).second)
            problems.error(path,
                           "the service " + serviceKey(service) + " is there twice; remove one, or join their servers");
        const Family family = familyOf(cluster, service);
        checkHead(cluster, service, path, moving, problems);
        if (!std::ranges::is_sorted(service.schedulerFlags) ||
            std::ranges::adjacent_find(service.schedulerFlags) != service.schedulerFlags.end())
            problems.error(path + ".scheduler_flags", "list every scheduler flag once, in the order flag1, flag2, flag3");
        if (service.forwarding == Forwarding::Tun)
            checkTunnel(service.tunnel, path + ".tunnel", problems);
        else if (service.tunnel != Tunnel{} && std::ranges::none_of(service.servers, [&](const RealServer& s) {
                     return forwardingOf(service, s) == Forwarding::Tun;
                 }))
            problems.note(path + ".tunnel", "tunnel settings have no effect without forwarding TUN; remove them");
        checkPersistence(service, family, path, problems);
        if (hasMarks(cluster, service))
            checkMarks(cluster, service, path, problems);
        checkQuorum(service, path, problems);
        checkSorryServer(service, family, path, virtualAddresses, problems);
        checkDefaults(service, path, problems);
        checkServers(cluster, service, path, virtualAddresses, problems);
    }
}

} // namespace lvsdeck::model::detail
