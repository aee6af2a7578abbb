// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

void mergeInstance(model::Cluster& cluster, const Reading& first, model::VrrpInstance& instance, const Reading& reading) {
    const auto known = std::ranges::find(cluster.instances, instance.name, &model::VrrpInstance::name);
    if (known == cluster.instances.end()) {
        // The same VRID under another name is one instance to the network, and usually a typing mistake.
        for (const model::VrrpInstance& other : cluster.instances)
            if (other.vrid == instance.vrid)
                reading.report->add(Severity::Warning, reading.document.files,
                                    placeOf(reading, "instance " + instance.name, {}), instance.name,
                                    "VRID " + std::to_string(instance.vrid) + " is called " + other.name + " in " +
                                        placeText(first, "instance " + other.name, {}) +
                                        "; use one name if it is the same instance");
        cluster.instances.push_back(std::move(instance));
        return;
    }
    model::Cluster before;
    model::Cluster after;
    before.instances = {*known};
    after.instances = {instance};
    before.instances.front().members.clear();
    after.instances.front().members.clear();
    reportContradictions(before, first, after, reading);
    std::ranges::move(instance.members, std::back_inserter(known->members));
}

/// Things with a name of their own: the known ones are compared, the others are added.
template <class T>
void mergeNamed(std::vector<T> model::Cluster::* list, model::Cluster& cluster, const Reading& first, Reading& reading) {
    for (T& entry : reading.cluster.*list) {
        const auto known = std::ranges::find(cluster.*list, entry.name, &T::name);
        if (known == (cluster.*list).end()) {
            (cluster.*list).push_back(std::move(entry));
            continue;
        }
        model::Cluster before;
        model::Cluster after;
        (before.*list) = {*known};
        (after.*list) = {std::move(entry)};
        reportContradictions(before, first, after, reading);
    }
}

/// A director names only the instances that it takes part in.
void mergeSyncGroups(model::Cluster& cluster, const Reading& first, Reading& reading) {
    for (model::SyncGroup& group : reading.cluster.syncGroups) {
        const auto known = std::ranges::find(cluster.syncGroups, group.name, &model::SyncGroup::name);
        if (known == cluster.syncGroups.end())
            continue;
        for (const std::string& name : group.instances)
            if (!holds(known->instances, name))
                known->instances.push_back(name);
        group.instances = known->instances;
    }
    mergeNamed(&model::Cluster::syncGroups, cluster, first, reading);
}

void mergeSettings(model::Cluster& cluster, const Reading& first, const Reading& reading) {
    model::Cluster before;
    model::Cluster after;
    before.scripts = cluster.scripts;
    before.vrrpStartupDelay = cluster.vrrpStartupDelay;
    after.scripts = reading.cluster.scripts;
    after.vrrpStartupDelay = reading.cluster.vrrpStartupDelay;
    reportContradictions(before, first, after, reading);
}

} // namespace

void mergeVrrp(model::Cluster& cluster, const Reading& first, Reading& reading) {
    mergeNamed(&model::Cluster::trackScripts, cluster, first, reading);
    mergeNamed(&model::Cluster::trackFiles, cluster, first, reading);
    mergeNamed(&model::Cluster::trackProcesses, cluster, first, reading);
    for (model::VrrpInstance& instance : reading.cluster.instances)
        mergeInstance(cluster, first, instance, reading);
    mergeSyncGroups(cluster, first, reading);
    mergeSettings(cluster, first, reading);
}

void shareTracking(model::Cluster& cluster) {
    for (model::VrrpInstance& instance : cluster.instances) {
        if (instance.members.empty())
            continue;
        const auto everybodyTracks = [&](const model::TrackedInterface& tracked) {
            return std::ranges::all_of(instance.members,
                                       [&](const model::Member& member) { return holds(member.trackInterfaces, tracked); });
        };
        std::vector<model::TrackedInterface> common;
        for (const model::TrackedInterface& tracked : instance.members.front().trackInterfaces)
            if (everybodyTracks(tracked) && !holds(common, tracked))
                common.push_back(tracked);
        for (model::Member& member : instance.members)
            std::erase_if(member.trackInterfaces,
                          [&](const model::TrackedInterface& tracked) { return holds(common, tracked); });
        std::ranges::move(common, std::back_inserter(instance.tracking.interfaces));
    }
}

} // namespace lvsdeck::formats::keepalived
