// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/formats.hpp"
#include "common/formats/ldirectord/reader.hpp"
#include "common/formats/ldirectord/writer.hpp"
#include "common/model/diff.hpp"

#include "tests/support/generator_basics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvsdeck::formats {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Imported read(const std::vector<std::string>& texts) {
    std::vector<SourceText> sources;
    for (const std::string& text : texts)
        sources.push_back({"", "file" + std::to_string(sources.size() + 1), text, ""});
    return readLdirectord(sources);
}

std::string all(const std::vector<Diagnostic>& diagnostics) {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics)
        out += json::toWord(diagnostic.severity) + " " + toText(diagnostic) + "\n";
    return out;
}

TEST(Haresources, BecomeAnInstanceOfTheNode) {
    const Imported in =
        read({"# held by the first\nnode1 \\\n  IPaddr2::192.0.2.10/24/bond0:3/192.0.2.255 \\\n"
              "  192.0.2.11/25 192.0.2.12 IPaddr::192.0.2.13/24/eth1 IPaddr::192.0.2.14/24/192.0.2.255 # why\n"
              "node1 LVSSyncDaemonSwap::master ldirectord::ldirectord.cf\n",
              "quiescent=no\nvirtual=192.0.2.10:80\n"});
    ASSERT_THAT(in.cluster.instances, SizeIs(1));
    const model::VrrpInstance& instance = in.cluster.instances[0];
    EXPECT_EQ(instance.name, "VI_1");
    EXPECT_EQ(instance.vrid, 51);
    ASSERT_THAT(instance.addresses, SizeIs(5));
    EXPECT_EQ(instance.addresses[0].label, "bond0:3");
    EXPECT_EQ(instance.addresses[0].broadcast, "192.0.2.255");
    EXPECT_EQ(instance.addresses[0].device, "");
    EXPECT_EQ(instance.addresses[1].prefixLength, 25);
    EXPECT_EQ(instance.addresses[2].prefixLength, 32);
    EXPECT_EQ(instance.addresses[3].device, "eth1");
    EXPECT_EQ(instance.addresses[4].broadcast, "192.0.2.255");
    ASSERT_THAT(instance.members, SizeIs(1));
    EXPECT_EQ(instance.members[0].director, "node1");
    EXPECT_EQ(instance.members[0].interface, "bond0");
    EXPECT_EQ(instance.members[0].priority, 150);
    EXPECT_EQ(instance.members[0].initialState, model::InitialState::Master);
    ASSERT_TRUE(in.cluster.connectionSync);
    EXPECT_EQ(in.cluster.connectionSync->instance, "VI_1");
    EXPECT_EQ(in.cluster.connectionSync->interface, "bond0");
    EXPECT_THAT(in.cluster.services, SizeIs(1));
    EXPECT_THAT(all(in.diagnostics), HasSubstr("the second must be named too"));
    EXPECT_THAT(all(in.diagnostics), HasSubstr("VRID"));
    EXPECT_THAT(all(in.diagnostics), HasSubstr("note file1:4:17: heartbeat finds out the netmask")); // the bare address
}

TEST(Haresources, GiveEachNodeItsOwnInstances) {
    const Imported in = read({"n1 192.0.2.1/24/eth0 IPv6addr::2001:db8::1/64/eth0\nn2 192.0.2.2/24/eth0\n"});
    ASSERT_THAT(in.cluster.directors, SizeIs(2));
    ASSERT_THAT(in.cluster.instances, SizeIs(3));
    EXPECT_FALSE(in.cluster.instances[1].addresses.at(0).address.isV4());
    EXPECT_EQ(in.cluster.instances[2].vrid, 53);
    EXPECT_EQ(model::findMember(in.cluster.instances[2], "n2")->priority, 150);
    EXPECT_EQ(model::findMember(in.cluster.instances[2], "n1")->priority, 100);
    EXPECT_EQ(model::findMember(in.cluster.instances[2], "n1")->initialState, model::InitialState::Backup);
    EXPECT_THAT(all(in.diagnostics), Not(HasSubstr("must be named")));
    EXPECT_FALSE(model::hasErrors(model::validate(in.cluster)));
}

TEST(Haresources, TakeTheSecondDirectorFromOtherSources) {
    const std::string services = "quiescent=no\nvirtual=192.0.2.1:80\n";
    const Imported named = readLdirectord(
        {{"n1", "a", "n1 192.0.2.1/24/eth0 ldirectord::x.cf\n", ""}, {"n1", "b", services, ""}, {"n2", "c", services, ""}});
    ASSERT_THAT(named.cluster.directors, SizeIs(2));
    EXPECT_EQ(model::findMember(named.cluster.instances.at(0), "n2")->priority, 100);
    const Imported nameless = read({"n1 192.0.2.1/24/eth0 ldirectord::x.cf\n", services, services});
    ASSERT_THAT(nameless.cluster.directors, SizeIs(2));
    EXPECT_THAT(all(nameless.diagnostics), Not(HasSubstr("must be named")));
}

TEST(Haresources, AreUsuallyTheSameOnBothNodes) {
    const std::string text = "n1 192.0.2.1/24/eth0 ldirectord::x.cf\n";
    const Imported same = read({text, text});
    EXPECT_THAT(same.cluster.instances.at(0).addresses, SizeIs(1));
    EXPECT_THAT(all(same.diagnostics), Not(HasSubstr("already")));
    EXPECT_THAT(all(read({text, "n1 192.0.2.1/25/eth0 ldirectord::x.cf\n"}).diagnostics),
                HasSubstr("warning file2:1:4: this address stands in file1:1 already"));
    EXPECT_THAT(all(read({text + text}).diagnostics), HasSubstr("file1:2:4: this address stands in file1:1 already"));
}

TEST(Haresources, TellWhatIsNotTakenOver) {
    const auto said = [](const std::string& resource) {
        return all(read({"n1 192.0.2.1/24/eth0 " + resource + "\n"}).diagnostics);
    };
    EXPECT_THAT(said("drbddisk::r0"), HasSubstr("warning file1:1:22: lvsdeck moves addresses"));
    EXPECT_THAT(said("IPaddr2::vip.example.com/24/eth0"),
                HasSubstr("error file1:1:22: “vip.example.com” is not an address"));
    EXPECT_THAT(said("192.0.2.2/99/eth0"), HasSubstr("is not a netmask"));
    EXPECT_THAT(said("192.0.2.2/24/eth0/x"), HasSubstr("is not a broadcast address"));
    EXPECT_THAT(said("192.0.2.2/24/interface-of-the-world"), HasSubstr("is not an interface"));
    EXPECT_THAT(said("192.0.2.2/24/eth0:a-label-too-long"), HasSubstr("is not a label"));
    EXPECT_THAT(said("LVSSyncDaemonSwap::backup"), HasSubstr("sync daemon is read"));
    EXPECT_THAT(all(read({"n1 ldirectord::x.cf\n"}).diagnostics), HasSubstr("no virtual address"));
    EXPECT_THAT(all(read({"n1 192.0.2.1/24\n"}).diagnostics), HasSubstr("eth0 was taken"));
    EXPECT_THAT(all(read({"n1 192.0.2.1/24/eth0 \\"}).diagnostics), Not(HasSubstr("error"))); // the end is missing
}

TEST(Haresources, HaveFewNodes) {
    std::string text;
    for (int i = 1; i <= 40; ++i)
        text += "n" + std::to_string(i) + " 192.0.2." + std::to_string(i) + "/24/eth0 ldirectord::x\n";
    const Imported in = read({text});
    EXPECT_THAT(in.cluster.directors, SizeIs(32));
    EXPECT_THAT(all(in.diagnostics), HasSubstr("error file1:33:1: these are more than 32 nodes"));
}

TEST(Haresources, MayBeThePrimitivesOfACrm) {
    const Imported in = read({"node 1: n1\nnode n2 \\\n  attributes standby=off\nprimitive vip ocf:heartbeat:IPaddr2 \\\n"
                              "  params ip=\"192.0.2.1\" cidr_netmask=24 nic=eth3 \\\n  op monitor interval=10s\n"
                              "location l vip 100: n1\nproperty x=y\n"});
    ASSERT_THAT(in.cluster.instances, SizeIs(1));
    EXPECT_EQ(in.cluster.instances[0].addresses.at(0).prefixLength, 24);
    ASSERT_THAT(in.cluster.instances[0].members, SizeIs(2));
    EXPECT_EQ(in.cluster.instances[0].members[0].interface, "eth3");
    EXPECT_EQ(in.cluster.instances[0].members[0].priority, 150);
    EXPECT_EQ(in.cluster.instances[0].members[1].priority, 100);
}

TEST(Haresources, AreRecognisedByTheirContent) {
    EXPECT_TRUE(looksLikeHaresources("# x\nnode1 IPaddr2::192.0.2.1/24/eth0\n"));
    EXPECT_TRUE(looksLikeHaresources("node1 \\\n 192.0.2.1 \\\n LVSSyncDaemonSwap::master\n"));
    EXPECT_TRUE(looksLikeHaresources("node 1: n1\nprimitive a ocf:heartbeat:IPaddr2 params ip=192.0.2.1\n"));
    EXPECT_FALSE(looksLikeHaresources("virtual=192.0.2.1:80\n    checkcommand=ldirectord\n"));
    EXPECT_FALSE(looksLikeHaresources("nameserver 192.0.2.1\n"));
    EXPECT_FALSE(looksLikeHaresources(""));
    EXPECT_EQ(detectFormat("node1 192.0.2.1 ldirectord\n"), Format::Ldirectord);
    EXPECT_FALSE(detectFormat("nameserver 192.0.2.1\n"));
}

/// Instances that heartbeat can have: of two nodes, in the order in which they are read.
model::Cluster heartbeatCluster() {
    using namespace testing::detail;
    model::Cluster out;
    for (const char* id : {"lb1", "lb2"})
        out.directors.emplace_back().id = id;
    int number = 0;
    for (const char* node : {"lb1", "lb2"})
        for (const Family family : {Family::V4, Family::V6}) {
            if (family == Family::V6 && chance(50))
                continue;
            model::VrrpInstance& instance = out.instances.emplace_back();
            instance.name = "VI_" + std::to_string(out.instances.size());
            instance.vrid = static_cast<std::uint8_t>(50 + out.instances.size());
            const std::string interface = chance(50) ? "eth0" : "bond1";
            for (const model::Director& director : out.directors)
                instance.members.push_back({director.id,
                                            interface,
                                            static_cast<std::uint8_t>(director.id == node ? 150 : 100),
                                            director.id == node ? model::InitialState::Master : model::InitialState::Backup,
                                            {}});
            for (int i = pick(1, 3), n = 0; n < i; ++n) {
                model::VirtualAddress& entry = instance.addresses.emplace_back();
                entry.address = address(family, 9, ++number);
                entry.prefixLength = pick<std::uint8_t>(1, family == Family::V4 ? 32 : 128);
                entry.device = n > 0 && chance(30) ? "eth7" : "";
                if (family == Family::V4 && chance(30))
                    entry.label = (entry.device.empty() ? interface : entry.device) + ":" + std::to_string(n);
                if (family == Family::V4 && chance(30))
                    entry.broadcast = "10.9.255.255";
            }
        }
    if (chance(50)) {
        model::ConnectionSync& sync = out.connectionSync.emplace();
        sync.instance = "VI_1";
        sync.interface = out.instances[0].members[0].interface;
    }
    return out;
}

TEST(Haresources, GiveTheSameInstancesBack) {
    EXPECT_TRUE(rc::check("model, haresources, model", [] {
        const model::Cluster cluster = heartbeatCluster();
        const Exported out = writeHaresources(cluster);
        for (const Diagnostic& diagnostic : out.diagnostics)
            RC_ASSERT(diagnostic.severity == Severity::Note);
        RC_ASSERT(looksLikeHaresources(out.text));
        const model::Cluster back = read({out.text}).cluster;
        for (const model::Change& change : model::diff(cluster, back))
            RC_FAIL(change.subject + " " + change.field + ": " + change.before + " -> " + change.after);
        RC_ASSERT(writeHaresources(back).text == out.text);
    }));
}

TEST(Haresources, TellWhatHeartbeatCannotSay) {
    const auto expect = [](const std::string& text, auto change) {
        model::Cluster cluster = read({"n1 192.0.2.1/24/eth0 ldirectord::x\nn2 192.0.2.2/24/eth0\n"}).cluster;
        change(cluster, cluster.instances[0]);
        EXPECT_THAT(all(writeHaresources(cluster).diagnostics), HasSubstr(text));
    };
    using model::Cluster, model::VrrpInstance;
    expect("VRRP times", [](Cluster&, VrrpInstance& i) { i.advertInterval = std::chrono::seconds(2); });
    expect("auto_failback", [](Cluster&, VrrpInstance& i) { i.preempt = false; });
    expect("authkeys", [](Cluster&, VrrpInstance& i) { i.password = "x"; });
    expect("tracking was not", [](Cluster&, VrrpInstance& i) { i.tracking.scripts.emplace_back(); });
    expect("no programs", [](Cluster&, VrrpInstance& i) { i.notify.any.command = {"x"}; });
    expect("routes", [](Cluster&, VrrpInstance& i) { i.routes.emplace_back(); });
    expect("not advertised", [](Cluster&, VrrpInstance& i) { i.excludedAddresses = i.addresses; });
    expect("virtual MAC", [](Cluster&, VrrpInstance& i) { i.virtualMac.emplace(); });
    expect("details of VRRP", [](Cluster&, VrrpInstance& i) { i.strict = true; });
    expect("one interface for both", [](Cluster&, VrrpInstance& i) { i.members[1].interface = "eth9"; });
    expect("tracking of members", [](Cluster&, VrrpInstance& i) { i.members[1].trackInterface = false; });
    expect("ucast", [](Cluster&, VrrpInstance& i) { i.members[1].unicastPeers.emplace_back(); });
    expect("two nodes", [](Cluster&, VrrpInstance& i) { i.members.emplace_back(); });
    expect("other words", [](Cluster&, VrrpInstance& i) { i.addresses[0].scope = 7; });
    expect("no member or no address", [](Cluster&, VrrpInstance& i) { i.members.clear(); });
    expect("groups of instances", [](Cluster& c, VrrpInstance&) { c.syncGroups.emplace_back(); });
    expect("the sync daemon", [](Cluster& c, VrrpInstance&) { c.connectionSync.emplace().syncId = 7; });
    expect("no VRRP instance", [](Cluster& c, VrrpInstance&) { c.instances.clear(); });
}

} // namespace
} // namespace lvsdeck::formats
