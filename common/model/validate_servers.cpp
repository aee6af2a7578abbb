// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/groups.hpp"
#include "common/model/validate_parts.hpp"

#include <algorithm>

namespace lvsdeck::model::detail {

namespace {

bool isHexDigest(std::string_view text) {
    return text.size() == 32 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
}

void checkHttp(const HttpCheck& check, const std::string& path, ProblemList& problems) {
    if (!check.virtualHost.empty() && !isPlainWord(check.virtualHost))
        problems.error(path + ".virtual_host", quoted(check.virtualHost) + " is not a host name");
    if (check.sni && !check.tls)
        problems.note(path + ".sni", "the server name is sent with HTTPS only; it has no effect here");
    if (check.urls.empty())
        problems.error(path + ".urls", "an HTTP check needs at least one URL to ask for; add / with status 200");
    for (std::size_t i = 0; i < check.urls.size(); ++i) {
        const HttpUrl& url = check.urls[i];
        const std::string here = at(path + ".urls", i);
        if (!url.path.starts_with('/') || std::ranges::any_of(url.path, [](char c) {
                return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '"';
            }))
            problems.error(here + ".path", "the path " + quoted(url.path) +
                                               " must begin with / and have no blanks and no quotes; write %20 and %22");
        for (std::size_t j = 0; j < url.status.size(); ++j)
            if (const StatusRange& range = url.status[j]; range.first < 100 || range.last > 599 || range.first > range.last)
                problems.error(at(here + ".status", j), "a status range lies between 100 and 599, smaller number first; " +
                                                            std::to_string(range.first) + "-" + std::to_string(range.last) +
                                                            " does not");
        if (!url.digest.empty() && !isHexDigest(url.digest))
            problems.error(here + ".digest", "a digest is the MD5 of the page: 32 digits 0-9 and a-f, as genhash prints it");
        if (!url.virtualHost.empty() && !isPlainWord(url.virtualHost))
            problems.error(here + ".virtual_host", quoted(url.virtualHost) + " is not a host name");
    }
}

void checkSettings(const CheckSettings& check, const RealServer& server, const std::string& path, ProblemList& problems) {
    if (check.connectPort && *check.connectPort == 0)
        problems.error(path + ".connect_port", "port 0 cannot be checked; give a port, or leave it out to use the server's");
    else if (!check.connectPort && server.port == 0)
        problems.error(path + ".connect_port",
                       "the server has no port of its own, so the check needs one; set the connect port");
    if (check.bindAddress && check.bindAddress->family() != check.connectAddress.value_or(server.address).family())
        problems.error(path + ".bind_address", "the check's source and destination must be of the same family");
    if (check.connectTimeout && *check.connectTimeout <= Milliseconds(0))
        problems.error(path + ".connect_timeout", "the connect timeout must be more than 0; 5 s is usual");
    if (check.delayBeforeRetry && *check.delayBeforeRetry < Milliseconds(0))
        problems.error(path + ".delay_before_retry", "the delay before a retry cannot be negative");
    if (check.warmup && *check.warmup < Milliseconds(0))
        problems.error(path + ".warmup", "the warm-up time cannot be negative");
    if (check.delayLoop && *check.delayLoop <= Milliseconds(0))
        problems.error(path + ".delay_loop",
                       "the time between two checks must be more than 0; leave it out to use the service's");
}

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
        if (server.lowerThreshold > server.upperThreshold)
            problems.error(here + ".lower_threshold",
                           "the lower threshold (" + std::to_string(server.lowerThreshold) + ") is above the upper one (" +
                               std::to_string(server.upperThreshold) +
                               "), which the kernel refuses; exchange them, or set the upper one");
        if (!server.virtualHost.empty() && !isPlainWord(server.virtualHost))
            problems.error(here + ".virtual_host", quoted(server.virtualHost) + " is not a host name");
        for (std::size_t j = 0; j < server.checks.size(); ++j) {
            const std::string checkPath = at(here + ".checks", j);
            checkSettings(settings(server.checks[j]), server, checkPath, problems);
            if (const auto* http = std::get_if<HttpCheck>(&server.checks[j]))
                checkHttp(*http, checkPath, problems);
        }
    }
}

} // namespace lvsdeck::model::detail
