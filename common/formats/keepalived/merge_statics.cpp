// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/keepalived/read_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

/// Entries that every director has as often are common; the rest stays each director's own.
template <class Entry>
std::vector<Entry> mergeEntries(std::vector<Reading>& readings, std::vector<Entry> model::Cluster::* list) {
    if (readings.size() == 1)
        return std::move(readings.front().cluster.*list);
    const auto key = [](const Entry& entry) { return json::toLine(json::toJson(entry)); };
    const auto common = commonCounts(readings, list, key);
    std::vector<Entry> out;
    std::vector<Entry> own;
    for (std::size_t i = 0; i < readings.size(); ++i) {
        auto left = common;
        for (Entry& entry : readings[i].cluster.*list) {
            const auto shared = left.find(key(entry));
            if (shared != left.end() && shared->second > 0) {
                --shared->second;
                if (i == 0)
                    out.push_back(std::move(entry));
            } else {
                entry.director = readings[i].director;
                own.push_back(std::move(entry));
            }
        }
    }
    std::ranges::move(own, std::back_inserter(out));
    return out;
}

/// A director names only the instances that it takes part in.
void mergeTrackGroups(model::Cluster& cluster, const Reading& first, std::vector<Reading>& readings) {
    std::map<std::string, std::size_t> known;
    for (Reading& reading : readings) {
        const auto here = positions(reading.cluster.instances, &model::VrrpInstance::name);
        for (model::TrackGroup& group : reading.cluster.trackGroups) {
            const auto [found, isNew] = known.emplace(group.name, cluster.trackGroups.size());
            if (isNew) {
                cluster.trackGroups.push_back(std::move(group));
                continue;
            }
            model::TrackGroup& merged = cluster.trackGroups[found->second];
            model::Cluster before;
            model::Cluster after;
            before.trackGroups = {merged};
            std::erase_if(before.trackGroups.front().instances, [&](const auto& name) { return !here.contains(name); });
            addMissing(merged.instances, group.instances);
            after.trackGroups = {std::move(group)};
            if (&reading != &first)
                reportContradictions(before, first, after, reading);
        }
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
