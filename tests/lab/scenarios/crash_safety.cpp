// SPDX-License-Identifier: GPL-3.0-or-later
// The agent may die at any moment: traffic does not notice, and a configuration is either the old or the new one.
#include "tests/lab/scenarios/cluster_lab.hpp"

#include "common/base/json.hpp"

#include <iostream>
#include <random>

namespace lvsdeck::lab {
namespace {

long millisecondsSince(Clock::time_point when) {
    return std::chrono::duration_cast<Milliseconds>(Clock::now() - when).count();
}

struct CrashSafety : ClusterLab {
    const model::Cluster oldCluster = classicCluster();
    model::Cluster newCluster = classicCluster();

    CrashSafety() {
        // A change that needs several operations: another scheduler, other weights, one server more.
        model::VirtualService& service = newCluster.services[0];
        service.scheduler = model::Scheduler::Wlc;
        for (auto& server : service.servers)
            server.weight = 7;
        model::RealServer third = service.servers[0];
        third.address = IpAddress::parse("192.168.50.11").value();
        service.servers.push_back(third);
    }
};

TEST_F(CrashSafety, KillingTheMastersAgentIsNotNoticed) {
    startBothAgents(oldCluster);
    LoadGenerator load(&lab.client(), virtualAddress, 80, 20);
    ASSERT_EQ(load.awaitFreshAnswers(15s), 20U);
    ClientProbe client(&lab.client(), virtualAddress, 80, 10ms, 1000ms);
    client.awaitSuccess(Clock::now(), 10s);
    const std::string rules = lab.lb1().ipvsRules();

    // Right after an advertisement: a slow machine needs much of the backup's patience only to start a program.
    (void)wire.awaitFrom("192.168.50.101", Clock::now(), 5s);
    const auto kill = Clock::now();
    agent("lb1").kill9();
    EXPECT_TRUE(lab.lb1().hasAddress(virtualAddress));
    agent("lb1").start();
    agent("lb1").awaitReady();
    std::cout << "the new process answered " << millisecondsSince(kill) << " ms after the kill, and spoke on the wire after "
              << std::chrono::duration_cast<Milliseconds>(wire.awaitFrom("192.168.50.101", kill, 10s).at - kill).count()
              << " ms\n";
    // Longer than the backup would wait for a silent master.
    EXPECT_TRUE(throughout(8s, [&] { return lab.holderOfVirtualAddress() == "lb1"; }));

    EXPECT_EQ(client.failures(kill), 0U);
    EXPECT_EQ(load.awaitFreshAnswers(15s), 20U);
    EXPECT_EQ(lab.lb1().ipvsRules(), rules);
    for (const SeenAdvert& advert : wire.advertsSince(kill))
        EXPECT_EQ(advert.source, "192.168.50.101");
    EXPECT_FALSE(wire.advertsSince(kill).empty());
}

TEST_F(CrashSafety, ARestartForAnUpgradeIsNotNoticedEither) {
    startBothAgents(oldCluster);
    ClientProbe client(&lab.client(), virtualAddress, 80, 10ms, 1000ms);
    client.awaitSuccess(Clock::now(), 10s);

    const auto restart = Clock::now();
    EXPECT_EQ(agent("lb1").terminate(), 0);
    agent("lb1").start();
    agent("lb1").awaitReady();
    EXPECT_TRUE(throughout(8s, [&] { return lab.holderOfVirtualAddress() == "lb1"; }));

    EXPECT_EQ(client.failures(restart), 0U);
    for (const SeenAdvert& advert : wire.advertsSince(restart)) {
        EXPECT_EQ(advert.source, "192.168.50.101");
        EXPECT_GT(advert.priority, 0) << "a restart must not say goodbye";
    }
}

TEST_F(CrashSafety, AnApplyThatNobodyConfirmsIsTakenBackOnBothDirectors) {
    startBothAgents(oldCluster);
    const std::string before = lab.lb1().ipvsRules();

    for (const char* director : {"lb1", "lb2"}) {
        const Agent::Answer answer = apply(director, newCluster, 1, 8);
        ASSERT_TRUE(answer.ok()) << answer.text;
    }
    for (const char* director : {"lb1", "lb2"})
        awaitServers(director, {"192.168.50.11:80"});

    for (const char* director : {"lb1", "lb2"}) {
        EXPECT_TRUE(eventually(30s, [&] { return lab.host(director).ipvsRules() == before; }, 200ms)) << director;
        EXPECT_EQ(revision(director), 1U) << director;
    }
    EXPECT_EQ(lab.holderOfVirtualAddress(), "lb1");
}

TEST_F(CrashSafety, AnUnconfirmedApplyIsTakenBackByTheNextProcessToo) {
    startBothAgents(oldCluster);
    const std::string before = lab.lb1().ipvsRules();
    ASSERT_TRUE(apply("lb1", newCluster, 1, 8).ok());

    agent("lb1").kill9();
    agent("lb1").start();
    agent("lb1").awaitReady();

    EXPECT_TRUE(eventually(40s, [&] { return lab.lb1().ipvsRules() == before; }, 200ms)) << lab.lb1().ipvsRules();
    EXPECT_EQ(revision("lb1"), 1U);
}

TEST_F(CrashSafety, AnApplyCutInTwoLeavesTheOldOrTheNewButNeverAMixture) {
    startBothAgents(oldCluster);
    const std::string oldTable = lab.lb1().ipvsRules();
    const auto begin = Clock::now();
    ASSERT_TRUE(apply("lb1", newCluster, 1).ok());
    // From before the request is read to after it is answered, however slow this machine is.
    std::uniform_int_distribution<long> moment(0, millisecondsSince(begin) * 5 / 4);
    awaitServers("lb1", {"192.168.50.11:80"});
    const std::string newTable = lab.lb1().ipvsRules();

    std::mt19937 dice(20261122);
    int oldSeen = 0;
    int newSeen = 0;
    const int rounds = std::getenv("LVSDECK_TEST_FULL") != nullptr ? 40 : 8;
    for (int round = 0; round < rounds; ++round) {
        const std::uint64_t base = revision("lb1");
        const bool towardsOld = lab.lb1().ipvsRules() == newTable;
        const std::string request = json::toLine(json::Value{{"base_revision", base},
                                                             {"cluster", json::toJson(towardsOld ? oldCluster : newCluster)},
                                                             {"confirm_within_s", 0}});
        lab.lb1().writeFile("/run/lab/apply.json", request);
        Process apply =
            lab.lb1().start({"sh", "-c", agentProgram() + " call config.apply - < /run/lab/apply.json"}, "apply");
        std::this_thread::sleep_for(Milliseconds(moment(dice)));
        agent("lb1").kill9();
        agent("lb1").start();
        agent("lb1").awaitReady();

        const std::uint64_t after = revision("lb1");
        ASSERT_TRUE(after == base || after == base + 1) << "revision " << after << " in round " << round;
        const std::string& expected =
            after == base ? (towardsOld ? newTable : oldTable) : (towardsOld ? oldTable : newTable);
        EXPECT_TRUE(eventually(
            20s, [&] { return lab.lb1().ipvsRules() == expected; }, 100ms))
            << "round " << round << ", revision " << base << " -> " << after << ":\n"
            << lab.lb1().ipvsRules();
        (after == base ? oldSeen : newSeen) += 1;
    }
    std::cout << "cut applies: " << oldSeen << " left the old revision, " << newSeen << " the new one\n";
}

} // namespace
} // namespace lvsdeck::lab
