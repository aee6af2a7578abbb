// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/simulated_director.hpp"

#include "agent/ipvs/words.hpp"

#include <algorithm>
#include <span>

#include <gtest/gtest.h>

namespace lvsdeck::core {
namespace {

using namespace std::chrono_literals;
using test::classicCluster;

struct EngineTest : testing::Test {
    test::SimulatedDirector one;

    void SetUp() override { ASSERT_TRUE(one.start()); }
    [[nodiscard]] Engine& engine() { return *one.engine; }
    [[nodiscard]] std::string table() const { return ipvs::saveText(one.ipvs.table()); }
    [[nodiscard]] bool hasEvent(const std::string& part) const {
        return std::ranges::any_of(one.engine->events().after(0),
                                   [&](const rpc::Event& event) { return event.text.find(part) != std::string::npos; });
    }
    [[nodiscard]] rpc::VrrpPhase phase() { return engine().state({rpc::Part::Vrrp}).vrrp->at(0).phase; }
    void applied(const model::Cluster& cluster, std::uint64_t base) {
        const auto done = engine().apply(one.apply(cluster, base), "root");
        ASSERT_TRUE(done) << done.error().text;
    }
};

const char* const classicTable = "-A -t 192.168.50.8:80 -s wrr -p 60\n"
                                 "-a -t 192.168.50.8:80 -r 192.168.50.9:80 -g -w 3\n"
                                 "-a -t 192.168.50.8:80 -r 192.168.50.10:80 -g -w 3\n";

TEST_F(EngineTest, CheckTellsWhatWouldBeDoneAndDoesNothing) {
    const auto check = engine().check({json::toJson(classicCluster()), {}});
    EXPECT_FALSE(model::hasErrors(check.problems));
    std::vector<std::string> areas;
    for (const auto& operation : check.operations)
        areas.push_back(operation.area);
    EXPECT_EQ(std::ranges::count(areas, "ipvs"), 3);
    EXPECT_EQ(std::ranges::count(areas, "vrrp"), 2);
    EXPECT_EQ(std::ranges::count(areas, "health"), 2);
    EXPECT_EQ(check.operations[0].text, "ipvsadm -A -t 192.168.50.8:80 -s wrr -p 60");
    EXPECT_TRUE(one.ipvs.table().empty());
}

TEST_F(EngineTest, AppliedClusterIsInTheKernelAndThisDirectorBecomesMaster) {
    applied(classicCluster(), 0);
    EXPECT_EQ(table(), classicTable);
    one.runFor(10s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Master);
    EXPECT_TRUE(one.host.holds(*IpAddress::parse("192.168.50.8")));
    EXPECT_EQ(engine().hello().revision, 1U);
    EXPECT_TRUE(engine().check({json::toJson(classicCluster()), {}}).operations.empty());
}

TEST_F(EngineTest, ApplyWaitsForItsConfirmationAndRollsBackByItself) {
    applied(classicCluster(), 0);
    model::Cluster changed = classicCluster();
    changed.services[0].servers.pop_back();
    const auto done = engine().apply(one.apply(changed, 1, 30), "root");
    ASSERT_TRUE(done);
    EXPECT_EQ(done->confirmLeftMs, 30'000);
    EXPECT_EQ(table().find("192.168.50.10"), std::string::npos);
    EXPECT_EQ(engine().document({})->revision, 2U);
    one.runFor(29s);
    ASSERT_TRUE(engine().state({rpc::Part::Config}).config->pending);
    EXPECT_EQ(engine().state({rpc::Part::Config}).config->pending->confirmLeftMs, 1000);
    one.runFor(2s);
    EXPECT_EQ(table(), classicTable);
    EXPECT_EQ(engine().document({})->revision, 1U);
    EXPECT_FALSE(engine().state({rpc::Part::Config}).config->pending);
    EXPECT_TRUE(hasEvent("rolled back to revision 1"));
}

TEST_F(EngineTest, ConfirmedApplyStays) {
    ASSERT_TRUE(engine().apply(one.apply(classicCluster(), 0, 30), "root"));
    ASSERT_TRUE(engine().confirm(1, "root"));
    one.runFor(60s);
    EXPECT_EQ(table(), classicTable);
    EXPECT_EQ(engine().history().size(), 1U);
}

TEST_F(EngineTest, ConfirmationThatIsRepeatedBecauseItsAnswerWasLostSucceeds) {
    ASSERT_TRUE(engine().apply(one.apply(classicCluster(), 0, 30), "root"));
    ASSERT_TRUE(engine().confirm(1, "root"));
    EXPECT_TRUE(engine().confirm(1, "root"));
    EXPECT_FALSE(engine().confirm(2, "root"));
    EXPECT_FALSE(engine().confirm(0, "root"));
}

TEST_F(EngineTest, AskedRevertEndsTheWaitAndAnOldRevisionCanBeAppliedAgain) {
    applied(classicCluster(), 0);
    model::Cluster changed = classicCluster();
    changed.services[0].servers[0].weight = 9;
    ASSERT_TRUE(engine().apply(one.apply(changed, 1, 30), "root"));
    ASSERT_TRUE(engine().revert({}, "root"));
    EXPECT_EQ(table(), classicTable);
    applied(changed, 1);
    ASSERT_TRUE(engine().revert({1, 0}, "root"));
    EXPECT_EQ(engine().document({})->revision, 3U);
    EXPECT_EQ(table(), classicTable);
}

TEST_F(EngineTest, StaleBaseAndPendingAreConflicts) {
    applied(classicCluster(), 0);
    EXPECT_EQ(engine().apply(one.apply(classicCluster(), 0), "root").error().code, ErrorCode::Conflict);
    ASSERT_TRUE(engine().apply(one.apply(classicCluster(), 1, 60), "root"));
    EXPECT_EQ(engine().apply(one.apply(classicCluster(), 1, 60), "root").error().code, ErrorCode::Conflict);
}

TEST_F(EngineTest, ClusterWithMistakesIsRefusedWithThePathAndNothingChanges) {
    model::Cluster bad = classicCluster();
    bad.services[0].servers[0].weight = -1;
    bad.instances[0].vrid = 0;
    const auto done = engine().apply(one.apply(bad, 0), "root");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(done.error().path.substr(0, 8), "cluster.");
    EXPECT_GE(std::ranges::count_if(engine().check({json::toJson(bad), {}}).problems,
                                    [](const auto& p) { return p.severity == model::Severity::Error; }),
              2);
    EXPECT_TRUE(one.ipvs.table().empty());
}

TEST_F(EngineTest, MissingInterfaceIsAProblemThatNamesTheOnesThatAreThere) {
    model::Cluster bad = classicCluster();
    bad.instances[0].members[0].interface = "eth7";
    const auto problems = engine().check({json::toJson(bad), {}}).problems;
    const auto found = std::ranges::find(problems, "instances[0].members[0].interface", &model::Problem::path);
    ASSERT_NE(found, problems.end());
    EXPECT_NE(found->text.find("eth0"), std::string::npos);
}

TEST_F(EngineTest, KernelWithoutIpvsRefusesTheApplyAndTellsTheRemedy) {
    one.ipvs.setAvailable(false);
    const auto done = engine().apply(one.apply(classicCluster(), 0), "root");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Unsupported);
    EXPECT_FALSE(done.error().text.empty());
    EXPECT_EQ(engine().document({})->revision, 0U);
    EXPECT_FALSE(engine().hello().ipvs);
}

TEST_F(EngineTest, PartThatTheKernelRefusesUndoesTheWholeApply) {
    applied(classicCluster(), 0);
    one.ipvs.setSchedulers({"wrr", "rr"});
    model::Cluster bad = classicCluster();
    bad.services.push_back(bad.services[0]);
    bad.services[1].port = 443;
    bad.services[1].scheduler = model::Scheduler::Mh;
    for (auto& server : bad.services[1].servers)
        server.port = 443;
    const auto done = engine().apply(one.apply(bad, 1, 60), "root");
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().text.find("mh"), std::string::npos) << done.error().text;
    EXPECT_EQ(table(), classicTable);
    EXPECT_EQ(engine().document({})->revision, 1U);
}

TEST_F(EngineTest, DeadServerLeavesTheTableAndComesBack) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    one.checks.setDown(*IpAddress::parse("192.168.50.9"), 80);
    one.runFor(20s);
    EXPECT_EQ(table().find("192.168.50.9:80"), std::string::npos);
    const auto state = engine().state({rpc::Part::Table});
    const auto& servers = state.table->at(0).servers;
    ASSERT_EQ(servers.size(), 2U);
    EXPECT_FALSE(servers[0].present);
    EXPECT_EQ(servers[0].health, rpc::ServerHealth::Down);
    one.checks.setUp(*IpAddress::parse("192.168.50.9"), 80);
    one.runFor(20s);
    EXPECT_EQ(table(), classicTable);
}

TEST_F(EngineTest, OverrideIsKeptApartAndOverARestart) {
    applied(classicCluster(), 0);
    ASSERT_TRUE(engine().setServer({"tcp 192.168.50.8:80", "192.168.50.9:80", model::AdminState::Drained, {}}, "olga"));
    EXPECT_NE(table().find("-r 192.168.50.9:80 -g -w 0"), std::string::npos);
    EXPECT_EQ(engine().document({})->revision, 1U);
    one.kill();
    ASSERT_TRUE(one.start());
    EXPECT_NE(table().find("-r 192.168.50.9:80 -g -w 0"), std::string::npos);
    EXPECT_TRUE(engine().state({rpc::Part::Table}).table->at(0).servers[0].overridden);
    ASSERT_TRUE(engine().setServer({"tcp 192.168.50.8:80", "192.168.50.9:80", {}, {}}, "olga"));
    EXPECT_EQ(table(), classicTable);
    EXPECT_EQ(engine().setServer({"tcp 192.168.50.8:80", "10.0.0.1:80", {}, 1}, "olga").error().path, "server");
}

TEST_F(EngineTest, KilledAndStartedAgainItTouchesNothingAndStaysMaster) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    ASSERT_EQ(phase(), rpc::VrrpPhase::Master);
    const auto operations = one.ipvs.operationsApplied();
    one.kill();
    one.runFor(800ms);
    EXPECT_TRUE(one.host.holds(*IpAddress::parse("192.168.50.8")));
    ASSERT_TRUE(one.start());
    EXPECT_EQ(phase(), rpc::VrrpPhase::Master);
    one.runFor(30s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Master);
    EXPECT_EQ(one.ipvs.operationsApplied(), operations);
}

TEST_F(EngineTest, StoppedForAnUpgradeAndStartedAgainItStaysMaster) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    engine().stop(vrrp::Stop::Leave);
    one.kill();
    one.runFor(800ms);
    EXPECT_TRUE(one.host.holds(*IpAddress::parse("192.168.50.8")));
    EXPECT_EQ(table(), classicTable);
    ASSERT_TRUE(one.start());
    EXPECT_EQ(phase(), rpc::VrrpPhase::Master);
}

TEST_F(EngineTest, WhyItBecameWhatItIsIsKnownAfterAKill) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    const auto before = engine().transitions("VI_1").value();
    ASSERT_FALSE(before.empty());
    one.kill();
    ASSERT_TRUE(one.start());
    one.runFor(10s);
    auto after = engine().transitions("VI_1").value();
    ASSERT_GT(after.size(), before.size());
    EXPECT_TRUE(std::ranges::equal(before, std::span(after).first(before.size())));
    EXPECT_EQ(engine().state({rpc::Part::Vrrp}).vrrp->at(0).transitions, after);
    // It is not written with every advertisement, and does not grow for ever.
    const auto text = *one.transient.read("transitions.json").value();
    one.runFor(60s);
    EXPECT_EQ(*one.transient.read("transitions.json").value(), text);
    for (int i = 0; i < 60; ++i) {
        one.host.setLinkUp("eth0", i % 2 != 0);
        one.runFor(10s);
    }
    one.kill();
    ASSERT_TRUE(one.start());
    after = engine().transitions("VI_1").value();
    EXPECT_GE(after.size(), vrrp::transitionsInBook);
    EXPECT_LE(after.size(), vrrp::transitionsInBook + 2);
}

TEST_F(EngineTest, ATakeoverWaitsForNoDiskAndAnOrderlyEndKeepsItsReasonsOverAReboot) {
    applied(classicCluster(), 0);
    const std::uint64_t written = one.persistent.writes();
    one.runFor(10s);
    ASSERT_EQ(phase(), rpc::VrrpPhase::Master);
    EXPECT_EQ(one.persistent.writes(), written);
    const auto before = engine().transitions("VI_1").value();
    engine().stop(vrrp::Stop::Leave);
    one.kill();
    ASSERT_TRUE(one.transient.remove("transitions.json"));
    ASSERT_TRUE(one.start());
    const auto after = engine().transitions("VI_1").value();
    ASSERT_GE(after.size(), before.size());
    EXPECT_TRUE(std::ranges::equal(before, std::span(after).first(before.size())));
}

TEST_F(EngineTest, WhyAnInstanceWasWhatItWasOutlivesThatItWasNotConfigured) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    const auto before = engine().transitions("VI_1").value();
    engine().stop(vrrp::Stop::Leave);
    one.kill();
    const std::string cluster = *one.persistent.read("current.json").value();
    ASSERT_TRUE(one.persistent.write("current.json", "{"));
    ASSERT_TRUE(one.start());
    engine().stop(vrrp::Stop::Leave);
    one.kill();
    ASSERT_TRUE(one.persistent.write("current.json", cluster));
    ASSERT_TRUE(one.start());
    const auto after = engine().transitions("VI_1").value();
    ASSERT_GE(after.size(), before.size());
    EXPECT_TRUE(std::ranges::equal(before, std::span(after).first(before.size())));
}

TEST_F(EngineTest, SwitchOfAnInterfaceComesBackWhereverTheProcessThatTurnedItOnWasKilled) {
    model::Cluster lending = classicCluster();
    lending.instances[0].virtualMac = model::VirtualMac{};
    bool finished = false;
    for (std::uint64_t at = 0; !finished; ++at) {
        test::SimulatedDirector other;
        const auto setting = [&] {
            return *other.networkConfig.readSysctl("net.ipv4.conf.eth0.arp_ignore") +
                   *other.networkConfig.readSysctl("net.ipv4.conf.eth0.arp_filter");
        };
        ASSERT_TRUE(other.start());
        other.crash.armAfter(at);
        try {
            ASSERT_TRUE(other.engine->apply(other.apply(lending, 0), "root"));
            finished = true;
        } catch (const simulated::SimulatedCrash&) {}
        other.crash.disarm();
        if (finished) {
            ASSERT_EQ(setting(), "11");
        }
        other.kill();
        ASSERT_TRUE(other.start());
        ASSERT_TRUE(other.engine->apply(other.apply(classicCluster(), other.engine->hello().revision), "root"));
        EXPECT_EQ(setting(), "00") << "killed after step " << at;
    }
}

TEST_F(EngineTest, MasterThatIsKilledAtAnyStepOfItsStartIsMasterWithTheNextOne) {
    model::Cluster lending = classicCluster();
    lending.instances[0].promoteSecondaries = true;
    const std::string name = "net.ipv4.conf.eth0.promote_secondaries";
    bool finished = false;
    for (std::uint64_t at = 0; !finished; ++at) {
        test::SimulatedDirector other;
        other.networkConfig.setSysctl(name, "1"); // the host's own
        ASSERT_TRUE(other.start());
        ASSERT_TRUE(other.engine->apply(other.apply(lending, 0), "root"));
        other.runFor(10s);
        other.kill();
        other.networkConfig.setSysctl(name, "0"); // so that the start has something to write down and to turn on
        other.crash.armAfter(at);
        try {
            ASSERT_TRUE(other.start());
            finished = true;
        } catch (const simulated::SimulatedCrash&) {}
        other.crash.disarm();
        other.kill();
        ASSERT_TRUE(other.start());
        EXPECT_EQ(other.engine->state({rpc::Part::Vrrp}).vrrp->at(0).phase, rpc::VrrpPhase::Master)
            << "killed after step " << at;
        EXPECT_EQ(*other.networkConfig.readSysctl(name), "1");
    }
}

TEST_F(EngineTest, DeadServerStaysOutOverARestart) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    one.checks.setDown(*IpAddress::parse("192.168.50.9"), 80);
    one.runFor(20s);
    ASSERT_EQ(table().find("192.168.50.9:80"), std::string::npos);
    one.kill();
    ASSERT_TRUE(one.start());
    EXPECT_EQ(table().find("192.168.50.9:80"), std::string::npos);
    one.checks.setUp(*IpAddress::parse("192.168.50.9"), 80);
    one.runFor(20s);
    EXPECT_EQ(table(), classicTable);
}

TEST_F(EngineTest, UnconfirmedApplyIsGoneAfterAKill) {
    applied(classicCluster(), 0);
    model::Cluster changed = classicCluster();
    changed.services[0].port = 443;
    for (auto& server : changed.services[0].servers)
        server.port = 443;
    ASSERT_TRUE(engine().apply(one.apply(changed, 1, 60), "root"));
    one.kill();
    ASSERT_TRUE(one.start());
    EXPECT_EQ(table(), classicTable);
    EXPECT_TRUE(hasEvent("was not confirmed when the agent ended"));
}

/// Store and kernel count their steps together; the agent dies after each of them once, and the next one must make it whole.
TEST_F(EngineTest, KillAtAnyStepOfAnApplyLeavesTheOldOrTheNewConfigurationWhole) {
    model::Cluster changed = classicCluster();
    changed.services[0].servers[0].weight = 7;
    changed.services[0].servers.pop_back();
    changed.services.push_back(classicCluster().services[0]);
    changed.services[1].port = 443;
    for (auto& server : changed.services[1].servers)
        server.port = 443;
    bool finished = false;
    std::size_t olds = 0;
    std::size_t news = 0;
    for (std::uint64_t at = 0; !finished; ++at) {
        test::SimulatedDirector other;
        ASSERT_TRUE(other.start());
        ASSERT_TRUE(other.engine->apply(other.apply(classicCluster(), 0), "root"));
        const std::string old = ipvs::saveText(other.ipvs.table());
        other.crash.armAfter(at);
        try {
            ASSERT_TRUE(other.engine->apply(other.apply(changed, 1), "root"));
            finished = true;
        } catch (const simulated::SimulatedCrash&) {}
        other.crash.disarm();
        other.kill();
        ASSERT_TRUE(other.start());
        const std::string now = ipvs::saveText(other.ipvs.table());
        const bool isNew = other.engine->document({})->revision == 2;
        EXPECT_EQ(now == old, !isNew) << "step " << at << "\n" << now;
        EXPECT_EQ(now.find(":443") != std::string::npos, isNew) << "step " << at;
        EXPECT_TRUE(other.engine->state({rpc::Part::Config}).config->problem.empty());
        EXPECT_TRUE(other.engine->check({other.engine->document({})->cluster, {}}).operations.empty());
        ++(isNew ? news : olds);
    }
    EXPECT_GT(olds, 5U);
    EXPECT_GT(news, 1U);
}

TEST_F(EngineTest, WhatNobodyHasLookedAtForLongIsMadeAnewWithItsRowNumbers) {
    ASSERT_TRUE(one.engine->apply(one.apply(classicCluster(), 0), "root"));
    one.runFor(5s);
    const auto shown = [&] {
        rpc::State state = one.engine->state({rpc::Part::Table, rpc::Part::Counts});
        state.atUs = 0;
        return json::toLine(json::toJson(state));
    };
    const std::string before = shown();
    EXPECT_NE(before.find("192.168.50.10:80"), std::string::npos);
    one.runFor(5min);
    EXPECT_EQ(shown(), before);
}

TEST_F(EngineTest, ForeignEntriesStayAndAreShownAsForeign) {
    ipvs::Operation foreign;
    foreign.service = {0, Family::V4, model::Protocol::Tcp, *IpAddress::parse("10.9.9.9"), 25};
    foreign.serviceSettings.scheduler = "rr";
    foreign.serviceSettings.prefixLength = 32;
    ASSERT_EQ(one.ipvs.change(foreign), 0);
    applied(classicCluster(), 0);
    one.runFor(6s);
    EXPECT_NE(table().find("10.9.9.9:25"), std::string::npos);
    const auto state = engine().state({rpc::Part::Table});
    const auto found = std::ranges::find(*state.table, "tcp 10.9.9.9:25", &rpc::TableService::key);
    ASSERT_NE(found, state.table->end());
    EXPECT_TRUE(found->foreign);
    engine().stop(vrrp::Stop::Resign);
    EXPECT_EQ(table(), "-A -t 10.9.9.9:25 -s rr\n");
    EXPECT_FALSE(one.host.holds(*IpAddress::parse("192.168.50.8")));
}

TEST_F(EngineTest, WhatOthersChangeIsPutBackUntilTheyPersist) {
    applied(classicCluster(), 0);
    ipvs::Operation removal;
    removal.type = ipvs::OperationType::RemoveService;
    removal.service = {0, Family::V4, model::Protocol::Tcp, *IpAddress::parse("192.168.50.8"), 80};
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(one.ipvs.change(removal), 0);
        one.runFor(6s);
        EXPECT_EQ(table(), classicTable) << i;
    }
    ASSERT_EQ(one.ipvs.change(removal), 0);
    one.runFor(6s);
    EXPECT_NE(engine().state({rpc::Part::Config}).config->problem.find("again and again"), std::string::npos);
    one.runFor(305s);
    EXPECT_EQ(table(), classicTable);
    EXPECT_TRUE(engine().state({rpc::Part::Config}).config->problem.empty());
}

TEST_F(EngineTest, MasterWhoseTableCannotBeProgrammedStepsDownAndComesBack) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    one.ipvs.setAvailable(false);
    one.runFor(6s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Fault);
    EXPECT_FALSE(engine().state({rpc::Part::Config}).config->problem.empty());
    one.ipvs.setAvailable(true);
    one.runFor(20s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Master);
    EXPECT_TRUE(engine().state({rpc::Part::Config}).config->problem.empty());
}

TEST_F(EngineTest, DrillGivesTheAddressAwayAndTakesItBackWhenItsLeaseRunsOut) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    for (const rpc::DrillKind kind : {rpc::DrillKind::Graceful, rpc::DrillKind::Crash}) {
        const auto lease = engine().beginDrill({kind, 30}, "olga");
        ASSERT_TRUE(lease) << lease.error().text;
        EXPECT_FALSE(one.host.holds(*IpAddress::parse("192.168.50.8")));
        EXPECT_EQ(engine().apply(one.apply(classicCluster(), 1), "root").error().code, ErrorCode::Busy);
        one.runFor(25s);
        EXPECT_FALSE(one.host.holds(*IpAddress::parse("192.168.50.8")));
        one.runFor(20s);
        EXPECT_TRUE(one.host.holds(*IpAddress::parse("192.168.50.8")));
        EXPECT_TRUE(engine().state({rpc::Part::Drill}).drill->empty());
    }
}

TEST_F(EngineTest, NoDrillWhileAnApplyWaitsOrNothingIsConfigured) {
    EXPECT_EQ(engine().beginDrill({}, "olga").error().code, ErrorCode::NotFound);
    ASSERT_TRUE(engine().apply(one.apply(classicCluster(), 0, 60), "root"));
    EXPECT_EQ(engine().beginDrill({}, "olga").error().code, ErrorCode::Busy);
}

TEST_F(EngineTest, DamagedStoreKeepsTheTableButGivesTheAddressesAway) {
    applied(classicCluster(), 0);
    one.runFor(10s);
    ASSERT_TRUE(one.host.holds(*IpAddress::parse("192.168.50.8")));
    one.kill();
    ASSERT_TRUE(one.persistent.write("current.json", "{"));
    ASSERT_TRUE(one.start());
    one.runFor(20s);
    EXPECT_EQ(table(), classicTable);
    EXPECT_NE(engine().state({rpc::Part::Config}).config->problem.find("current.json"), std::string::npos);
    EXPECT_FALSE(one.host.holds(*IpAddress::parse("192.168.50.8"))) << "nobody speaks VRRP for it, the peer will take it";
}

} // namespace
} // namespace lvsdeck::core
