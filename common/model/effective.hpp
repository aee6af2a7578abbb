// SPDX-License-Identifier: GPL-3.0-or-later
// What one director has to do: a pure function of the cluster and the director's id.
#pragma once

#include "common/model/cluster.hpp"

namespace lvsdeck::model {

/// An instance with this director's own part in it.
struct OwnInstance {
    VrrpInstance instance;
    Member member;
    bool operator==(const OwnInstance&) const = default;
};

struct Effective {
    Director director;
    std::vector<OwnInstance> instances; ///< those that this director is a member of
    std::vector<SyncGroup> syncGroups;  ///< with those of their instances that are here; groups of none are left out
    std::vector<TrackScript> trackScripts;
    std::vector<TrackFile> trackFiles;
    std::vector<TrackProcess> trackProcesses;
    std::chrono::milliseconds vrrpStartupDelay{0};
    std::vector<TrackGroup> trackGroups;
    std::vector<StaticAddress> staticAddresses; ///< this director's, like the next two
    std::vector<StaticRoute> staticRoutes;
    std::vector<StaticRule> staticRules;
    std::vector<ServiceGroup> serviceGroups;
    std::vector<VirtualService> services;         ///< all: the backup's table is as ready as the master's
    std::optional<ConnectionSync> connectionSync; ///< with this director's interface
    ConnectionTimeouts timeouts;
    std::map<std::string, std::string> ipvsSysctls;
    ForeignChange foreignChange = ForeignChange::Repair;
    MassFailure massFailure = MassFailure::Alarm;
    ScriptSettings scripts;
    Notification notification;
    bool operator==(const Effective&) const = default;
};

/// NotFound when the cluster has no such director.
[[nodiscard]] Result<Effective> effective(const Cluster& cluster, std::string_view director);
/// The same, and the services are taken out of the cluster, unless there is no such director: thousands of servers are not there twice.
[[nodiscard]] Result<Effective> takeEffective(Cluster& cluster, std::string_view director);

} // namespace lvsdeck::model
