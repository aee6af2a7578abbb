// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/core/engine_fixture.hpp"

namespace lvsdeck::core {
namespace {

using namespace std::chrono_literals;
using test::classicCluster;

struct EngineServers : EngineFixture {};

TEST_F(EngineServers, DeadServerThatARolledBackCandidateHadRemovedStaysOut) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    one.checks.setDown(*IpAddress::parse("192.168.50.9"), 80);
    one.runFor(20s);
    ASSERT_EQ(table().find("192.168.50.9:80"), std::string::npos);
    model::Cluster without = classicCluster();
    without.services[0].servers.erase(without.services[0].servers.begin());
    ASSERT_TRUE(engine().apply(one.apply(without, 1, 60), "root"));
    ASSERT_TRUE(engine().revert({}, "root"));
    EXPECT_EQ(table().find("192.168.50.9:80"), std::string::npos);
    one.checks.setUp(*IpAddress::parse("192.168.50.9"), 80);
    one.runFor(20s);
    EXPECT_NE(table().find("192.168.50.9:80"), std::string::npos);
}

TEST_F(EngineServers, DeadServerThatACandidateHadRemovedStaysOutWhenTheAgentDiesBeforeTheConfirmation) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    one.checks.setDown(*IpAddress::parse("192.168.50.9"), 80);
    one.runFor(20s);
    model::Cluster without = classicCluster();
    without.services[0].servers.erase(without.services[0].servers.begin());
    ASSERT_TRUE(engine().apply(one.apply(without, 1, 60), "root"));
    one.kill();
    ASSERT_TRUE(one.start());
    EXPECT_EQ(table().find("192.168.50.9:80"), std::string::npos);
    EXPECT_NE(table().find("192.168.50.10:80"), std::string::npos);
    one.checks.setUp(*IpAddress::parse("192.168.50.9"), 80);
    one.runFor(20s);
    EXPECT_NE(table().find("192.168.50.9:80"), std::string::npos);
}

TEST_F(EngineServers, RollbackOntoADamagedStoreLeavesTheTableAsItIs) {
    model::Cluster cluster = classicCluster();
    cluster.timeouts.tcp = 600;
    applied(cluster, 0);
    one.runFor(10s);
    one.kill();
    ASSERT_TRUE(one.persistent.write("current.json", "{"));
    ASSERT_TRUE(one.start());
    const std::string before = table();
    ASSERT_NE(before, "");
    ASSERT_TRUE(engine().apply(one.apply(cluster, 0, 30), "root"));
    EXPECT_TRUE(config().problem.empty()) << config().problem;
    one.runFor(31s);
    EXPECT_NE(config().problem.find("current.json"), std::string::npos) << "the rollback says so";
    EXPECT_EQ(table(), before);
    EXPECT_EQ(one.ipvs.timeouts()->tcp, 600U);
    one.runFor(20s);
    EXPECT_EQ(table(), before);
    applied(cluster, 0);
    EXPECT_TRUE(config().problem.empty()) << config().problem;
}

TEST_F(EngineServers, RollbackOntoAnUnusableRevisionLeavesTheTableAsItIs) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    one.kill();
    // As an older agent would find it: the stored revision has a member that it must refuse.
    auto text = *one.persistent.read("current.json").value();
    const auto at = text.find("\"vrid\": 51");
    ASSERT_NE(at, std::string::npos);
    text.replace(at, 10, "\"vrid\": 0");
    ASSERT_TRUE(one.persistent.write("current.json", text));
    ASSERT_TRUE(one.start());
    ASSERT_FALSE(config().problem.empty());
    const std::string before = table();
    ASSERT_NE(before, "");
    ASSERT_TRUE(engine().apply(one.apply(classicCluster(), 1, 30), "root"));
    EXPECT_TRUE(config().problem.empty());
    one.runFor(31s);
    EXPECT_FALSE(config().problem.empty());
    EXPECT_EQ(table(), before);
    one.runFor(20s);
    EXPECT_EQ(table(), before);
}

TEST_F(EngineServers, RollbackNeedsNoDisk) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    const std::string before = table();
    model::Cluster other = classicCluster();
    other.services[0].servers[0].weight = 7;
    ASSERT_TRUE(engine().apply(one.apply(other, 1, 30), "root"));
    ASSERT_NE(table(), before);
    ASSERT_TRUE(one.persistent.write("current.json", "{"));
    ASSERT_TRUE(one.persistent.write("revisions/1.json", "{"));
    one.runFor(31s);
    EXPECT_EQ(table(), before);
    EXPECT_TRUE(config().problem.empty()) << config().problem;
}

TEST_F(EngineServers, AskedChecksRunAtOnceAndAreOnRecord) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    const auto before = one.checks.started(*IpAddress::parse("192.168.50.9"), 80);
    ASSERT_TRUE(engine().runChecks({"tcp 192.168.50.8:80", "192.168.50.9:80"}, "olga"));
    EXPECT_EQ(one.checks.started(*IpAddress::parse("192.168.50.9"), 80), before + 1);
    EXPECT_EQ(engine().events().after(0).back().by, "olga");
    EXPECT_EQ(engine().runChecks({"tcp 192.168.50.8:80", "192.168.50.99:80"}, "olga").error().path, "server");
}

} // namespace
} // namespace lvsdeck::core
