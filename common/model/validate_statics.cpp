// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/validate_parts.hpp"

#include <algorithm>
#include <map>

namespace lvsdeck::model::detail {

namespace {

/// Where a static entry is, and who watches it. `watchable`: it names an interface that can go down.
template <class Entry>
void checkPlace(const Cluster& cluster, const Entry& entry, bool watchable, const char* needed, const std::string& path,
                ProblemList& problems) {
    if (!entry.director.empty() && findDirector(cluster, entry.director) == nullptr)
        problems.error(path + ".director", "there is no director " + quoted(entry.director) +
                                               "; name one of the directors, or leave it out for all");
    if (entry.trackGroup.empty())
        return;
    if (std::ranges::find(cluster.trackGroups, entry.trackGroup, &TrackGroup::name) == cluster.trackGroups.end())
        problems.error(path + ".track_group",
                       "there is no track group " + quoted(entry.trackGroup) + "; define it, or leave it out");
    else if (!watchable)
        problems.error(path + ".track_group",
                       std::string("a track group watches an interface, and there is none here; give ") + needed +
                           ", or leave the group out");
}

void checkTrackGroups(const Cluster& cluster, ProblemList& problems) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < cluster.trackGroups.size(); ++i) {
        const TrackGroup& group = cluster.trackGroups[i];
        const std::string path = at("track_groups", i);
        if (!isPlainWord(group.name))
            problems.error(path + ".name", "a track group needs a name without blanks, such as uplinks");
        else if (!names.insert(group.name).second)
            problems.error(path + ".name", "two track groups are called " + quoted(group.name) + "; rename one of them");
        if (group.instances.empty())
            problems.warning(path + ".instances", "the track group " + quoted(group.name) +
                                                      " has no instance, so nothing follows it; name one, or remove it");
        for (std::size_t j = 0; j < group.instances.size(); ++j)
            if (std::ranges::find(cluster.instances, group.instances[j], &VrrpInstance::name) == cluster.instances.end())
                problems.error(at(path + ".instances", j),
                               "there is no VRRP instance " + quoted(group.instances[j]) + "; name one that is there");
    }
}

/// On one director, or (with no director) on all.
bool shareDirector(const std::string& a, const std::string& b) { return a.empty() || b.empty() || a == b; }

void checkAddresses(const Cluster& cluster, ProblemList& problems) {
    std::set<IpAddress> moving;
    for (const VrrpInstance& instance : cluster.instances)
        for (const auto* list : {&instance.addresses, &instance.excludedAddresses})
            for (const VirtualAddress& address : *list)
                moving.insert(address.address);
    for (std::size_t i = 0; i < cluster.staticAddresses.size(); ++i) {
        const StaticAddress& entry = cluster.staticAddresses[i];
        const VirtualAddress& address = entry.address;
        const std::string path = at("static_addresses", i);
        checkPlace(cluster, entry, true, "", path, problems);
        if (address.address.isUnspecified() || address.address.isMulticast())
            problems.error(path + ".address.address",
                           address.address.toString() + " is not an address that a host can have");
        if (!isInterfaceName(address.device))
            problems.error(path + ".address.device", address.device.empty()
                                                         ? "a static address needs the interface that it is on, such as eth0"
                                                         : quoted(address.device) + " is not the name of an interface");
        if (address.prefixLength < 1 || address.prefixLength > (address.address.isV4() ? 32 : 128))
            problems.error(path + ".address.prefix_length", "the prefix length does not fit the address's family");
        if (address.label.size() > 15 || (!address.label.empty() && !isPlainWord(address.label)))
            problems.error(path + ".address.label", "a label has at most 15 characters and no blanks");
        else if (!address.label.empty() && !address.address.isV4())
            problems.error(path + ".address.label", "only IPv4 addresses can have a label; remove it");
        checkAddressWords(address, path + ".address", problems);
        if (moving.contains(address.address))
            problems.warning(path + ".address.address",
                             address.address.toString() +
                                 " is a virtual address as well: it stays on this director when another "
                                 "is master, unless it owns the address; take one of the two out");
        for (std::size_t j = 0; j < i; ++j)
            if (const StaticAddress& other = cluster.staticAddresses[j];
                other.address.address == address.address && shareDirector(other.director, entry.director))
                problems.error(path + ".address.address",
                               address.address.toString() + " is there twice; remove one of them");
    }
}

} // namespace

void checkStatics(const Cluster& cluster, ProblemList& problems) {
    checkTrackGroups(cluster, problems);
    checkAddresses(cluster, problems);
    for (std::size_t i = 0; i < cluster.staticRoutes.size(); ++i) {
        const StaticRoute& entry = cluster.staticRoutes[i];
        const std::string path = at("static_routes", i);
        checkPlace(cluster, entry, !entry.route.device.empty(), "a device", path, problems);
        checkRoute(entry.route, path + ".route", problems);
    }
    // The same rule may be on each director with a priority of its own.
    std::map<std::string, RulePriorities> priorities;
    for (std::size_t i = 0; i < cluster.staticRules.size(); ++i) {
        const StaticRule& entry = cluster.staticRules[i];
        const std::string path = at("static_rules", i);
        checkPlace(cluster, entry, !entry.rule.inputInterface.empty(), "an input interface", path, problems);
        checkRule(entry.rule, path + ".rule", priorities[entry.director], problems);
    }
}

} // namespace lvsdeck::model::detail
