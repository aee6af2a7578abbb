// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/core/engine_fixture.hpp"

namespace lvsdeck::core {
namespace {

using namespace std::chrono_literals;
using test::classicCluster;

const char* const first = "192.168.50.9:80";

struct EngineDrain : EngineFixture {
    const ipvs::ServiceKey service{0, Family::V4, model::Protocol::Tcp, *IpAddress::parse("192.168.50.8"), 80};
    const ipvs::DestinationKey server{*IpAddress::parse("192.168.50.9"), 80};

    static model::Cluster draining(std::size_t servers = 2) {
        model::Cluster cluster = classicCluster();
        cluster.services[0].drainLimit = 30s;
        if (servers == 1)
            cluster.services[0].servers.erase(cluster.services[0].servers.begin());
        return cluster;
    }
    [[nodiscard]] bool isThere() const { return table().find(first) != std::string::npos; }
    [[nodiscard]] bool isQuiet() const { return table().find("-r 192.168.50.9:80 -g -w 0") != std::string::npos; }
    bool isShownDraining() {
        const auto lines = rows();
        for (const auto& row : lines.at(0).servers)
            if (row.key == first)
                return row.draining && !row.foreign;
        return false;
    }
    void begin() {
        applied(draining(), 0);
        one.runFor(10s);
        one.ipvs.setConnections(service, server, 5, 2);
    }
};

TEST_F(EngineDrain, ServerThatLeavesTheConfigurationGoesWhenItIsEmpty) {
    begin();
    const auto check = engine().check({json::toJson(draining(1)), {}});
    EXPECT_EQ(check.operations.at(0).text, "ipvsadm -e -t 192.168.50.8:80 -r 192.168.50.9:80 -g -w 0");
    applied(draining(1), 1);
    EXPECT_TRUE(isQuiet());
    EXPECT_TRUE(isShownDraining());
    one.runFor(10s);
    EXPECT_TRUE(isQuiet());
    one.ipvs.setConnections(service, server, 0, 0);
    one.runFor(1500ms);
    EXPECT_FALSE(isThere());
    EXPECT_TRUE(hasEvent("has no connections any more"));
}

TEST_F(EngineDrain, LimitEndsADrainAndSaysHowManyConnectionsAreLeft) {
    begin();
    ASSERT_TRUE(engine().setServer({"tcp 192.168.50.8:80", first, model::AdminState::Disabled, {}}, "olga"));
    one.runFor(29s);
    EXPECT_TRUE(isQuiet());
    EXPECT_TRUE(isShownDraining());
    one.runFor(2s);
    EXPECT_FALSE(isThere());
    EXPECT_TRUE(hasEvent("7 connections are left"));
    one.runFor(60s);
    EXPECT_FALSE(isThere());
}

TEST_F(EngineDrain, ServerThatIsConfiguredAgainIsPutBack) {
    begin();
    applied(draining(1), 1);
    ASSERT_TRUE(isQuiet());
    applied(draining(), 2);
    EXPECT_NE(table().find("-r 192.168.50.9:80 -g -w 3"), std::string::npos);
    EXPECT_FALSE(isShownDraining());
    one.runFor(60s);
    EXPECT_TRUE(isThere());
}

TEST_F(EngineDrain, DrainGoesOnOverARestartAndKeepsItsEnd) {
    begin();
    applied(draining(1), 1);
    one.runFor(20s);
    one.kill();
    one.runFor(5s);
    ASSERT_TRUE(one.start());
    EXPECT_TRUE(isQuiet());
    EXPECT_TRUE(isShownDraining());
    one.runFor(3s);
    EXPECT_TRUE(isQuiet());
    one.runFor(4s);
    EXPECT_FALSE(isThere());
}

TEST_F(EngineDrain, ClockThatStepsMovesNoDeadline) {
    begin();
    applied(draining(1), 1);
    one.runFor(20s);
    one.runtime.setWallOffset(10h);
    one.runFor(9s);
    EXPECT_TRUE(isQuiet());
    one.runFor(2s);
    EXPECT_FALSE(isThere());
    EXPECT_TRUE(hasEvent("its time to drain is over"));
}

TEST_F(EngineDrain, ClockThatJumpsAheadEndsNoDrain) {
    begin();
    applied(draining(1), 1);
    one.runtime.setWallOffset(24h * 365 * 60);
    one.runFor(20s);
    EXPECT_TRUE(isQuiet());
}

TEST_F(EngineDrain, WholeServiceThatGoesDoesNotDrainAndTheCheckSaysSo) {
    begin();
    model::Cluster without = draining();
    without.services.clear();
    const auto check = engine().check({json::toJson(without), {}});
    const auto warned = std::ranges::find(check.problems, "services", &model::Problem::path);
    ASSERT_NE(warned, check.problems.end());
    EXPECT_EQ(warned->severity, model::Severity::Warning);
    EXPECT_NE(warned->text.find("tcp 192.168.50.8:80"), std::string::npos);
    EXPECT_NE(warned->text.find("drain"), std::string::npos);
    const auto kept = engine().check({json::toJson(draining(1)), {}}).problems;
    EXPECT_EQ(std::ranges::find(kept, "services", &model::Problem::path), kept.end());
    applied(without, 1);
    EXPECT_EQ(table(), "");
}

TEST_F(EngineDrain, DeadServerDoesNotDrainAndWithoutALimitNobodyDoes) {
    begin();
    one.checks.setDown(server.address, 80);
    one.runFor(20s);
    EXPECT_FALSE(isThere());
    one.checks.setUp(server.address, 80);
    one.runFor(20s);
    ASSERT_TRUE(isThere());
    model::Cluster hasty = draining(1);
    hasty.services[0].drainLimit.reset();
    applied(hasty, 1);
    EXPECT_FALSE(isThere());
}

struct ForeignChanges : EngineDrain {
    void setWeight(std::int32_t weight) {
        ipvs::Operation change;
        change.type = ipvs::OperationType::SetDestination;
        change.service = service;
        change.destination = server;
        change.destinationSettings = one.ipvs.table().at(service).destinations.at(server);
        change.destinationSettings.weight = weight;
        ASSERT_EQ(one.ipvs.change(change), 0);
    }
    void takeServiceAway() {
        ipvs::Operation removal;
        removal.type = ipvs::OperationType::RemoveService;
        removal.service = service;
        ASSERT_EQ(one.ipvs.change(removal), 0);
    }
    /// In force for a while.
    model::Cluster leavingAlone() {
        model::Cluster cluster = classicCluster();
        cluster.foreignChange = model::ForeignChange::LeaveAlone;
        applied(cluster, 0);
        one.runFor(10s);
        return cluster;
    }
    [[nodiscard]] bool has(const std::string& weight) const {
        return table().find("-r 192.168.50.9:80 -g -w " + weight + "\n") != std::string::npos;
    }
};

TEST_F(ForeignChanges, AreToldAndPutBack) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    setWeight(77);
    one.runFor(6s);
    EXPECT_TRUE(has("3"));
    EXPECT_TRUE(hasEvent("server 192.168.50.9:80 of tcp 192.168.50.8:80 has weight 77 instead of 3"));
}

TEST_F(ForeignChanges, AreToldAndLeftAloneUntilWeWantSomethingElse) {
    (void)leavingAlone();
    setWeight(77);
    one.runFor(60s);
    EXPECT_TRUE(has("77"));
    EXPECT_TRUE(hasEvent("left alone"));
    // Another server's death does not touch it …
    one.checks.setDown(*IpAddress::parse("192.168.50.10"), 80);
    one.runFor(20s);
    EXPECT_EQ(table().find("192.168.50.10"), std::string::npos);
    EXPECT_TRUE(has("77"));
    // … our own word on it does.
    ASSERT_TRUE(engine().setServer({"tcp 192.168.50.8:80", first, {}, 9}, "olga"));
    EXPECT_TRUE(has("9"));
}

TEST_F(ForeignChanges, AreNewsAlsoWhenSomebodyAskedMeanwhileWhatAnApplyWouldDo) {
    const model::Cluster cluster = leavingAlone();
    setWeight(77);
    EXPECT_EQ(engine().check({json::toJson(cluster), std::nullopt}).operations.size(), 1U);
    one.runFor(6s);
    EXPECT_TRUE(hasEvent("left alone"));
    EXPECT_TRUE(has("77"));
}

TEST_F(ForeignChanges, AnApplyBuildsOnWhatIsThereNow) {
    const model::Cluster cluster = leavingAlone();
    const std::string before = table();
    takeServiceAway();
    applied(cluster, 1);
    EXPECT_EQ(table(), before) << "the same once more is a word, too";
}

TEST_F(ForeignChanges, ServiceThatWasTakenAwayAndShallStaySoIsNotATroubleForItsServers) {
    model::Cluster cluster = leavingAlone();
    takeServiceAway();
    one.runFor(6s);
    EXPECT_TRUE(hasEvent("the whole table was emptied"));
    one.checks.setDown(server.address, 80);
    one.runFor(20s);
    EXPECT_EQ(table(), "");
    EXPECT_TRUE(config().problem.empty()) << config().problem;
    cluster.foreignChange = model::ForeignChange::Repair;
    applied(cluster, 1);
    EXPECT_NE(table(), "");
}

} // namespace
} // namespace lvsdeck::core
