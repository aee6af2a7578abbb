// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"

#include <algorithm>
#include <tuple>

namespace lvsdeck::formats::keepalived {

namespace {

/// Instances by name, and the first few names of each VRID: more would not help whoever reads the finding.
class Instances {
public:
    Instances(model::Cluster& cluster, const Reading& first) : m_cluster(cluster), m_first(first) {
        for (const model::VrrpInstance& instance : cluster.instances)
            remember(instance.vrid, instance.name);
        m_known = positions(cluster.instances, &model::VrrpInstance::name);
    }

    void merge(model::VrrpInstance& instance, const Reading& reading) {
        const auto found = m_known.find(instance.name);
        if (found == m_known.end())
            return add(instance, reading);
        model::VrrpInstance& known = m_cluster.instances[found->second];
        model::Cluster before;
        model::Cluster after;
        before.instances = {known};
        after.instances = {instance};
        before.instances.front().members.clear();
        after.instances.front().members.clear();
        reportContradictions(before, m_first, after, reading);
        std::ranges::move(instance.members, std::back_inserter(known.members));
    }

private:
    /// The same VRID under another name is one instance to the network, and usually a typing mistake.
    void add(model::VrrpInstance& instance, const Reading& reading) {
        for (const std::string& other : m_names[instance.vrid])
            reading.report->add(
                Severity::Warning, reading.document.files, placeOf(reading, "instance " + instance.name, {}), instance.name,
                "VRID " + std::to_string(instance.vrid) + " is called " + other + " in " +
                    placeText(m_first, "instance " + other, {}) + "; use one name if it is the same instance");
        remember(instance.vrid, instance.name);
        m_known.emplace(instance.name, m_cluster.instances.size());
        m_cluster.instances.push_back(std::move(instance));
    }

    void remember(unsigned vrid, const std::string& name) {
        constexpr std::size_t few = 8;
        if (std::vector<std::string>& names = m_names[vrid]; names.size() < few)
            names.push_back(name);
    }

    model::Cluster& m_cluster;
    const Reading& m_first;
    std::map<std::string, std::size_t> m_known;
    std::map<unsigned, std::vector<std::string>> m_names;
};

/// Things with a name of their own: the known ones are compared, the others are added.
template <class T>
void mergeNamed(std::vector<T> model::Cluster::* list, model::Cluster& cluster, const Reading& first, Reading& reading) {
    const auto known = positions(cluster.*list, &T::name);
    for (T& entry : reading.cluster.*list) {
        const auto found = known.find(entry.name);
        if (found == known.end()) {
            (cluster.*list).push_back(std::move(entry));
            continue;
        }
        model::Cluster before;
        model::Cluster after;
        (before.*list) = {(cluster.*list)[found->second]};
        (after.*list) = {std::move(entry)};
        reportContradictions(before, first, after, reading);
    }
}

/// A director names only the instances that it takes part in.
void mergeSyncGroups(model::Cluster& cluster, const Reading& first, Reading& reading) {
    const auto known = positions(cluster.syncGroups, &model::SyncGroup::name);
    for (model::SyncGroup& group : reading.cluster.syncGroups) {
        const auto found = known.find(group.name);
        if (found == known.end())
            continue;
        std::vector<std::string>& merged = cluster.syncGroups[found->second].instances;
        addMissing(merged, group.instances);
        group.instances = merged;
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
    Instances known(cluster, first);
    for (model::VrrpInstance& instance : reading.cluster.instances)
        known.merge(instance, reading);
    mergeSyncGroups(cluster, first, reading);
    mergeSettings(cluster, first, reading);
}

void shareTracking(model::Cluster& cluster) {
    const auto key = [](const model::TrackedInterface& tracked) {
        return std::tuple(tracked.interface, tracked.weight, tracked.reverse);
    };
    using Key = std::tuple<std::string, std::int32_t, bool>;
    for (model::VrrpInstance& instance : cluster.instances) {
        if (instance.members.empty())
            continue;
        std::map<Key, std::size_t> members; // how many track it
        for (const model::Member& member : instance.members) {
            std::set<Key> own;
            for (const model::TrackedInterface& tracked : member.trackInterfaces)
                if (own.insert(key(tracked)).second)
                    ++members[key(tracked)];
        }
        std::set<Key> shared;
        for (const model::TrackedInterface& tracked : instance.members.front().trackInterfaces)
            if (members[key(tracked)] == instance.members.size() && shared.insert(key(tracked)).second)
                instance.tracking.interfaces.push_back(tracked);
        for (model::Member& member : instance.members)
            std::erase_if(member.trackInterfaces,
                          [&](const model::TrackedInterface& tracked) { return shared.contains(key(tracked)); });
    }
}

} // namespace lvsdeck::formats::keepalived
