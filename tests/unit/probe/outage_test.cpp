// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/outage.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace lvsdeck;
using namespace lvsdeck::probe;
using rpc::ProbeResult;
using rpc::ProbeSample;

namespace {

constexpr std::int64_t ms = 1000;
constexpr Window always{.fromUs = 0, .toUs = 1'000'000'000};

/// Attempts every 10 ms that take 1 ms; those in [from, to) fail with `how` after `takes`.
std::vector<ProbeSample> rhythm(std::int64_t until, std::int64_t from = 0, std::int64_t to = 0,
                                ProbeResult how = ProbeResult::Refused, std::int64_t takes = 1 * ms) {
    std::vector<ProbeSample> samples;
    for (std::int64_t t = 0; t < until; t += 10 * ms) {
        const bool bad = t >= from && t < to;
        samples.push_back({t, bad ? takes : 1 * ms, bad ? how : ProbeResult::Ok});
    }
    return samples;
}

} // namespace

TEST(Outage, IsNothingWhenEveryAttemptSucceeds) {
    const Outage outage = measure(rhythm(1000 * ms), always, 10 * ms);
    EXPECT_EQ(outage.gapUs, 11 * ms);
    EXPECT_EQ(outage.outageUs, 0);
    EXPECT_EQ(outage.attempts, 100U);
    EXPECT_EQ(outage.failed, 0U);
    EXPECT_FALSE(outage.openStart);
    EXPECT_FALSE(outage.openEnd);
    EXPECT_EQ(outage.p50Us, 1 * ms);
    EXPECT_EQ(outage.maxUs, 1 * ms);
}

TEST(Outage, LastsFromTheStartOfTheLastSuccessToTheEndOfTheNext) {
    const Outage outage = measure(rhythm(1000 * ms, 300 * ms, 500 * ms), always, 10 * ms);
    EXPECT_EQ(outage.fromUs, 290 * ms);
    EXPECT_EQ(outage.toUs, 501 * ms);
    EXPECT_EQ(outage.gapUs, 211 * ms);
    EXPECT_EQ(outage.outageUs, 211 * ms);
    EXPECT_EQ(outage.uncertaintyUs, 10 * ms);
    EXPECT_EQ(outage.failed, 20U);
    EXPECT_EQ(outage.failedInGap, 20U);
    EXPECT_EQ(outage.count(ProbeResult::Refused), 20U);
}

TEST(Outage, TakesTheLongestOfSeveral) {
    auto samples = rhythm(2000 * ms, 300 * ms, 400 * ms);
    for (ProbeSample& sample : samples)
        if (sample.startUs >= 1000 * ms && sample.startUs < 1500 * ms)
            sample.result = ProbeResult::Reset;
    const Outage outage = measure(samples, always, 10 * ms);
    EXPECT_EQ(outage.fromUs, 990 * ms);
    EXPECT_EQ(outage.gapUs, 511 * ms);
}

TEST(Outage, IsSeenEvenWhenEveryAttemptSucceedsInTheEnd) {
    // SYNs lost between 300 and 500 ms are sent again a second later: no failure at all, but nobody got through.
    std::vector<ProbeSample> samples;
    for (std::int64_t t = 0; t < 3000 * ms; t += 10 * ms)
        samples.push_back({t, t >= 300 * ms && t < 500 * ms ? 1001 * ms : 1 * ms, ProbeResult::Ok});
    const Outage outage = measure(samples, always, 10 * ms);
    EXPECT_EQ(outage.failed, 0U);
    EXPECT_EQ(outage.fromUs, 290 * ms);
    EXPECT_EQ(outage.toUs, 501 * ms);
    EXPECT_EQ(outage.outageUs, 211 * ms);
}

TEST(Outage, IsNotMadeByOneSlowAnswerAmongQuickOnes) {
    auto samples = rhythm(1000 * ms);
    samples[50].durationUs = 400 * ms;
    const Outage outage = measure(samples, always, 10 * ms);
    EXPECT_EQ(outage.outageUs, 0);
    EXPECT_LE(outage.gapUs, 21 * ms);
}

TEST(Outage, KnowsWhenNothingEverSucceeded) {
    const Outage outage = measure(rhythm(500 * ms, 0, 500 * ms, ProbeResult::Timeout, 100 * ms), always, 10 * ms);
    EXPECT_TRUE(outage.openStart);
    EXPECT_TRUE(outage.openEnd);
    EXPECT_EQ(outage.fromUs, 0);
    EXPECT_EQ(outage.toUs, 590 * ms);
    EXPECT_EQ(outage.succeeded, 0U);
    EXPECT_EQ(outage.failed, 50U);
    EXPECT_EQ(outage.p99Us, 0);
}

TEST(Outage, KnowsWhenItHadBegunBeforeOrDidNotEnd) {
    const Outage before = measure(rhythm(1000 * ms, 0, 300 * ms), always, 10 * ms);
    EXPECT_TRUE(before.openStart);
    EXPECT_FALSE(before.openEnd);
    EXPECT_EQ(before.gapUs, 301 * ms);
    const Outage after = measure(rhythm(1000 * ms, 700 * ms, 1000 * ms), always, 10 * ms);
    EXPECT_FALSE(after.openStart);
    EXPECT_TRUE(after.openEnd);
    EXPECT_EQ(after.fromUs, 690 * ms);
    EXPECT_EQ(after.toUs, 991 * ms);
}

TEST(Outage, CountsInTheWindowInWhichItsMiddleLies) {
    const auto samples = rhythm(3000 * ms, 1000 * ms, 1500 * ms);
    const Window baseline{0, 995 * ms};
    const Window fault{995 * ms, 2000 * ms};
    const Window after{2000 * ms, 3000 * ms};
    EXPECT_EQ(measure(samples, baseline, 10 * ms).outageUs, 0);
    EXPECT_EQ(measure(samples, fault, 10 * ms).outageUs, 511 * ms);
    EXPECT_EQ(measure(samples, after, 10 * ms).outageUs, 0);
    EXPECT_EQ(measure(samples, fault, 10 * ms).attempts, 101U);
    EXPECT_EQ(measure(samples, after, 10 * ms).failed, 0U);
}

TEST(Outage, TellsWhatTheProberItselfFailedToAsk) {
    const Outage outage = measure(rhythm(1000 * ms, 300 * ms, 500 * ms, ProbeResult::Local, 0), always, 10 * ms);
    EXPECT_EQ(outage.failed, 0U);
    EXPECT_EQ(outage.failedInGap, 0U);
    EXPECT_EQ(outage.localInGap, 20U);
    EXPECT_EQ(outage.gapUs, 211 * ms);
}

TEST(Outage, OfNoSamplesIsNothing) {
    const Outage outage = measure({}, always, 10 * ms);
    EXPECT_EQ(outage.gapUs, 0);
    EXPECT_EQ(outage.attempts, 0U);
    const std::vector<ProbeSample> one{{5 * ms, 1 * ms, ProbeResult::Ok}};
    EXPECT_EQ(measure(one, always, 10 * ms).outageUs, 0);
    EXPECT_FALSE(measure(one, always, 10 * ms).openEnd);
}

TEST(Outage, GivesPercentilesByNearestRank) {
    std::vector<ProbeSample> samples;
    for (int i = 1; i <= 200; ++i)
        samples.push_back({i * 10 * ms, i, ProbeResult::Ok});
    const Outage outage = measure(samples, {0, 100'000 * ms}, 10 * ms);
    EXPECT_EQ(outage.p50Us, 100);
    EXPECT_EQ(outage.p95Us, 190);
    EXPECT_EQ(outage.p99Us, 198);
    EXPECT_EQ(outage.maxUs, 200);
}

RC_GTEST_PROP(OutageProperty, DoesNotDependOnTheOrderOfCompletion, ()) {
    std::vector<ProbeSample> samples;
    for (std::int64_t t = 0; t < 500; ++t)
        samples.push_back({t * 10 * ms, *rc::gen::inRange<std::int64_t>(0, 300 * ms),
                           *rc::gen::weightedElement<ProbeResult>(
                               {{5, ProbeResult::Ok}, {2, ProbeResult::Timeout}, {1, ProbeResult::Local}})});
    const Outage ordered = measure(samples, always, 10 * ms);
    std::mt19937 random(*rc::gen::arbitrary<unsigned>());
    std::ranges::shuffle(samples, random);
    const Outage shuffled = measure(samples, always, 10 * ms);
    RC_ASSERT(ordered.gapUs == shuffled.gapUs);
    RC_ASSERT(ordered.fromUs == shuffled.fromUs);
    RC_ASSERT(ordered.failed == shuffled.failed);
    RC_ASSERT(ordered.p95Us == shuffled.p95Us);
}

RC_GTEST_PROP(OutageProperty, MeasuresATrueOutageWithinItsUncertainty, ()) {
    const auto interval = *rc::gen::inRange<std::int64_t>(2, 50) * ms;
    const auto latency = *rc::gen::inRange<std::int64_t>(1, 2000);
    const auto phase = *rc::gen::inRange<std::int64_t>(0, interval);
    const std::int64_t from = 1'000 * ms;
    const auto length = *rc::gen::inRange<std::int64_t>(3 * 50 * ms, 3'000 * ms);
    std::vector<ProbeSample> samples;
    for (std::int64_t t = phase; t < 6'000 * ms; t += interval) {
        const bool bad = t + latency > from && t < from + length;
        samples.push_back({t, bad ? 100 : latency, bad ? ProbeResult::Refused : ProbeResult::Ok});
    }
    const Outage outage = measure(samples, always, interval);
    RC_ASSERT(outage.gapUs >= length);
    RC_ASSERT(outage.gapUs <= length + 2 * interval + 2 * latency);
}
