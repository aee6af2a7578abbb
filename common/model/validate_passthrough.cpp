// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/validate_parts.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::model::detail {

namespace {

struct Effect {
    std::string_view word;
    std::string_view what; ///< completes "…: with keepalived this …"
};

/// Words of keepalived that change who is master, which addresses move or where packets go.
constexpr std::array effects{
    Effect{"unicast_peer", "sends advertisements to named peers instead of multicast"},
    Effect{"unicast_src_ip", "sets the source of unicast advertisements"},
    Effect{"use_vmac", "moves a virtual MAC address with the instance"},
    Effect{"use_ipvlan", "puts the addresses on an ipvlan interface"},
    Effect{"vmac_xmit_base", "chooses the interface that advertisements leave by"},
    Effect{"track_script", "changes the priority by a script's verdict"},
    Effect{"vrrp_script", "defines a script that changes priorities"},
    Effect{"track_interface", "gives up the mastership when an interface is down"},
    Effect{"track_file", "changes the priority by a number in a file"},
    Effect{"track_process", "changes the priority when a process dies"},
    Effect{"track_bfd", "changes the priority by a BFD session"},
    Effect{"track_src_ip", "gives up the mastership when the source address is lost"},
    Effect{"vrrp_sync_group", "moves several instances together"},
    Effect{"virtual_routes", "moves routes with the instance"},
    Effect{"virtual_rules", "moves routing rules with the instance"},
    Effect{"static_ipaddress", "adds addresses at the start"},
    Effect{"static_routes", "adds routes at the start"},
    Effect{"static_rules", "adds routing rules at the start"},
    Effect{"vrrp_strict", "enforces the RFC, and drops packets to the virtual addresses"},
    Effect{"strict_mode", "enforces the RFC, and drops packets to the virtual addresses"},
    Effect{"no_accept", "drops packets to the virtual addresses"},
    Effect{"auth_type", "authenticates in a way that the agent does not speak"},
    Effect{"authentication", "authenticates in a way that the agent does not speak"},
    Effect{"vrrp_mcast_group4", "sends advertisements to another multicast group"},
    Effect{"mcast_dst_ip", "sends advertisements to another multicast group"},
    Effect{"lvs_sync_daemon", "copies connections to the backup"},
    Effect{"lvs_sync_daemon_interface", "copies connections to the backup"},
    Effect{"virtual_server_group", "gives one service several addresses"},
    Effect{"virtual_server", "defines a service"},
    Effect{"vrrp_instance", "defines virtual addresses"},
    Effect{"real_server", "defines a real server"},
    Effect{"MISC_CHECK", "checks the server with a script"},
    Effect{"SMTP_CHECK", "checks a mail server"},
    Effect{"DNS_CHECK", "checks a name server"},
    Effect{"UDP_CHECK", "checks a UDP port"},
    Effect{"PING_CHECK", "checks the server with ping"},
    Effect{"FILE_CHECK", "takes the server's state from a file"},
    Effect{"BFD_CHECK", "takes the server's state from a BFD session"},
    Effect{"include", "reads further files"},
    Effect{"lvs_flush", "clears the whole IPVS table at the start"},
    Effect{"lvs_flush_on_stop", "clears the whole IPVS table at the end"},
    Effect{"lvs_flush_onstop", "clears the whole IPVS table at the end"},
    Effect{"startup_script", "runs a program before everything else"},
    Effect{"shutdown_script", "runs a program after everything else"},
    Effect{"notify_fifo_script", "starts a program that reads the FIFO"},
    Effect{"vrrp_notify_fifo_script", "starts a program that reads the FIFO"},
    Effect{"lvs_notify_fifo_script", "starts a program that reads the FIFO"},
    Effect{"no_checker_emails", "sends no mail about servers"},
    Effect{"dynamic_interfaces", "accepts interfaces that are not there yet"},
    Effect{"vrrp_garp_extra_if", "announces the addresses on further interfaces"},
};

std::string_view firstWord(std::string_view line) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos || line[begin] == '#' || line[begin] == '!')
        return {};
    line.remove_prefix(begin);
    return line.substr(0, std::min(line.find_first_of(" \t\r{#!"), line.size()));
}

/// The place itself, or one inside of it ("…/check 0").
bool isAtOrIn(std::string_view place, const std::string& outer) { return place == outer || place.starts_with(outer + "/"); }

bool placeExists(const Cluster& cluster, std::string_view place) {
    if (place.empty() || place == "global_defs")
        return true;
    for (const VrrpInstance& instance : cluster.instances)
        if (isAtOrIn(place, "vrrp_instance " + instance.name))
            return true;
    const auto named = [&](std::string_view word, const auto& list) {
        return std::ranges::any_of(list,
                                   [&](const auto& entry) { return isAtOrIn(place, std::string(word) + " " + entry.name); });
    };
    if (named("vrrp_sync_group", cluster.syncGroups) || named("vrrp_script", cluster.trackScripts) ||
        named("track_file", cluster.trackFiles) || named("vrrp_track_process", cluster.trackProcesses))
        return true;
    for (const ServiceGroup& group : cluster.serviceGroups)
        if (place == "virtual_server_group " + group.name)
            return true;
    for (const VirtualService& service : cluster.services) {
        const std::string here = "virtual_server " + serviceKey(service);
        if (place == here)
            return true;
        if (place.starts_with(here + "/"))
            for (const RealServer& server : service.servers)
                if (isAtOrIn(place, here + "/real_server " + serverKey(server)))
                    return true;
    }
    return false;
}

void checkWords(const Passthrough& entry, const std::string& path, ProblemList& problems) {
    const std::string where = entry.place.empty() ? std::string("at the top of the file") : "in " + entry.place;
    bool warned = false;
    bool anyLine = false;
    std::string_view rest = entry.text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view word = firstWord(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        anyLine = anyLine || !word.empty();
        const auto* effect = std::ranges::find(effects, word, &Effect::word);
        if (word.empty() || effect == effects.end())
            continue;
        warned = true;
        problems.warning(path, std::string(word) + " " + where + " is kept, not managed by the agent: with keepalived it " +
                                   std::string(effect->what) +
                                   "; the agent does not, so compare the behaviour before you rely on it");
    }
    if (!warned && anyLine)
        problems.note(path, "text " + where +
                                " is kept as it was, not managed by the agent; it is written again to an "
                                "exported keepalived.conf");
}

} // namespace

void checkPassthrough(const Cluster& cluster, ProblemList& problems) {
    for (std::size_t i = 0; i < cluster.passthrough.size(); ++i) {
        const Passthrough& entry = cluster.passthrough[i];
        const std::string path = at("passthrough", i);
        if (!entry.director.empty() && findDirector(cluster, entry.director) == nullptr)
            problems.error(path + ".director",
                           "there is no director " + quoted(entry.director) + "; remove the text, or name another one");
        if (!placeExists(cluster, entry.place))
            problems.warning(path + ".place", "there is no " + quoted(entry.place) +
                                                  " any more, so this kept text is not exported; remove it");
        checkWords(entry, path, problems);
    }
}

} // namespace lvsdeck::model::detail
