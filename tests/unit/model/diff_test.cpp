// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/diff.hpp"

#include "tests/support/cluster_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace lvsdeck::model {
namespace {

VrrpInstance instanceWithPassword(std::string password) {
    VrrpInstance out;
    out.name = "VI_1";
    out.version = 2;
    out.password = std::move(password);
    return out;
}

TEST(Diff, NamesTheFieldAsOnTheWireWithReadableValues) {
    Cluster before;
    VirtualService service;
    service.address = IpAddress::parse("192.0.2.10").value();
    service.port = 80;
    RealServer server;
    server.address = IpAddress::parse("192.0.2.20").value();
    server.port = 80;
    service.servers = {server};
    before.services = {service};
    Cluster after = before;
    after.services[0].delayLoop = std::chrono::milliseconds(1500);
    after.services[0].persistenceTimeout = 60;
    after.services[0].servers[0].weight = 5;
    const std::vector<Change> changes = diff(before, after);
    EXPECT_THAT(changes,
                ::testing::UnorderedElementsAre(
                    Change{ChangeKind::Changed, "service tcp 192.0.2.10:80", "delay_loop", "6 s", "1500 ms"},
                    Change{ChangeKind::Changed, "service tcp 192.0.2.10:80", "persistence_timeout", "default", "60"},
                    Change{ChangeKind::Changed, "service tcp 192.0.2.10:80 / server 192.0.2.20:80", "weight", "1", "5"}));
}

TEST(Diff, ShowsTheVrrpSideInTheWordsOfAnAdmin) {
    Cluster before;
    before.instances = {instanceWithPassword("")};
    before.syncGroups.emplace_back().name = "G";
    Cluster after = before;
    VrrpInstance& instance = after.instances[0];
    instance.garp.interval = std::chrono::microseconds(250);
    instance.virtualMac.emplace().interface = "v51";
    VirtualRoute& route = instance.routes.emplace_back();
    route.destination = Prefix{IpAddress::parse("198.51.100.0").value(), 24};
    route.device = "eth0";
    instance.tracking.scripts = {{"chk", -5, true}};
    instance.notify.fault.command = {"/bin/f", "x"};
    after.syncGroups[0].instances = {"VI_1"};
    after.trackScripts.emplace_back().name = "chk";
    after.trackScripts[0].script.command = {"/bin/chk", "-v"};
    EXPECT_THAT(diff(before, after),
                ::testing::UnorderedElementsAre(
                    Change{ChangeKind::Changed, "instance VI_1", "garp.interval", "0 s", "250 µs"},
                    Change{ChangeKind::Changed, "instance VI_1", "virtual_mac", "none", "v51"},
                    Change{ChangeKind::Changed, "instance VI_1", "routes", "none", "198.51.100.0/24 dev eth0"},
                    Change{ChangeKind::Changed, "instance VI_1", "tracking.scripts", "none", "chk weight -5 reverse"},
                    Change{ChangeKind::Changed, "instance VI_1", "notify.fault", "none", "/bin/f x"},
                    Change{ChangeKind::Changed, "sync group G", "instances", "none", "VI_1"},
                    Change{ChangeKind::Added, "script chk", "", "", "/bin/chk -v"}));
}

TEST(Diff, NeverShowsAPassword) {
    Cluster before;
    Cluster after;
    before.instances = {instanceWithPassword("secret1")};
    after.instances = {instanceWithPassword("secret2")};
    const std::vector<Change> changes = diff(before, after);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].field, "password");
    EXPECT_EQ(changes[0].before, "set");
    EXPECT_EQ(changes[0].after, "set, another one");
}

TEST(Diff, SaysAddedAndRemovedOnceForAWholeService) {
    Cluster before;
    Cluster after;
    after.services.emplace_back().port = 80;
    EXPECT_EQ(diff(before, after).size(), 1U);
    EXPECT_EQ(diff(before, after)[0].kind, ChangeKind::Added);
    EXPECT_EQ(diff(after, before)[0].kind, ChangeKind::Removed);
}

TEST(Diff, IsEmptyForReorderedClusters) {
    EXPECT_TRUE(rc::check("reordering is no change", [] {
        const Cluster cluster = *testing::clusterGenerator();
        Cluster other = cluster;
        other.revision = 77;
        std::ranges::reverse(other.directors);
        std::ranges::reverse(other.instances);
        std::ranges::reverse(other.services);
        std::ranges::reverse(other.notification.to);
        for (VrrpInstance& instance : other.instances) {
            std::ranges::reverse(instance.members);
            std::ranges::reverse(instance.addresses);
        }
        for (VirtualService& service : other.services)
            std::ranges::reverse(service.servers);
        RC_ASSERT(diff(cluster, other).empty());
        RC_ASSERT(diff(cluster, cluster).empty());
    }));
}

TEST(Diff, NumbersThoseOfOneName) {
    const auto named = [](const std::string& name, std::uint8_t vrid) {
        VrrpInstance out;
        out.name = name;
        out.vrid = vrid;
        return out;
    };
    Cluster before;
    // The second one has the name that a number would give.
    before.instances = {named("VI", 1), named("VI (number 2)", 2), named("VI", 3), named("VI", 4)};
    Cluster after = before;
    after.instances.clear();
    std::vector<std::string> subjects;
    for (const Change& change : diff(before, after))
        subjects.push_back(change.subject);
    EXPECT_THAT(subjects, ::testing::UnorderedElementsAre("instance VI", "instance VI (number 2)", "instance VI (number 3)",
                                                          "instance VI (number 4)"));
}

TEST(Diff, IsNeverEmptyForDifferentClusters) {
    EXPECT_TRUE(rc::check("a difference is seen", [] {
        const Cluster cluster = *testing::clusterGenerator();
        const Cluster other = *testing::clusterGenerator();
        RC_PRE(contentHash(cluster) != contentHash(other));
        RC_ASSERT(!diff(cluster, other).empty());
        RC_ASSERT(!diff(other, cluster).empty());
    }));
}

TEST(Diff, SaysGroupsAndKernelSettingsInWords) {
    Cluster before;
    Cluster after;
    const auto address = IpAddress::parse("192.0.2.1").value();
    before.serviceGroups = {{"web", {{address, {}, 80, {}, Family::V4}}}};
    after.serviceGroups = {{"web", {{address, IpAddress::parse("192.0.2.9").value(), 80, {}, Family::V4}}}};
    after.connectionSync = ConnectionSync{"eth1", "", 7, {}, {}, {}, {}};
    after.timeouts.tcp = 900;
    after.ipvsSysctls = {{"conntrack", "1"}};
    std::string text;
    for (const Change& change : diff(before, after))
        text += change.subject + "|" + change.field + "|" + change.before + "|" + change.after + "\n";
    EXPECT_EQ(text, "group web|entries|192.0.2.1 80|192.0.2.1-192.0.2.9 80\n"
                    "connection sync|||on eth1, id 7\n"
                    "connection timeouts|tcp|as the kernel has it|900 s\n"
                    "sysctl net.ipv4.vs.conntrack|||1\n");
}

} // namespace
} // namespace lvsdeck::model
