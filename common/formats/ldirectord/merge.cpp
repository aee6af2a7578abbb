// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ldirectord/read_parts.hpp"

#include "common/model/diff.hpp"

#include <algorithm>

namespace lvsdeck::formats::ldirectord {

namespace {

std::uint32_t lineOf(const Reading& reading, const std::string& subject) {
    const auto found = reading.lines.find(subject);
    return found == reading.lines.end() ? 0 : found->second;
}

std::string placeText(const Reading& reading, const std::string& subject) {
    const std::uint32_t line = lineOf(reading, subject);
    const std::string& file = reading.report.file();
    return (file.empty() ? "the first file" : file) + (line == 0 ? "" : ":" + std::to_string(line));
}

void reportDifferences(const Reading& first, Reading& other) {
    for (const model::Change& change : model::diff(first.cluster, other.cluster)) {
        const std::string there = placeText(first, change.subject);
        std::string text = change.subject;
        switch (change.kind) {
        case model::ChangeKind::Changed:
            text += ": " + change.field + " is “" + change.after + "” here and “" + change.before + "” in " + there +
                    "; the directors must agree, the first is taken";
            break;
        case model::ChangeKind::Added: text += " is here and not in " + there + "; taken over for all directors"; break;
        case model::ChangeKind::Removed: text += " is in " + there + " and not here; taken over for all directors"; break;
        }
        other.report.say(Severity::Warning, lineOf(other, change.subject), 0, {}, std::move(text));
    }
}

/// Servers that only the other file has, too.
void addServers(model::VirtualService& service, std::vector<model::RealServer>& others) {
    std::set<std::string> keys;
    for (const model::RealServer& server : service.servers)
        keys.insert(serverKey(server));
    for (model::RealServer& server : others)
        if (keys.insert(serverKey(server)).second)
            service.servers.push_back(std::move(server));
}

} // namespace

void merge(model::Cluster& cluster, std::vector<Reading>& readings) {
    std::map<std::string, std::size_t> known;
    for (Reading& reading : readings) {
        if (&reading == &readings.front())
            cluster.notification = reading.cluster.notification;
        else
            reportDifferences(readings.front(), reading);
        if (cluster.notification.to.empty())
            cluster.notification = reading.cluster.notification;
    }
    for (Reading& reading : readings)
        for (model::VirtualService& service : reading.cluster.services) {
            const auto [position, isNew] = known.emplace(serviceKey(service), cluster.services.size());
            if (isNew)
                cluster.services.push_back(std::move(service));
            else
                addServers(cluster.services[position->second], service.servers);
        }
}

} // namespace lvsdeck::formats::ldirectord
