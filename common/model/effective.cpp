// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/effective.hpp"

namespace lvsdeck::model {

Result<Effective> effective(const Cluster& cluster, std::string_view director) {
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
    out.services = cluster.services;
    // DR and TUN do not translate ports: the kernel sends to the service's port whatever the server's says.
    for (VirtualService& service : out.services)
        for (RealServer& server : service.servers)
            if (forwardingOf(service, server) != Forwarding::Nat)
                server.port = service.firewallMark ? 0 : service.port;
    return out;
}

} // namespace lvsdeck::model
