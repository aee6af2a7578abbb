// SPDX-License-Identifier: GPL-3.0-or-later
// An agent that dies while keepalived comes back, and the one that goes on where it was. Keepalived's addresses are off their
// interfaces then, and on the loopback; whoever takes them from there, or says nothing, lets clients wait as for a failover.
#include "engine_adopt_fixture.hpp"

namespace lvsdeck::core {
namespace {

struct EngineAdoptResume : EngineAdopt {
    /// As long as systemd waits before it starts the agent again.
    static constexpr Duration away = 200ms;
    static constexpr Duration untilKeepalivedIsMaster = 3610ms;

    void SetUp() override {
        EngineAdopt::SetUp();
        observed();
        ASSERT_TRUE(take(0));
        runUntouched(10s);
    }
    /// kill -9, and the next one.
    void dies(Duration absence = away) {
        one.kill();
        runUntouched(absence);
        ASSERT_TRUE(one.start());
    }
    /// It looks on, is silent, and has left nothing of its own behind.
    void expectLooksOn() {
        EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
        EXPECT_FALSE(isLent());
        EXPECT_TRUE(one.host.holds(vip));
        EXPECT_FALSE(*one.persistent.read("replaces-keepalived"));
        EXPECT_FALSE(*one.transient.read("way-back.json"));
        EXPECT_FALSE(*one.transient.read("lent-addresses.json"));
        const std::size_t said = adverts.size();
        runUntouched(10s);
        EXPECT_EQ(adverts.size(), said);
    }
};

TEST_F(EngineAdoptResume, WhileKeepalivedStartsTheNextOneHoldsWhatItHeld) {
    const Instant begin = one.runtime.now();
    ASSERT_TRUE(giveBack());
    runUntouched(1s);
    ASSERT_FALSE(one.host.holds(vip));
    dies();
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Returning);
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Master);
    EXPECT_TRUE(isLent());
    // Nor does it put the address where keepalived is about to put it, or keep keepalived from starting.
    EXPECT_FALSE(one.host.holds(vip));
    EXPECT_FALSE(*one.persistent.read("replaces-keepalived"));
    runUntouched(begin + untilKeepalivedIsMaster - one.runtime.now());
    EXPECT_LE(longestSilence(begin, one.runtime.now()), 1010ms + away);
    EXPECT_EQ(*std::ranges::min_element(priorities), 100);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Returning);
    runUntouched(5s);
    EXPECT_EQ(one.classic.starts(), 1);
    expectLooksOn();
}

TEST_F(EngineAdoptResume, HowOftenItDiesAndWhenMakesNoDifference) {
    for (const Duration after : {0ms, 10ms, 300ms, 2900ms, 3700ms, 4500ms}) {
        const int starts = one.classic.starts();
        const Instant begin = one.runtime.now();
        ASSERT_TRUE(giveBack());
        runUntouched(after);
        dies();
        runUntouched(600ms);
        dies();
        runUntouched(std::max(Duration(0), begin + untilKeepalivedIsMaster - one.runtime.now()));
        EXPECT_LE(longestSilence(begin, one.runtime.now()), 1010ms + away) << after.count();
        // Also when the addresses were away and back again while nobody looked.
        runUntouched(30s);
        EXPECT_EQ(one.classic.starts(), starts + 1) << after.count();
        expectLooksOn();
        ASSERT_TRUE(take(0));
        runUntouched(10s);
    }
}

TEST_F(EngineAdoptResume, WhatWasSeenOfKeepalivedIsNotWaitedForAgain) {
    ASSERT_TRUE(giveBack());
    runUntouched(untilKeepalivedIsMaster + 300ms);
    dies();
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Returning);
    runUntouched(3s);
    expectLooksOn();
}

TEST_F(EngineAdoptResume, OneThatWasAskedAndDoesNotComeIsAskedAgainInItsTime) {
    one.classic.whenStarted([&] { one.classic.end(); });
    const Instant begin = one.runtime.now();
    ASSERT_TRUE(giveBack());
    runUntouched(1s);
    dies();
    EXPECT_FALSE(*one.persistent.read("replaces-keepalived"));
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Returning);
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Master);
    runUntouched(3s);
    EXPECT_EQ(one.classic.starts(), 1);
    runUntouched(30s);
    EXPECT_GE(one.classic.starts(), 5);
    EXPECT_NE(adoption()->problem.find("was asked to start and does not run"), std::string::npos);
    EXPECT_TRUE(one.host.holds(vip));
    EXPECT_LE(longestSilence(begin, one.runtime.now()), 1010ms + away);
}

TEST_F(EngineAdoptResume, OneThatDiedWithTheAddressesGoneWhileNobodyLookedGetsThemPutBack) {
    one.classic.whenStarted([&] { one.host.takeAddressAway("eth0", vip); });
    const Instant begin = one.runtime.now();
    ASSERT_TRUE(giveBack());
    runUntouched(1s);
    one.kill();
    one.classic.end();
    one.classic.setStartFailure("broken");
    one.runFor(away);
    ASSERT_TRUE(one.start());
    EXPECT_TRUE(one.host.holds(vip));
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Master);
    runUntouched(30s);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Returning);
    EXPECT_NE(adoption()->problem.find("broken"), std::string::npos);
    EXPECT_LE(longestSilence(begin, one.runtime.now()), 1010ms + away);
}

TEST_F(EngineAdoptResume, OneThatIsAwayForLongFindsAKeepalivedThatManages) {
    ASSERT_TRUE(giveBack());
    runUntouched(1s);
    one.kill();
    runUntouched(20s);
    const std::size_t said = adverts.size();
    ASSERT_TRUE(one.start());
    one.runFor(1s);
    EXPECT_EQ(adverts.size(), said);
    expectLooksOn();
    EXPECT_EQ(one.classic.starts(), 1);
}

TEST_F(EngineAdoptResume, OneThatLostItsRoleMeanwhileHoldsNothing) {
    one.classic.whenStarted([&] { one.host.takeAddressAway("eth0", vip); });
    ASSERT_TRUE(giveBack());
    runUntouched(1s);
    dies();
    ASSERT_TRUE(isLent());
    for (int i = 0; i < 3; ++i) {
        peerAdvertises(200);
        one.runFor(1s);
    }
    EXPECT_FALSE(isLent());
    EXPECT_FALSE(one.host.holds(vip));
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
}

TEST_F(EngineAdoptResume, OneThatFindsTheLentAddressNotDoneDoesIt) {
    ASSERT_TRUE(giveBack());
    runUntouched(1s);
    one.kill();
    one.host.takeAddressAway("lo", vip);
    ASSERT_TRUE(one.start());
    EXPECT_TRUE(isLent());
}

TEST_F(EngineAdoptResume, ANoteOfAnotherBootSaysNothing) {
    ASSERT_TRUE(giveBack());
    runUntouched(1s);
    one.kill();
    std::string text = **one.transient.read("way-back.json");
    ASSERT_NE(text.find("boot-1"), std::string::npos);
    text.replace(text.find("boot-1"), 6, "boot-0");
    ASSERT_TRUE(one.transient.write("way-back.json", text));
    ASSERT_TRUE(one.start());
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
    EXPECT_FALSE(isLent());
    EXPECT_FALSE(*one.transient.read("way-back.json"));
}

} // namespace
} // namespace lvsdeck::core
