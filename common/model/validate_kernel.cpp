// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/validate_parts.hpp"

#include <algorithm>

namespace lvsdeck::model::detail {

namespace {

void checkSync(const Cluster& cluster, const ConnectionSync& sync, ProblemList& problems) {
    const std::string path = "connection_sync";
    if (!isInterfaceName(sync.interface))
        problems.error(path + ".interface",
                       quoted(sync.interface) +
                           " is not the name of an interface; give the one between the directors, such as "
                           "eth1");
    if (!sync.instance.empty() &&
        std::ranges::find(cluster.instances, sync.instance, &VrrpInstance::name) == cluster.instances.end())
        problems.error(path + ".instance",
                       "there is no VRRP instance " + quoted(sync.instance) +
                           "; name the one whose master sends connections, or leave it out for both roles");
    if (sync.maxLength && (*sync.maxLength == 0 || *sync.maxLength > 65507))
        problems.error(path + ".max_length", "the length of a message must be between 1 and 65507 bytes");
    if (sync.port && *sync.port == 0)
        problems.error(path + ".port", "port 0 does not exist; leave it out for 8848");
    if (sync.ttl && *sync.ttl == 0)
        problems.error(path + ".ttl", "with ttl 0 no packet leaves the host; use 1");
    if (sync.group && !sync.group->isMulticast())
        problems.error(path + ".group", sync.group->toString() + " is not a multicast address; leave it out for 224.0.0.81");
    const bool mixed = std::ranges::any_of(cluster.services, [](const VirtualService& service) {
        return std::ranges::any_of(service.servers, [&](const RealServer& server) {
            return service.group.empty() && server.address.family() != familyOf(service);
        });
    });
    if (mixed)
        problems.warning(path, "the kernel refuses the sync daemon while a service has servers of the other family; take "
                               "one of the two out");
}

} // namespace

void checkKernelSettings(const Cluster& cluster, ProblemList& problems) {
    if (cluster.connectionSync)
        checkSync(cluster, *cluster.connectionSync, problems);
    for (std::size_t i = 0; i < cluster.directors.size(); ++i) {
        const std::string& interface = cluster.directors[i].syncInterface;
        if (interface.empty())
            continue;
        const std::string path = at("directors", i) + ".sync_interface";
        if (!isInterfaceName(interface))
            problems.error(path, quoted(interface) + " is not the name of an interface");
        else if (!cluster.connectionSync)
            problems.note(path,
                          "connections are not copied in this cluster, so the interface has no effect; remove it, or set "
                          "the connection sync");
    }
    for (const auto& [name, value] : {std::pair("tcp", cluster.timeouts.tcp), std::pair("tcp_fin", cluster.timeouts.tcpFin),
                                      std::pair("udp", cluster.timeouts.udp)})
        if (value && (*value == 0 || *value > 2678400))
            problems.error(std::string("timeouts.") + name,
                           "a connection timeout must be between 1 s and 2678400 s (31 days); "
                           "leave it out for the kernel's");
    for (const auto& [name, value] : cluster.ipvsSysctls) {
        const std::string path = "ipvs_sysctls." + name;
        const bool word = !name.empty() && std::ranges::all_of(name, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        });
        if (!word)
            problems.error(path, quoted(name) + " is not a sysctl of net.ipv4.vs; give the last part of its name, such as "
                                                "expire_nodest_conn");
        const bool plain = !value.empty() && value.size() <= 64 &&
                           std::ranges::all_of(value, [](char c) { return (c >= '0' && c <= '9') || c == '-' || c == ' '; });
        if (!plain)
            problems.error(path,
                           "the value " + quoted(value) + " is not a number, or two numbers with a blank between them");
    }
}

void checkServiceScript(const Script& script, const std::string& path, ProblemList& problems) {
    if (script.empty() && (!script.user.empty() || !script.group.empty()))
        problems.error(path + ".command", "there is a user but no program to run; give the program, or remove the user");
    if (!script.empty() && script.command.front().empty())
        problems.error(path + ".command", "the program has no name; give its path");
    if (script.user.empty() && !script.group.empty())
        problems.error(path + ".group", "a group without a user cannot be set; give the user too");
    for (const auto& [name, value] : {std::pair(".user", &script.user), std::pair(".group", &script.group)})
        if (!value->empty() && !isPlainWord(*value))
            problems.error(path + name, quoted(*value) + " is not the name of a user or a group");
}

} // namespace lvsdeck::model::detail
