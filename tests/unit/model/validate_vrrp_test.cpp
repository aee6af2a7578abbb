// SPDX-License-Identifier: GPL-3.0-or-later
// What validate() says about the VRRP side beyond addresses and priorities.
#include "common/model/validate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace lvsdeck::model {
namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

/// Two directors and two instances in a sync group that tracks a script: nothing to complain about.
Cluster soundCluster() {
    Cluster cluster;
    cluster.name = "web";
    cluster.directors = {{"lb1", "192.0.2.1", 22, "", "", ""}, {"lb2", "192.0.2.2", 22, "", "", ""}};
    cluster.trackScripts.emplace_back().name = "chk";
    cluster.trackScripts[0].script.command = {"/bin/chk"};
    cluster.trackFiles.push_back({"load", "/run/load", 1, false, {}, false});
    cluster.trackProcesses.emplace_back().name = "web";
    cluster.trackProcesses[0].process = {"nginx"};
    for (const int number : {1, 2}) {
        VrrpInstance& one = cluster.instances.emplace_back();
        one.name = "VI_" + std::to_string(number);
        one.vrid = static_cast<std::uint8_t>(number);
        one.addresses.emplace_back().address = ip("10.0.0." + std::to_string(number));
        for (const int director : {1, 2}) {
            Member& member = one.members.emplace_back();
            member.director = "lb" + std::to_string(director);
            member.interface = "eth0";
            member.priority = static_cast<std::uint8_t>(100 + director);
        }
    }
    cluster.instances[0].tracking.scripts = {{"chk", {}, {}}};
    SyncGroup& group = cluster.syncGroups.emplace_back();
    group.name = "G";
    group.instances = {"VI_1", "VI_2"};
    return cluster;
}

void makeUnicast(Cluster& c) {
    for (const int i : {0, 1}) {
        c.instances[0].members[static_cast<std::size_t>(i)].sourceAddress = ip("10.1.0." + std::to_string(i + 1));
        c.instances[0].members[static_cast<std::size_t>(i)].unicastPeers = {{ip("10.1.0." + std::to_string(2 - i)), {}, {}}};
    }
}

void makeV6(Cluster& c) { c.instances[0].addresses[0] = {ip("fe80::1"), 64, "", ""}; }

struct Mistake {
    const char* name;
    std::function<void(Cluster&)> make;
    Severity severity;
    const char* path;
    const char* text;
};

class EveryVrrpMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(EveryVrrpMistake, IsReportedWithItsPlace) {
    Cluster cluster = soundCluster();
    GetParam().make(cluster);
    const std::vector<Problem> problems = validate(cluster);
    std::string all;
    for (const Problem& p : problems)
        all += p.path + ": " + p.text + "\n";
    EXPECT_TRUE(std::ranges::any_of(problems, [](const Problem& p) {
        return p.severity == GetParam().severity && p.path == GetParam().path && p.text.contains(GetParam().text);
    })) << all;
}

VirtualRoute& route(Cluster& c) {
    VirtualRoute& out = c.instances[0].routes.emplace_back();
    out.device = "eth0";
    return out;
}

VirtualRule& rule(Cluster& c) {
    VirtualRule& out = c.instances[0].rules.emplace_back();
    out.priority = 100;
    return out;
}

const Mistake mistakes[] = {
    {"UnknownScript", [](Cluster& c) { c.trackScripts.clear(); }, Severity::Error, "instances[0].tracking.scripts[0].name",
     "there is no script “chk”"},
    {"UnknownFile", [](Cluster& c) { c.syncGroups[0].tracking.files = {{"x", {}, {}}}; }, Severity::Error,
     "sync_groups[0].tracking.files[0].name", "no track file"},
    {"TrackedTwice", [](Cluster& c) { c.instances[0].tracking.scripts.push_back({"chk", 3, {}}); }, Severity::Error,
     "instances[0].tracking.scripts[1].name", "twice"},
    {"WeightOutOfRange", [](Cluster& c) { c.trackScripts[0].weight = 254; }, Severity::Error, "track_scripts[0].weight",
     "-253 and 253"},
    {"ScriptWithoutProgram", [](Cluster& c) { c.trackScripts[0].script.command.clear(); }, Severity::Error,
     "track_scripts[0].script", "no program"},
    {"ScriptTooOften", [](Cluster& c) { c.trackScripts[0].interval = std::chrono::milliseconds(100); }, Severity::Error,
     "track_scripts[0].interval", "1 to 4294"},
    {"TwoScripts", [](Cluster& c) { c.trackScripts.push_back(c.trackScripts[0]); }, Severity::Error, "track_scripts[1].name",
     "rename"},
    {"RelativeFile", [](Cluster& c) { c.trackFiles[0].path = "load"; }, Severity::Error, "track_files[0].path", "absolute"},
    {"QuorumTurnedRound", [](Cluster& c) { c.trackProcesses[0].quorum = 3, c.trackProcesses[0].quorumMax = 2; },
     Severity::Error, "track_processes[0].quorum_max", "at least 3"},
    {"GroupOfOne", [](Cluster& c) { c.syncGroups[0].instances.pop_back(); }, Severity::Warning, "sync_groups[0].instances",
     "one instance only"},
    {"GroupOfStrangers", [](Cluster& c) { c.syncGroups[0].instances.emplace_back("VI_9"); }, Severity::Error,
     "sync_groups[0].instances[2]", "VI_9"},
    {"InTwoGroups",
     [](Cluster& c) {
         c.syncGroups.push_back(c.syncGroups[0]);
         c.syncGroups[1].name = "H";
     },
     Severity::Error, "sync_groups[1].instances[0]", "already in the group “G”"},
    {"WeightInAGroup", [](Cluster& c) { c.trackScripts[0].weight = 5; }, Severity::Warning, "sync_groups[0].tracking_weight",
     "not be tracked at all"},
    {"OwnAddressAsPeer",
     [](Cluster& c) {
         makeUnicast(c);
         c.instances[0].members[0].unicastPeers[0].address = ip("10.1.0.1");
     },
     Severity::Error, "instances[0].members[0].unicast_peers[0].address", "own address"},
    {"OneWithoutPeers",
     [](Cluster& c) {
         makeUnicast(c);
         c.instances[0].members[1].unicastPeers.clear();
     },
     Severity::Error, "instances[0].members[1].unicast_peers", "both sides would be master"},
    {"PeerThatIsNotListed",
     [](Cluster& c) {
         makeUnicast(c);
         c.instances[0].members[1].unicastPeers[0].address = ip("10.1.0.7");
     },
     Severity::Warning, "instances[0].members[0].source_address", "does not list 10.1.0.1"},
    {"PeerOfAnotherFamily",
     [](Cluster& c) {
         makeUnicast(c);
         c.instances[0].members[0].unicastPeers[0].address = ip("2001:db8::1");
     },
     Severity::Error, "instances[0].members[0].unicast_peers[0].address", "same family"},
    {"UncheckedTtl",
     [](Cluster& c) {
         makeUnicast(c);
         c.instances[0].members[0].unicastPeers[0].minTtl = 255;
     },
     Severity::Warning, "instances[0].members[0].unicast_peers[0].min_ttl", "only while the source is checked"},
    {"GroupThatIsNoMulticast", [](Cluster& c) { c.instances[0].multicastGroup = ip("10.0.0.9"); }, Severity::Error,
     "instances[0].multicast_group", "no multicast address"},
    {"VirtualMacAndUnicast",
     [](Cluster& c) {
         makeUnicast(c);
         c.instances[0].virtualMac.emplace();
     },
     Severity::Warning, "instances[0].virtual_mac", "clouds"},
    {"VirtualMacOnItself", [](Cluster& c) { c.instances[0].virtualMac = VirtualMac{"eth0", false}; }, Severity::Error,
     "instances[0].virtual_mac.interface", "needs a new one"},
    {"V6InVersionTwo",
     [](Cluster& c) {
         makeV6(c);
         c.instances[0].version = 2;
     },
     Severity::Warning, "instances[0].version", "no IPv6 in any standard"},
    {"StrictV6InVersionTwo",
     [](Cluster& c) {
         makeV6(c);
         c.instances[0].version = 2;
         c.instances[0].strict = true;
     },
     Severity::Error, "instances[0].version", "version 3"},
    {"StrictWithDelay",
     [](Cluster& c) {
         c.instances[0].strict = true;
         c.instances[0].preemptDelay = std::chrono::seconds(3);
     },
     Severity::Warning, "instances[0].preempt_delay", "strict mode"},
    {"OwnerThatDoesNotPreempt",
     [](Cluster& c) {
         c.instances[0].preempt = false;
         c.instances[0].members[1].priority = 255;
     },
     Severity::Warning, "instances[0].members[1].priority", "without preemption"},
    {"SpacingBelowZero", [](Cluster& c) { c.instances[0].garp.interval = std::chrono::microseconds(-1); }, Severity::Error,
     "instances[0].garp.interval", "0 and 60 s"},
    {"GatewayOfAnotherFamily", [](Cluster& c) { route(c).via = ip("fe80::1"); }, Severity::Error,
     "instances[0].routes[0].via", "same family"},
    {"RouteToNowhere", [](Cluster& c) { route(c).device.clear(); }, Severity::Error, "instances[0].routes[0]",
     "needs a gateway"},
    {"BlackholeWithADevice", [](Cluster& c) { route(c).type = RouteType::Blackhole; }, Severity::Error,
     "instances[0].routes[0].type", "leads nowhere"},
    {"HopsAndADevice", [](Cluster& c) { route(c).nextHops = {{ip("10.0.0.9"), "", 1, false}}; }, Severity::Error,
     "instances[0].routes[0].next_hops", "keep one"},
    {"RuleWithoutPriority", [](Cluster& c) { rule(c).priority.reset(); }, Severity::Warning,
     "instances[0].rules[0].priority", "16384"},
    {"RuleOfTwoFamilies", [](Cluster& c) { rule(c).from = Prefix{ip("2001:db8::"), 32}; }, Severity::Error,
     "instances[0].rules[0].from", "family"},
    {"PeerAndBroadcast",
     [](Cluster& c) {
         c.instances[0].addresses[0].peer = ip("10.0.0.77");
         c.instances[0].addresses[0].broadcast = "+";
     },
     Severity::Error, "instances[0].addresses[0].broadcast", "without a peer"},
    {"HomeOnV4", [](Cluster& c) { c.instances[0].addresses[0].home = true; }, Severity::Error, "instances[0].addresses[0]",
     "IPv6 addresses"},
    {"RelativeFifo", [](Cluster& c) { c.notification.vrrpFifo = "vrrp"; }, Severity::Error, "notification.vrrp_fifo",
     "absolute path"},
    {"GroupWithoutUser", [](Cluster& c) { c.instances[0].notify.any = {{"/bin/x"}, "", "adm"}; }, Severity::Error,
     "instances[0].notify.any.group", "needs a user"},
    {"OwnInterfaceTracked", [](Cluster& c) { c.instances[0].tracking.interfaces = {{"eth0", 0, false}}; }, Severity::Note,
     "instances[0].members[0].interface", "watched anyway"},
};

INSTANTIATE_TEST_SUITE_P(OfAnAdmin, EveryVrrpMistake, ::testing::ValuesIn(mistakes),
                         [](const auto& mistake) { return std::string(mistake.param.name); });

TEST(ValidateVrrp, HasNothingToSayAboutASoundCluster) {
    for (const Problem& problem : validate(soundCluster()))
        ADD_FAILURE() << problem.path << ": " << problem.text;
    Cluster unicast = soundCluster();
    makeUnicast(unicast);
    for (const Problem& problem : validate(unicast))
        ADD_FAILURE() << problem.path << ": " << problem.text;
}

} // namespace
} // namespace lvsdeck::model
