// SPDX-License-Identifier: GPL-3.0-or-later
// Static addresses, routes and rules through the life of an agent: they come with the configuration, stay over a restart, are put
// back, and go with the configuration or with a director that resigns.
#include "tests/unit/core/engine_fixture.hpp"

#include <gmock/gmock.h>

namespace lvsdeck::core {
namespace {

using namespace std::chrono_literals;
using test::classicCluster;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

IpAddress ip(const char* text) { return *IpAddress::parse(text); }

struct EngineStatics : EngineFixture {
    void SetUp() override {
        EngineFixture::SetUp();
        one.host.addLink("eth1");
    }
    static model::StaticAddress address(const char* text) {
        model::StaticAddress out;
        out.address.address = ip(text);
        out.address.prefixLength = 24;
        out.address.device = "eth1";
        return out;
    }
    static model::StaticRoute route(int number) {
        model::StaticRoute out;
        out.route.destination = {ip(("10.60." + std::to_string(number) + ".0").c_str()), 24};
        out.route.via = ip("10.55.0.2");
        out.route.device = "eth1";
        return out;
    }
    static model::StaticRule rule(std::optional<std::uint32_t> priority = 500) {
        model::StaticRule out;
        out.rule.from = {ip("10.66.0.0"), 24};
        out.rule.inputInterface = "eth1";
        out.rule.table = 120;
        out.rule.priority = priority;
        return out;
    }
    static model::Cluster cluster() {
        model::Cluster out = classicCluster();
        out.staticAddresses = {address("10.55.0.1")};
        out.staticRoutes = {route(0)};
        out.staticRules = {rule()};
        return out;
    }
    [[nodiscard]] bool isComplete() const {
        return one.host.holds(ip("10.55.0.1")) && one.networkConfig.routes().size() == 1 &&
               one.networkConfig.rules().size() == 1;
    }
    [[nodiscard]] bool isEmpty() const {
        return !one.host.holds(ip("10.55.0.1")) && one.networkConfig.routes().empty() && one.networkConfig.rules().empty();
    }
    std::vector<std::string> planned(const model::Cluster& next) {
        std::vector<std::string> out;
        for (const rpc::PlannedOperation& operation : engine().check({json::toJson(next), std::nullopt}).operations)
            out.push_back(operation.text);
        return out;
    }
};

TEST_F(EngineStatics, ComeAndGoWithTheConfigurationWhoeverIsMaster) {
    applied(cluster(), 0);
    ASSERT_NE(phase(), rpc::VrrpPhase::Master);
    EXPECT_TRUE(isComplete());
    model::Cluster other = cluster();
    other.staticRoutes = {route(1)};
    other.staticRules.clear();
    applied(other, 1);
    ASSERT_THAT(one.networkConfig.routes(), SizeIs(1));
    EXPECT_EQ(one.networkConfig.routes()[0].destination, route(1).route.destination);
    EXPECT_THAT(one.networkConfig.rules(), IsEmpty());
    applied(classicCluster(), 2);
    EXPECT_TRUE(isEmpty());
}

TEST_F(EngineStatics, StayOverARestartAndGoWithAResignation) {
    applied(cluster(), 0);
    engine().stop(vrrp::Stop::Leave);
    EXPECT_TRUE(isComplete());
    ASSERT_TRUE(one.start());
    EXPECT_TRUE(isComplete());
    EXPECT_FALSE(hasEvent("is added")) << "nothing was to be done";
    engine().stop(vrrp::Stop::Resign);
    EXPECT_TRUE(isEmpty());
}

TEST_F(EngineStatics, AProcessThatWasKilledLeavesThemToTheNextWhichKnowsThem) {
    applied(cluster(), 0);
    one.kill();
    ASSERT_TRUE(one.start());
    applied(classicCluster(), 1);
    EXPECT_TRUE(isEmpty());
}

TEST_F(EngineStatics, WhatSomebodyElseRemovesIsPutBackUnlessItIsNotTracked) {
    model::Cluster watched = cluster();
    watched.staticRoutes.push_back(route(1));
    watched.staticRoutes[1].route.noTrack = true;
    applied(watched, 0);
    one.host.takeAddressAway("eth1", ip("10.55.0.1"));
    one.networkConfig.takeRuleAway(rule().rule);
    one.networkConfig.takeRouteAway(route(0).route);
    one.networkConfig.takeRouteAway(watched.staticRoutes[1].route);
    one.runFor(3s);
    EXPECT_TRUE(isComplete()) << "the untracked one stays away";
    EXPECT_TRUE(hasEvent("the static address 10.55.0.1/24 on eth1 was taken away, not by lvsdeck; it is put back"));
    EXPECT_TRUE(hasEvent("the static route 10.60.0.0/24 via 10.55.0.2 dev eth1 was taken away"));
    EXPECT_TRUE(hasEvent("the static rule from 10.66.0.0/24 iif eth1 priority 500 table 120 was taken away"));
    EXPECT_FALSE(hasEvent("the static route 10.60.1.0/24 via 10.55.0.2 dev eth1 no_track was taken away"));
}

TEST_F(EngineStatics, WhatPassesFromAnInstanceToTheStaticEntriesIsThereAfterwards) {
    model::Cluster moving = classicCluster();
    moving.instances[0].routes = {route(0).route};
    moving.instances[0].rules = {rule().rule};
    moving.instances[0].excludedAddresses = {address("10.55.0.1").address};
    applied(moving, 0);
    one.runFor(10s);
    ASSERT_TRUE(isComplete());
    applied(cluster(), 1);
    EXPECT_TRUE(isComplete());
    EXPECT_FALSE(hasEvent("was taken away"));
    applied(classicCluster(), 2);
    EXPECT_TRUE(isEmpty()) << "they are ours";
}

TEST_F(EngineStatics, WhatFailsIsTriedLessAndLess) {
    model::Cluster onlyStatics = cluster();
    onlyStatics.instances.clear();
    one.host.setPermitted(false);
    applied(onlyStatics, 0);
    one.runFor(10min);
    const std::uint64_t before = one.networkConfig.attempts();
    one.runFor(10min);
    const std::uint64_t tries = one.networkConfig.attempts() - before;
    EXPECT_GE(tries, 9U * 2U) << "a route and a rule";
    EXPECT_LE(tries, 10U * 2U);
    EXPECT_THAT(config().problem, HasSubstr("the static route"));
    one.host.setPermitted(true);
    one.runFor(63s);
    EXPECT_TRUE(isComplete());
}

TEST_F(EngineStatics, AnAddressThatWasThereBeforeUsStays) {
    one.host.configureAddress("eth1", {ip("10.55.0.1"), 24, ""});
    applied(cluster(), 0);
    applied(classicCluster(), 1);
    EXPECT_TRUE(one.host.holds(ip("10.55.0.1")));
}

TEST_F(EngineStatics, WhatCannotBeAddedIsANamedProblemAndTriedAgain) {
    model::Cluster early = cluster();
    early.staticRoutes[0].route.device = "eth7";
    const auto problems = engine().check({json::toJson(early), std::nullopt}).problems;
    ASSERT_THAT(problems, SizeIs(1));
    EXPECT_EQ(problems[0].path, "static_routes[0].route.device");
    EXPECT_THAT(problems[0].text, HasSubstr("no interface “eth7”"));
    applied(early, 0);
    EXPECT_THAT(config().problem, HasSubstr("the static route 10.60.0.0/24 via 10.55.0.2 dev eth7 cannot be added"));
    EXPECT_TRUE(one.host.holds(ip("10.55.0.1"))) << "the others come";
    one.host.addLink("eth7");
    one.runFor(3s);
    EXPECT_EQ(config().problem, "");
    EXPECT_TRUE(isComplete());
}

TEST_F(EngineStatics, RulesWithoutAPriorityComeBeforeThoseOfInstances) {
    model::Cluster two = cluster();
    two.staticRules = {rule(std::nullopt)};
    model::VirtualRule moving = rule(std::nullopt).rule;
    moving.table = 121;
    moving.inputInterface.clear();
    two.instances[0].rules = {moving};
    applied(two, 0);
    one.runFor(10s);
    ASSERT_EQ(phase(), rpc::VrrpPhase::Master);
    ASSERT_THAT(one.networkConfig.rules(), SizeIs(2));
    EXPECT_EQ(one.networkConfig.rules()[0].priority, 16384U);
    EXPECT_EQ(one.networkConfig.rules()[1].priority, 16383U);
}

TEST_F(EngineStatics, AreOnlyOnTheDirectorThatTheyAreFor) {
    model::Cluster apart = cluster();
    apart.staticAddresses[0].director = "lb2";
    apart.staticAddresses.push_back(address("10.55.0.9"));
    apart.staticAddresses[1].director = "lb1";
    applied(apart, 0);
    EXPECT_FALSE(one.host.holds(ip("10.55.0.1")));
    EXPECT_TRUE(one.host.holds(ip("10.55.0.9")));
}

TEST_F(EngineStatics, ATrackGroupTakesItsInstancesToFaultWithTheInterface) {
    model::Cluster watched = cluster();
    watched.trackGroups = {{"uplinks", {"VI_1"}}};
    watched.staticAddresses[0].trackGroup = "uplinks";
    applied(watched, 0);
    one.runFor(10s);
    ASSERT_EQ(phase(), rpc::VrrpPhase::Master);
    one.host.setLinkUp("eth1", false);
    one.runFor(100ms);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Fault);
    one.host.setLinkUp("eth1", true);
    one.runFor(10s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Master);
}

TEST_F(EngineStatics, AreSaidBeforeTheyAreDone) {
    EXPECT_THAT(planned(cluster()), Contains("ip address add 10.55.0.1/24 dev eth1"));
    EXPECT_THAT(planned(cluster()), Contains("ip route add 10.60.0.0/24 via 10.55.0.2 dev eth1"));
    EXPECT_THAT(planned(cluster()), Contains("ip rule add from 10.66.0.0/24 iif eth1 priority 500 table 120"));
    applied(cluster(), 0);
    EXPECT_THAT(planned(cluster()), IsEmpty());
    EXPECT_THAT(planned(classicCluster()), Contains("ip route del 10.60.0.0/24 via 10.55.0.2 dev eth1"));
    model::Cluster moving = cluster();
    moving.instances[0].routes = {route(3).route};
    EXPECT_THAT(planned(moving), Contains("ip route add 10.60.3.0/24 via 10.55.0.2 dev eth1 (instance VI_1, while master)"));
}

} // namespace
} // namespace lvsdeck::core
