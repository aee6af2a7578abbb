// SPDX-License-Identifier: GPL-3.0-or-later
// What keepalived's words do to a router: groups, tracking, IPv6, unicast, macvlan, routes, accept, strict, maintenance, delays.
#include "agent/vrrp/instance_plan.hpp"
#include "agent/vrrp/packet.hpp"
#include "tests/unit/vrrp/director.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace lvsdeck::vrrp {
namespace {

using namespace std::chrono_literals;
using rpc::VrrpPhase;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

IpAddress ip(const char* text) { return *IpAddress::parse(text); }
const IpAddress vip = ip("192.168.50.8");
const IpAddress second = ip("192.168.50.9");

class Features : public testing::Test {
protected:
    static model::OwnInstance instance(std::uint8_t priority = 100, std::uint8_t vrid = 51) {
        model::OwnInstance own;
        own.instance.name = "VI_" + std::to_string(vrid);
        own.instance.version = 2;
        own.instance.vrid = vrid;
        own.instance.addresses.push_back({vrid == 51 ? vip : second, 24, {}, {}});
        own.member.interface = "eth0";
        own.member.priority = priority;
        return own;
    }
    static model::SyncGroup group() {
        model::SyncGroup out;
        out.name = "G1";
        out.instances = {"VI_51", "VI_52"};
        return out;
    }
    static model::VirtualRoute routeOver(const char* device, const IpAddress& network) {
        model::VirtualRoute out;
        out.destination = model::Prefix{network, 16};
        out.device = device;
        return out;
    }
    void startGroups() {
        lb1.own.syncGroups = lb2.own.syncGroups = {group()};
        lb1.configure({instance(100), instance(100, 52)});
        lb2.configure({instance(99), instance(99, 52)});
        time.runFor(9s);
    }
    static void expectPhases(const Director& director, VrrpPhase phase) {
        for (const rpc::VrrpState& state : director.router->states())
            EXPECT_EQ(state.phase, phase) << director.host.name() << " " << state.name << ": " << state.reason;
    }
    static std::vector<std::string> words(const Director& director, HappeningSubject subject) {
        std::vector<std::string> out;
        for (const Happening& one : director.happenings)
            if (one.subject == subject)
                out.push_back(one.name + " " + std::to_string(static_cast<int>(one.kind)));
        return out;
    }

    simulated::SimulatedTime time;
    simulated::SimulatedSegment segment;
    simulated::SimulatedNetwork network{time, 1, &segment};
    Director lb1{time, network, segment, "lb1", "192.168.50.101"};
    Director lb2{time, network, segment, "lb2", "192.168.50.102"};
};

// --- groups

TEST_F(Features, AGroupIsMasterTogether) {
    startGroups();
    expectPhases(lb1, VrrpPhase::Master);
    expectPhases(lb2, VrrpPhase::Backup);
    EXPECT_EQ(lb1.state().group, "G1");
    const std::string master = "G1 " + std::to_string(static_cast<int>(HappeningKind::Master));
    const auto told = words(lb1, HappeningSubject::Group);
    EXPECT_EQ(std::ranges::count(told, master), 1);
}

TEST_F(Features, AMemberThatCouldBeMasterWaitsForTheOthers) {
    lb1.own.syncGroups = {group()};
    model::OwnInstance low = instance(50, 52);
    lb1.configure({instance(150), low});
    lb2.configure({instance(100), instance(100, 52)});
    time.runFor(20s);
    expectPhases(lb1, VrrpPhase::Backup);
    expectPhases(lb2, VrrpPhase::Master);
}

TEST_F(Features, AFaultOfOneMemberIsAFaultOfAll) {
    startGroups();
    lb1.host.addLink("eth1");
    model::OwnInstance tracking = instance(100, 52);
    tracking.instance.tracking.interfaces = {{"eth1", 0, false}};
    lb1.configure({instance(100), tracking});
    time.runFor(1300ms);
    expectPhases(lb1, VrrpPhase::Master);
    lb1.host.setLinkUp("eth1", false);
    time.runFor(100ms);
    expectPhases(lb1, VrrpPhase::Fault);
    EXPECT_EQ(lb1.state(1).reason, "interface eth1 is down");
    EXPECT_EQ(lb1.state(0).reason, "instance VI_52 of sync group G1 is in FAULT: interface eth1 is down");
    time.runFor(1s);
    expectPhases(lb2, VrrpPhase::Master);
    lb1.host.setLinkUp("eth1", true);
    time.runFor(5s);
    expectPhases(lb1, VrrpPhase::Master);
    expectPhases(lb2, VrrpPhase::Backup);
}

TEST_F(Features, AMemberThatLosesItsRolePullsTheOthers) {
    startGroups();
    lb1.host.takeAddressAway("eth0", second);
    time.runFor(10ms);
    expectPhases(lb1, VrrpPhase::Backup);
    EXPECT_EQ(lb1.transitions.back().reason, "instance VI_52 of sync group G1 is not master any more");
    EXPECT_THAT(segment.holders(vip), IsEmpty());
    // No goodbye was said: the group is whole again before the peer has waited long enough.
    time.runFor(4s);
    expectPhases(lb1, VrrpPhase::Master);
    expectPhases(lb2, VrrpPhase::Backup);
}

TEST_F(Features, WeightsCountInAGroupOnlyWhenItSaysSo) {
    lb1.host.addLink("eth1");
    model::OwnInstance tracking = instance(100);
    tracking.instance.tracking.interfaces = {{"eth1", 30, false}};
    lb1.own.syncGroups = {group()};
    lb1.configure({tracking, instance(100, 52)});
    EXPECT_EQ(lb1.state().priority, 100);
    lb1.own.syncGroups[0].trackingWeight = true;
    lb1.configure({tracking, instance(100, 52)});
    EXPECT_EQ(lb1.state().priority, 130);
}

TEST_F(Features, ARestartedGroupGoesOnOnlyAsAWhole) {
    startGroups();
    lb1.router->stop(Stop::Leave);
    lb1.router.reset();
    for (Memory::Instance& one : lb1.memory.instances)
        if (one.name == "VI_52")
            one.master = false;
    lb1.boot();
    lb1.configure({instance(100), instance(100, 52)});
    expectPhases(lb1, VrrpPhase::Backup);
    EXPECT_TRUE(lb1.host.holds(vip)) << "until another master is heard";
}

TEST_F(Features, ARestartedGroupThatLostAnInterfaceMeanwhileLeavesAsMaster) {
    lb1.host.addLink("eth1");
    lb1.host.configureAddress("eth1", {ip("10.1.0.101"), 24, {}});
    model::OwnInstance other = instance(100, 52);
    other.member.interface = "eth1";
    lb1.own.syncGroups = {group()};
    lb1.configure({instance(100), other});
    time.runFor(9s);
    expectPhases(lb1, VrrpPhase::Master);
    lb1.router->stop(Stop::Leave);
    lb1.router.reset();
    lb1.transitions.clear();
    lb1.host.setLinkUp("eth1", false);
    lb1.boot();
    lb1.configure({instance(100), other});
    expectPhases(lb1, VrrpPhase::Fault);
    const auto left = std::ranges::count_if(lb1.transitions, [](const rpc::Transition& one) {
        return one.from == VrrpPhase::Master && one.reason.starts_with("instance VI_52 of sync group G1 is in FAULT");
    });
    EXPECT_EQ(left, 1) << "with its goodbye, so that nobody waits for it";
}

// --- tracking

TEST_F(Features, AFailingScriptLowersThePriorityUntilThePeerTakesOver) {
    model::TrackScript check;
    check.name = "chk_nginx";
    check.script.command = {"/bin/chk"};
    check.weight = -20;
    lb1.own.trackScripts = {check};
    model::OwnInstance tracking = instance(100);
    tracking.instance.tracking.scripts = {{"chk_nginx", {}, {}}};
    lb1.configure({tracking});
    lb2.configure({instance(90)});
    time.runFor(9s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    lb1.scripts.setExit("/bin/chk", 1);
    time.runFor(6s);
    EXPECT_EQ(lb1.state().priority, 80);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Backup);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Master);
    EXPECT_EQ(lb2.transitions.back().reason, "our priority 90 is higher than 80 of 192.168.50.101");
    EXPECT_THAT(lb1.events, Contains("script chk_nginx failed (exit status 1)"));
    const auto told = words(lb1, HappeningSubject::Instance);
    EXPECT_THAT(told, Contains("VI_51 " + std::to_string(static_cast<int>(HappeningKind::MasterPriority))));
    lb1.scripts.setExit("/bin/chk", 0);
    time.runFor(6s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
}

TEST_F(Features, AScriptWithoutAWeightIsAFaultAndBeforeItsFirstResultToo) {
    model::TrackScript check;
    check.name = "chk";
    check.script.command = {"/bin/chk"};
    lb1.own.trackScripts = {check};
    model::OwnInstance tracking = instance(100);
    tracking.instance.tracking.scripts = {{"chk", {}, {}}};
    lb1.configure({tracking});
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Fault);
    EXPECT_THAT(lb1.state().reason, HasSubstr("waiting for the first result of script chk"));
    time.runFor(5s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    lb1.scripts.setExit("/bin/chk", 2);
    time.runFor(2s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Fault);
    EXPECT_EQ(lb1.state().reason, "script chk failed (exit status 2)");
    ASSERT_EQ(lb1.state().tracks.size(), 1U);
    EXPECT_FALSE(lb1.state().tracks[0].good);
}

TEST_F(Features, NobodyIsToldOfAFaultBeforeAScriptHasFailed) {
    const auto told = [](const Director& director) { return words(director, HappeningSubject::Instance); };
    const std::string fault = "VI_51 " + std::to_string(static_cast<int>(HappeningKind::Fault));
    model::TrackScript check;
    check.name = "chk";
    check.script.command = {"/bin/chk"};
    model::OwnInstance tracking = instance(100);
    tracking.instance.tracking.scripts = {{"chk", {}, {}}};
    for (Director* director : {&lb1, &lb2}) {
        director->own.trackScripts = {check};
        director->scripts.setExit("/bin/chk", director == &lb1 ? 0 : 1);
        director->configure({tracking});
        EXPECT_EQ(director->state().phase, VrrpPhase::Fault);
        EXPECT_THAT(told(*director), IsEmpty());
    }
    time.runFor(5s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_THAT(told(lb1), Not(Contains(fault)));
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Fault);
    EXPECT_THAT(told(lb2), ElementsAre(fault));
    lb1.scripts.setExit("/bin/chk", 1);
    time.runFor(5s);
    EXPECT_EQ(std::ranges::count(told(lb1), fault), 1) << "one that has worked is told of at once";
}

TEST_F(Features, NeitherIsAnybodyOfTheGroupOrItsOtherMembers) {
    model::TrackScript check;
    check.name = "chk";
    check.script.command = {"/bin/chk"};
    model::OwnInstance tracking = instance(100, 52);
    tracking.instance.tracking.scripts = {{"chk", {}, {}}};
    for (Director* director : {&lb1, &lb2}) {
        director->own.trackScripts = {check};
        director->own.syncGroups = {group()};
        director->scripts.setExit("/bin/chk", director == &lb1 ? 0 : 1);
        director->configure({instance(100), tracking}); // the one that could be backup comes first
        expectPhases(*director, VrrpPhase::Fault);
        EXPECT_THAT(director->happenings, IsEmpty());
    }
    time.runFor(5s);
    const auto told = [](const std::string& name, HappeningKind kind) {
        return name + " " + std::to_string(static_cast<int>(kind));
    };
    const auto backupThenMaster = [&](const std::string& name) {
        return ElementsAre(told(name, HappeningKind::Backup), told(name, HappeningKind::Master));
    };
    const auto of = [](const Director& director, const std::string& name) {
        std::vector<std::string> out;
        for (const Happening& one : director.happenings)
            if (one.name == name)
                out.push_back(name + " " + std::to_string(static_cast<int>(one.kind)));
        return out;
    };
    for (const char* name : {"VI_51", "VI_52", "G1"})
        EXPECT_THAT(of(lb1, name), backupThenMaster(name));
    for (const char* name : {"VI_52", "G1"})
        EXPECT_THAT(of(lb2, name), ElementsAre(told(name, HappeningKind::Fault)));
    EXPECT_THAT(of(lb2, "VI_51"), IsEmpty()) << "the one that failed and the group are told of";
    lb2.scripts.setExit("/bin/chk", 0);
    time.runFor(5s);
    for (const char* name : {"VI_52", "G1"})
        EXPECT_THAT(of(lb2, name), ElementsAre(told(name, HappeningKind::Fault), told(name, HappeningKind::Backup)));
    EXPECT_THAT(of(lb2, "VI_51"), ElementsAre(told("VI_51", HappeningKind::Backup)));
    lb2.scripts.setExit("/bin/chk", 1);
    time.runFor(5s);
    EXPECT_THAT(of(lb2, "VI_51"), Contains(told("VI_51", HappeningKind::Fault))) << "later each is told of";
}

TEST_F(Features, ARestartDoesNotWaitForItsScripts) {
    model::TrackScript check;
    check.name = "chk";
    check.script.command = {"/bin/chk"};
    lb1.own.trackScripts = {check};
    model::OwnInstance tracking = instance(100);
    tracking.instance.tracking.scripts = {{"chk", {}, {}}};
    lb1.configure({tracking});
    time.runFor(9s);
    lb1.router->stop(Stop::Leave);
    lb1.router.reset();
    lb1.transitions.clear();
    lb1.boot();
    lb1.configure({tracking});
    time.runFor(5s);
    ASSERT_EQ(lb1.transitions.size(), 1U);
    EXPECT_EQ(lb1.transitions[0].to, VrrpPhase::Master);
    EXPECT_TRUE(lb1.host.holds(vip));
}

TEST_F(Features, FilesAndProcessesAreLookedAt) {
    model::TrackFile file;
    file.name = "f";
    file.path = "/run/prio";
    file.weight = 2;
    file.initialValue = 3;
    model::TrackProcess process;
    process.name = "p";
    process.process = {"nginx"};
    process.weight = 10;
    lb1.own.trackFiles = {file};
    lb1.own.trackProcesses = {process};
    model::OwnInstance tracking = instance(100);
    tracking.instance.tracking.files = {{"f", {}, {}}};
    tracking.instance.tracking.processes = {{"p", {}, {}}};
    lb1.configure({tracking});
    EXPECT_EQ(lb1.state().priority, 106) << "the initial value was written";
    lb1.system.setFile("/run/prio", "-20");
    const int pid = lb1.system.startProcess("nginx");
    time.runFor(1100ms);
    EXPECT_EQ(lb1.state().priority, 70);
    lb1.system.endProcess(pid);
    lb1.system.setFile("/run/prio", "-1000");
    time.runFor(1100ms);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Fault);
}

TEST_F(Features, AnOwnersPriorityIsNotAdjusted) {
    lb1.host.addLink("eth1");
    model::OwnInstance tracking = instance(255);
    tracking.instance.tracking.interfaces = {{"eth1", -30, true}};
    lb1.configure({tracking});
    EXPECT_EQ(lb1.state().priority, 255);
}

TEST_F(Features, TheInterfaceMayGoDownWhenItIsNotTracked) {
    model::OwnInstance own = instance(100);
    own.member.trackInterface = false;
    lb1.configure({own});
    time.runFor(5s);
    lb1.host.setLinkUp("eth0", false);
    time.runFor(1s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
}

TEST_F(Features, LosingTheSourceAddressIsAFaultWhenItIsTracked) {
    model::OwnInstance own = instance(100);
    own.member.sourceAddress = ip("192.168.50.101");
    lb1.configure({own});
    time.runFor(5s);
    lb1.host.takeAddressAway("eth0", ip("192.168.50.101"));
    time.runFor(1s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    own.member.trackSourceAddress = true;
    lb1.configure({own});
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Fault);
    EXPECT_THAT(lb1.state().reason, HasSubstr("192.168.50.101 is not on interface eth0"));
}

// --- the wire

TEST_F(Features, IPv6SpeaksFromTheLinkLocalAddress) {
    model::OwnInstance own = instance(100);
    own.instance.version = 3;
    own.instance.addresses = {{ip("fe80::8"), 64, {}, {}}, {ip("2001:db8::8"), 64, {}, {}}};
    lb1.configure({own});
    EXPECT_EQ(lb1.state().reason, "interface eth0 has no IPv6 link-local address of its own");
    lb1.host.configureAddress("eth0", {ip("2001:db8::101"), 64, {}});
    lb1.host.configureAddress("eth0", {ip("fe80::101"), 64, {}});
    lb2.host.configureAddress("eth0", {ip("fe80::102"), 64, {}});
    own.member.priority = 99;
    lb2.configure({own});
    time.runFor(9s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_EQ(lb2.state().masterAddress, "fe80::101");
    EXPECT_TRUE(lb1.host.holds(ip("2001:db8::8")));
}

TEST_F(Features, UnicastReachesEveryPeerAndNobodyElse) {
    Director lb3{time, network, segment, "lb3", "192.168.50.103"};
    model::OwnInstance own = instance(100);
    own.member.unicastPeers = {{ip("192.168.50.102"), {}, {}}};
    lb1.configure({own});
    own.member.priority = 99;
    own.member.unicastPeers = {{ip("192.168.50.101"), {}, {}}};
    lb2.configure({own});
    own.member.unicastPeers = {{ip("192.168.50.101"), {}, {}}, {ip("192.168.50.102"), {}, {}}};
    own.member.priority = 50;
    lb3.configure({own});
    time.runFor(9s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Backup);
    EXPECT_EQ(lb3.state().phase, VrrpPhase::Master) << "nobody sends to it";
    EXPECT_THAT(lb1.events, Contains(HasSubstr("192.168.50.103 speaks for this virtual router")));
    const auto peers = lb1.state().peers;
    const auto stranger = std::ranges::find(peers, "192.168.50.103", &rpc::VrrpPeer::address);
    ASSERT_NE(stranger, peers.end());
    EXPECT_GT(stranger->trouble.at("unknown-peer"), 0U);
}

TEST_F(Features, AStrangerIsNotBelievedWhenSourcesAreChecked) {
    model::OwnInstance own = instance(100);
    own.member.unicastPeers = {{ip("192.168.50.103"), {}, {}}};
    own.instance.checkUnicastSource = true;
    lb1.configure({own});
    own.member.unicastPeers = {{ip("192.168.50.101"), {}, {}}};
    own.member.priority = 200;
    lb2.configure({own});
    time.runFor(15s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_GT(lb1.state().rejected.at("unknown-peer"), 5U);
}

TEST_F(Features, NoPeerIsAFaultWhenTheInstanceSaysSo) {
    model::OwnInstance own = instance(100);
    own.instance.unicastFaultNoPeer = true;
    lb1.configure({own});
    EXPECT_EQ(lb1.state().reason, "no unicast peer is configured");
}

TEST_F(Features, AnotherMulticastGroupIsAnotherNetwork) {
    model::OwnInstance own = instance(100);
    lb1.configure({own});
    own.instance.multicastGroup = ip("224.0.0.99");
    lb2.configure({own});
    time.runFor(9s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Master);
}

TEST_F(Features, AnotherListOfAddressesIsTheTroubleOfThatPeer) {
    model::OwnInstance more = instance(99);
    more.instance.addresses.push_back({second, 24, {}, {}});
    lb1.configure({instance(100)});
    lb2.configure({more});
    time.runFor(9s);
    ASSERT_EQ(lb1.state().peers.size(), 1U);
    EXPECT_EQ(lb1.state().peers[0].address, "192.168.50.102");
    EXPECT_EQ(lb1.state().peers[0].priority, 99);
    EXPECT_GT(lb1.state().peers[0].trouble.at("address-list"), 3U);
}

TEST_F(Features, ATrustedMasterMayChangeItsAddresses) {
    model::OwnInstance own = instance(99);
    own.instance.skipCheckAddresses = true;
    lb1.configure({instance(100)});
    lb2.configure({own});
    time.runFor(9s);
    model::OwnInstance more = instance(100);
    more.instance.addresses.push_back({second, 24, {}, {}});
    lb1.configure({more});
    time.runFor(9s);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Backup);
}

TEST_F(Features, APriorityTieBetweenMastersIsTold) {
    network.partition({{"lb1"}, {"lb2"}});
    lb1.configure({instance(100)});
    lb2.configure({instance(100)});
    time.runFor(9s);
    network.partition({});
    time.runFor(3s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Backup);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Master);
    EXPECT_GE(lb2.state().peers.at(0).trouble.at("priority-tie"), 1U);
}

TEST_F(Features, APriorityTieIsToldByTheBackupToo) {
    lb1.configure({instance(100)});
    time.runFor(9s);
    lb2.configure({instance(100)});
    time.runFor(5s);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Backup);
    EXPECT_GE(lb2.state().peers.at(0).trouble.at("priority-tie"), 1U);
    EXPECT_EQ(lb2.events, (std::vector<std::string>{
                              "192.168.50.101: it is master with our priority 100; the higher address becomes master: give "
                              "the routers different priorities"}));
}

TEST_F(Features, AHealedSplitIsToldAsTwoMasters) {
    lb1.configure({instance(100)});
    lb2.configure({instance(99)});
    time.runFor(20s);
    EXPECT_THAT(lb1.events, IsEmpty());
    network.partition({{"lb1"}, {"lb2"}});
    time.runFor(6s);
    network.partition({});
    time.runFor(2s);
    EXPECT_GE(lb1.state().peers.at(0).trouble.at("two-masters"), 1U);
    ASSERT_EQ(lb1.events.size(), 1U);
    EXPECT_THAT(lb1.events[0], HasSubstr("two masters"));
}

TEST_F(Features, WhenASplitHealsTheRemainingMasterAnnouncesAgain) {
    network.partition({{"lb1"}, {"lb2"}});
    lb1.configure({instance(100)});
    time.runFor(20s);
    lb2.configure({instance(99)});
    time.runFor(20s);
    ASSERT_EQ(lb2.state().phase, VrrpPhase::Master);
    segment.clearAnnouncements();
    network.partition({});
    time.runFor(2s);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Backup);
    ASSERT_THAT(segment.announcements(), Not(IsEmpty()));
    EXPECT_EQ(segment.announcements().back().host, "lb1");
}

TEST_F(Features, AMasterOfTwoSecondsThatGivesWayMakesTheOtherAnnounceAgain) {
    lb1.configure({instance(100)});
    time.runFor(20s);
    lb2.configure({instance(99)});
    network.partition({{"lb1"}, {"lb2"}});
    time.runFor(6s);
    ASSERT_EQ(lb2.state().phase, VrrpPhase::Master);
    ASSERT_EQ(segment.reaches(vip), "lb2");
    // lb1's is the first advertisement to come through.
    network.partition({});
    network.block("lb2", "lb1", true);
    time.runFor(600ms);
    network.block("lb2", "lb1", false);
    time.runFor(2s);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Backup);
    EXPECT_EQ(segment.reaches(vip), "lb1");
}

TEST_F(Features, WhenASplitHealsAMasterAnnouncesItsWholeGroup) {
    startGroups();
    network.partition({{"lb1"}, {"lb2"}});
    time.runFor(20s);
    expectPhases(lb2, VrrpPhase::Master);
    ASSERT_EQ(segment.reaches(vip), "lb2");
    ASSERT_EQ(segment.reaches(second), "lb2");
    network.partition({});
    time.runFor(2s);
    expectPhases(lb1, VrrpPhase::Master);
    expectPhases(lb2, VrrpPhase::Backup);
    EXPECT_EQ(segment.reaches(vip), "lb1");
    EXPECT_EQ(segment.reaches(second), "lb1");
}

// --- what a master holds

TEST_F(Features, RoutesAndRulesMoveWithTheMaster) {
    model::OwnInstance own = instance(100);
    model::VirtualRoute route;
    route.destination = model::Prefix{ip("10.9.0.0"), 16};
    route.via = ip("192.168.50.1");
    own.instance.routes = {route};
    model::VirtualRule rule;
    rule.from = model::Prefix{ip("10.0.0.0"), 8};
    rule.table = 100;
    own.instance.rules = {rule, rule};
    lb1.configure({own});
    EXPECT_THAT(lb1.networkConfig.routes(), IsEmpty());
    time.runFor(5s);
    EXPECT_THAT(lb1.networkConfig.routes(), ElementsAre(route));
    ASSERT_EQ(lb1.networkConfig.rules().size(), 2U);
    EXPECT_EQ(lb1.networkConfig.rules()[0].priority, 16384U);
    EXPECT_EQ(lb1.networkConfig.rules()[1].priority, 16383U) << "keepalived counts down";
    own.instance.rules.pop_back();
    lb1.configure({own});
    EXPECT_EQ(lb1.networkConfig.rules().size(), 1U);
    // Killed, and the next process does not want them any more.
    lb1.router.reset();
    lb1.boot();
    lb1.configure({});
    EXPECT_THAT(lb1.networkConfig.routes(), IsEmpty());
    EXPECT_THAT(lb1.networkConfig.rules(), IsEmpty());
}

TEST_F(Features, ARouteOrRuleThatSomebodyRemovesIsTakenBackAfterTheSkewTime) {
    lb1.host.addLink("eth1");
    model::OwnInstance own = instance(100);
    const model::VirtualRoute route = routeOver("eth1", ip("10.9.0.0"));
    model::VirtualRoute untracked = routeOver("eth1", ip("10.10.0.0"));
    untracked.noTrack = true;
    model::VirtualRoute withoutDevice;
    withoutDevice.destination = model::Prefix{ip("10.11.0.0"), 16};
    withoutDevice.via = ip("192.168.50.1");
    own.instance.routes = {route, untracked, withoutDevice};
    model::VirtualRule rule;
    rule.from = model::Prefix{ip("10.0.0.0"), 8};
    rule.priority = 100;
    model::VirtualRule untrackedRule = rule;
    untrackedRule.priority = 101;
    untrackedRule.noTrack = true;
    own.instance.rules = {rule, untrackedRule};
    lb1.configure({own});
    lb2.configure({instance(99)});
    time.runFor(9s);
    const auto transitionsAfter = [&](auto remove) {
        lb1.transitions.clear();
        const std::size_t peers = lb2.transitions.size();
        remove();
        time.runFor(3s);
        EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
        EXPECT_EQ(lb1.networkConfig.routes().size() + lb1.networkConfig.rules().size(), 5U);
        EXPECT_EQ(lb2.transitions.size(), peers) << "no goodbye: the peer notices nothing";
        return lb1.transitions;
    };
    for (const auto& transitions : {transitionsAfter([&] { lb1.networkConfig.takeRouteAway(route); }),
                                    transitionsAfter([&] { lb1.networkConfig.takeRuleAway(rule); })}) {
        ASSERT_EQ(transitions.size(), 2U);
        EXPECT_THAT(transitions[0].reason, HasSubstr("somebody else removed the r"));
        EXPECT_EQ(transitions[1].to, VrrpPhase::Master);
    }
    lb1.transitions.clear();
    lb1.networkConfig.takeRouteAway(untracked);
    lb1.networkConfig.takeRouteAway(withoutDevice);
    lb1.networkConfig.takeRuleAway(untrackedRule);
    time.runFor(3s);
    EXPECT_THAT(lb1.transitions, IsEmpty());
    EXPECT_EQ(lb1.networkConfig.routes().size(), 1U) << "nor are they put back";
}

TEST_F(Features, RoutesAndRulesThatAnotherProgramTakesAwayWhenItMayComeAgainAndRolesStay) {
    lb1.host.addLink("eth1");
    model::OwnInstance own = instance(100);
    const model::VirtualRoute route = routeOver("eth1", ip("10.9.0.0"));
    model::VirtualRoute untracked = routeOver("eth1", ip("10.10.0.0"));
    untracked.noTrack = true;
    own.instance.routes = {route, untracked};
    model::VirtualRule rule;
    rule.from = model::Prefix{ip("10.0.0.0"), 8};
    rule.priority = 100;
    own.instance.rules = {rule};
    lb1.configure({own});
    time.runFor(5s);
    lb1.transitions.clear();
    lb1.router->letAddressesGo(true);
    lb1.networkConfig.takeRouteAway(route);
    lb1.networkConfig.takeRouteAway(untracked);
    lb1.networkConfig.takeRuleAway(rule);
    time.runFor(5s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_THAT(lb1.transitions, IsEmpty());
    EXPECT_THAT(lb1.networkConfig.routes(), IsEmpty()) << "they are the other's now";
    lb1.router->letAddressesGo(false);
    EXPECT_EQ(lb1.networkConfig.routes().size(), 2U);
    EXPECT_EQ(lb1.networkConfig.rules().size(), 1U);
    time.runFor(5s);
    EXPECT_THAT(lb1.transitions, IsEmpty());
}

TEST_F(Features, TheInterfacesOfRoutesAndRulesAreTracked) {
    for (const char* name : {"eth1", "eth2", "eth3", "eth4"})
        lb1.host.addLink(name);
    model::OwnInstance own = instance(100);
    model::VirtualRoute route;
    route.destination = model::Prefix{ip("10.9.0.0"), 16};
    route.device = "eth1";
    model::VirtualRoute untracked = route;
    untracked.destination = model::Prefix{ip("10.10.0.0"), 16};
    untracked.device = "eth2";
    untracked.noTrack = true;
    own.instance.routes = {route, untracked};
    model::VirtualRule rule;
    rule.inputInterface = "eth3";
    rule.outputInterface = "eth4";
    rule.priority = 100;
    own.instance.rules = {rule};
    lb1.configure({own});
    time.runFor(9s);
    for (const auto& [device, phase] :
         {std::pair("eth1", VrrpPhase::Fault), std::pair("eth2", VrrpPhase::Master), std::pair("eth3", VrrpPhase::Fault),
          std::pair("eth4", VrrpPhase::Fault), std::pair("eth0", VrrpPhase::Fault)}) {
        lb1.host.setLinkUp(device, false);
        time.runFor(100ms);
        EXPECT_EQ(lb1.state().phase, phase) << device;
        lb1.host.setLinkUp(device, true);
        time.runFor(9s);
        EXPECT_EQ(lb1.state().phase, VrrpPhase::Master) << device;
    }
}

TEST_F(Features, TheVirtualMacIsOnAnInterfaceOfItsOwn) {
    model::OwnInstance own = instance(100);
    own.instance.virtualMac.emplace();
    lb1.configure({own});
    own.member.priority = 99;
    lb2.configure({own});
    time.runFor(9s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master) << lb1.state().reason;
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Backup) << lb2.state().reason;
    const auto links = *lb1.host.links();
    const auto macvlan = std::ranges::find(links, "vrrp.51", &Link::name);
    ASSERT_NE(macvlan, links.end());
    EXPECT_EQ(macvlan->mac, (MacAddress{0, 0, 0x5e, 0, 1, 51}));
    ASSERT_EQ(macvlan->addresses.size(), 1U);
    EXPECT_EQ(macvlan->addresses[0].address, vip);
    EXPECT_EQ(lb2.state().masterAddress, "192.168.50.101") << "the source stays the base's";
    lb1.configure({});
    const auto after = *lb1.host.links();
    EXPECT_EQ(std::ranges::find(after, "vrrp.51", &Link::name), after.end());
}

TEST_F(Features, WithoutAcceptAMasterDropsWhatIsSentToItsAddresses) {
    model::OwnInstance own = instance(100);
    own.instance.accept = false;
    lb1.configure({own});
    EXPECT_THAT(lb1.networkConfig.dropped(), IsEmpty());
    time.runFor(5s);
    EXPECT_THAT(lb1.networkConfig.dropped(), ElementsAre(vip));
    lb1.router->hold(Hold::Graceful, "drill");
    EXPECT_THAT(lb1.networkConfig.dropped(), IsEmpty());
}

TEST_F(Features, StrictTakesWhatTheRfcDoesNotHave) {
    model::OwnInstance own = instance(100);
    own.instance.strict = true;
    own.instance.password = "1111";
    lb1.configure({own});
    lb2.configure({instance(99)});
    time.runFor(9s);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Backup) << "no password is sent";
    EXPECT_THAT(lb1.networkConfig.dropped(), ElementsAre(vip)) << "accept mode is off";
    own.member.priority = 255;
    lb1.configure({own});
    EXPECT_THAT(lb1.networkConfig.dropped(), IsEmpty()) << "an owner accepts";
}

TEST_F(Features, AdvertisementsLeaveByTheVirtualMacOrByTheInterfaceBelow) {
    model::OwnInstance own = instance(100);
    own.instance.virtualMac = model::VirtualMac{};
    EXPECT_EQ(sendingOf(own).interface, "vrrp.51");
    own.instance.virtualMac->transmitBase = true;
    EXPECT_EQ(sendingOf(own).interface, "eth0");
    EXPECT_EQ(listeningOf(own).interface, "vrrp.51");
    lb1.configure({own});
    lb2.configure({instance(99)});
    time.runFor(9s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Backup) << "it hears them";
}

TEST_F(Features, SwitchesOfTheHostsInterfacesComeBackAfterARestartToo) {
    const auto setting = [this](const char* name) {
        return *lb1.networkConfig.readSysctl(std::string("net.ipv4.conf.eth0.") + name);
    };
    lb1.networkConfig.setSysctl("net.ipv4.conf.eth0.arp_filter", "1");
    model::OwnInstance own = instance(100);
    own.instance.virtualMac = model::VirtualMac{};
    model::OwnInstance other = instance(100, 52);
    other.instance.promoteSecondaries = true;
    lb1.configure({own, other});
    EXPECT_EQ(setting("arp_ignore"), "1");
    EXPECT_EQ(setting("promote_secondaries"), "1");
    lb1.router->stop(Stop::Leave);
    EXPECT_EQ(setting("arp_ignore"), "1") << "a restart touches nothing";
    lb1.boot();
    lb1.configure({own, other});
    lb1.configure({own});
    EXPECT_EQ(setting("promote_secondaries"), "0") << "nobody needs it";
    EXPECT_EQ(setting("arp_ignore"), "1");
    lb1.router->stop(Stop::Resign);
    EXPECT_EQ(setting("arp_ignore"), "0") << "as it was before the first process";
    EXPECT_EQ(setting("arp_filter"), "1") << "it was on before us";
}

TEST_F(Features, FilesAreLookedAtAsOftenAsTheInstanceAdvertises) {
    model::OwnInstance own = instance(100);
    own.instance.version = 3;
    own.instance.advertInterval = 10ms;
    own.instance.tracking.files = {{"f", {}, {}}};
    model::TrackFile file;
    file.name = "f";
    file.path = "/run/f";
    file.weight = 1;
    lb1.own.trackFiles = {file};
    lb1.configure({own});
    time.runFor(1s);
    lb1.system.setFile("/run/f", "-7");
    time.runFor(10ms);
    EXPECT_EQ(lb1.state().priority, 93);
}

TEST_F(Features, StrictAcceptsInVersion3WhenToldSo) {
    model::OwnInstance own = instance(100);
    own.instance.strict = true;
    own.instance.version = 3;
    own.instance.accept = true;
    lb1.configure({own});
    time.runFor(5s);
    ASSERT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_THAT(lb1.networkConfig.dropped(), IsEmpty());
    own.instance.accept = false;
    lb1.configure({own});
    EXPECT_THAT(lb1.networkConfig.dropped(), ElementsAre(vip));
}

TEST_F(Features, ANewProcessFiltersFromItsFirstMomentOn) {
    model::OwnInstance own = instance(100);
    own.instance.accept = false;
    own.instance.virtualMac = model::VirtualMac{};
    lb1.configure({own});
    time.runFor(5s);
    ASSERT_THAT(lb1.networkConfig.dropped(), ElementsAre(vip));
    lb1.router->stop(Stop::Leave);
    // What the next process writes of its own knows nothing of what the last one wrote.
    ASSERT_TRUE(lb1.networkConfig.dropTraffic({}));
    lb1.boot();
    lb1.configure({own});
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_THAT(lb1.networkConfig.dropped(), ElementsAre(vip));
}

TEST_F(Features, AnnouncementsAreSpacedWhenAskedFor) {
    model::OwnInstance own = instance(100);
    own.instance.garp.interval = 100ms;
    own.instance.garp.repeat = 3;
    own.instance.garp.delay = 0ms;
    lb1.configure({own});
    time.runFor(3700ms);
    EXPECT_EQ(segment.announcements().size(), 1U);
    time.runFor(100ms);
    EXPECT_EQ(segment.announcements().size(), 2U);
    lb1.router->hold(Hold::Graceful, "drill");
    time.runFor(1s);
    EXPECT_EQ(segment.announcements().size(), 2U) << "a backup announces nothing";
}

// --- service

TEST_F(Features, MaintenanceResignsAndOutlivesARestart) {
    lb1.configure({instance(100)});
    lb2.configure({instance(99)});
    time.runFor(9s);
    ASSERT_TRUE(lb1.router->setInstanceMaintenance("VI_51", rpc::Maintenance{"new kernel", "anna", 0, 0}).has_value());
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Backup);
    EXPECT_EQ(lb1.transitions.back().reason, "maintenance: new kernel");
    ASSERT_TRUE(lb1.state().maintenance.has_value());
    EXPECT_EQ(lb1.state().hold, "");
    time.runFor(700ms);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Master) << "after the skew: it said goodbye";
    lb1.router.reset();
    lb1.boot();
    lb1.configure({instance(100)});
    lb2.router->stop(Stop::Resign);
    time.runFor(60s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Backup) << "even alone";
    ASSERT_TRUE(lb1.router->setInstanceMaintenance("VI_51", std::nullopt).has_value());
    time.runFor(4s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_FALSE(lb1.router->setInstanceMaintenance("VI_99", std::nullopt).has_value());
    EXPECT_FALSE(lb1.router->setGroupMaintenance("G9", std::nullopt).has_value());
}

TEST_F(Features, MaintenanceEndsByTheWallClock) {
    lb1.configure({instance(100)});
    time.runFor(5s);
    const std::int64_t nowMs = lb1.runtime.wallUs() / 1000;
    ASSERT_TRUE(lb1.router->setInstanceMaintenance("VI_51", rpc::Maintenance{"", "", nowMs, nowMs + 60'000}).has_value());
    time.runFor(58s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Backup);
    time.runFor(8s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_TRUE(lb1.maintenance.instances.empty()) << "the owner was told";
}

TEST_F(Features, MaintenanceOfAGroupIsOfAllItsMembersAndOfOneMemberToo) {
    startGroups();
    ASSERT_TRUE(lb1.router->setGroupMaintenance("G1", rpc::Maintenance{"r", "", 0, 0}).has_value());
    time.runFor(1s);
    expectPhases(lb1, VrrpPhase::Backup);
    expectPhases(lb2, VrrpPhase::Master);
    ASSERT_TRUE(lb1.router->setGroupMaintenance("G1", std::nullopt).has_value());
    time.runFor(5s);
    expectPhases(lb1, VrrpPhase::Master);
    ASSERT_TRUE(lb1.router->setInstanceMaintenance("VI_52", rpc::Maintenance{"r", "", 0, 0}).has_value());
    expectPhases(lb1, VrrpPhase::Backup);
    time.runFor(1s);
    expectPhases(lb2, VrrpPhase::Master);
}

TEST_F(Features, NothingIsSentOrTakenBeforeTheStartupDelay) {
    lb1.own.vrrpStartupDelay = 10s;
    lb1.configure({instance(100)});
    time.runFor(9900ms);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Initialize);
    EXPECT_EQ(network.sent(), 0U);
    time.runFor(4s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    lb1.router->stop(Stop::Leave);
    lb1.router.reset();
    lb1.boot();
    lb1.configure({instance(100)});
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master) << "a restart does not wait";
}

TEST_F(Features, TheLastTwoHundredTransitionsAreKept) {
    lb1.configure({instance(100)});
    for (int i = 0; i < 150; ++i) {
        lb1.router->hold(Hold::Graceful, "drill");
        lb1.router->release();
        time.runFor(4s);
    }
    EXPECT_EQ(lb1.router->transitions("VI_51")->size(), 200U);
    EXPECT_EQ(lb1.state().transitions.size(), 20U);
    EXPECT_EQ(lb1.state().transitions.back(), lb1.router->transitions("VI_51")->back());
    EXPECT_FALSE(lb1.router->transitions("VI_9").has_value());
}

TEST_F(Features, AStopAndARemovalAreTold) {
    lb1.configure({instance(100), instance(100, 52)});
    time.runFor(5s);
    lb1.configure({instance(100)});
    EXPECT_EQ(lb1.happenings.back().kind, HappeningKind::Deleted);
    EXPECT_EQ(lb1.happenings.back().name, "VI_52");
    lb1.router->stop(Stop::Resign);
    EXPECT_EQ(lb1.happenings.back().kind, HappeningKind::Stop);
}

} // namespace
} // namespace lvsdeck::vrrp
