// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/write_parts.hpp"
#include "common/model/routing_words.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

/// The groups that have an instance here.
std::set<std::string_view> writeTrackGroups(Writer& out, const model::Cluster& cluster, std::string_view director) {
    const auto own = instancesOf(cluster, director);
    std::set<std::string_view> written;
    for (const model::TrackGroup& group : cluster.trackGroups) {
        std::vector<std::string> names;
        std::ranges::copy_if(group.instances, std::back_inserter(names),
                             [&](const std::string& name) { return own.contains(name); });
        if (names.empty())
            continue;
        if (!out.offers("track_group", "track_group " + group.name))
            continue;
        out.open("track_group " + wordText(group.name));
        out.open("group");
        for (const std::string& name : names)
            out.line(wordText(name));
        out.close();
        out.close();
        written.insert(group.name);
    }
    return written;
}

/// `text` gives an entry's line, or nothing when it cannot be written.
template <class Entry, class Text>
void writeEntries(Writer& out, std::string_view word, const std::vector<Entry>& entries, std::string_view director,
                  const std::set<std::string_view>& groups, Text text) {
    std::vector<std::string> lines;
    for (const Entry& entry : entries) {
        if (!entry.director.empty() && entry.director != director)
            continue;
        auto line = text(entry);
        if (!line)
            continue;
        // What comes behind next hops would belong to the last of them; such a route has no group.
        lines.push_back(*line + (groups.contains(entry.trackGroup) ? " track_group " + wordText(entry.trackGroup) : ""));
    }
    out.list(word, lines);
}

} // namespace

void writeStatics(Writer& out, const model::Cluster& cluster, std::string_view director) {
    const auto groups = writeTrackGroups(out, cluster, director);
    writeEntries(out, "static_ipaddress", cluster.staticAddresses, director, groups, [&](const model::StaticAddress& entry) {
        return std::optional(addressLine(out, "static_ipaddress", entry.address, "static_ipaddress"));
    });
    writeEntries(out, "static_routes", cluster.staticRoutes, director, groups, [&](const model::StaticRoute& entry) {
        return routeLine(out, "static_routes", entry.route, "static_routes");
    });
    const auto here = [&](const model::StaticRule& entry) { return entry.director.empty() || entry.director == director; };
    if (std::ranges::any_of(cluster.staticRules, here) && out.offers("static_rules", "static_rules"))
        writeEntries(out, "static_rules", cluster.staticRules, director, groups, [&](const model::StaticRule& entry) {
            return std::optional(ruleLine(out, "static_rules", entry.rule, "static_rules"));
        });
}

} // namespace lvsdeck::formats::keepalived
