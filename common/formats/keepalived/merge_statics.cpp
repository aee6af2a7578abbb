// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

/// Entries that every director has as often are common; the rest stays each director's own.
template <class Entry>
std::vector<Entry> mergeEntries(std::vector<Reading>& readings, std::vector<Entry> model::Cluster::* list) {
    std::vector<Entry> out;
    for (const Entry& entry : readings.front().cluster.*list) {
        const bool everywhere =
            std::ranges::all_of(readings, [&](const Reading& reading) { return holds(reading.cluster.*list, entry); });
        if (!everywhere)
            continue;
        out.push_back(entry);
        for (Reading& reading : readings)
            if (&reading != &readings.front())
                (reading.cluster.*list).erase(std::ranges::find(reading.cluster.*list, entry));
    }
    for (Reading& reading : readings)
        for (Entry& entry : reading.cluster.*list) {
            if (&reading == &readings.front() && holds(out, entry))
                continue;
            entry.director = reading.director;
            out.push_back(std::move(entry));
        }
    return out;
}

/// A director names only the instances that it takes part in.
void mergeTrackGroups(model::Cluster& cluster, const Reading& first, std::vector<Reading>& readings) {
    for (Reading& reading : readings)
        for (model::TrackGroup& group : reading.cluster.trackGroups) {
            const auto known = std::ranges::find(cluster.trackGroups, group.name, &model::TrackGroup::name);
            if (known == cluster.trackGroups.end()) {
                cluster.trackGroups.push_back(std::move(group));
                continue;
            }
            const auto isHere = [&](const std::string& name) {
                return std::ranges::find(reading.cluster.instances, name, &model::VrrpInstance::name) !=
                       reading.cluster.instances.end();
            };
            model::Cluster before;
            model::Cluster after;
            before.trackGroups = {*known};
            std::erase_if(before.trackGroups.front().instances, [&](const auto& name) { return !isHere(name); });
            for (const std::string& name : group.instances)
                if (!holds(known->instances, name))
                    known->instances.push_back(name);
            after.trackGroups = {std::move(group)};
            if (&reading != &first)
                reportContradictions(before, first, after, reading);
        }
}

} // namespace

void mergeStatics(model::Cluster& cluster, const Reading& first, std::vector<Reading>& readings) {
    mergeTrackGroups(cluster, first, readings);
    cluster.staticAddresses = mergeEntries(readings, &model::Cluster::staticAddresses);
    cluster.staticRoutes = mergeEntries(readings, &model::Cluster::staticRoutes);
    cluster.staticRules = mergeEntries(readings, &model::Cluster::staticRules);
}

} // namespace lvsdeck::formats::keepalived
