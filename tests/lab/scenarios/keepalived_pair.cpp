// SPDX-License-Identifier: GPL-3.0-or-later
// The lab itself, proven with what is known to work: two real keepalived on the classic cluster. What is measured here is what the
// agent is later held against.
#include "tests/lab/support/capture.hpp"
#include "tests/lab/support/classic.hpp"
#include "tests/lab/support/client_probe.hpp"
#include "tests/lab/support/keepalived.hpp"
#include "tests/lab/support/load_generator.hpp"
#include "tests/lab/support/standard_lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

namespace lvsdeck::lab {
namespace {

using testing::HasSubstr;

constexpr const char* classicRules = "-A -t 192.168.50.8:80 -s wrr -p 60\n"
                                     "-a -t 192.168.50.8:80 -r 192.168.50.9:80 -g -w 3\n"
                                     "-a -t 192.168.50.8:80 -r 192.168.50.10:80 -g -w 3\n";

/// Both directors with keepalived, the master elected and both tables complete.
struct KeepalivedPair : testing::Test {
    StandardLab lab;
    std::unique_ptr<Capture> wire = std::make_unique<Capture>(lab.network().host(), serviceBridge);
    std::unique_ptr<Keepalived> first, second;

    void startBoth(const ClassicOptions& options) {
        second = std::make_unique<Keepalived>(lab.lb2(), classicConfiguration(InitialState::Backup, 99, options));
        first = std::make_unique<Keepalived>(lab.lb1(), classicConfiguration(InitialState::Master, 100, options));
        require("lb1 alone holds the virtual address", 20s, [&] { return lab.holderOfVirtualAddress() == "lb1"; });
        for (const char* director : {"lb1", "lb2"})
            require("both real servers are in the table of " + std::string(director), 20s, [&] {
                const std::string rules = lab.host(director).ipvsRules();
                return rules.find("192.168.50.9:80") != std::string::npos &&
                       rules.find("192.168.50.10:80") != std::string::npos;
            });
    }

    Milliseconds outageOfACrash(const ClassicOptions& options) {
        startBoth(options);
        ClientProbe client(&lab.client(), virtualAddress, 80);
        client.awaitSuccess(Clock::now(), 10s);
        const auto crash = Clock::now();
        first->crash(lab.network(), {"192.168.50.8/32 dev eth0"});
        require("lb2 has taken over", 15s, [&] { return lab.holderOfVirtualAddress() == "lb2"; });
        client.awaitSuccess(Clock::now(), 5s);
        return client.outage(crash - 100ms);
    }
};

TEST_F(KeepalivedPair, BothDirectorsGetTheClassicTableAndOneOfThemTheAddress) {
    startBoth({.retryKeyword = "nb_get_retry"});

    EXPECT_EQ(lab.lb1().ipvsRules(), classicRules);
    EXPECT_EQ(lab.lb2().ipvsRules(), classicRules);
    EXPECT_EQ(lab.holderOfVirtualAddress(), "lb1");
    const SeenAdvert advert = wire->awaitFrom("192.168.50.101", Clock::now(), 5s);
    EXPECT_EQ(advert.version, 2);
    EXPECT_EQ(advert.vrid, 51);
    EXPECT_EQ(advert.priority, 100);
    EXPECT_EQ(advert.ttl, 255);
    EXPECT_THAT(advert.addresses, testing::ElementsAre(virtualAddress));
}

TEST_F(KeepalivedPair, ClientsAreServedByDirectRouting) {
    startBoth({.persistence = 0});

    LoadGenerator load(&lab.client(), virtualAddress, 80, 12);

    EXPECT_EQ(load.awaitFreshAnswers(10s), 12U);
    const LoadSummary summary = load.summary();
    EXPECT_EQ(summary.alive, 12U);
    EXPECT_GT(summary.answersByServer.at("rs1"), 0U);
    EXPECT_GT(summary.answersByServer.at("rs2"), 0U);
    EXPECT_FALSE(summary.answersByServer.contains("rs3"));
}

TEST_F(KeepalivedPair, ACrashOfTheMasterCostsTheClientsAboutThreeIntervals) {
    const Milliseconds outage = outageOfACrash({});

    std::cout << "client-visible outage, version 2 at 1 s: " << outage.count() << " ms\n";
    // The backup waits three intervals and its skew of (256 - 99) / 256 s after the last advertisement, which was up to one interval ago.
    EXPECT_GE(outage, 2500ms);
    EXPECT_LE(outage, 4200ms);
}

TEST_F(KeepalivedPair, VersionThreeWithShortIntervalsFailsOverInAFractionOfASecond) {
    const Milliseconds outage = outageOfACrash({.vrrpVersion = 3, .advertInterval = "0.1"});

    std::cout << "client-visible outage, version 3 at 0.1 s: " << outage.count() << " ms\n";
    EXPECT_GE(outage, 150ms);
    EXPECT_LE(outage, 1000ms);
}

TEST_F(KeepalivedPair, AGracefulStopHandsOverAtOnceAndTheReturnTakesItBack) {
    startBoth({});
    ClientProbe client(&lab.client(), virtualAddress, 80);
    client.awaitSuccess(Clock::now(), 10s);

    const auto stop = Clock::now();
    first->stop();
    require("lb2 has taken over", 10s, [&] { return lab.holderOfVirtualAddress() == "lb2"; });
    client.awaitSuccess(Clock::now(), 5s);
    // Priority 0 makes the backup wait for its skew only.
    EXPECT_LE(client.outage(stop - 100ms), 1500ms);

    const auto back = Clock::now();
    first->start();
    require("lb1 has taken the address back", 20s, [&] { return lab.holderOfVirtualAddress() == "lb1"; });
    client.awaitSuccess(Clock::now(), 5s);
    EXPECT_LE(wire->longestDualMaster(back, 1s), 1000ms);
}

TEST_F(KeepalivedPair, HeldConnectionsSurviveACrashWhenTheTableIsSynchronised) {
    startBoth({.persistence = 0, .syncDaemonInterface = "eth0"});
    for (const char* name : {"lb1", "lb2"}) {
        // Synchronise from the first packets on: held connections are few and young.
        lab.host(name).sysctl("net/ipv4/vs/sync_threshold", "1 2");
    }
    LoadGenerator load(&lab.client(), virtualAddress, 80, 40, 50ms);
    ASSERT_EQ(load.awaitFreshAnswers(15s), 40U);
    require("the backup knows all connections", 20s, [&] {
        const std::string table = lab.lb2().must({"ipvsadm", "-Lnc"});
        std::size_t known = 0;
        for (std::size_t at = table.find("ESTABLISHED"); at != std::string::npos; at = table.find("ESTABLISHED", at + 1))
            ++known;
        return known == 40;
    });

    first->crash(lab.network(), {"192.168.50.8/32 dev eth0"});
    require("lb2 has taken over", 15s, [&] { return lab.holderOfVirtualAddress() == "lb2"; });

    EXPECT_EQ(load.awaitFreshAnswers(15s), 40U);
    EXPECT_EQ(load.summary().alive, 40U);
}

} // namespace
} // namespace lvsdeck::lab
