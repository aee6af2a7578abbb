// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/replacement.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::console {

namespace {

/// What an ipvsadm rule or a service's file knows, into a cluster that has the rest already.
model::Cluster withServicesOf(const model::Cluster& old, const model::Cluster& imported) {
    model::Cluster out = old;
    out.services = imported.services;
    out.serviceGroups = imported.serviceGroups;
    return out;
}

void forget(model::Cluster& cluster, const std::string& director) {
    std::erase_if(cluster.directors, [&](const auto& one) { return one.id == director; });
    for (model::VrrpInstance& instance : cluster.instances)
        std::erase_if(instance.members, [&](const auto& one) { return one.director == director; });
    const auto own = [&](const auto& one) { return one.director == director; };
    std::erase_if(cluster.staticAddresses, own);
    std::erase_if(cluster.staticRoutes, own);
    std::erase_if(cluster.staticRules, own);
    std::erase_if(cluster.passthrough, own);
}

} // namespace

Replacement replaced(const model::Cluster& old, const model::Cluster& imported) {
    Replacement out;
    if (imported.directors.empty() && imported.instances.empty()) {
        out.servicesOnly = true;
        out.cluster = withServicesOf(old, imported);
        return out;
    }
    out.cluster = imported;
    out.cluster.name = old.name;
    out.cluster.revision = old.revision;
    for (const model::Director& director : imported.directors)
        if (model::findDirector(old, director.id) == nullptr) {
            out.unknown.push_back(director.id);
            forget(out.cluster, director.id);
        }
    std::vector<model::Director> directors;
    for (const model::Director& known : old.directors) {
        const model::Director* given = model::findDirector(out.cluster, known.id);
        model::Director& next = directors.emplace_back(given != nullptr ? *given : known);
        if (next.address.empty()) {
            next.address = known.address;
            next.sshPort = known.sshPort;
            next.sshUser = known.sshUser;
        }
        const bool takesPart = std::ranges::any_of(out.cluster.instances, [&](const model::VrrpInstance& instance) {
            return model::findMember(instance, known.id) != nullptr;
        });
        if (!takesPart && !out.cluster.instances.empty())
            out.withoutFile.push_back(known.id);
    }
    out.cluster.directors = std::move(directors);
    return out;
}

model::Cluster withDirectorsRenamed(model::Cluster cluster, const std::map<std::string, std::string>& names) {
    const auto rename = [&](std::string& id) {
        if (const auto found = names.find(id); found != names.end())
            id = found->second;
    };
    for (model::Director& director : cluster.directors)
        rename(director.id);
    for (model::VrrpInstance& instance : cluster.instances)
        for (model::Member& member : instance.members)
            rename(member.director);
    for (model::StaticAddress& entry : cluster.staticAddresses)
        rename(entry.director);
    for (model::StaticRoute& entry : cluster.staticRoutes)
        rename(entry.director);
    for (model::StaticRule& entry : cluster.staticRules)
        rename(entry.director);
    for (model::Passthrough& entry : cluster.passthrough)
        rename(entry.director);
    return cluster;
}

} // namespace lvsdeck::console
