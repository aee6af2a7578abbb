// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"

#include "common/model/diff.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

void reportContradictions(const model::Cluster& first, const Reading& firstReading, const model::Cluster& other,
                          const Reading& otherReading) {
    for (const model::Change& change : model::diff(first, other)) {
        std::string text;
        switch (change.kind) {
        case model::ChangeKind::Changed:
            text = change.subject + ": " + change.field + " is “" + change.after + "” here and “" + change.before + "” in " +
                   placeText(firstReading, change.subject, change.field) + "; the directors must agree, the first is taken";
            break;
        case model::ChangeKind::Added:
            text =
                change.subject + " is here and not in " + placeText(firstReading, {}, {}) + "; taken over for all directors";
            break;
        case model::ChangeKind::Removed:
            text = change.subject + " is in " + placeText(firstReading, change.subject, {}) +
                   " and not here; taken over for all directors";
            break;
        }
        otherReading.report->add(Severity::Warning, otherReading.document.files,
                                 placeOf(otherReading, change.subject, change.field),
                                 change.kind == model::ChangeKind::Changed ? change.after : change.subject, std::move(text));
    }
}

void addMissing(std::vector<std::string>& list, const std::vector<std::string>& more) {
    std::set<std::string> known(list.begin(), list.end());
    for (const std::string& entry : more)
        if (known.insert(entry).second)
            list.push_back(entry);
}

namespace {

void mergeGroups(model::Cluster& cluster, const Reading& first, std::vector<model::ServiceGroup>& groups,
                 const Reading& reading) {
    const auto known = positions(cluster.serviceGroups, &model::ServiceGroup::name);
    for (model::ServiceGroup& group : groups) {
        const auto found = known.find(group.name);
        model::Cluster before;
        model::Cluster after;
        after.serviceGroups = {group};
        if (found != known.end())
            before.serviceGroups = {cluster.serviceGroups[found->second]};
        reportContradictions(before, first, after, reading);
        if (found == known.end())
            cluster.serviceGroups.push_back(std::move(group));
    }
}

/// The sync daemon may use another interface on each director; everything else must agree.
void mergeKernel(model::Cluster& cluster, const Reading& first, model::Cluster& other, const Reading& reading) {
    if (cluster.connectionSync && other.connectionSync &&
        cluster.connectionSync->interface != other.connectionSync->interface) {
        cluster.directors.back().syncInterface = other.connectionSync->interface;
        other.connectionSync->interface = cluster.connectionSync->interface;
    }
    model::Cluster before;
    model::Cluster after;
    before.connectionSync = cluster.connectionSync;
    before.timeouts = cluster.timeouts;
    before.ipvsSysctls = cluster.ipvsSysctls;
    after.connectionSync = other.connectionSync;
    after.timeouts = other.timeouts;
    after.ipvsSysctls = other.ipvsSysctls;
    reportContradictions(before, first, after, reading);
    if (!cluster.connectionSync)
        cluster.connectionSync = other.connectionSync;
}

void mergeServices(model::Cluster& cluster, const Reading& first, std::vector<model::VirtualService>& services,
                   const Reading& reading) {
    const auto known = positions(cluster.services, model::serviceKey);
    for (const auto& [key, position] : known)
        if (!reading.serviceKeys.contains(key))
            reading.report->add(Severity::Warning, reading.document.files, {}, key,
                                "service " + key + " is in " + placeText(first, "service " + key, {}) +
                                    " and not here; taken over for all directors");
    for (model::VirtualService& service : services) {
        const auto found = known.find(serviceKey(service));
        model::Cluster before;
        model::Cluster after;
        after.services = {service};
        if (found != known.end())
            before.services = {cluster.services[found->second]};
        reportContradictions(before, first, after, reading);
        if (found == known.end()) {
            cluster.services.push_back(std::move(service));
            continue;
        }
        std::vector<model::RealServer>& servers = cluster.services[found->second].servers;
        const auto knownServers = positions(servers, model::serverKey);
        for (model::RealServer& server : service.servers)
            if (!knownServers.contains(serverKey(server)))
                servers.push_back(std::move(server));
    }
}

void mergeMail(model::Cluster& cluster, const Reading& first, const model::Notification& mail, const Reading& reading) {
    if (cluster.notification == model::Notification{}) {
        cluster.notification = mail;
        return;
    }
    model::Cluster before;
    model::Cluster after;
    before.notification = cluster.notification;
    after.notification = mail;
    reportContradictions(before, first, after, reading);
}

/// Text that every director has is common; the rest stays each director's own.
std::vector<model::Passthrough> mergeKept(const std::vector<Reading>& readings) {
    if (readings.size() == 1)
        return readings.front().cluster.passthrough;
    std::vector<model::Passthrough> out;
    const auto key = [](const model::Passthrough& entry) { return entry.place + '\n' + entry.text; };
    const auto common = commonCounts(readings, &model::Cluster::passthrough, key);
    for (std::size_t i = 0; i < readings.size(); ++i) {
        auto left = common;
        for (const model::Passthrough& entry : readings[i].cluster.passthrough) {
            const auto shared = left.find(key(entry));
            const bool isCommon = shared != left.end() && shared->second > 0;
            if (isCommon)
                --shared->second;
            if (!isCommon)
                out.push_back({readings[i].director, entry.place, entry.text});
            else if (i == 0)
                out.push_back({{}, entry.place, entry.text});
        }
    }
    return out;
}

} // namespace

model::Cluster merge(std::vector<Reading>& readings) {
    model::Cluster out;
    if (readings.empty())
        return out;
    out.passthrough = mergeKept(readings);
    const Reading& first = readings.front();
    out.name = first.cluster.name;
    mergeStatics(out, first, readings);
    for (std::size_t i = 0; i < readings.size(); ++i) {
        model::Cluster& cluster = readings[i].cluster;
        out.directors.push_back(std::move(cluster.directors.front()));
        if (i == 0) {
            out.instances = std::move(cluster.instances);
            out.syncGroups = std::move(cluster.syncGroups);
            out.trackScripts = std::move(cluster.trackScripts);
            out.trackFiles = std::move(cluster.trackFiles);
            out.trackProcesses = std::move(cluster.trackProcesses);
            out.scripts = std::move(cluster.scripts);
            out.vrrpStartupDelay = cluster.vrrpStartupDelay;
            out.serviceGroups = std::move(cluster.serviceGroups);
            out.services = std::move(cluster.services);
            out.connectionSync = std::move(cluster.connectionSync);
            out.timeouts = cluster.timeouts;
            out.ipvsSysctls = std::move(cluster.ipvsSysctls);
            out.foreignChange = cluster.foreignChange;
            out.massFailure = cluster.massFailure;
            out.notification = std::move(cluster.notification);
            continue;
        }
        mergeVrrp(out, first, readings[i]);
        mergeGroups(out, first, cluster.serviceGroups, readings[i]);
        mergeKernel(out, first, cluster, readings[i]);
        mergeServices(out, first, cluster.services, readings[i]);
        mergeMail(out, first, cluster.notification, readings[i]);
    }
    shareTracking(out);
    return out;
}

} // namespace lvsdeck::formats::keepalived
