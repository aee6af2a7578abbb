// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/core/engine_fixture.hpp"

namespace lvsdeck::core {
namespace {

using namespace std::chrono_literals;
using test::classicCluster;
using Roles = std::vector<std::string>;

struct EngineSettings : EngineFixture {
    static model::Cluster syncing(const std::string& instance = "VI_1") {
        model::Cluster cluster = classicCluster();
        cluster.connectionSync.emplace();
        cluster.connectionSync->interface = "eth0";
        cluster.connectionSync->syncId = 7;
        cluster.connectionSync->instance = instance;
        return cluster;
    }
    Roles running() {
        Roles out;
        const auto daemons = one.ipvs.syncDaemons();
        for (const auto& daemon : *daemons)
            out.push_back(daemon.role == ipvs::SyncRole::Master ? "master" : "backup");
        return out;
    }
};

TEST_F(EngineSettings, ConnectionSyncFollowsTheInstance) {
    applied(syncing(), 0);
    EXPECT_EQ(running(), Roles{"backup"});
    one.runFor(10s);
    ASSERT_EQ(phase(), rpc::VrrpPhase::Master);
    EXPECT_EQ(running(), Roles{"master"});
    EXPECT_EQ(config().syncDaemons, (std::vector<rpc::SyncDaemon>{{"master", "eth0", 7}}));
    ASSERT_TRUE(engine().beginDrill({rpc::DrillKind::Graceful, 30}, "olga"));
    EXPECT_EQ(running(), Roles{"backup"});
}

TEST_F(EngineSettings, WithoutAnInstanceBothDaemonsRun) {
    applied(syncing(""), 0);
    EXPECT_EQ(running(), (Roles{"master", "backup"}));
    model::Cluster other = syncing("");
    other.connectionSync->maxLength = 900; // the kernel keeps the receiver's at 1024
    applied(other, 1);
    EXPECT_EQ(*one.ipvs.syncDaemons()->at(0).maxLength, 900);
    const std::size_t before = engine().events().lastId();
    one.runFor(30s);
    for (const auto& event : engine().events().after(before))
        EXPECT_NE(event.area, "ipvs") << event.text;
}

TEST_F(EngineSettings, SyncGoesWithTheConfigurationAndStaysOverARestart) {
    applied(syncing(), 0);
    one.runFor(10s);
    one.kill();
    EXPECT_EQ(running(), Roles{"master"});
    ASSERT_TRUE(one.start());
    one.runFor(10s);
    EXPECT_EQ(running(), Roles{"master"});
    EXPECT_FALSE(hasEvent("connections are now"));
    applied(classicCluster(), 1);
    EXPECT_EQ(running(), Roles{});
    EXPECT_TRUE(config().syncDaemons.empty());
}

TEST_F(EngineSettings, SomebodyElsesDaemonIsLeftAloneUnlessOneIsConfigured) {
    ipvs::SyncDaemon foreign;
    foreign.role = ipvs::SyncRole::Master;
    foreign.interface = "eth9";
    ASSERT_TRUE(one.ipvs.startSync(foreign));
    applied(classicCluster(), 0);
    one.runFor(10s);
    EXPECT_EQ(running(), Roles{"master"});
    applied(syncing(), 1);
    one.runFor(5s);
    EXPECT_EQ(one.ipvs.syncDaemons()->at(0).interface, "eth0");
}

TEST_F(EngineSettings, DaemonThatCannotStartIsANamedProblemAndTriedAgain) {
    one.ipvs.setInterfaces({"eth1"});
    applied(syncing(), 0);
    EXPECT_NE(config().problem.find("no such interface"), std::string::npos) << config().problem;
    one.ipvs.setInterfaces({"eth0"});
    one.runFor(6s);
    EXPECT_TRUE(config().problem.empty()) << config().problem;
    EXPECT_EQ(running().size(), 1U);
}

TEST_F(EngineSettings, TimeoutsAreSetAndTheOldOnesComeBack) {
    model::Cluster cluster = classicCluster();
    cluster.timeouts.tcp = 600;
    cluster.timeouts.udp = 30;
    applied(cluster, 0);
    EXPECT_EQ(*one.ipvs.timeouts(), (ipvs::Timeouts{600, 120, 30}));
    one.kill();
    ASSERT_TRUE(one.start());
    cluster.timeouts = {};
    cluster.timeouts.udp = 40;
    applied(cluster, 1);
    EXPECT_EQ(*one.ipvs.timeouts(), (ipvs::Timeouts{900, 120, 40}));
    applied(classicCluster(), 2);
    EXPECT_EQ(*one.ipvs.timeouts(), (ipvs::Timeouts{900, 120, 300}));
}

TEST_F(EngineSettings, SysctlsAreSetAndTheOldValuesComeBackAlsoAfterARestart) {
    one.networkConfig.setSysctl("net.ipv4.vs.sync_threshold", "3\t50");
    model::Cluster cluster = classicCluster();
    cluster.ipvsSysctls = {{"expire_nodest_conn", "1"}, {"sync_threshold", "1 10"}};
    applied(cluster, 0);
    EXPECT_EQ(*one.networkConfig.readSysctl("net.ipv4.vs.expire_nodest_conn"), "1");
    EXPECT_EQ(*one.networkConfig.readSysctl("net.ipv4.vs.sync_threshold"), "1 10");
    one.kill();
    ASSERT_TRUE(one.start());
    applied(classicCluster(), 1);
    EXPECT_EQ(*one.networkConfig.readSysctl("net.ipv4.vs.expire_nodest_conn"), "0");
    EXPECT_EQ(*one.networkConfig.readSysctl("net.ipv4.vs.sync_threshold"), "3 50");
}

TEST_F(EngineSettings, SysctlThatSomebodyElseHasSetSinceIsNotPutBack) {
    model::Cluster cluster = classicCluster();
    cluster.ipvsSysctls = {{"expire_nodest_conn", "1"}};
    applied(cluster, 0);
    one.networkConfig.setSysctl("net.ipv4.vs.expire_nodest_conn", "2");
    applied(classicCluster(), 1);
    EXPECT_EQ(*one.networkConfig.readSysctl("net.ipv4.vs.expire_nodest_conn"), "2");
    EXPECT_TRUE(hasEvent("somebody else has set"));
}

TEST_F(EngineSettings, MissingSysctlIsANamedProblemAndTheApplyHolds) {
    model::Cluster cluster = classicCluster();
    cluster.ipvsSysctls = {{"from_the_future", "1"}, {"expire_nodest_conn", "1"}};
    applied(cluster, 0);
    EXPECT_NE(config().problem.find("net.ipv4.vs.from_the_future"), std::string::npos);
    EXPECT_EQ(*one.networkConfig.readSysctl("net.ipv4.vs.expire_nodest_conn"), "1");
    EXPECT_EQ(config().revision, 1U);
}

TEST_F(EngineSettings, ResigningTakesDaemonsTimeoutsAndSysctlsBack) {
    model::Cluster cluster = syncing();
    cluster.timeouts.tcp = 600;
    cluster.ipvsSysctls = {{"expire_nodest_conn", "1"}};
    applied(cluster, 0);
    one.runFor(10s);
    engine().stop(vrrp::Stop::Resign);
    EXPECT_EQ(running(), Roles{});
    EXPECT_EQ(one.ipvs.timeouts()->tcp, 900U);
    EXPECT_EQ(*one.networkConfig.readSysctl("net.ipv4.vs.expire_nodest_conn"), "0");
}

TEST_F(EngineSettings, AreSaidBeforeTheyAreDone) {
    const auto planned = [this](const model::Cluster& next) {
        std::vector<std::string> out;
        for (const rpc::PlannedOperation& operation : engine().check({json::toJson(next), std::nullopt}).operations)
            if (operation.area == "settings")
                out.push_back(operation.text);
        return out;
    };
    model::Cluster cluster = syncing();
    cluster.connectionSync->ttl = 3;
    cluster.timeouts.tcp = 600;
    cluster.ipvsSysctls = {{"expire_nodest_conn", "1"}, {"sync_threshold", "3 50"}, {"from_the_future", "1"}};
    EXPECT_EQ(planned(cluster),
              (Roles{"ipvsadm --start-daemon backup --mcast-interface eth0 --syncid 7 --mcast-ttl 3",
                     "ipvsadm --set 600 0 0 (now 900 120 300)", "sysctl -w net.ipv4.vs.expire_nodest_conn=\"1\" (now 0)"}))
        << "what is so already is no operation";
    applied(cluster, 0);
    one.runFor(10s);
    ASSERT_EQ(phase(), rpc::VrrpPhase::Master);
    EXPECT_EQ(planned(cluster), Roles{});
    EXPECT_EQ(planned(classicCluster()), (Roles{"ipvsadm --stop-daemon master", "ipvsadm --set 900 0 0 (now 600 120 300)",
                                                "sysctl -w net.ipv4.vs.expire_nodest_conn=\"0\" (now 1)"}));
    cluster.connectionSync->syncId = 8;
    EXPECT_EQ(planned(cluster), (Roles{"ipvsadm --stop-daemon master",
                                       "ipvsadm --start-daemon master --mcast-interface eth0 --syncid 8 --mcast-ttl 3"}));
}

TEST_F(EngineSettings, OldTimeoutsAndSysctlsComeBackWhenTheProcessThatSetThemIsLongGone) {
    model::Cluster cluster = classicCluster();
    cluster.timeouts.tcp = 600;
    cluster.ipvsSysctls = {{"expire_nodest_conn", "1"}};
    applied(cluster, 0);
    for (int restart = 0; restart < 3; ++restart) {
        if (restart == 1)
            engine().stop(vrrp::Stop::Leave);
        else
            one.kill();
        ASSERT_TRUE(one.start());
        one.runFor(6s);
        EXPECT_EQ(one.ipvs.timeouts()->tcp, 600U);
        EXPECT_EQ(*one.networkConfig.readSysctl("net.ipv4.vs.expire_nodest_conn"), "1");
    }
    engine().stop(vrrp::Stop::Resign);
    EXPECT_EQ(one.ipvs.timeouts()->tcp, 900U);
    EXPECT_EQ(*one.networkConfig.readSysctl("net.ipv4.vs.expire_nodest_conn"), "0");
}

} // namespace
} // namespace lvsdeck::core
