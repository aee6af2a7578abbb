// SPDX-License-Identifier: GPL-3.0-or-later
// Random VRRP sides of clusters: instances, sync groups, what they track, and the settings of all of them. Valid, and in the
// one form in which keepalived.conf gives them back.
#pragma once

#include "tests/support/generator_basics.hpp"

#include <algorithm>

namespace lvsdeck::testing::detail {

/// Programs that exist, so that keepalived itself has nothing to say about them.
inline model::Script script() {
    model::Script out;
    out.command = {"/bin/true"};
    static const std::vector<std::string> arguments{"a", "b c", "\"q\"", "it's", "$HOME", "#no", "x\\y", "{1}", "", "päge"};
    for (int i = pick(0, 3); i > 0; --i)
        out.command.push_back(*rc::gen::elementOf(arguments));
    out.user = chance(30) ? "root" : "";
    out.group = !out.user.empty() && chance(50) ? "root" : "";
    return out;
}

inline model::NotifyScripts notify(bool instance) {
    model::NotifyScripts out;
    if (chance(60))
        return out;
    for (model::Script* one : {&out.master, &out.backup, &out.fault, &out.stop, &out.any})
        if (chance(40))
            *one = script();
    if (instance && chance(30))
        out.deleted = script();
    if (instance && chance(30))
        out.masterReceivesLower = script();
    out.priorityChanges = chance(30);
    return out;
}

inline void trackedThings(model::Cluster& out) {
    for (int i = pick(0, 2); i > 0; --i) {
        model::TrackScript one;
        one.name = "chk_" + std::to_string(i);
        one.script = script();
        one.interval = std::chrono::seconds(pick(1, 60));
        one.timeout = maybe<model::Milliseconds>(30, [] { return std::chrono::seconds(pick(1, 9)); });
        one.weight = chance(50) ? 0 : pick(-253, 253);
        one.reverse = one.weight != 0 && chance(30);
        one.rise = pick<std::uint32_t>(1, 5);
        one.fall = pick<std::uint32_t>(1, 5);
        one.initFail = chance(20);
        out.trackScripts.push_back(std::move(one));
    }
    for (int i = pick(0, 1); i > 0; --i) {
        model::TrackFile one{"file_" + std::to_string(i),
                             "/tmp/lvsdeck test " + std::to_string(i),
                             pick(-254, 254),
                             false,
                             maybe<std::int32_t>(40, [] { return pick(-254, 254); }),
                             false};
        one.reverse = one.weight != 0 && chance(30);
        one.overwrite = one.initialValue && chance(40);
        out.trackFiles.push_back(std::move(one));
    }
    for (int i = pick(0, 1); i > 0; --i) {
        model::TrackProcess one;
        one.name = "proc_" + std::to_string(i);
        one.process = {"nginx"};
        if (chance(50)) {
            one.process.insert(one.process.end(), {"-g", "daemon off;"});
            one.match = static_cast<model::ParameterMatch>(pick(1, 3));
        }
        one.weight = pick(-254, 254);
        one.reverse = one.weight != 0 && chance(30);
        one.quorum = pick<std::uint32_t>(1, 9);
        one.quorumMax = maybe<std::uint32_t>(30, [&] { return one.quorum + pick<std::uint32_t>(0, 9); });
        one.terminateDelay = chance(30) ? time(1, 9000) : model::Milliseconds(0);
        one.forkDelay = chance(30) ? time(1, 9000) : model::Milliseconds(0);
        one.fullCommand = chance(20);
        out.trackProcesses.push_back(std::move(one));
    }
}

template <class T> std::vector<model::TrackedItem> items(const std::vector<T>& known, int most) {
    std::vector<model::TrackedItem> out;
    for (const T& one : known) {
        if (!chance(50))
            continue;
        model::TrackedItem& item = out.emplace_back();
        item.name = one.name;
        item.weight = maybe<std::int32_t>(40, [&] { return pick(-most, most); });
        if (item.weight && *item.weight != 0 && chance(40))
            item.reverse = chance(50);
    }
    return out;
}

inline model::TrackedInterface trackedInterface(const std::string& name) {
    const int weight = chance(50) ? 0 : pick(-253, 253);
    return {name, weight, weight != 0 && chance(30)};
}

inline model::Tracking tracking(const model::Cluster& cluster) {
    model::Tracking out;
    if (chance(30))
        out.interfaces.push_back(trackedInterface("eth2"));
    out.scripts = items(cluster.trackScripts, 253);
    out.files = items(cluster.trackFiles, 254);
    out.processes = items(cluster.trackProcesses, 254);
    return out;
}

inline void addressWords(model::VirtualAddress& out) {
    const bool v4 = out.address.isV4();
    out.device = chance(30) ? "eth1" : "";
    if (v4 && chance(30))
        out.label = "eth1:" + std::to_string(pick(0, 9));
    if (v4 && chance(20))
        out.broadcast = *rc::gen::element<std::string>("+", "-", "10.9.255.255");
    if (v4)
        out.scope = maybe<std::uint8_t>(20, [] { return *rc::gen::element<std::uint8_t>(0, 7, 200, 253, 254); });
    if (out.broadcast.empty() && chance(20)) {
        out.peer = address(out.address.family(), 7, pick(1, 99));
        out.prefixLength = v4 ? 32 : 128;
    }
    out.preferredLifetime = maybe<std::uint32_t>(20, [] { return pick<std::uint32_t>(0, 9999); });
    out.noPrefixRoute = chance(10);
    out.noTrack = chance(10);
    if (v4)
        return;
    out.home = chance(10);
    out.noDad = chance(10);
    out.managedTemporary = chance(10);
    out.autojoin = chance(10);
}

inline model::NextHop nextHop(Family family, int number) {
    return {address(family, 6, number), "eth" + std::to_string(pick(0, 3)), chance(50) ? 1U : pick<std::uint32_t>(2, 256),
            chance(20)};
}

inline model::VirtualRoute route(int number) {
    model::VirtualRoute out;
    out.family = chance(70) ? Family::V4 : Family::V6;
    if (chance(80))
        out.destination = {address(out.family, 100 + number, pick(0, 9)),
                           pick<std::uint8_t>(8, out.family == Family::V4 ? 32 : 128)};
    if (out.destination && chance(20)) {
        out.type = *rc::gen::element(model::RouteType::Throw, model::RouteType::Unreachable, model::RouteType::Prohibit,
                                     model::RouteType::Blackhole);
        out.noTrack = true;
        return out;
    }
    if (chance(20)) {
        out.nextHops = {nextHop(out.family, 1), nextHop(out.family, 2)};
        out.noTrack = true;
    } else {
        out.device = "eth" + std::to_string(pick(0, 3));
        out.via = maybe<IpAddress>(60, [&] { return address(out.family, 6, pick(1, 99)); });
        out.onlink = out.via && chance(20);
        out.noTrack = chance(10);
    }
    out.preferredSource = maybe<IpAddress>(20, [&] { return address(out.family, 9, 1); });
    out.table = maybe<std::uint32_t>(20, [] { return pick<std::uint32_t>(1, 9999); });
    out.metric = maybe<std::uint32_t>(20, [] { return pick<std::uint32_t>(1, 9999); });
    if (out.family == Family::V4 && !out.via && out.nextHops.empty())
        out.scope = maybe<std::uint8_t>(20, [] { return std::uint8_t{253}; });
    out.protocol = maybe<std::uint8_t>(20, [] { return pick<std::uint8_t>(3, 200); });
    out.noTrack = out.noTrack || (out.protocol && out.protocol != 18);
    if (out.family == Family::V4)
        out.tos = maybe<std::uint8_t>(10, [] { return std::uint8_t{16}; });
    out.mtu = maybe<std::uint32_t>(20, [] { return pick<std::uint32_t>(1280, 9000); });
    out.advmss = maybe<std::uint32_t>(20, [] { return pick<std::uint32_t>(500, 1400); });
    return out;
}

inline model::VirtualRule rule(int number) {
    model::VirtualRule out;
    out.family = chance(70) ? Family::V4 : Family::V6;
    const auto prefix = [&](int block) {
        return model::Prefix{address(out.family, block, pick(0, 9)),
                             pick<std::uint8_t>(1, out.family == Family::V4 ? 32 : 128)};
    };
    out.negate = chance(20);
    out.from = maybe<model::Prefix>(50, [&] { return prefix(110); });
    out.to = maybe<model::Prefix>(30, [&] { return prefix(111); });
    out.firewallMark = maybe<std::uint32_t>(30, [] { return pick<std::uint32_t>(1, 0xFFFFFFFF); });
    if (out.firewallMark)
        out.firewallMask = maybe<std::uint32_t>(30, [] { return pick<std::uint32_t>(1, 0xFFFFFFFF); });
    out.inputInterface = chance(20) ? "eth0" : "";
    out.outputInterface = chance(20) ? "eth1" : "";
    if (!out.from && !out.to && !out.firewallMark && out.inputInterface.empty() && out.outputInterface.empty())
        out.inputInterface = "eth3";
    out.tos = maybe<std::uint8_t>(10, [] { return std::uint8_t{16}; });
    out.priority = static_cast<std::uint32_t>(1000 + number);
    out.action = chance(70) ? model::RuleAction::Table : static_cast<model::RuleAction>(pick(1, 3));
    if (out.action == model::RuleAction::Table) {
        out.table = pick<std::uint32_t>(1, 9999);
        out.suppressPrefixLength = maybe<std::int32_t>(20, [] { return pick(0, 32); });
    }
    out.noTrack = chance(10);
    return out;
}

inline model::Garp garp() {
    model::Garp out;
    if (chance(50))
        return out;
    out = {pick<std::uint32_t>(1, 9), std::chrono::seconds(pick(0, 9)), std::chrono::seconds(pick(0, 90)),
           pick<std::uint32_t>(1, 5)};
    out.lowerPriorityRepeat = maybe<std::uint32_t>(20, [] { return pick<std::uint32_t>(0, 5); });
    out.lowerPriorityDelay = maybe<model::Milliseconds>(20, [] { return std::chrono::seconds(pick(0, 9)); });
    out.interval = std::chrono::microseconds(chance(30) ? pick(1, 2000000) : 0);
    out.neighbourInterval = std::chrono::microseconds(chance(30) ? pick(1, 2000000) : 0);
    return out;
}

/// How advertisements travel, and what goes with it.
inline void path(model::VrrpInstance& out, bool unicast, std::size_t directors) {
    const Family family = out.addresses.front().address.family();
    if (!unicast) {
        out.multicastGroup = maybe<IpAddress>(20, [&] {
            return IpAddress::parse(family == Family::V4 ? "224.0.0." + std::to_string(pick(19, 250)) : "ff02::77").value();
        });
        if (chance(20))
            out.virtualMac = {chance(50) ? "vmac" + std::to_string(out.vrid) : "", family == Family::V4 ? chance(30) : true};
        return;
    }
    out.unicastTtl = chance(70) ? std::uint8_t{255} : pick<std::uint8_t>(1, 254);
    out.checkUnicastSource = chance(40);
    out.unicastFaultNoPeer = chance(20);
    if (out.version == 3 && family == Family::V4)
        out.oldUnicastChecksum = static_cast<model::OldUnicastChecksum>(pick(0, 2));
    for (std::size_t i = 0; i < directors; ++i) {
        out.members[i].sourceAddress = address(family, 8, static_cast<int>(i) + 1);
        for (std::size_t j = 0; j < std::max<std::size_t>(directors, 2); ++j) {
            if (i == j)
                continue;
            model::UnicastPeer& peer = out.members[i].unicastPeers.emplace_back();
            peer.address = address(family, 8, static_cast<int>(j) + 1);
            if (out.checkUnicastSource && chance(40))
                peer.minTtl = pick<std::uint8_t>(1, 255);
            if (out.checkUnicastSource && chance(40))
                peer.maxTtl = pick<std::uint8_t>(peer.minTtl.value_or(1), 255);
        }
    }
}

inline void members(model::VrrpInstance& out, const model::Cluster& cluster) {
    const Family family = out.addresses.front().address.family();
    for (std::size_t i = 0; i < cluster.directors.size(); ++i) {
        const bool master = out.preempt && out.preemptDelay.count() == 0 && chance(30);
        model::Member& member = out.members.emplace_back();
        member.director = cluster.directors[i].id;
        member.interface = "eth" + std::to_string(pick(0, 1)); // eth2 and eth3 are there to be tracked
        member.priority = static_cast<std::uint8_t>(pick(1, 50) + 60 * static_cast<int>(i));
        member.initialState = master ? model::InitialState::Master : model::InitialState::Backup;
        if (family == Family::V4)
            member.sourceAddress = maybe<IpAddress>(20, [&] { return address(Family::V4, 8, static_cast<int>(i) + 1); });
        member.trackSourceAddress = member.sourceAddress && chance(30);
        member.trackInterface = chance(80);
        // What everybody tracks belongs to the instance.
        if (i == 1 && chance(40))
            member.trackInterfaces.push_back(trackedInterface("eth3"));
    }
}

inline model::VrrpInstance instance(const model::Cluster& cluster, int number) {
    model::VrrpInstance out;
    out.name = "VI_" + std::to_string(number);
    const Family family = chance(75) ? Family::V4 : Family::V6;
    out.version = family == Family::V4 && chance(50) ? 2 : 3;
    out.vrid = static_cast<std::uint8_t>(1 + number);
    out.advertInterval = out.version == 2 ? std::chrono::seconds(pick(1, 255)) : model::Milliseconds(10 * pick(1, 4095));
    out.password = out.version == 2 && chance(50) ? "pa" + std::to_string(pick(0, 9999)) : "";
    out.preempt = chance(70);
    out.preemptDelay = out.preempt && chance(30) ? time(1, 1000000) : model::Milliseconds(0);
    out.downTimerAdverts = chance(80) ? 3 : pick<std::uint32_t>(1, 100);
    out.garp = garp();
    out.accept = chance(80);
    out.skipCheckAddresses = chance(20);
    out.lowerPriorityNoAdvert = chance(20);
    out.higherPrioritySendAdvert = chance(20);
    out.smtpAlert = maybe<bool>(20, [] { return chance(50); });
    for (int i = pick(1, 3); i > 0; --i) {
        model::VirtualAddress& entry = out.addresses.emplace_back();
        entry.address = i == 1 && family == Family::V6 ? IpAddress::parse("fe80::" + std::to_string(1 + number)).value()
                                                       : address(family, 9, 16 * number + i);
        entry.prefixLength = pick<std::uint8_t>(1, family == Family::V4 ? 32 : 128);
        addressWords(entry);
    }
    // keepalived wants the link-local address first.
    if (family == Family::V6)
        std::ranges::reverse(out.addresses);
    for (int i = pick(0, 2); i > 0; --i) {
        model::VirtualAddress& entry = out.excludedAddresses.emplace_back();
        entry.address = address(family == Family::V4 ? Family::V6 : Family::V4, 10, 16 * number + i);
        entry.prefixLength = pick<std::uint8_t>(1, entry.address.isV4() ? 32 : 128);
        addressWords(entry);
    }
    for (int i = chance(30) ? pick(1, 3) : 0; i > 0; --i)
        out.routes.push_back(route(4 * number + i));
    for (int i = chance(30) ? pick(1, 3) : 0; i > 0; --i)
        out.rules.push_back(rule(4 * number + i));
    out.tracking = tracking(cluster);
    out.notify = notify(true);
    members(out, cluster);
    path(out, chance(30), cluster.directors.size());
    out.promoteSecondaries = !out.virtualMac && chance(20);
    return out;
}

/// Strict instances have few freedoms left.
inline void makeStrict(model::VrrpInstance& out) {
    out.strict = true;
    out.accept = false;
    out.lowerPriorityNoAdvert = true;
    out.higherPrioritySendAdvert = false;
    out.password.clear();
    out.preemptDelay = model::Milliseconds(0);
    out.downTimerAdverts = 3;
    out.garp.lowerPriorityDelay.reset();
    out.garp.lowerPriorityRepeat.reset();
    for (model::Member& member : out.members)
        member.initialState = model::InitialState::Backup;
    if (out.virtualMac)
        out.virtualMac->transmitBase = false;
}

/// What stays on a director. In the order in which an import finds it: what all have, then each director's own.
inline void statics(model::Cluster& out) {
    if (!out.instances.empty() && chance(40)) {
        model::TrackGroup& group = out.trackGroups.emplace_back();
        group.name = "uplinks";
        for (const model::VrrpInstance& one : out.instances)
            if (group.instances.empty() || chance(50))
                group.instances.push_back(one.name);
    }
    const auto watched = [&](bool possible) {
        return possible && !out.trackGroups.empty() && chance(30) ? out.trackGroups.front().name : std::string();
    };
    std::vector<std::string> owners{""};
    if (out.directors.size() > 1)
        for (const model::Director& director : out.directors)
            owners.push_back(director.id);
    int number = 0;
    for (const std::string& owner : owners) {
        for (int i = chance(25) ? pick(1, 2) : 0; i > 0; --i) {
            model::StaticAddress& entry = out.staticAddresses.emplace_back();
            const Family family = chance(70) ? Family::V4 : Family::V6;
            entry.address.address = address(family, 12, ++number);
            entry.address.prefixLength = pick<std::uint8_t>(1, family == Family::V4 ? 32 : 128);
            addressWords(entry.address);
            entry.address.device = "eth" + std::to_string(pick(0, 3));
            entry.trackGroup = watched(true);
            entry.director = owner;
        }
        for (int i = chance(25) ? pick(1, 2) : 0; i > 0; --i) {
            model::StaticRoute& entry = out.staticRoutes.emplace_back();
            entry.route = route(40 + ++number);
            entry.trackGroup = watched(!entry.route.device.empty());
            entry.director = owner;
        }
        for (int i = chance(25) ? pick(1, 2) : 0; i > 0; --i) {
            model::StaticRule& entry = out.staticRules.emplace_back();
            entry.rule = rule(40 + ++number);
            entry.trackGroup = watched(!entry.rule.inputInterface.empty());
            entry.director = owner;
        }
    }
}

inline void vrrp(model::Cluster& out) {
    out.vrrpStartupDelay = chance(20) ? time(1, 9000) : model::Milliseconds(0);
    out.scripts.user = chance(40) ? "root" : "";
    out.scripts.group = !out.scripts.user.empty() && chance(40) ? "root" : "";
    out.scripts.security = chance(60);
    trackedThings(out);
    for (int i = pick(0, 3), n = 0; n < i; ++n)
        out.instances.push_back(instance(out, n));
    for (model::VrrpInstance& one : out.instances)
        if (one.members.front().unicastPeers.empty() && chance(15))
            makeStrict(one);
    statics(out);
    if (out.instances.size() < 2 || chance(50))
        return;
    model::SyncGroup& group = out.syncGroups.emplace_back();
    group.name = "VG_1";
    for (const model::VrrpInstance& one : out.instances)
        group.instances.push_back(one.name);
    group.tracking = tracking(out);
    group.trackingWeight = true;
    group.notify = notify(false);
    group.smtpAlert = maybe<bool>(20, [] { return chance(50); });
}

inline void alerts(model::Notification& out) {
    out.heloName = chance(20) ? "lvs.example.com" : "";
    out.alertVrrp = maybe<bool>(20, [] { return chance(50); });
    out.alertCheckers = maybe<bool>(20, [] { return chance(50); });
    out.noFaultMail = chance(20);
    out.notifyUpAtStart = chance(20);
    out.fifo = chance(15) ? "/run/lvsdeck test/all" : "";
    out.vrrpFifo = chance(15) ? "/run/vrrp" : "";
    out.checkerFifo = chance(15) ? "/run/lvs" : "";
}

} // namespace lvsdeck::testing::detail
