// SPDX-License-Identifier: GPL-3.0-or-later
// The pure parts: clocks, merging, figures of a drill, names, known hosts.
#include "console/cluster/clock_estimator.hpp"
#include "console/cluster/drill_log.hpp"
#include "console/cluster/drill_preflight.hpp"
#include "console/cluster/state_merger.hpp"
#include "console/ssh/known_hosts.hpp"
#include "console/ssh/target.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace lvsdeck::cluster {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

RC_GTEST_PROP(Clock, TheTruthIsAlwaysWithinTheBound, ()) {
    ClockEstimator clock;
    const std::int64_t offset = *rc::gen::inRange<std::int64_t>(-1'000'000'000, 1'000'000'000);
    std::int64_t now = 1'000'000'000;
    for (int i = *rc::gen::inRange(1, 60); i > 0; --i) {
        const std::int64_t sent = now;
        const std::int64_t there = sent + *rc::gen::inRange(0, 200'000);
        const std::int64_t arrived = there + *rc::gen::inRange(0, 200'000);
        clock.add(sent, there + offset, there + offset, arrived);
        now = arrived + *rc::gen::inRange(0, 10'000'000);
    }
    const auto estimate = clock.estimate(now);
    RC_ASSERT(estimate.has_value());
    RC_ASSERT(std::abs(estimate->offsetUs - offset) <= estimate->errorUs + 1);
}

TEST(Clock, ForgetsThePastWhenTheOtherClockWasSet) {
    ClockEstimator clock;
    clock.add(0, 500, 500, 1000);
    clock.add(2000, 10'002'500, 10'002'500, 3000);
    EXPECT_NEAR(static_cast<double>(clock.estimate(3000)->offsetUs), 1e7, 600);
}

TEST(Clock, IgnoresTimesThatCannotBe) {
    ClockEstimator clock;
    clock.add(1000, 0, 0, 0);
    EXPECT_EQ(clock.estimate(0), std::nullopt);
}

// --- merging ---

rpc::State randomState(std::uint64_t sequence) {
    rpc::State state;
    state.epoch = 1;
    state.sequence = sequence;
    state.atUs = static_cast<std::int64_t>(sequence);
    state.config.emplace();
    state.config->revision = *rc::gen::inRange<std::uint64_t>(0, 3);
    std::vector<rpc::VrrpState> vrrp(1);
    vrrp[0].phase = *rc::gen::element(rpc::VrrpPhase::Master, rpc::VrrpPhase::Backup);
    state.vrrp = vrrp;
    const auto rows = *rc::gen::inRange<std::uint32_t>(0, 6);
    std::vector<rpc::TableService> table(rows);
    rpc::Counts counts;
    counts.columns = rpc::countColumns();
    for (std::uint32_t i = 0; i < rows; ++i) {
        table[i].row = i;
        table[i].key = "tcp 192.0.2.10:" + std::to_string(i);
        counts.rows.push_back(std::vector<std::int64_t>(rpc::countColumns().size(), *rc::gen::inRange(0, 3)));
        counts.rows.back()[0] = i;
    }
    state.table = table;
    state.counts = counts;
    state.events.emplace();
    for (std::uint64_t id = 1; id <= sequence * 2; ++id)
        state.events->push_back({id, 0, rpc::EventLevel::Info, "vrrp", "", "", ""});
    return state;
}

/// What an agent sends: only the parts that changed.
rpc::State deltaOf(const rpc::State& before, const rpc::State& after) {
    rpc::State delta;
    delta.full = false;
    delta.epoch = after.epoch;
    delta.sequence = after.sequence;
    delta.atUs = after.atUs;
    if (!(before.config == after.config))
        delta.config = after.config;
    if (!(before.vrrp == after.vrrp))
        delta.vrrp = after.vrrp;
    if (!(before.table == after.table)) {
        delta.table = after.table;
        delta.counts = after.counts;
    } else {
        rpc::Counts changed;
        for (std::size_t i = 0; i < after.counts->rows.size(); ++i)
            if (before.counts->rows[i] != after.counts->rows[i])
                changed.rows.push_back(after.counts->rows[i]);
        if (!changed.rows.empty())
            delta.counts = changed;
    }
    delta.events.emplace(after.events->begin() + std::ssize(*before.events), after.events->end());
    return delta;
}

RC_GTEST_PROP(StateMerger, ChangesAddUpToTheWholeState, ()) {
    StateMerger merger;
    rpc::State before = randomState(1);
    RC_ASSERT(merger.merge(before) != nullptr);
    for (std::uint64_t sequence = 2; sequence < 12; ++sequence) {
        const rpc::State after = randomState(sequence);
        const auto merged = merger.merge(deltaOf(before, after));
        RC_ASSERT(merged != nullptr);
        RC_ASSERT(merged->config == after.config);
        RC_ASSERT(merged->vrrp == after.vrrp);
        RC_ASSERT(merged->table == after.table);
        RC_ASSERT(merged->counts == after.counts);
        RC_ASSERT(merged->events == after.events);
        before = after;
    }
}

TEST(StateMerger, DropsWhatBelongsToAnotherEpoch) {
    StateMerger merger;
    rpc::State state;
    state.epoch = 2;
    state.sequence = 5;
    ASSERT_NE(merger.merge(state), nullptr);
    rpc::State old;
    old.epoch = 1;
    old.sequence = 9;
    EXPECT_EQ(merger.merge(old), nullptr);
    rpc::State delta;
    delta.full = false;
    delta.epoch = 3;
    delta.sequence = 6;
    EXPECT_EQ(merger.merge(delta), nullptr);
    delta.epoch = 2;
    delta.sequence = 5;
    EXPECT_EQ(merger.merge(delta), nullptr);
    delta.sequence = 7;
    EXPECT_NE(merger.merge(delta), nullptr);
}

// --- figures of a drill ---

rpc::VrrpState vrrpState(rpc::VrrpPhase phase, std::vector<rpc::Transition> transitions = {}) {
    rpc::VrrpState state;
    state.name = "VI_1";
    state.phase = phase;
    state.transitions = std::move(transitions);
    return state;
}

TEST(DrillLog, MeasuresAChangeOnTwoClocks) {
    DrillLog log;
    log.startedUs = 1'000'000;
    log.clocks["lb1"] = {500'000, 100};
    log.clocks["lb2"] = {-300'000, 200};
    log.see("lb1", {vrrpState(rpc::VrrpPhase::Master)}, 1'000'000);
    log.see("lb2", {vrrpState(rpc::VrrpPhase::Backup)}, 1'000'000);
    // On the console's clock: fault at 5.0 s, lb2 master at 8.6 s.
    log.see("lb1",
            {vrrpState(rpc::VrrpPhase::Initialize,
                       {{5'500'000, rpc::VrrpPhase::Master, rpc::VrrpPhase::Initialize, "drill crash", 0, 5'501'000, 0}})},
            9'000'000);
    log.see("lb2",
            {vrrpState(rpc::VrrpPhase::Master, {{8'300'000, rpc::VrrpPhase::Backup, rpc::VrrpPhase::Master, "silence",
                                                 4'690'000, 8'301'000, 8'302'000}})},
            9'000'000);
    for (std::int64_t at = 1'000'000; at < 12'000'000; at += 10'000)
        log.samples.push_back(
            {at, 1000, at >= 5'000'000 && at < 8'700'000 ? rpc::ProbeResult::Timeout : rpc::ProbeResult::Ok});
    log.endUs = 12'000'000;

    const SwitchMetrics metrics = switchMetrics(log, "lb1", "lb2", 5'000'000, 100, 12'000'000, 10'000);
    ASSERT_TRUE(metrics.detection);
    EXPECT_EQ(*metrics.detection, (Measured{3'610'000, 0}));
    EXPECT_EQ(*metrics.takeover, (Measured{3'602'000, 300}));
    EXPECT_EQ(*metrics.addresses, (Measured{1000, 0}));
    EXPECT_EQ(*metrics.garp, (Measured{2000, 0}));
    EXPECT_EQ(metrics.overlap, (Measured{0, 300}));
    EXPECT_EQ(metrics.failed, 370U);
    ASSERT_TRUE(metrics.outage);
    EXPECT_NEAR(static_cast<double>(metrics.outage->valueUs), 3.7e6, 20'000);

    const auto owners = ownerSpans(log);
    ASSERT_THAT(owners, SizeIs(2));
    EXPECT_EQ(owners[0].toUs, 5'001'000);
    EXPECT_EQ(owners[1].fromUs, 8'601'000);
    EXPECT_LE(latencyPoints(log, 100).size(), 100U);
}

TEST(DrillLog, FindsTwoMasters) {
    DrillLog log;
    log.see("lb1", {vrrpState(rpc::VrrpPhase::Master)}, 0);
    log.see("lb2", {vrrpState(rpc::VrrpPhase::Backup)}, 0);
    log.see("lb2",
            {vrrpState(rpc::VrrpPhase::Master, {{2'000'000, rpc::VrrpPhase::Backup, rpc::VrrpPhase::Master, "", 0, 0, 0}})},
            3'000'000);
    log.see("lb1",
            {vrrpState(rpc::VrrpPhase::Backup, {{2'500'000, rpc::VrrpPhase::Master, rpc::VrrpPhase::Backup, "", 0, 0, 0}})},
            3'000'000);
    EXPECT_EQ(switchMetrics(log, "lb1", "lb2", 1'000'000, 0, 3'000'000, 10'000).overlap.valueUs, 500'000);
}

TEST(DrillLog, JudgesByTheUpperEndOfTheUncertainty) {
    DrillMetrics metrics;
    metrics.there.outage = Measured{4'995'000, 10'000};
    DrillLimits limits;
    EXPECT_THAT(judge(metrics, limits), SizeIs(1));
    metrics.there.outage = Measured{4'985'000, 10'000};
    EXPECT_THAT(judge(metrics, limits), IsEmpty());
    limits.detectionMs = 100;
    EXPECT_THAT(judge(metrics, limits), SizeIs(1)) << "what was not measured does not pass";
}

TEST(Preflight, ExpectsWhatTheTimersSay) {
    model::VrrpInstance instance;
    instance.version = 2;
    EXPECT_EQ(expectedDetectionUs(instance, 99, rpc::DrillKind::Crash), 3'613'281);
    EXPECT_EQ(expectedDetectionUs(instance, 99, rpc::DrillKind::Graceful), 613'281);
    instance.version = 3;
    instance.advertInterval = std::chrono::milliseconds(100);
    EXPECT_EQ(expectedDetectionUs(instance, 99, rpc::DrillKind::Crash), 361'328);
}

} // namespace
} // namespace lvsdeck::cluster

namespace lvsdeck::ssh {
namespace {

TEST(Target, TakesWhatPeopleWrite) {
    EXPECT_EQ(*parseNamedTarget("lb1=admin@192.0.2.1:2222"), (NamedTarget{"lb1", "admin", "192.0.2.1", 2222}));
    EXPECT_EQ(*parseNamedTarget("lb1.example"), (NamedTarget{"lb1.example", "", "lb1.example", std::nullopt}));
    EXPECT_EQ(*parseNamedTarget("a=root@[2001:db8::1]:22"), (NamedTarget{"a", "root", "2001:db8::1", 22}));
    EXPECT_EQ(*parseNamedTarget("root@2001:db8::1"), (NamedTarget{"2001:db8::1", "root", "2001:db8::1", std::nullopt}));
}

TEST(Target, RefusesWhatAShellCouldUnderstand) {
    for (const char* text : {"", "-oProxyCommand=x", "lb1;reboot", "lb1 lb2", "root@", "@lb1", "r;m@lb1", "-x@lb1", "lb1:0",
                             "lb1:65536", "lb1:x", "[::1", "[::1]x", "a b=lb1", "=lb1", "lb1:", "$(id)", "lb1`id`", "a\nb"})
        EXPECT_FALSE(parseNamedTarget(text)) << text;
}

const std::string key = "AAAAC3NzaC1lZDI1NTE5AAAAIEx";

TEST(KnownHosts, KnowsPlainHashedAndPatternNames) {
    const auto verdict = [](const std::string& text, std::string_view host, std::uint16_t port = 22) {
        return checkHostKey({{"f", text}}, host, port, "ssh-ed25519", key).verdict;
    };
    EXPECT_EQ(verdict("lb1 ssh-ed25519 " + key, "lb1"), HostKeyVerdict::Known);
    EXPECT_EQ(verdict("LB1,192.0.2.1 ssh-ed25519 " + key + " comment\n", "lb1"), HostKeyVerdict::Known);
    EXPECT_EQ(verdict("lb1 ssh-ed25519 " + key, "lb1", 2222), HostKeyVerdict::Unknown);
    EXPECT_EQ(verdict("[lb1]:2222 ssh-ed25519 " + key, "lb1", 2222), HostKeyVerdict::Known);
    EXPECT_EQ(verdict("*.example,!bad.example ssh-ed25519 " + key, "a.example"), HostKeyVerdict::Known);
    EXPECT_EQ(verdict("*.example,!bad.example ssh-ed25519 " + key, "bad.example"), HostKeyVerdict::Unknown);
    // HMAC-SHA1 of "lb1" with a salt of twenty bytes 'a', as ssh-keygen -H writes it.
    EXPECT_EQ(verdict("|1|YWFhYWFhYWFhYWFhYWFhYWFhYWE=|d2G5ojnHhNQqMIuTboK5sDdqjFM= ssh-ed25519 " + key, "lb1"),
              HostKeyVerdict::Known);
    EXPECT_EQ(verdict("|1|YWFhYWFhYWFhYWFhYWFhYWFhYWE=|nonsense ssh-ed25519 " + key, "lb1"), HostKeyVerdict::Unknown);
    EXPECT_EQ(verdict("# lb1 ssh-ed25519 " + key + "\n\n  \nlb1\n", "lb1"), HostKeyVerdict::Unknown);
}

TEST(KnownHosts, SaysWhichLineDisagrees) {
    const auto finding =
        checkHostKey({{"empty", ""}, {"mine", "other ssh-rsa AAA\nweird future-type BBB extra\nlb1 ssh-ed25519 OLD\n"}},
                     "lb1", 22, "ssh-ed25519", key);
    EXPECT_EQ(finding.verdict, HostKeyVerdict::Changed);
    EXPECT_EQ(finding.file, "mine");
    EXPECT_EQ(finding.line, 3U);
}

TEST(KnownHosts, ARevokedKeyStaysRevoked) {
    const auto finding = checkHostKey({{"f", "lb1 ssh-ed25519 " + key + "\n@revoked * ssh-ed25519 " + key + "\n"}}, "lb1",
                                      22, "ssh-ed25519", key);
    EXPECT_EQ(finding.verdict, HostKeyVerdict::Revoked);
    EXPECT_EQ(finding.line, 2U);
}

RC_GTEST_PROP(KnownHosts, AnyTextIsReadWithoutHarm, (const std::string& text)) {
    RC_ASSERT(checkHostKey({{"f", text + " * " + text}}, "lb1", 22, "ssh-ed25519", key).verdict != HostKeyVerdict::Revoked ||
              text.find("@revoked") != std::string::npos);
}

} // namespace
} // namespace lvsdeck::ssh
