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

TEST_F(EngineServers, DeadServerThatNobodyChecksAnyMoreIsBackAtOnce) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    one.checks.setDown(*IpAddress::parse("192.168.50.9"), 80);
    one.runFor(20s);
    ASSERT_EQ(table().find("192.168.50.9:80"), std::string::npos);
    model::Cluster trusting = classicCluster();
    for (model::RealServer& server : trusting.services[0].servers)
        server.checks.clear();
    applied(trusting, 1);
    EXPECT_NE(table().find("192.168.50.9:80"), std::string::npos);
    one.checks.setUp(*IpAddress::parse("192.168.50.9"), 80);
    applied(classicCluster(), 2);
    EXPECT_NE(table().find("192.168.50.9:80"), std::string::npos) << "what it was once does not count any more";
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

TEST_F(EngineServers, ServerWithoutChecksCannotBeCheckedNow) {
    model::Cluster cluster = classicCluster();
    cluster.services[0].servers[0].checks.clear();
    applied(cluster, 0);
    const auto asked = engine().runChecks({"tcp 192.168.50.8:80", "192.168.50.9:80"}, "olga");
    ASSERT_FALSE(asked);
    EXPECT_NE(asked.error().text.find("no health checks"), std::string::npos);
}

TEST_F(EngineServers, ServerThatAnApplyRemovesIsToldDownOnce) {
    model::Cluster cluster = classicCluster();
    cluster.notification.checkerFifo = "/run/checkers";
    applied(cluster, 0);
    one.runFor(10s);
    const auto downs = [this] {
        std::vector<std::string> out;
        for (const std::string& line : one.system.fifoLines("/run/checkers"))
            if (line.ends_with("DOWN"))
                out.push_back(line);
        return out;
    };
    ASSERT_TRUE(downs().empty());
    cluster.services[0].servers.pop_back();
    applied(cluster, 1);
    one.runFor(20s);
    EXPECT_EQ(downs(), std::vector<std::string>{"RS [192.168.50.10]:tcp:80 [192.168.50.8]:tcp:80 DOWN"});
}

TEST_F(EngineServers, ClusterSaysWhetherServersStayThroughAMassFailure) {
    model::Cluster cluster = classicCluster();
    for (const char* address : {"192.168.50.11", "192.168.50.12"}) {
        cluster.services[0].servers.push_back(cluster.services[0].servers[0]);
        cluster.services[0].servers.back().address = *IpAddress::parse(address);
    }
    applied(cluster, 0);
    one.runFor(10s);
    one.checks.setDefault({.reason = CheckReason::Timeout});
    one.runFor(60s);
    EXPECT_EQ(table().find("-r "), std::string::npos);
    one.checks.setDefault({});
    one.runFor(20s);
    cluster.massFailure = model::MassFailure::Hold;
    applied(cluster, 1);
    one.checks.setDefault({.reason = CheckReason::Timeout});
    one.runFor(60s);
    EXPECT_TRUE(hasEvent("They stay in service"));
    EXPECT_NE(table().find("-r 192.168.50.9:80 -g -w 3"), std::string::npos);
}

struct EngineSuspends : EngineServers {
    const IpAddress vip = *IpAddress::parse("192.168.50.8");
    const IpAddress server = *IpAddress::parse("192.168.50.9");

    /// No instance has the address: whoever puts it here or takes it away is somebody else.
    static model::Cluster suspending() {
        model::Cluster cluster = classicCluster();
        cluster.instances.clear();
        cluster.services[0].haSuspend = true;
        return cluster;
    }
    [[nodiscard]] bool isChecked() {
        const auto before = one.checks.started(server, 80);
        one.runFor(20s);
        return one.checks.started(server, 80) > before;
    }
};

TEST_F(EngineSuspends, ChecksRestWhileTheAddressIsNotOnThisHostAtAll) {
    applied(suspending(), 0);
    EXPECT_FALSE(isChecked());
    one.host.configureAddress("eth0", {vip, 32, ""});
    EXPECT_TRUE(isChecked());
    one.host.takeAddressAway("eth0", vip);
    one.runFor(1s);
    EXPECT_FALSE(isChecked());
}

TEST_F(EngineSuspends, WithoutAViewOfTheInterfacesNothingChanges) {
    one.host.configureAddress("eth0", {vip, 32, ""});
    applied(suspending(), 0);
    ASSERT_TRUE(isChecked());
    one.host.setReadable(false);
    one.host.configureAddress("eth0", {*IpAddress::parse("192.168.50.77"), 32, ""}); // brings news
    EXPECT_TRUE(isChecked());
    one.host.takeAddressAway("eth0", vip);
    EXPECT_TRUE(isChecked());
    one.host.setReadable(true); // which is no news
    one.runFor(3s);
    EXPECT_FALSE(isChecked());
}

TEST_F(EngineSuspends, AddressThatWasHereBeforeTheConfigurationCounts) {
    one.host.configureAddress("lo", {vip, 32, ""});
    applied(suspending(), 0);
    EXPECT_TRUE(isChecked());
}

TEST_F(EngineSuspends, StateStaysWhileChecksRest) {
    one.host.configureAddress("eth0", {vip, 32, ""});
    applied(suspending(), 0);
    one.checks.setDown(server, 80);
    one.runFor(20s);
    ASSERT_EQ(table().find("192.168.50.9:80"), std::string::npos);
    one.host.takeAddressAway("eth0", vip);
    one.checks.setUp(server, 80);
    one.runFor(60s);
    EXPECT_EQ(table().find("192.168.50.9:80"), std::string::npos);
    one.host.configureAddress("eth0", {vip, 32, ""});
    one.runFor(20s);
    EXPECT_NE(table().find("192.168.50.9:80"), std::string::npos);
}

TEST_F(EngineSuspends, AskedChecksThatRestAreRefused) {
    applied(suspending(), 0);
    const auto before = one.checks.started(server, 80);
    const auto asked = engine().runChecks({"tcp 192.168.50.8:80", "192.168.50.9:80"}, "olga");
    ASSERT_FALSE(asked);
    EXPECT_EQ(asked.error().code, ErrorCode::Conflict);
    EXPECT_NE(asked.error().text.find("ha_suspend"), std::string::npos);
    EXPECT_EQ(one.checks.started(server, 80), before);
    EXPECT_NE(engine().events().after(0).back().by, "olga");
}

} // namespace
} // namespace lvsdeck::core
