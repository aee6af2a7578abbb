// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/effective.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lvsdeck::model {

namespace {

template <class Entry> std::vector<Entry> of(std::string_view director, const std::vector<Entry>& entries) {
    std::vector<Entry> out;
    std::ranges::copy_if(entries, std::back_inserter(out),
                         [&](const Entry& entry) { return entry.director.empty() || entry.director == director; });
    return out;
}

/// All but the services.
Result<Effective> withoutServices(const Cluster& cluster, std::string_view director) {
    const Director* self = findDirector(cluster, director);
    if (self == nullptr)
        return failure(ErrorCode::NotFound,
                       "the cluster “" + cluster.name + "” has no director “" + std::string(director) +
                           "”; add it under directors, or start the agent with the right --director",
                       "directors");
    Effective out;
    out.director = *self;
    for (const VrrpInstance& instance : cluster.instances)
        if (const Member* member = findMember(instance, director))
            out.instances.push_back({instance, *member});
    for (SyncGroup group : cluster.syncGroups) {
        std::erase_if(group.instances, [&](const std::string& name) {
            return std::ranges::none_of(out.instances, [&](const OwnInstance& own) { return own.instance.name == name; });
        });
        if (!group.instances.empty())
            out.syncGroups.push_back(std::move(group));
    }
    out.trackScripts = cluster.trackScripts;
    out.trackFiles = cluster.trackFiles;
    out.trackProcesses = cluster.trackProcesses;
    out.vrrpStartupDelay = cluster.vrrpStartupDelay;
    out.trackGroups = cluster.trackGroups;
    out.staticAddresses = of(director, cluster.staticAddresses);
    out.staticRoutes = of(director, cluster.staticRoutes);
    out.staticRules = of(director, cluster.staticRules);
    out.serviceGroups = cluster.serviceGroups;
    out.connectionSync = cluster.connectionSync;
    if (out.connectionSync && !self->syncInterface.empty())
        out.connectionSync->interface = self->syncInterface;
    out.timeouts = cluster.timeouts;
    out.ipvsSysctls = cluster.ipvsSysctls;
    out.foreignChange = cluster.foreignChange;
    out.massFailure = cluster.massFailure;
    out.scripts = cluster.scripts;
    out.notification = cluster.notification;
    return out;
}

/// DR and TUN do not translate ports: the kernel sends to the service's port whatever the server's says.
/// The port of a group differs from entry to entry; there the table's builder does the same.
std::vector<VirtualService> withTheirPorts(std::vector<VirtualService> services) {
    for (VirtualService& service : services)
        for (RealServer& server : service.servers)
            if (forwardingOf(service, server) != Forwarding::Nat && service.group.empty())
                server.port = service.firewallMark ? 0 : service.port;
    return services;
}

} // namespace

Result<Effective> effective(const Cluster& cluster, std::string_view director) {
    auto out = withoutServices(cluster, director);
    if (out)
        out->services = withTheirPorts(cluster.services);
    return out;
}

Result<Effective> takeEffective(Cluster& cluster, std::string_view director) {
    auto out = withoutServices(cluster, director);
    if (out)
        out->services = withTheirPorts(std::exchange(cluster.services, {}));
    return out;
}

} // namespace lvsdeck::model
