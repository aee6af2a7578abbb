// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/validate_parts.hpp"

#include <algorithm>
#include <map>

namespace lvsdeck::model::detail {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

void checkName(const std::string& name, std::string_view what, const std::string& path, std::set<std::string>& names,
               ProblemList& problems) {
    if (name.empty())
        problems.error(path + ".name", "the " + std::string(what) + " has no name; give it one, by which it is tracked");
    else if (!isQuotableName(name))
        problems.error(
            path + ".name",
            "the name " + quoted(name) +
                " must have no quotation mark, backslash or control character: keepalived.conf has no way to write it");
    else if (!names.insert(name).second)
        problems.error(path + ".name",
                       "there are two of the kind “" + std::string(what) + "” called " + quoted(name) + "; rename one");
}

void checkWeight(std::int64_t weight, std::int64_t most, const std::string& path, ProblemList& problems) {
    if (weight < -most || weight > most)
        problems.error(path + ".weight", "a weight is between -" + std::to_string(most) + " and " + std::to_string(most) +
                                             ", because priorities end at 254; 0 means that failing is a fault");
}

void checkScripts(const Cluster& cluster, ProblemList& problems) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < cluster.trackScripts.size(); ++i) {
        const TrackScript& one = cluster.trackScripts[i];
        const std::string path = at("track_scripts", i);
        checkName(one.name, "script", path, names, problems);
        if (one.script.empty())
            problems.error(path + ".script", "the script " + quoted(one.name) + " has no program to run; give one");
        checkProgram(one.script, path + ".script", problems);
        if (one.interval < seconds(1) || one.interval > seconds(4294))
            problems.error(path + ".interval", "a script runs every 1 to 4294 s");
        if (one.timeout && (*one.timeout < seconds(1) || *one.timeout > seconds(4294)))
            problems.error(path + ".timeout", "a script may take 1 to 4294 s; leave it out to use the interval");
        checkWeight(one.weight, 253, path, problems);
        if (one.rise < 1 || one.rise > 0x7FFFFFFF)
            problems.error(path + ".rise", "a script is good after at least 1 success");
        if (one.fall < 1 || one.fall > 0x7FFFFFFF)
            problems.error(path + ".fall", "a script is bad after at least 1 failure");
    }
}

void checkFiles(const Cluster& cluster, ProblemList& problems) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < cluster.trackFiles.size(); ++i) {
        const TrackFile& one = cluster.trackFiles[i];
        const std::string path = at("track_files", i);
        checkName(one.name, "track file", path, names, problems);
        if (!one.path.starts_with('/') || one.path.find_first_of("\"\n") != std::string::npos)
            problems.error(path + ".path", "the track file " + quoted(one.name) +
                                               " needs an absolute path without quotes, such as /run/lvsdeck/priority");
        checkWeight(one.weight, 254, path, problems);
        if (one.initialValue && (*one.initialValue < -254 || *one.initialValue > 254))
            problems.warning(path + ".initial_value",
                             "a number beyond -254 to 254 moves a priority no further; choose a smaller one");
        if (one.overwrite && !one.initialValue)
            problems.note(path + ".overwrite", "without an initial value nothing is written; give one, or switch it off");
    }
}

void checkProcesses(const Cluster& cluster, ProblemList& problems) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < cluster.trackProcesses.size(); ++i) {
        const TrackProcess& one = cluster.trackProcesses[i];
        const std::string path = at("track_processes", i);
        checkName(one.name, "track process", path, names, problems);
        if (one.process.empty() || one.process.front().empty())
            problems.error(path + ".process", "the track process " + quoted(one.name) + " names no program; give one");
        if (one.process.size() == 1 && one.match != ParameterMatch::None)
            problems.note(path + ".match", "there are no parameters to compare; add some, or choose none");
        if (one.process.size() > 1 && one.match == ParameterMatch::None)
            problems.note(path + ".match",
                          "parameters are given, so they are compared exactly; say exact, partial or initial");
        checkWeight(one.weight, 254, path, problems);
        if (one.quorum < 1 || one.quorum > 65535)
            problems.error(path + ".quorum", "at least 1 process must be wanted, at most 65535");
        if (one.quorumMax && (*one.quorumMax < one.quorum || *one.quorumMax > 65535))
            problems.error(path + ".quorum_max",
                           "the most processes cannot be fewer than the least; use at least " + std::to_string(one.quorum));
        for (const auto& [name, time] :
             {std::pair(".terminate_delay", one.terminateDelay), std::pair(".fork_delay", one.forkDelay)})
            if (time < milliseconds(0) || time > seconds(3600))
                problems.error(path + name, "the delay must be between 0 and 3600 s");
    }
}

template <class T>
void checkItems(const std::vector<TrackedItem>& items, const std::vector<T>& known, std::string_view what,
                const std::string& path, std::int64_t most, ProblemList& problems) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string here = at(path, i);
        if (std::ranges::none_of(known, [&](const T& entry) { return entry.name == items[i].name; }))
            problems.error(here + ".name", "there is no " + std::string(what) + " " + quoted(items[i].name) +
                                               "; define it, or take it away here");
        else if (!seen.insert(items[i].name).second)
            problems.error(here + ".name", quoted(items[i].name) + " is tracked twice here; remove one");
        if (items[i].weight)
            checkWeight(*items[i].weight, most, here, problems);
        else if (items[i].reverse)
            problems.note(here + ".reverse", "keepalived can reverse a weight only where it is given; give the weight too");
    }
}

/// Inside of a group all priorities stay as they are, unless the group says otherwise.
void checkGroupWeights(const Cluster& cluster, const SyncGroup& group, const std::string& path, ProblemList& problems) {
    if (group.trackingWeight)
        return;
    const auto weighted = [&](const Tracking& tracking) {
        const bool interface = std::ranges::any_of(tracking.interfaces, [](const auto& t) { return t.weight != 0; });
        return interface || std::ranges::any_of(tracking.scripts, [&](const TrackedItem& item) {
                   const auto script = std::ranges::find(cluster.trackScripts, item.name, &TrackScript::name);
                   return item.weight.value_or(script == cluster.trackScripts.end() ? 0 : script->weight) != 0;
               });
    };
    for (const std::string& name : group.instances)
        for (const VrrpInstance& instance : cluster.instances)
            if (instance.name == name && weighted(instance.tracking))
                problems.warning(
                    path + ".tracking_weight",
                    "the instance " + quoted(name) +
                        " tracks with a weight, and inside of a group weights do "
                        "not count, so it would not be tracked at all; allow weights in the group, or use weight 0");
    if (weighted(group.tracking))
        problems.warning(path + ".tracking_weight",
                         "the group tracks with a weight, and inside of a group weights do not count; allow weights in "
                         "the group, or use weight 0");
}

void checkSyncGroups(const Cluster& cluster, ProblemList& problems) {
    std::set<std::string> names;
    std::map<std::string, std::string> groupOf;
    for (std::size_t i = 0; i < cluster.syncGroups.size(); ++i) {
        const SyncGroup& group = cluster.syncGroups[i];
        const std::string path = at("sync_groups", i);
        checkName(group.name, "sync group", path, names, problems);
        if (group.instances.empty())
            problems.error(path + ".instances", "the sync group " + quoted(group.name) + " has no instance; add two");
        else if (group.instances.size() == 1)
            problems.warning(path + ".instances", "the sync group " + quoted(group.name) +
                                                      " has one instance only, so there is nothing to keep together; add a "
                                                      "second one, or remove the group");
        for (std::size_t j = 0; j < group.instances.size(); ++j) {
            const std::string& name = group.instances[j];
            const std::string here = at(path + ".instances", j);
            if (std::ranges::none_of(cluster.instances, [&](const VrrpInstance& one) { return one.name == name; }))
                problems.error(here, "there is no VRRP instance " + quoted(name) + "; add it, or take it out of the group");
            else if (const auto [first, isNew] = groupOf.emplace(name, group.name); !isNew)
                problems.error(here, "the instance " + quoted(name) + " is already in the group " + quoted(first->second) +
                                         "; an instance moves with one group only");
        }
        checkTracking(cluster, group.tracking, path + ".tracking", problems);
        checkGroupWeights(cluster, group, path, problems);
        checkNotify(group.notify, path + ".notify", problems);
        if (!group.notify.deleted.empty() || !group.notify.masterReceivesLower.empty())
            problems.error(path + ".notify", "a group is never deleted and hears no priorities; keep these scripts in the "
                                             "instances");
    }
}

} // namespace

void checkProgram(const Script& script, const std::string& path, ProblemList& problems) {
    if (!script.empty() && script.command.front().empty())
        problems.error(path + ".command", "the first word must be the program, such as /usr/local/bin/check");
    if (std::ranges::any_of(script.command, [](const std::string& word) { return word.contains('\0'); }))
        problems.error(path + ".command", "no argument of a program can hold a NUL byte; remove it");
    for (const auto& [name, word] : {std::pair(".user", &script.user), std::pair(".group", &script.group)})
        if (!word->empty() && !isPlainWord(*word))
            problems.error(path + name, quoted(*word) + " is not the name of a user or a group");
    if (script.user.empty() && !script.group.empty())
        problems.error(path + ".group", "a group needs a user; give the user too");
}

void checkNotify(const NotifyScripts& notify, const std::string& path, ProblemList& problems) {
    for (const auto& [name, script] :
         {std::pair(".master", &notify.master), std::pair(".backup", &notify.backup), std::pair(".fault", &notify.fault),
          std::pair(".stop", &notify.stop), std::pair(".deleted", &notify.deleted), std::pair(".any", &notify.any),
          std::pair(".master_receives_lower", &notify.masterReceivesLower)})
        checkProgram(*script, path + name, problems);
}

void checkTrackedInterface(const TrackedInterface& tracked, const std::string& path, ProblemList& problems) {
    if (!isInterfaceName(tracked.interface))
        problems.error(path + ".interface", quoted(tracked.interface) + " is not the name of an interface");
    checkWeight(tracked.weight, 253, path, problems);
}

void checkTracking(const Cluster& cluster, const Tracking& tracking, const std::string& path, ProblemList& problems) {
    for (std::size_t i = 0; i < tracking.interfaces.size(); ++i)
        checkTrackedInterface(tracking.interfaces[i], at(path + ".interfaces", i), problems);
    checkItems(tracking.scripts, cluster.trackScripts, "script", path + ".scripts", 253, problems);
    checkItems(tracking.files, cluster.trackFiles, "track file", path + ".files", 254, problems);
    checkItems(tracking.processes, cluster.trackProcesses, "track process", path + ".processes", 254, problems);
}

void checkTracked(const Cluster& cluster, ProblemList& problems) {
    checkScripts(cluster, problems);
    checkFiles(cluster, problems);
    checkProcesses(cluster, problems);
    checkSyncGroups(cluster, problems);
}

} // namespace lvsdeck::model::detail
