// SPDX-License-Identifier: GPL-3.0-or-later
// The VRRP side of keepalived.conf: what instances, sync groups and tracked things become, and back.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/writer.hpp"
#include "common/model/validate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace lvsdeck::formats {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Imported read(const std::string& text) { return readKeepalived({{"lb1", "one.conf", text, ""}}); }

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

std::string all(const Imported& imported) {
    std::string out;
    for (const Diagnostic& d : imported.diagnostics)
        out += toText(d) + "\n";
    return out;
}

std::string instance(const std::string& body, const std::string& before = {}) {
    return before + "vrrp_instance A {\n state BACKUP\n interface eth0\n virtual_router_id 7\n priority 9\n" + body + "}\n";
}

TEST(KeepalivedVrrp, ReadsHowAdvertisementsTravel) {
    const Imported in = read(instance(" version 3\n unicast_src_ip 10.0.0.1\n unicast_ttl 64\n check_unicast_src\n"
                                      " track_src_ip\n dont_track_primary\n old_unicast_checksum never\n use_vmac v7\n"
                                      " vmac_xmit_base\n"
                                      " unicast_peer {\n 10.0.0.2\n 10.0.0.3 min_ttl 250 max_ttl 255\n }\n"));
    ASSERT_EQ(in.cluster.instances.size(), 1U);
    const model::VrrpInstance& a = in.cluster.instances[0];
    const model::Member& member = a.members.at(0);
    EXPECT_EQ(member.sourceAddress, ip("10.0.0.1"));
    EXPECT_TRUE(member.trackSourceAddress);
    EXPECT_FALSE(member.trackInterface);
    EXPECT_THAT(member.unicastPeers, ElementsAre(model::UnicastPeer{ip("10.0.0.2"), {}, {}},
                                                 model::UnicastPeer{ip("10.0.0.3"), std::uint8_t{250}, std::uint8_t{255}}));
    EXPECT_EQ(a.unicastTtl, 64);
    EXPECT_TRUE(a.checkUnicastSource);
    EXPECT_EQ(a.oldUnicastChecksum, model::OldUnicastChecksum::Never);
    EXPECT_EQ(a.virtualMac, (model::VirtualMac{"v7", true}));
    EXPECT_TRUE(in.cluster.passthrough.empty()) << all(in);
}

TEST(KeepalivedVrrp, GivesInstancesWhatGlobalDefsSayAndTheyDoNot) {
    const std::string defaults =
        "global_defs {\n vrrp_version 3\n vrrp_garp_interval 0.000250\n vrrp_mcast_group4 224.0.0.99\n"
        " vrrp_garp_lower_prio_repeat 0\n vrrp_min_garp\n vrrp_higher_prio_send_advert\n"
        " default_interface eth9\n}\n";
    const Imported in =
        read(defaults + "vrrp_instance A {\n virtual_router_id 1\n virtual_ipaddress {\n 10.0.0.1\n }\n}\n"
                        "vrrp_instance B {\n interface eth1\n version 2\n virtual_router_id 2\n"
                        " higher_prio_send_advert false\n mcast_dst_ip 224.0.0.98\n garp_master_repeat 4\n}\n");
    ASSERT_EQ(in.cluster.instances.size(), 2U);
    const model::VrrpInstance& a = in.cluster.instances[0];
    const model::VrrpInstance& b = in.cluster.instances[1];
    EXPECT_EQ(a.version, 3);
    EXPECT_EQ(b.version, 2);
    EXPECT_EQ(a.members[0].interface, "eth9");
    EXPECT_EQ(a.garp.interval, std::chrono::microseconds(250));
    EXPECT_EQ(a.garp.repeat, 1U);
    EXPECT_EQ(a.garp.delay, std::chrono::milliseconds(0));
    EXPECT_EQ(a.garp.lowerPriorityRepeat, 0U);
    EXPECT_EQ(b.garp.repeat, 4U);
    EXPECT_EQ(a.multicastGroup, ip("224.0.0.99"));
    EXPECT_EQ(b.multicastGroup, ip("224.0.0.98"));
    EXPECT_TRUE(a.higherPrioritySendAdvert);
    EXPECT_FALSE(b.higherPrioritySendAdvert);
}

TEST(KeepalivedVrrp, ReadsAddressesWithAllTheirOptions) {
    const Imported in = read(instance(
        " virtual_ipaddress {\n 10.0.0.1/24 brd + dev eth1 scope link label eth1:1 noprefixroute\n"
        " 10.0.0.2 peer 10.0.0.3 preferred_lft 0 no_track\n 10.0.0.4 scope 7 use_vmac\n }\n"
        " virtual_ipaddress_excluded {\n 2001:db8::1/64 home -nodad mngtmpaddr autojoin preferred_lft forever\n }\n"));
    const auto& addresses = in.cluster.instances.at(0).addresses;
    ASSERT_EQ(addresses.size(), 3U) << all(in);
    EXPECT_EQ(addresses[0].broadcast, "+");
    EXPECT_EQ(addresses[0].scope, std::uint8_t{253});
    EXPECT_EQ(addresses[0].label, "eth1:1");
    EXPECT_TRUE(addresses[0].noPrefixRoute);
    EXPECT_EQ(addresses[1].peer, ip("10.0.0.3"));
    EXPECT_EQ(addresses[1].preferredLifetime, 0U);
    EXPECT_TRUE(addresses[1].noTrack);
    EXPECT_EQ(addresses[2].scope, std::uint8_t{7});
    const model::VirtualAddress& v6 = in.cluster.instances[0].excludedAddresses.at(0);
    EXPECT_TRUE(v6.home && v6.noDad && v6.managedTemporary && v6.autojoin);
    EXPECT_FALSE(v6.preferredLifetime);
    // What the model has not stays with the address.
    ASSERT_EQ(in.cluster.passthrough.size(), 1U);
    EXPECT_EQ(in.cluster.passthrough[0].text, "use_vmac");
    EXPECT_THAT(writeKeepalived(in.cluster, "lb1").value().text, HasSubstr("10.0.0.4 scope 7 use_vmac\n"));
}

TEST(KeepalivedVrrp, ReadsRoutesAndRulesAndKeepsWhatItDoesNotKnow) {
    const Imported in =
        read(instance(" virtual_routes {\n src 10.0.0.1 to 10.1.0.0/16 via 10.0.0.9 dev eth1 table 100 metric 7\n default "
                      "via 10.0.0.9 dev eth0\n"
                      " 10.2.0.0/16 via 10.0.0.8 or 10.0.0.9 dev eth0\n blackhole 10.3.0.0/16\n"
                      " 10.4.0.0/16 no_track nexthop via 10.0.0.8 dev eth0 weight 3 nexthop via 10.0.0.9 dev eth1 onlink\n"
                      " 10.5.0.0/16 dev eth0 initcwnd 10\n }\n"
                      " virtual_rules {\n from 10.1.0.0/16 fwmark 0x10/0xff table main priority 100\n to 2001:db8::/32 "
                      "unreachable priority 5\n"
                      " from 10.0.0.1 goto 7 priority 3\n }\n"));
    const auto& routes = in.cluster.instances.at(0).routes;
    ASSERT_EQ(routes.size(), 5U) << all(in);
    EXPECT_EQ(routes[0].preferredSource, ip("10.0.0.1"));
    EXPECT_EQ(routes[0].destination, (model::Prefix{ip("10.1.0.0"), 16}));
    EXPECT_EQ(routes[0].table, 100U);
    EXPECT_FALSE(routes[1].destination);
    EXPECT_THAT(routes[2].nextHops, ElementsAre(model::NextHop{ip("10.0.0.8"), "eth0", 1, false},
                                                model::NextHop{ip("10.0.0.9"), "eth0", 1, false}));
    EXPECT_EQ(routes[3].type, model::RouteType::Blackhole);
    EXPECT_TRUE(routes[3].noTrack);
    EXPECT_EQ(routes[4].nextHops.at(0).weight, 3U);
    const auto& rules = in.cluster.instances[0].rules;
    ASSERT_EQ(rules.size(), 2U);
    EXPECT_EQ(rules[0].firewallMark, 16U);
    EXPECT_EQ(rules[0].firewallMask, 255U);
    EXPECT_EQ(rules[0].table, 254U);
    EXPECT_EQ(rules[1].family, Family::V6);
    EXPECT_EQ(rules[1].action, model::RuleAction::Unreachable);
    ASSERT_EQ(in.cluster.passthrough.size(), 2U);
    const std::string text = writeKeepalived(in.cluster, "lb1").value().text;
    EXPECT_THAT(text, HasSubstr("        10.5.0.0/16 dev eth0 initcwnd 10\n"));
    EXPECT_THAT(text, HasSubstr("        from 10.0.0.1 goto 7 priority 3\n"));
}

const std::string checks =
    "vrrp_script chk {\n script \"/bin/chk 'a b'\"\n interval 2\n weight -20 reverse\n fall 3\n user nobody\n"
    " init_fail\n}\n"
    "track_file load {\n file /run/load\n weight 2\n init_file 5 overwrite\n}\n"
    "vrrp_track_process web {\n process nginx -g x\n param_match initial\n quorum 2\n delay 1.5\n}\n";

TEST(KeepalivedVrrp, ReadsWhatIsTrackedAndKeepsNamesThatNobodyDefined) {
    const Imported in =
        read(instance(" track_script {\n chk weight 5 noreverse\n nobody\n }\n track_file {\n load\n }\n"
                      " track_process {\n web weight -3\n }\n track_interface {\n eth1 weight 10 reverse\n eth2\n }\n",
                      checks));
    ASSERT_EQ(in.cluster.trackScripts.size(), 1U);
    const model::TrackScript& script = in.cluster.trackScripts[0];
    EXPECT_THAT(script.script.command, ElementsAre("/bin/chk", "a b"));
    EXPECT_EQ(script.script.user, "nobody");
    EXPECT_EQ(script.weight, -20);
    EXPECT_TRUE(script.reverse && script.initFail);
    EXPECT_EQ(script.fall, 3U);
    EXPECT_EQ(in.cluster.trackFiles.at(0), (model::TrackFile{"load", "/run/load", 2, false, 5, true}));
    const model::TrackProcess& process = in.cluster.trackProcesses.at(0);
    EXPECT_THAT(process.process, ElementsAre("nginx", "-g", "x"));
    EXPECT_EQ(process.match, model::ParameterMatch::Initial);
    EXPECT_EQ(process.forkDelay, std::chrono::milliseconds(1500));
    const model::Tracking& tracking = in.cluster.instances.at(0).tracking;
    EXPECT_THAT(tracking.scripts, ElementsAre(model::TrackedItem{"chk", 5, false}));
    EXPECT_THAT(tracking.files, ElementsAre(model::TrackedItem{"load", {}, {}}));
    EXPECT_THAT(tracking.processes, ElementsAre(model::TrackedItem{"web", -3, {}}));
    EXPECT_THAT(tracking.interfaces,
                ElementsAre(model::TrackedInterface{"eth1", 10, true}, model::TrackedInterface{"eth2", 0, false}));
    ASSERT_EQ(in.cluster.passthrough.size(), 1U) << all(in);
    EXPECT_EQ(in.cluster.passthrough[0].text, "track_script {\n    nobody\n}");
    EXPECT_THAT(all(in), HasSubstr("keepalived ignores it"));
}

TEST(KeepalivedVrrp, GivesEveryDirectorItsOwnPartAndTheInstanceWhatAllHave) {
    const auto file = [](const std::string& peers, const std::string& own) {
        return "vrrp_sync_group G {\n group {\n A\n B\n }\n notify_fault \"/bin/f\"\n}\n" +
               instance(" unicast_peer {\n " + peers + "\n }\n track_interface {\n eth5\n " + own + "\n }\n") +
               "vrrp_instance B {\n interface eth1\n virtual_router_id 8\n}\n";
    };
    const Imported in = readKeepalived(
        {{"lb1", "one.conf", file("10.0.0.2", "eth6"), ""}, {"lb2", "two.conf", file("10.0.0.1", "eth7 weight 3"), ""}});
    const model::VrrpInstance& a = in.cluster.instances.at(0);
    ASSERT_EQ(a.members.size(), 2U) << all(in);
    EXPECT_THAT(a.tracking.interfaces, ElementsAre(model::TrackedInterface{"eth5", 0, false}));
    EXPECT_THAT(a.members[0].trackInterfaces, ElementsAre(model::TrackedInterface{"eth6", 0, false}));
    EXPECT_THAT(a.members[1].trackInterfaces, ElementsAre(model::TrackedInterface{"eth7", 3, false}));
    EXPECT_EQ(a.members[1].unicastPeers.at(0).address, ip("10.0.0.1"));
    ASSERT_EQ(in.cluster.syncGroups.size(), 1U);
    EXPECT_THAT(in.cluster.syncGroups[0].instances, ElementsAre("A", "B"));
    EXPECT_THAT(in.cluster.syncGroups[0].notify.fault.command, ElementsAre("/bin/f"));
    EXPECT_THAT(all(in), Not(HasSubstr("must agree")));
    EXPECT_THAT(writeKeepalived(in.cluster, "lb2").value().text,
                HasSubstr("track_interface {\n        eth5\n        eth7 weight 3\n"));
}

TEST(KeepalivedVrrp, LeavesInstancesOutOfAGroupThatAreNotThere) {
    const Imported in =
        read("vrrp_sync_group G {\n group {\n A\n Z\n }\n}\nvrrp_sync_group H {\n group {\n Z\n }\n}\n" + instance({}));
    ASSERT_EQ(in.cluster.syncGroups.size(), 1U) << all(in);
    EXPECT_THAT(in.cluster.syncGroups[0].instances, ElementsAre("A"));
    EXPECT_THAT(all(in), HasSubstr("no instance, and keepalived removes it"));
}

TEST(KeepalivedVrrp, WritesNamesBeforeTheirUse) {
    const std::string text =
        writeKeepalived(read(instance(" track_script {\n chk\n }\n", checks)).cluster, "lb1").value().text;
    EXPECT_LT(text.find("vrrp_script chk {"), text.find("vrrp_instance A {"));
    EXPECT_LT(text.find("track_file load {"), text.find("vrrp_instance A {"));
}

TEST(KeepalivedVrrp, SaysWhatAnOlderKeepalivedLacks) {
    const Imported in =
        read(instance(" track_file {\n load\n }\n notify_deleted \"/bin/x\"\n mcast_dst_ip 224.0.0.9\n", checks));
    const auto write = [&](KeepalivedVersion target) {
        return writeKeepalived(in.cluster, "lb1", {.target = target}).value();
    };
    const Exported old = write(KeepalivedVersion::V1_2);
    EXPECT_THAT(old.text, Not(HasSubstr("track_file")));
    EXPECT_THAT(old.text, Not(HasSubstr("init_fail")));
    EXPECT_THAT(old.text, HasSubstr("script \"/bin/chk"));
    const Exported middle = write(KeepalivedVersion::V2_0);
    EXPECT_THAT(middle.text, HasSubstr("vrrp_track_file load {"));
    EXPECT_THAT(middle.text, Not(HasSubstr("notify_deleted")));
    EXPECT_THAT(middle.text, Not(HasSubstr("mcast_dst_ip")));
    EXPECT_THAT(middle.text, HasSubstr("vrrp_mcast_group4 224.0.0.9"));
    EXPECT_EQ(middle.diagnostics.size(), 5U);
    EXPECT_GT(old.diagnostics.size(), middle.diagnostics.size());
    const Exported now = write(KeepalivedVersion::V2_2);
    EXPECT_THAT(now.text, HasSubstr("mcast_dst_ip 224.0.0.9"));
    ASSERT_EQ(now.diagnostics.size(), 1U);
    EXPECT_EQ(now.diagnostics[0].severity, Severity::Note);
    EXPECT_THAT(now.diagnostics[0].text, HasSubstr("2.2.5"));
}

TEST(KeepalivedVrrp, KeepsASpacingOfItsOwnBehindTheCommentMark) {
    model::Cluster cluster = read(instance({}) + "vrrp_instance B {\n interface eth1\n virtual_router_id 8\n}\n").cluster;
    cluster.instances[0].garp.interval = std::chrono::microseconds(500);
    const Exported differing = writeKeepalived(cluster, "lb1").value();
    EXPECT_THAT(differing.text, HasSubstr("#lvsdeck garp_interval 0.0005"));
    EXPECT_EQ(differing.diagnostics.size(), 1U);
    EXPECT_EQ(read(differing.text).cluster.instances[0].garp.interval, std::chrono::microseconds(500));
    cluster.instances[1].garp.interval = std::chrono::microseconds(500);
    EXPECT_THAT(writeKeepalived(cluster, "lb1").value().text, HasSubstr("    vrrp_garp_interval 0.0005\n"));
}

TEST(KeepalivedVrrp, FollowsStrictModeAndWarnsOfTheMistakeInSkipCheck) {
    const Imported in = read(instance(" version 3\n strict_mode\n higher_prio_send_advert\n skip_check_adv_addr false\n"));
    const model::VrrpInstance& a = in.cluster.instances.at(0);
    EXPECT_TRUE(a.strict);
    EXPECT_FALSE(a.accept);
    EXPECT_TRUE(a.lowerPriorityNoAdvert);
    EXPECT_FALSE(a.higherPrioritySendAdvert);
    EXPECT_FALSE(a.skipCheckAddresses);
    EXPECT_THAT(all(in), HasSubstr("switches it on"));
    // In our own document both may stand; keepalived would complain.
    model::Cluster both = in.cluster;
    both.instances[0].higherPrioritySendAdvert = true;
    EXPECT_THAT(writeKeepalived(both, "lb1").value().text, Not(HasSubstr("higher_prio_send_advert")));
    both.instances[0].strict = false;
    EXPECT_THAT(writeKeepalived(both, "lb1").value().text, HasSubstr("higher_prio_send_advert"));
}

// What keepalived 2.2.7 made of the same lines.
TEST(KeepalivedVrrp, WritesLoopsOut) {
    const Imported in =
        read("$N=3\n" + instance(" virtual_ipaddress {\n ~SEQ(x,1,$N) 10.9.9.${x}/24\n ~SEQ(x,20,-5,10) 10.9.9.${x}/24\n"
                                 " ~LST(x,31,32) 10.9.9.${x}\n ~LST({a,b},{1,24},{2,25}) 10.9.8.${a}/${b}\n"
                                 " ~SEQ(x,2) ~SEQ(y,7,8) 10.8.${x}.${y}\n ~SEQx(x,10,11) 2001:db8::${x}\n }\n"));
    std::vector<std::string> addresses;
    for (const auto* list : {&in.cluster.instances.at(0).addresses, &in.cluster.instances.at(0).excludedAddresses})
        for (const model::VirtualAddress& address : *list)
            addresses.push_back(address.address.toString() + "/" + std::to_string(address.prefixLength));
    EXPECT_THAT(addresses,
                ElementsAre("10.9.9.1/24", "10.9.9.2/24", "10.9.9.3/24", "10.9.9.20/24", "10.9.9.15/24", "10.9.9.10/24",
                            "10.9.9.31/32", "10.9.9.32/32", "10.9.8.1/24", "10.9.8.2/25", "10.8.1.7/32", "10.8.1.8/32",
                            "10.8.2.7/32", "10.8.2.8/32", "2001:db8::a/128", "2001:db8::b/128"))
        << all(in);
}

TEST(KeepalivedVrrp, RepeatsBlocksAndBoundsLoops) {
    const Imported in = read("$BLOCK=\\\n real_server 10.0.0.${i} 80 {\\\n weight ${i}\\\n }\n"
                             "virtual_server 10.9.9.9 80 {\n protocol TCP\n ~SEQ(i,2,4) $BLOCK\n}\n");
    ASSERT_EQ(in.cluster.services.size(), 1U) << all(in);
    ASSERT_EQ(in.cluster.services[0].servers.size(), 3U) << all(in);
    EXPECT_EQ(in.cluster.services[0].servers[2].weight, 4);
    EXPECT_THAT(all(read("~SEQ(i,1,0,5) x\n")), HasSubstr("is not understood"));
    EXPECT_THAT(all(read("~SEQ(i,1,4000000000) x\n")), HasSubstr("is not understood"));
    std::string nested;
    for (const char name : {'a', 'b', 'c', 'd', 'e'})
        nested += std::string("~SEQ(") + name + ",1,60000) ";
    EXPECT_THAT(all(read(nested + "word\n")), HasSubstr("without end"));
}

} // namespace
} // namespace lvsdeck::formats
