// SPDX-License-Identifier: GPL-3.0-or-later
// From keepalived to lvsdeck and back. Throughout, whatever happens, the addresses and the table must be as keepalived left them.
#include "engine_adopt_fixture.hpp"

namespace lvsdeck::core {
namespace {

TEST_F(EngineAdopt, ScanTellsWhatIsHere) {
    const auto scan = answer<rpc::AdoptScan>([&](auto then) { engine().scan(then); });
    ASSERT_TRUE(scan);
    EXPECT_TRUE(scan->running);
    EXPECT_EQ(scan->arguments, (std::vector<std::string>{"keepalived", "-n"}));
    ASSERT_EQ(scan->files.size(), 1U);
    EXPECT_EQ(scan->files[0].text, "vrrp_instance A {\n}\n");
    EXPECT_EQ(scan->rules.substr(0, scan->rules.find('\n')), "ipvsadm -A -t 192.168.50.8:80 -s wrr -p 60");
}

TEST_F(EngineAdopt, LookingOnShowsItsWorkAndChangesNothing) {
    observed();
    runUntouched(30s);
    EXPECT_TRUE(adverts.empty());
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
    EXPECT_TRUE(adoption()->running);
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Master);
    EXPECT_EQ(vrrp().addresses, std::vector<std::string>{"192.168.50.8/32"});
    const auto table = *engine().state({rpc::Part::Table}).table;
    ASSERT_EQ(table.size(), 1U);
    EXPECT_FALSE(table[0].foreign);
    EXPECT_EQ(table[0].servers[0].health, rpc::ServerHealth::Up);

    one.host.takeAddressAway("eth0", vip);
    one.runFor(1s);
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Backup);
    EXPECT_TRUE(hasEvent("master → backup: its addresses are not on this director"));
}

TEST_F(EngineAdopt, ItsDeadServersAreSeenInTheTable) {
    observed();
    auto removal =
        ipvs::reconcile({}, one.ipvs.table(), ipvs::ownedKeys(model::effective(classicCluster(), "lb1")->services, {}))
            .front();
    removal.type = ipvs::OperationType::RemoveDestination;
    removal.service = one.ipvs.table().begin()->first;
    removal.destination = one.ipvs.table().begin()->second.destinations.begin()->first;
    ASSERT_EQ(one.ipvs.change(removal), 0);
    one.runFor(5s);
    EXPECT_TRUE(hasEvent("keepalived took it out of the table"));
    const auto table = *engine().state({rpc::Part::Table}).table;
    EXPECT_EQ(table[0].servers[0].health, rpc::ServerHealth::Down);
    EXPECT_FALSE(table[0].servers[0].present);
}

TEST_F(EngineAdopt, NothingIsPutInForceBesideIt) {
    const auto applied = engine().apply(one.apply(classicCluster(), 0), "root");
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().code, ErrorCode::Conflict);
    observed();
    EXPECT_FALSE(engine().apply(one.apply(classicCluster(), 1), "root"));
    EXPECT_FALSE(engine().setServer({"tcp 192.168.50.8:80", "192.168.50.9:80", model::AdminState::Drained, {}}, "root"));
    EXPECT_FALSE(engine().setMaintenance({"VI_1", "", true, "", {}}, "root"));
    EXPECT_FALSE(engine().beginDrill({}, "root"));
    runUntouched(5s);
}

TEST_F(EngineAdopt, TakesOverWithNothingToBeFelt) {
    observed();
    one.runFor(3s);
    const Instant begin = one.runtime.now();
    const auto taken = take(30);
    ASSERT_TRUE(taken) << taken.error().text;
    EXPECT_TRUE(taken->operations.empty());
    EXPECT_EQ(one.classic.kills(), 1);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Taking);
    EXPECT_FALSE(adoption()->running);
    runUntouched(20s);
    EXPECT_FALSE(adoption()->running);
    EXPECT_LE(longestSilence(begin, one.runtime.now()), 1010ms);
    EXPECT_EQ(*std::ranges::min_element(priorities), 100);
    EXPECT_TRUE(*one.persistent.read("replaces-keepalived"));
    ASSERT_TRUE(engine().confirm(taken->revision, "root"));
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Replaced);
    runUntouched(60s);
    EXPECT_EQ(one.classic.starts(), 0);
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Master);
}

TEST_F(EngineAdopt, WithoutAConfirmationKeepalivedComesBack) {
    observed();
    const Instant begin = one.runtime.now();
    ASSERT_TRUE(take(10));
    runUntouched(10s);
    EXPECT_EQ(one.classic.starts(), 1);
    EXPECT_FALSE(*one.persistent.read("replaces-keepalived"));
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Returning);
    const Instant started = one.runtime.now();
    runUntouched(10s);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
    // Somebody spoke until keepalived, which heard nobody else, had to be master.
    EXPECT_LE(longestSilence(begin, started + 3610ms), 1010ms);
    EXPECT_LT(adverts.back() - started, 7s);
    EXPECT_EQ(*std::ranges::min_element(priorities), 100);
    runUntouched(30s);
}

TEST_F(EngineAdopt, GoesBackWhenAsked) {
    observed();
    ASSERT_TRUE(take(0));
    runUntouched(60s);
    const auto back = giveBack();
    ASSERT_TRUE(back) << back.error().text;
    EXPECT_FALSE(engine().apply(one.apply(classicCluster(), back->revision), "root"));
    runUntouched(20s);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
    EXPECT_EQ(one.classic.starts(), 1);
    EXPECT_FALSE(*one.persistent.read("replaces-keepalived"));
    const std::size_t said = adverts.size();
    runUntouched(10s);
    EXPECT_EQ(adverts.size(), said);
    // And again.
    ASSERT_TRUE(take(0));
    runUntouched(10s);
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Master);
}

TEST_F(EngineAdopt, KeepalivedTakesItsAddressesAwayWhenItStartsAndNobodyFeelsIt) {
    observed();
    ASSERT_TRUE(take(0));
    runUntouched(10s);
    const Instant begin = one.runtime.now();
    ASSERT_TRUE(giveBack());
    EXPECT_TRUE(isLent());
    runUntouched(3600ms);
    EXPECT_LE(longestSilence(begin, one.runtime.now()), 1010ms);
    runUntouched(20s);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
    EXPECT_FALSE(isLent());
    EXPECT_TRUE(one.host.holds(vip));

    // Nor does one that loses its role on the way leave anything there.
    one.runFor(4s);
    ASSERT_TRUE(take(0));
    one.runFor(10s);
    one.classic.setStartFailure("no");
    ASSERT_TRUE(giveBack());
    EXPECT_TRUE(isLent());
    const vrrp::Advert stronger{2, 51, 200, 1000ms, "1111", {vip}, false};
    const IpAddress from = *IpAddress::parse("192.168.50.2");
    ASSERT_TRUE(ear->send({from, vrrp::multicastGroup(Family::V4), 255},
                          *vrrp::encode(stronger, from, vrrp::multicastGroup(Family::V4))));
    one.runFor(500ms);
    EXPECT_FALSE(isLent());
    EXPECT_FALSE(one.host.holds(vip));
}

TEST_F(EngineAdopt, ASlowKeepalivedIsWaitedFor) {
    observed();
    ASSERT_TRUE(take(0));
    runUntouched(10s);
    Timer slow;
    one.classic.whenStarted([&] {
        slow = one.runtime.after(5s, [&] {
            one.host.takeAddressAway("eth0", vip);
            comesBack = one.runtime.after(9s, [this] { one.host.configureAddress("eth0", {vip, 32, ""}); });
        });
    });
    const Instant begin = one.runtime.now();
    ASSERT_TRUE(giveBack());
    runUntouched(14s);
    EXPECT_LE(longestSilence(begin, one.runtime.now()), 1010ms);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Returning);
    runUntouched(5s);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
}

TEST_F(EngineAdopt, KeepalivedThatDiesWithTheAddressesGoneGetsThemPutBack) {
    observed();
    ASSERT_TRUE(take(0));
    runUntouched(10s);
    one.classic.whenStarted([&] { one.host.takeAddressAway("eth0", vip); });
    ASSERT_TRUE(giveBack());
    runUntouched(1s);
    EXPECT_FALSE(one.host.holds(vip));
    const Instant begin = one.runtime.now();
    one.classic.end();
    one.classic.setStartFailure("broken");
    runUntouched(10s);
    EXPECT_TRUE(one.host.holds(vip));
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Master);
    EXPECT_LE(longestSilence(begin, one.runtime.now()), 1010ms);
}

TEST_F(EngineAdopt, GoesOnUntilKeepalivedStarts) {
    observed();
    ASSERT_TRUE(take(0));
    one.classic.setStartFailure("there is no such program");
    ASSERT_TRUE(giveBack());
    const Instant begin = one.runtime.now();
    runUntouched(60s);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Returning);
    EXPECT_NE(adoption()->problem.find("there is no such program"), std::string::npos);
    EXPECT_LE(longestSilence(begin, one.runtime.now()), 1010ms);
    one.classic.setStartFailure("");
    runUntouched(20s);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
}

TEST_F(EngineAdopt, KilledBeforeTheConfirmationKeepalivedIsStartedAgain) {
    observed();
    const Instant begin = one.runtime.now();
    ASSERT_TRUE(take(60));
    runUntouched(2s);
    one.kill();
    ASSERT_TRUE(one.start());
    EXPECT_EQ(one.classic.starts(), 1);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Returning);
    runUntouched(30s);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
    EXPECT_LE(longestSilence(begin, begin + 5600ms), 1010ms);
}

TEST_F(EngineAdopt, WhatBecomesOursOnTheWayBackIsLentToo) {
    observed();
    ASSERT_TRUE(take(60));
    runUntouched(2s);
    one.kill();
    one.runFor(30s);
    one.classic.setStartFailure("not yet");
    ASSERT_TRUE(one.start());
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Backup);
    EXPECT_FALSE(isLent());
    one.runFor(4s); // keepalived was asked for before, and is not yet asked again
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Master);
    EXPECT_TRUE(isLent());
}

TEST_F(EngineAdopt, KilledOnTheWayBackKeepalivedIsStarted) {
    observed();
    ASSERT_TRUE(take(0));
    one.classic.setStartFailure("not yet");
    ASSERT_TRUE(giveBack());
    runUntouched(1s);
    one.kill();
    one.classic.setStartFailure("");
    ASSERT_TRUE(one.start());
    runUntouched(30s); // it was asked for a moment ago, and is asked again in its time
    EXPECT_EQ(one.classic.starts(), 1);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
}

TEST_F(EngineAdopt, AnApplyAfterKeepalivedWasRemovedRollsBackWithoutIt) {
    observed();
    one.classic.end();
    runUntouched(3s);
    ASSERT_TRUE(engine().apply(one.apply(classicCluster(), 1, 10), "root"));
    EXPECT_TRUE(*one.persistent.read("replaces-keepalived"));
    one.runFor(20s);
    EXPECT_EQ(one.classic.starts(), 0);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
    EXPECT_FALSE(*one.persistent.read("replaces-keepalived"));
}

TEST_F(EngineAdopt, SomebodysKeepalivedBesideUsIsNoticed) {
    observed();
    ASSERT_TRUE(take(0));
    runUntouched(10s);
    EXPECT_FALSE(hasEvent("somebody started keepalived"));
    one.classic.run();
    one.runFor(3s);
    EXPECT_TRUE(hasEvent("somebody started keepalived"));
    EXPECT_TRUE(adoption()->running);
}

TEST_F(EngineAdopt, WhatKeepalivedKnowsNothingOfIsNotGivenBack) {
    observed();
    ASSERT_TRUE(take(0));
    ASSERT_TRUE(engine().setServer({"tcp 192.168.50.8:80", "192.168.50.9:80", model::AdminState::Drained, {}}, "root"));
    EXPECT_FALSE(giveBack());
    ASSERT_TRUE(engine().setServer({"tcp 192.168.50.8:80", "192.168.50.9:80", {}, {}}, "root"));
    ASSERT_TRUE(engine().setMaintenance({"VI_1", "", true, "", {}}, "root"));
    EXPECT_FALSE(giveBack());
    ASSERT_TRUE(engine().setMaintenance({"VI_1", "", false, "", {}}, "root"));
    EXPECT_TRUE(giveBack());
}

TEST_F(EngineAdopt, RestartsWhileLookingOnTouchNothing) {
    observed();
    runUntouched(1s);
    for (int i = 0; i < 3; ++i) {
        if (i == 1)
            engine().stop(vrrp::Stop::Resign);
        one.kill();
        ASSERT_TRUE(one.start());
        runUntouched(5s);
    }
    EXPECT_EQ(one.classic.starts(), 0);
    EXPECT_TRUE(adverts.empty());
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
}

TEST_F(EngineAdopt, ABackupIsTakenOverSilently) {
    one.host.takeAddressAway("eth0", vip);
    observed();
    one.runFor(1s);
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Backup);
    // The peer, whose priority is higher here, goes on.
    const vrrp::Advert peer{2, 51, 200, 1000ms, "1111", {vip}, false};
    const IpAddress from = *IpAddress::parse("192.168.50.2");
    const auto message = *vrrp::encode(peer, from, vrrp::multicastGroup(Family::V4));
    ASSERT_TRUE(take(0));
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(ear->send({from, vrrp::multicastGroup(Family::V4), 255}, message));
        one.runFor(1s);
    }
    EXPECT_TRUE(adverts.empty());
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Backup);
    EXPECT_FALSE(one.host.holds(vip));
    EXPECT_EQ(table0(), tableBefore);
}

} // namespace
} // namespace lvsdeck::core
