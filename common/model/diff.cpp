// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/diff.hpp"

#include "common/base/json.hpp"
#include "common/model/diff_words.hpp"
#include "common/model/groups.hpp"

#include <algorithm>
#include <map>

namespace lvsdeck::model {

namespace {

std::string readable(const json::Value& value);

std::string readableList(const json::Array& list) {
    std::string out;
    for (const json::Value& element : list)
        out += (out.empty() ? "" : ", ") + readable(element);
    return out.empty() ? "none" : out;
}

std::string readableObject(const json::Object& object) {
    std::string out;
    for (const auto& member : object) {
        const json::Value& value = member.value();
        const bool unset = value.is_null() || (value.is_string() && value.get_string().empty()) ||
                           (value.is_array() && value.get_array().empty()) || (value.is_bool() && !value.get_bool());
        if (!unset)
            out += (out.empty() ? "" : " ") + std::string(member.key()) + "=" + readable(value);
    }
    return "{" + out + "}";
}

std::string readable(const json::Value& value) {
    if (value.is_null())
        return "default";
    if (value.is_bool())
        return value.get_bool() ? "yes" : "no";
    if (value.is_string())
        return value.get_string().empty() ? "none" : std::string(value.get_string());
    if (value.is_array())
        return readableList(value.get_array());
    if (value.is_object())
        return readableObject(value.get_object());
    return json::toLine(value);
}

template <class T> std::string valueText(const T& value) {
    if constexpr (json::detail::IsDuration<T>::value) {
        return detail::reviewText(std::chrono::duration_cast<std::chrono::microseconds>(value));
    } else if constexpr (std::is_same_v<T, std::vector<GroupEntry>>) {
        std::string out;
        for (const GroupEntry& entry : value)
            out += (out.empty() ? "" : ", ") + entryText(entry);
        return out.empty() ? "none" : out;
    } else if constexpr (std::is_same_v<T, Script>) {
        std::string out;
        for (const std::string& word : value.command)
            out += (out.empty() ? "" : " ") + word;
        return out.empty() ? "none" : out + (value.user.empty() ? "" : " (as " + value.user + ")");
    } else if constexpr (detail::Reviewable<T>) {
        return detail::reviewText(value);
    } else if constexpr (json::detail::IsOptional<T>::value) {
        return value ? valueText(*value) : "default";
    } else if constexpr (json::detail::IsShared<T>::value) {
        return valueText(*value);
    } else {
        return readable(json::toJson(value));
    }
}

class Comparison {
public:
    /// One change for every member that differs; members named in `apart` are compared elsewhere.
    template <class T>
    void fields(const std::string& subject, const T& before, const T& after, const std::vector<std::string>& apart,
                const std::string& prefix = {}) {
        std::size_t i = 0;
        const auto& names = json::detail::memberNames<T>();
        boost::mp11::mp_for_each<json::detail::Members<T>>([&](auto d) {
            const std::string& name = names[i++];
            if (std::ranges::find(apart, name) == apart.end())
                field(subject, prefix + name, before.*d.pointer, after.*d.pointer);
        });
    }

    void add(ChangeKind kind, std::string subject, std::string before, std::string after) {
        changes.push_back({kind, std::move(subject), {}, std::move(before), std::move(after)});
    }

    std::vector<Change> changes;

private:
    template <class V> void field(const std::string& subject, const std::string& name, const V& before, const V& after) {
        if (before == after)
            return;
        if constexpr (std::is_same_v<V, std::string>) {
            // A change is shown to everybody who may look; the password itself is not for them.
            const bool secret = name == "password";
            const std::string is = before.empty() || after.empty() ? "set" : "set, another one";
            changes.push_back({ChangeKind::Changed, subject, name, secret && !before.empty() ? "set" : valueText(before),
                               secret && !after.empty() ? is : valueText(after)});
        } else if constexpr (json::detail::Struct<V> && !std::is_same_v<V, Script>) {
            fields(subject, before, after, {}, name + ".");
        } else {
            changes.push_back({ChangeKind::Changed, subject, name, valueText(before), valueText(after)});
        }
    }
};

/// Lists whose order means nothing, in one order, so that reordering alone is no change.
template <class T> void sortByText(std::vector<T>& list) {
    std::vector<std::pair<std::string, std::size_t>> order;
    order.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i)
        order.emplace_back(json::toLine(json::toJson(list[i])), i);
    std::ranges::sort(order);
    std::vector<T> sorted;
    sorted.reserve(list.size());
    for (const auto& [text, position] : order)
        sorted.push_back(std::move(list[position]));
    list = std::move(sorted);
}

template <class T> using Keyed = std::map<std::string, T>;

/// Equal keys (a broken cluster) are numbered in the order of their contents.
template <class T, class Key> Keyed<T> keyed(std::vector<T> list, Key key) {
    sortByText(list);
    Keyed<T> out;
    std::map<std::string, std::size_t> numbers; // of a key: the last that was given
    for (T& element : list) {
        const std::string plain = key(element);
        std::size_t& number = numbers[plain];
        std::string name;
        do {
            ++number;
            name = number == 1 ? plain : plain + " (number " + std::to_string(number) + ")";
        } while (out.contains(name));
        out.emplace(std::move(name), std::move(element));
    }
    return out;
}

template <class T, class Summary, class Compare>
void walk(Comparison& out, const Keyed<T>& before, const Keyed<T>& after, const std::string& prefix, Summary summary,
          Compare compare) {
    for (const auto& [key, element] : before)
        if (const auto other = after.find(key); other == after.end())
            out.add(ChangeKind::Removed, prefix + key, summary(element), {});
        else
            compare(prefix + key, element, other->second);
    for (const auto& [key, element] : after)
        if (!before.contains(key))
            out.add(ChangeKind::Added, prefix + key, {}, summary(element));
}

void sortTracking(Tracking& tracking) {
    sortByText(tracking.interfaces);
    sortByText(tracking.scripts);
    sortByText(tracking.files);
    sortByText(tracking.processes);
}

void compareInstance(Comparison& out, const std::string& subject, VrrpInstance before, VrrpInstance after) {
    for (VrrpInstance* instance : {&before, &after}) {
        sortByText(instance->addresses);
        sortByText(instance->excludedAddresses);
        sortTracking(instance->tracking);
        for (Member& member : instance->members) {
            sortByText(member.unicastPeers);
            sortByText(member.trackInterfaces);
        }
    }
    out.fields(subject, before, after, {"members"});
    const auto key = [](const Member& member) { return member.director; };
    walk(
        out, keyed(before.members, key), keyed(after.members, key), subject + " / member ",
        [](const Member& m) { return "priority " + std::to_string(m.priority) + " on " + m.interface; },
        [&](const std::string& name, const Member& a, const Member& b) { out.fields(name, a, b, {}); });
}

/// Sync groups, and what instances and groups track.
void compareTracked(Comparison& out, const Cluster& before, const Cluster& after) {
    const auto name = [](const auto& entry) { return entry.name; };
    const auto joined = [](const std::vector<std::string>& words) {
        std::string text;
        for (const std::string& word : words)
            text += (text.empty() ? "" : " ") + word;
        return text;
    };
    const auto compare = [&](const std::string& subject, const auto& a, const auto& b) { out.fields(subject, a, b, {}); };
    walk(
        out, keyed(before.trackScripts, name), keyed(after.trackScripts, name), "script ",
        [&](const TrackScript& script) { return joined(script.script.command); }, compare);
    walk(
        out, keyed(before.trackFiles, name), keyed(after.trackFiles, name), "track file ",
        [](const TrackFile& file) { return file.path; }, compare);
    walk(
        out, keyed(before.trackProcesses, name), keyed(after.trackProcesses, name), "track process ",
        [&](const TrackProcess& process) { return joined(process.process); }, compare);
    walk(
        out, keyed(before.syncGroups, name), keyed(after.syncGroups, name), "sync group ",
        [&](const SyncGroup& group) { return joined(group.instances); },
        [&](const std::string& subject, SyncGroup a, SyncGroup b) {
            for (SyncGroup* group : {&a, &b}) {
                std::ranges::sort(group->instances);
                sortTracking(group->tracking);
            }
            out.fields(subject, a, b, {});
        });
    walk(
        out, keyed(before.trackGroups, name), keyed(after.trackGroups, name), "track group ",
        [&](const TrackGroup& group) { return joined(group.instances); },
        [&](const std::string& subject, TrackGroup a, TrackGroup b) {
            std::ranges::sort(a.instances);
            std::ranges::sort(b.instances);
            out.fields(subject, a, b, {});
        });
}

/// What stays on a director: an entry is another one when it means something else to the kernel.
template <class Entry, class Summary>
void compareStatic(Comparison& out, const char* what, const std::vector<Entry>& before, const std::vector<Entry>& after,
                   Summary summary) {
    const auto key = [&](const Entry& entry) {
        return detail::staticKey(entry) + (entry.director.empty() ? "" : " of " + entry.director);
    };
    walk(out, keyed(before, key), keyed(after, key), what, summary,
         [&](const std::string& subject, const Entry& a, const Entry& b) { out.fields(subject, a, b, {}); });
}

void compareStatics(Comparison& out, const Cluster& before, const Cluster& after) {
    const auto summary = [](const auto& entry) {
        return detail::staticText(entry) + (entry.trackGroup.empty() ? "" : " track_group " + entry.trackGroup);
    };
    compareStatic(out, "static address ", before.staticAddresses, after.staticAddresses, summary);
    compareStatic(out, "static route ", before.staticRoutes, after.staticRoutes, summary);
    compareStatic(out, "static rule ", before.staticRules, after.staticRules, summary);
}

std::string serverSummary(const RealServer& server) {
    return "weight " + std::to_string(server.weight) + ", " + std::to_string(server.checks.size()) +
           (server.checks.size() == 1 ? " check" : " checks");
}

void compareService(Comparison& out, const std::string& subject, const VirtualService& before, const VirtualService& after) {
    out.fields(subject, before, after, {"servers"});
    walk(out, keyed(before.servers, serverKey), keyed(after.servers, serverKey), subject + " / server ", serverSummary,
         [&](const std::string& name, RealServer a, RealServer b) {
             sortByText(a.checks.edit());
             sortByText(b.checks.edit());
             out.fields(name, a, b, {});
         });
}

/// What the whole table of a director has: the sync daemon, timeouts, sysctls.
void compareKernelSettings(Comparison& out, const Cluster& before, const Cluster& after) {
    const auto summary = [](const ConnectionSync& sync) {
        return "on " + sync.interface + ", id " + std::to_string(sync.syncId);
    };
    if (before.connectionSync && after.connectionSync)
        out.fields("connection sync", *before.connectionSync, *after.connectionSync, {});
    else if (before.connectionSync)
        out.add(ChangeKind::Removed, "connection sync", summary(*before.connectionSync), {});
    else if (after.connectionSync)
        out.add(ChangeKind::Added, "connection sync", {}, summary(*after.connectionSync));
    const auto seconds = [](const std::optional<std::uint32_t>& value) {
        return value ? std::to_string(*value) + " s" : std::string("as the kernel has it");
    };
    const auto timeout = [&](const char* name, const auto& a, const auto& b) {
        if (a != b)
            out.changes.push_back({ChangeKind::Changed, "connection timeouts", name, seconds(a), seconds(b)});
    };
    timeout("tcp", before.timeouts.tcp, after.timeouts.tcp);
    timeout("tcp_fin", before.timeouts.tcpFin, after.timeouts.tcpFin);
    timeout("udp", before.timeouts.udp, after.timeouts.udp);
    walk(
        out, before.ipvsSysctls, after.ipvsSysctls, "sysctl net.ipv4.vs.", [](const std::string& value) { return value; },
        [&](const std::string& name, const std::string& a, const std::string& b) {
            if (a != b)
                out.changes.push_back({ChangeKind::Changed, name, "value", a, b});
        });
}

/// Kept text by director and place; there the order of the lines matters.
Keyed<std::string> keptText(const Cluster& cluster) {
    Keyed<std::string> out;
    for (const Passthrough& entry : cluster.passthrough)
        out[(entry.place.empty() ? std::string("top") : entry.place) +
            (entry.director.empty() ? "" : " of " + entry.director)] += entry.text + "\n";
    return out;
}

} // namespace

std::vector<Change> diff(const Cluster& before, const Cluster& after) {
    Comparison out;
    out.fields("cluster", before, after,
               {"revision", "directors", "instances", "sync_groups", "track_scripts", "track_files", "track_processes",
                "track_groups", "static_addresses", "static_routes", "static_rules", "service_groups", "services",
                "connection_sync", "timeouts", "ipvs_sysctls", "notification", "passthrough"});
    const auto directorKey = [](const Director& d) { return d.id; };
    walk(
        out, keyed(before.directors, directorKey), keyed(after.directors, directorKey), "director ",
        [](const Director& d) { return d.address; },
        [&](const std::string& name, const Director& a, const Director& b) { out.fields(name, a, b, {}); });
    const auto instanceKey = [](const VrrpInstance& i) { return i.name; };
    walk(
        out, keyed(before.instances, instanceKey), keyed(after.instances, instanceKey), "instance ",
        [](const VrrpInstance& i) { return "VRID " + std::to_string(i.vrid) + ", " + valueText(i.addresses); },
        [&](const std::string& name, const VrrpInstance& a, const VrrpInstance& b) { compareInstance(out, name, a, b); });
    const auto groupKey = [](const ServiceGroup& g) { return g.name; };
    walk(
        out, keyed(before.serviceGroups, groupKey), keyed(after.serviceGroups, groupKey), "group ",
        [](const ServiceGroup& g) { return valueText(g.entries); },
        [&](const std::string& name, ServiceGroup a, ServiceGroup b) {
            sortByText(a.entries);
            sortByText(b.entries);
            out.fields(name, a, b, {});
        });
    compareTracked(out, before, after);
    compareStatics(out, before, after);
    walk(
        out, keyed(before.services, serviceKey), keyed(after.services, serviceKey), "service ",
        [](const VirtualService& s) {
            return json::toWord(s.scheduler) + " " + json::toWord(s.forwarding) + ", " + std::to_string(s.servers.size()) +
                   (s.servers.size() == 1 ? " server" : " servers");
        },
        [&](const std::string& name, const VirtualService& a, const VirtualService& b) { compareService(out, name, a, b); });
    compareKernelSettings(out, before, after);
    Notification mailBefore = before.notification;
    Notification mailAfter = after.notification;
    std::ranges::sort(mailBefore.to);
    std::ranges::sort(mailAfter.to);
    out.fields("notification", mailBefore, mailAfter, {});
    walk(
        out, keptText(before), keptText(after), "kept text ", [](const std::string& text) { return text; },
        [&](const std::string& name, const std::string& a, const std::string& b) {
            if (a != b)
                out.changes.push_back({ChangeKind::Changed, name, "text", a, b});
        });
    return std::move(out.changes);
}

} // namespace lvsdeck::model
