// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/schedule.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <string>

using namespace lvsdeck;
using namespace lvsdeck::health;
using namespace std::chrono_literals;

namespace {

Instant at(Duration sinceStart) { return Instant(sinceStart); }

Beat someBeat() {
    return beatOf("server " + std::to_string(*rc::gen::inRange(0, 100'000)),
                  std::chrono::milliseconds(*rc::gen::inRange(1, 120'000)));
}

} // namespace

TEST(Schedule, BunchesStartsOnAGridThatSuitsTheInterval) {
    const auto phasesDivideBy = [](Duration step, Duration interval) {
        for (int i = 0; i < 200; ++i)
            if (beatOf("check " + std::to_string(i), interval).phase % step != 0ms)
                return false;
        return true;
    };
    for (const Duration interval : {Duration(5s), Duration(60s)})
        EXPECT_TRUE(phasesDivideBy(100ms, interval)) << interval.count();
    for (const Duration interval : {Duration(2s), Duration(2050ms), Duration(4900ms), Duration(5050ms)})
        EXPECT_TRUE(phasesDivideBy(50ms, interval)) << interval.count();
    for (const Duration interval : {Duration(20ms), Duration(1s), Duration(1980ms), Duration(5020ms)})
        EXPECT_TRUE(phasesDivideBy(20ms, interval)) << interval.count();
    EXPECT_FALSE(phasesDivideBy(50ms, 1s)) << "a short interval has too few places on a wider grid";
    EXPECT_FALSE(phasesDivideBy(100ms, 4900ms));
    for (const Duration interval : {Duration(15ms), Duration(5001ms)})
        EXPECT_FALSE(phasesDivideBy(2ms, interval)) << "each has a place of its own";
}

TEST(Schedule, SpreadsTenThousandChecksEvenlyOverTheirInterval) {
    std::array<int, 60> perTenthOfASecond{};
    for (int i = 0; i < 10'000; ++i) {
        const std::string key =
            "tcp 192.0.2.10:80|10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ":80|tcp";
        ++perTenthOfASecond[static_cast<std::size_t>(beatOf(key, 6s).phase / 100ms)];
    }
    for (const int count : perTenthOfASecond) {
        EXPECT_GT(count, 110); // 167 on average
        EXPECT_LT(count, 230);
    }
}

TEST(Schedule, SeparatesChecksOfOneServerThatDifferOnlyInTheirNumber) {
    const Duration first = beatOf("a|b|tcp#0", 6s).phase;
    const Duration second = beatOf("a|b|tcp#1", 6s).phase;
    EXPECT_GT(first > second ? first - second : second - first, 10ms);
}

RC_GTEST_PROP(ScheduleProperty, FirstStartLiesWithinTheWarmup, ()) {
    const Beat beat = someBeat();
    const Instant now = at(std::chrono::microseconds(*rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000)));
    const Duration warmup = std::chrono::milliseconds(*rc::gen::inRange(0, 300'000));
    const Instant first = firstStart(beat, warmup, now);
    RC_ASSERT(first >= now);
    RC_ASSERT(first <= now + warmup);
    if (warmup >= beat.interval)
        RC_ASSERT(beatAtOrAfter(beat, first) == first);
}

RC_GTEST_PROP(ScheduleProperty, TheNextStartIsTheNextBeatThatHasNotPassed, ()) {
    const Beat beat = someBeat();
    const Instant planned =
        beatAtOrAfter(beat, at(std::chrono::microseconds(*rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000))));
    const Duration late = beat.interval * *rc::gen::inRange(0, 5) + Duration(1);
    const Instant next = nextStart(beat, planned, planned + late);
    RC_ASSERT(beatAtOrAfter(beat, next) == next);
    RC_ASSERT(next >= planned + late);
    RC_ASSERT(next - (planned + late) < beat.interval);
}

TEST(Schedule, DoesNotDriftWhenAnswersTakeTheirTime) {
    const Beat beat = beatOf("x", 6s);
    Instant planned = beatAtOrAfter(beat, at(1h));
    const Instant start = planned;
    for (int i = 0; i < 1000; ++i)
        planned = nextStart(beat, planned, planned + 1234ms);
    EXPECT_EQ(planned - start, 6000s);
}

TEST(Schedule, SkipsBeatsThatASlowCheckHasMissed) {
    const Beat beat = beatOf("x", 2s);
    const Instant planned = beatAtOrAfter(beat, at(1h));
    EXPECT_EQ(nextStart(beat, planned, planned + 5s) - planned, 6s);
}

TEST(Schedule, KeepsTheMinimumGap) {
    const Beat beat = beatOf("x", 2s);
    const Instant planned = beatAtOrAfter(beat, at(1h));
    EXPECT_EQ(nextStart(beat, planned, planned + 1s, 5s) - planned, 6s);
}

TEST(MassFailure, BeginsWhenNineTenthsOfTheWorkingServersFailWithinTheWindow) {
    MassFailure mass;
    mass.configure(10, 10s);
    for (std::uint64_t id = 1; id <= 8; ++id)
        EXPECT_EQ(mass.wentDown(id, at(100s + id * 1s)), MassFailure::Change::None);
    EXPECT_EQ(mass.wentDown(9, at(109s)), MassFailure::Change::Began);
    EXPECT_TRUE(mass.active());
    EXPECT_FALSE(mass.holds(9)) << "holding is off unless asked for";
    EXPECT_EQ(mass.recovered(3), MassFailure::Change::Ended);
    EXPECT_FALSE(mass.active());
}

TEST(MassFailure, StaysQuietWhenTheServersFailOneAfterTheOther) {
    MassFailure mass;
    mass.configure(10, 10s);
    for (std::uint64_t id = 1; id <= 10; ++id)
        EXPECT_EQ(mass.wentDown(id, at(id * 11s)), MassFailure::Change::None) << id;
}

TEST(MassFailure, StaysQuietWithFewerThanFourWorkingServers) {
    MassFailure mass;
    mass.configure(5, 10s);
    EXPECT_EQ(mass.wentDown(1, at(0s)), MassFailure::Change::None);
    EXPECT_EQ(mass.wentDown(2, at(20s)), MassFailure::Change::None);
    for (std::uint64_t id = 3; id <= 5; ++id)
        EXPECT_EQ(mass.wentDown(id, at(40s)), MassFailure::Change::None);
}

TEST(MassFailure, HoldsWhoFailedInItAndNobodyElse) {
    MassFailure mass({.hold = true});
    mass.configure(6, 10s);
    (void)mass.wentDown(1, at(0s)); // long before
    for (std::uint64_t id = 2; id <= 6; ++id)
        (void)mass.wentDown(id, at(100s));
    EXPECT_TRUE(mass.active());
    EXPECT_FALSE(mass.holds(1));
    EXPECT_TRUE(mass.holds(2));
    (void)mass.recovered(2);
    EXPECT_FALSE(mass.active());
    EXPECT_FALSE(mass.holds(3));
}

TEST(MassFailure, CountsAServerOnceHoweverOftenItIsReported) {
    MassFailure mass;
    mass.configure(4, 10s);
    for (int i = 0; i < 9; ++i)
        EXPECT_EQ(mass.wentDown(1, at(1s)), MassFailure::Change::None);
    EXPECT_EQ(mass.recovered(2), MassFailure::Change::None);
}
