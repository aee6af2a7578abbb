// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/monitor.hpp"

#include "agent/simulated/simulated_checks.hpp"
#include "agent/simulated/simulated_scripts.hpp"
#include "agent/simulated/simulated_system.hpp"
#include "tests/unit/health/virtual_runtime.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace lvsdeck;
using namespace lvsdeck::health;
using namespace std::chrono_literals;
using lvsdeck::simulated::SimulatedChecks;
using rpc::ServerHealth;

namespace {

const std::string web = "tcp 192.0.2.10:80";

class MonitorTest : public testing::Test {
protected:
    static IpAddress address(int i) { return IpAddress::v4(0xC0000264U + static_cast<std::uint32_t>(i)); }
    static std::string key(int i) { return endpointText(address(i), 80); }

    static model::VirtualService service(int servers, model::TcpCheck check = {}) {
        model::VirtualService s;
        s.address = *IpAddress::parse("192.0.2.10");
        s.port = 80;
        for (int i = 0; i < servers; ++i) {
            model::RealServer r;
            r.address = address(i);
            r.port = 80;
            r.checks = {check};
            s.servers.push_back(r);
        }
        return s;
    }
    void down(int i) { checks.setDown(address(i), 80); }
    void up(int i) { checks.setUp(address(i), 80); }
    [[nodiscard]] ServerStatus status(int i) const { return monitor.status(web, key(i)); }

    Monitor::Observer observer() {
        return {.changed = [this] { ++changes; },
                .event = [this](rpc::EventLevel level, const std::string& subject,
                                const std::string& text) { events.push_back(json(level) + " " + subject + ": " + text); }};
    }
    static std::string json(rpc::EventLevel level) { return json::toWord(level); }

    test::VirtualRuntime runtime;
    SimulatedChecks checks{runtime};
    simulated::SimulatedScripts scripts{runtime};
    simulated::SimulatedSystem files{runtime};
    std::vector<std::string> events;
    int changes = 0;
    Monitor monitor{runtime, checks, observer(), {.scripts = &scripts, .system = &files}};
};

/// Answers what a test has put into `answers`, one a probe, and writes down which URL was asked for when.
class ScriptedChecks final : public CheckPort {
public:
    explicit ScriptedChecks(Runtime& runtime) : m_runtime(runtime) {}
    std::unique_ptr<RunningCheck> run(CheckRequest request, std::function<void(const CheckResult&)> done) override {
        struct Pending final : RunningCheck {
            Timer timer;
        };
        asked.emplace_back(request.url, m_runtime.now());
        memos.push_back(request.memo);
        CheckResult result = usual;
        if (!answers.empty()) {
            result = answers.front();
            answers.erase(answers.begin());
        }
        result.begun = m_runtime.now() + late;
        auto pending = std::make_unique<Pending>();
        pending->timer = m_runtime.after(1ms, [result, done = std::move(done)] {
            const auto tell = done;
            tell(result);
        });
        return pending;
    }
    CheckResult usual;
    std::vector<CheckResult> answers;
    std::vector<std::pair<std::size_t, Instant>> asked;
    std::vector<CheckMemo> memos;
    Duration late{0};

private:
    Runtime& m_runtime;
};

} // namespace

TEST_F(MonitorTest, KeepsServersInTheTableBeforeTheirFirstCheck) {
    monitor.configure({service(2)});
    EXPECT_EQ(status(0).health, ServerHealth::Unchecked);
    EXPECT_TRUE(status(0).inService);
    runtime.advance(6s + 1ms);
    EXPECT_EQ(status(0).health, ServerHealth::Up);
    EXPECT_EQ(status(1).health, ServerHealth::Up);
    EXPECT_GT(status(0).sinceUs, 0);
    EXPECT_GE(changes, 1);
}

TEST_F(MonitorTest, AsksForANewTableOnlyWhenOneIsNeeded) {
    int noted = 0;
    Monitor::Observer both{.changed = [this] { ++changes; }, .noted = [&noted] { ++noted; }, .event = {}};
    Monitor quiet(runtime, checks, both, {.scripts = &scripts, .system = &files});
    quiet.configure({service(40)});
    runtime.advance(1ms);
    changes = 0; // configure() itself
    runtime.advance(6s + 1ms);
    EXPECT_EQ(quiet.status(web, key(39)).health, ServerHealth::Up);
    EXPECT_EQ(changes, 0) << "forty first good answers, and all servers stay where they are";
    EXPECT_GE(noted, 1);
    down(3);
    runtime.advance(20s);
    EXPECT_EQ(changes, 1);
}

TEST_F(MonitorTest, AsksForANewTableWhenAServerThatWasOutComesIn) {
    model::VirtualService s = service(2);
    s.alpha = true;
    int noted = 0;
    Monitor::Observer both{.changed = [this] { ++changes; }, .noted = [&noted] { ++noted; }, .event = {}};
    Monitor quiet(runtime, checks, both, {.scripts = &scripts, .system = &files});
    quiet.configure({s});
    runtime.advance(1ms);
    changes = 0;
    runtime.advance(6s + 1ms);
    EXPECT_TRUE(quiet.status(web, key(0)).inService);
    EXPECT_GE(changes, 1);
    EXPECT_EQ(noted, 0);
}

TEST_F(MonitorTest, KeepsAnAlphaServerOutUntilItsFirstSuccess) {
    auto s = service(1);
    s.alpha = true;
    down(0);
    monitor.configure({s});
    EXPECT_FALSE(status(0).inService);
    runtime.advance(7s);
    EXPECT_EQ(status(0).health, ServerHealth::Down);
    up(0);
    runtime.advance(7s);
    EXPECT_TRUE(status(0).inService);
}

TEST_F(MonitorTest, TakesAServerThatFailsItsFirstCheckOutAtOnce) {
    model::TcpCheck patient;
    patient.retry = 5;
    patient.delayBeforeRetry = 10s;
    down(0);
    monitor.configure({service(1, patient)});
    runtime.advance(6s + 1ms);
    EXPECT_EQ(status(0).health, ServerHealth::Down);
    EXPECT_FALSE(status(0).inService);
}

TEST_F(MonitorTest, RetriesAfterItsOwnDelayBeforeItCallsAServerDown) {
    model::TcpCheck check;
    check.retry = 3;
    check.delayBeforeRetry = 3s;
    check.warmup = 0s;
    monitor.configure({service(1, check)});
    runtime.advance(20s);
    ASSERT_EQ(status(0).health, ServerHealth::Up);
    const auto before = checks.started();
    down(0);
    while (checks.started() == before)
        runtime.advance(1ms);
    runtime.advance(8900ms); // two retries are over, the third is to come
    EXPECT_EQ(checks.started(), before + 3);
    EXPECT_TRUE(status(0).inService);
    runtime.advance(200ms);
    EXPECT_EQ(checks.started(), before + 4);
    EXPECT_FALSE(status(0).inService);
    EXPECT_THAT(events.back(), testing::HasSubstr("Down: connection refused"));
    up(0);
    runtime.advance(7s);
    EXPECT_TRUE(status(0).inService);
    EXPECT_THAT(events.back(), testing::HasSubstr("Up again after"));
}

TEST_F(MonitorTest, RunsEveryCheckOnceAnInterval) {
    monitor.configure({service(50)});
    runtime.advance(600s);
    EXPECT_EQ(checks.started(), 50U * 100U);
}

TEST_F(MonitorTest, SkipsBeatsInsteadOfRunningASlowCheckTwice) {
    model::TcpCheck check;
    check.delayLoop = 1s;
    checks.setSlow(address(0), 80, 2500ms);
    monitor.configure({service(1, check)});
    runtime.advance(60s);
    EXPECT_NEAR(static_cast<double>(checks.started()), 20.0, 1.0);
    EXPECT_EQ(status(0).health, ServerHealth::Up);
}

TEST_F(MonitorTest, KeepsStateAndBeatOfUnchangedChecksOverAReload) {
    down(0);
    monitor.configure({service(20)});
    runtime.advance(10s);
    const auto before = monitor.checks();
    ASSERT_EQ(status(0).health, ServerHealth::Down);
    auto bigger = service(21);
    bigger.servers[3].weight = 7;
    monitor.configure({bigger});
    const auto after = monitor.checks();
    ASSERT_EQ(after.size(), 21U);
    for (const auto& old : before)
        EXPECT_THAT(after, testing::Contains(old));
    EXPECT_FALSE(status(0).inService);
    const auto started = checks.started();
    runtime.advance(6s);
    EXPECT_THAT(checks.started() - started, testing::AnyOf(20U, 21U)) << "the new one has a second more";
}

TEST_F(MonitorTest, TriesANewServerOfARunningServiceAgainBeforeItTakesItOut) {
    monitor.configure({service(1)});
    runtime.advance(10s);
    down(1);
    monitor.configure({service(2)});
    for (int tenth = 0; tenth < 75 && monitor.checks().back().failures == 0; ++tenth)
        runtime.advance(100ms);
    EXPECT_EQ(monitor.checks().back().failures, 1U);
    EXPECT_TRUE(status(1).inService) << "only at the start one failure is enough";
    runtime.advance(1100ms);
    EXPECT_FALSE(status(1).inService);
}

TEST_F(MonitorTest, LeavesAFailedServerOutWhenItsCheckIsEdited) {
    down(0);
    monitor.configure({service(2)});
    runtime.advance(10s);
    model::TcpCheck edited;
    edited.connectTimeout = 2s;
    monitor.configure({service(2, edited)});
    EXPECT_EQ(status(0).health, ServerHealth::Unchecked);
    EXPECT_FALSE(status(0).inService);
    EXPECT_TRUE(status(1).inService);
    up(0);
    runtime.advance(7s);
    EXPECT_TRUE(status(0).inService);
}

TEST_F(MonitorTest, LeavesAWorkingAlphaServerInWhenItsCheckIsEdited) {
    auto s = service(1);
    s.alpha = true;
    monitor.configure({s});
    runtime.advance(7s);
    ASSERT_TRUE(status(0).inService);
    std::get<model::TcpCheck>(s.servers[0].checks.edit()[0]).retry = 9;
    monitor.configure({s});
    EXPECT_TRUE(status(0).inService);
}

TEST_F(MonitorTest, ForgetsServersAndChecksThatAreGone) {
    down(0);
    monitor.configure({service(2)});
    runtime.advance(10s);
    monitor.configure({});
    EXPECT_TRUE(monitor.checks().empty());
    EXPECT_EQ(status(0), ServerStatus{});
    const auto started = checks.started();
    runtime.advance(60s);
    EXPECT_EQ(checks.started(), started);
    auto unchecked = service(1);
    unchecked.servers[0].checks.clear();
    monitor.configure({unchecked});
    EXPECT_TRUE(status(0).inService);
}

TEST_F(MonitorTest, SurvivesAReconfigurationWhileProbesAreOnTheirWay) {
    model::TcpCheck check;
    check.warmup = 0s;
    checks.setDefault({.reason = CheckReason::Ok, .detail = {}, .latency = 3s});
    monitor.configure({service(5, check)});
    runtime.advance(1s);
    monitor.configure({service(3, check)}); // two of them vanish in mid-probe
    auto moved = service(3, check);
    moved.servers.insert(moved.servers.begin(), service(6, check).servers[5]);
    runtime.advance(1s);
    monitor.configure({moved});
    runtime.advance(1500ms);
    EXPECT_EQ(status(0).health, ServerHealth::Up) << "the probe begun before is the one that answered";
    EXPECT_EQ(status(4), ServerStatus{});
    runtime.advance(60s);
    EXPECT_EQ(status(5).health, ServerHealth::Up);
}

TEST_F(MonitorTest, IsSilentWhileSuspendedAndKeepsWhatItKnew) {
    down(0);
    monitor.configure({service(2)});
    runtime.advance(10s);
    monitor.suspend(true);
    up(0);
    down(1);
    const auto started = checks.started();
    runtime.advance(60s);
    EXPECT_EQ(checks.started(), started);
    EXPECT_FALSE(status(0).inService);
    EXPECT_TRUE(status(1).inService);
    monitor.suspend(false);
    runtime.advance(9s);
    EXPECT_TRUE(status(0).inService);
    EXPECT_FALSE(status(1).inService);
}

TEST_F(MonitorTest, SuspendsOneServiceWhoseAddressIsElsewhere) {
    auto other = service(1);
    other.port = 443;
    monitor.suspendService(web, true);
    monitor.configure({service(1), other});
    runtime.advance(20s);
    EXPECT_EQ(status(0).health, ServerHealth::Unchecked);
    EXPECT_EQ(monitor.status("tcp 192.0.2.10:443", key(0)).health, ServerHealth::Up);
    monitor.suspendService(web, false);
    runtime.advance(7s);
    EXPECT_EQ(status(0).health, ServerHealth::Up);
}

TEST_F(MonitorTest, ChecksNowWithoutMovingTheBeat) {
    monitor.configure({service(1)});
    runtime.advance(30s);
    const auto next = monitor.checks().front().nextMs;
    down(0);
    monitor.checkNow(web, key(0));
    runtime.advance(10ms);
    monitor.checkNow(web, key(0)); // the retry at once
    runtime.advance(10ms);
    EXPECT_FALSE(status(0).inService);
    EXPECT_NEAR(static_cast<double>(monitor.checks().front().nextMs), static_cast<double>(next), 1.0);
    monitor.checkNow(web, "192.0.2.99:80");
    monitor.checkNow("tcp 192.0.2.99:80", key(0));
}

TEST_F(MonitorTest, DownWithSeveralChecksUntilAllPass) {
    auto s = service(1);
    model::TcpCheck second;
    second.connectPort = 8080;
    s.servers[0].checks.emplace_back(second);
    checks.setDown(address(0), 8080);
    monitor.configure({s});
    runtime.advance(13s);
    EXPECT_FALSE(status(0).inService);
    down(0);
    checks.setUp(address(0), 8080);
    runtime.advance(20s);
    EXPECT_FALSE(status(0).inService);
    up(0);
    runtime.advance(7s);
    EXPECT_TRUE(status(0).inService);
}

TEST_F(MonitorTest, OurOwnFaultTakesNobodyOutAndIsToldOnceAMinute) {
    monitor.configure({service(30)});
    runtime.advance(10s);
    events.clear();
    checks.setDefault({.reason = CheckReason::Local, .detail = "Too many open files"});
    runtime.advance(59s);
    for (int i = 0; i < 30; ++i)
        EXPECT_TRUE(status(i).inService);
    EXPECT_EQ(events.size(), 1U);
    EXPECT_THAT(events.front(), testing::HasSubstr("Too many open files"));
}

TEST_F(MonitorTest, RaisesAnAlarmWhenNearlyAllFailAndTakesThemOutAllTheSame) {
    monitor.configure({service(10)});
    runtime.advance(10s);
    checks.setDefault({.reason = CheckReason::Timeout});
    runtime.advance(60s);
    EXPECT_THAT(events, testing::Contains(testing::HasSubstr("look at this director's own network first")));
    for (int i = 0; i < 10; ++i)
        EXPECT_FALSE(status(i).inService);
    checks.setDefault({});
    runtime.advance(10s);
    EXPECT_THAT(events, testing::Contains(testing::HasSubstr("is over")));
}

TEST_F(MonitorTest, HoldsServersInTheTableThroughAMassFailureWhenAskedTo) {
    events.clear();
    Monitor holding(runtime, checks, observer());
    auto s = service(10);
    Surroundings around;
    around.massFailure = model::MassFailure::Hold;
    holding.configure({s}, around);
    runtime.advance(10s);
    checks.setDefault({.reason = CheckReason::Timeout});
    runtime.advance(60s);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(holding.status(web, key(i)).health, ServerHealth::Down);
        EXPECT_TRUE(holding.status(web, key(i)).inService);
    }
    up(0);
    up(1); // a fifth answers again: the others are really down
    runtime.advance(10s);
    EXPECT_TRUE(holding.status(web, key(0)).inService);
    EXPECT_FALSE(holding.status(web, key(9)).inService);
}

TEST_F(MonitorTest, HoldThatIsSwitchedOffTakesThemOutAtOnce) {
    auto s = service(10);
    Surroundings around;
    around.massFailure = model::MassFailure::Hold;
    monitor.configure({s}, around);
    runtime.advance(10s);
    checks.setDefault({.reason = CheckReason::Timeout});
    runtime.advance(60s);
    ASSERT_TRUE(status(0).inService);
    monitor.configure({s});
    for (int i = 0; i < 10; ++i)
        EXPECT_FALSE(status(i).inService);
    monitor.configure({s}, around);
    EXPECT_TRUE(status(0).inService);
}

TEST_F(MonitorTest, TellsOfManyChangesOfOneMomentOnce) {
    model::TcpCheck check;
    check.warmup = 0s;
    monitor.configure({service(100, check)});
    runtime.advance(0s);
    const int before = changes;
    runtime.advance(1ms);
    EXPECT_EQ(changes - before, 1);
}

TEST_F(MonitorTest, CallsNobodyBackAfterItsEnd) {
    model::TcpCheck check;
    check.warmup = 0s;
    int late = 0;
    {
        Monitor shortLived(runtime, checks, {.changed = [&late] { ++late; }, .event = {}});
        auto s = service(3, check);
        s.alpha = true;
        shortLived.configure({s});
        // Not turned: its change, its timers and its probes are still on their way.
    }
    runtime.advance(60s);
    EXPECT_EQ(late, 0);
}

TEST_F(MonitorTest, RunsProgramsAndFollowsTheirWordOnTheWeight) {
    auto s = service(1);
    s.servers[0].weight = 10;
    model::ScriptCheck script;
    script.script.command = {"/opt/check", "web"};
    script.dynamic = true;
    s.servers[0].checks = {script};
    scripts.setExit("/opt/check", 22);
    monitor.configure({s}, {.scripts = {.user = "checker"}});
    runtime.advance(7s);
    ASSERT_FALSE(scripts.started().empty());
    EXPECT_EQ(scripts.started().back().run.script.user, "checker");
    EXPECT_EQ(scripts.started().back().run.timeout, 6s);
    EXPECT_EQ(status(0).health, ServerHealth::Up);
    EXPECT_EQ(status(0).weight, 20);
    scripts.setExit("/opt/check", 0);
    runtime.advance(6s);
    EXPECT_EQ(status(0).weight, std::nullopt) << "0 says nothing of the weight: the configured one";
    EXPECT_THAT(events.back(), testing::HasSubstr("The configured weight again: exit status 0"));
    scripts.setExit("/opt/check", 22);
    runtime.advance(6s);
    EXPECT_EQ(status(0).weight, 20);
    scripts.setExit("/opt/check", 1);
    runtime.advance(6s);
    EXPECT_EQ(status(0).health, ServerHealth::Down) << "programs have no retries";
    EXPECT_EQ(status(0).weight, std::nullopt) << "a failure takes the word back";
    EXPECT_THAT(events.back(), testing::HasSubstr("Down: exit status 1"));
    EXPECT_EQ(monitor.checks().front().reason, "script");
    scripts.set("/opt/check", {.result = {}, .duration = 60s});
    runtime.advance(13s);
    EXPECT_EQ(monitor.checks().front().reason, "timeout");
}

TEST_F(MonitorTest, AProgramThatDoesNotStartSaysNothingOfTheServer) {
    auto s = service(1);
    model::ScriptCheck script;
    script.script.command = {"/opt/none"};
    s.servers[0].checks = {script};
    scripts.set("/opt/none", {.result = {ScriptEnd::NotStarted, 0, "no such file"}});
    monitor.configure({s});
    runtime.advance(20s);
    EXPECT_TRUE(status(0).inService);
    EXPECT_EQ(status(0).health, ServerHealth::Unchecked);
    EXPECT_THAT(events.front(), testing::HasSubstr("no such file"));
}

TEST_F(MonitorTest, FollowsANumberInAFile) {
    auto s = service(1);
    s.servers[0].weight = 10;
    model::FileCheck file;
    file.trackFile = "load";
    s.servers[0].checks = {file};
    const Surroundings around{.files = {{.name = "load", .path = "/run/load", .weight = -2}}};
    monitor.configure({s}, around);
    runtime.advance(1s);
    EXPECT_EQ(status(0).health, ServerHealth::Up);
    EXPECT_EQ(status(0).weight, 10) << "no file counts as 0";
    files.setFile("/run/load", " 3\n");
    runtime.advance(1100ms);
    EXPECT_EQ(status(0).weight, 4);
    files.setFile("/run/load", "99999999999999999999");
    runtime.advance(1100ms);
    EXPECT_EQ(status(0).health, ServerHealth::Down);
    file.weight = 0;
    s.servers[0].checks = {file};
    files.setFile("/run/load", "0");
    monitor.configure({s}, around);
    runtime.advance(1100ms);
    EXPECT_EQ(status(0).health, ServerHealth::Up);
    files.setFile("/run/load", "-1");
    runtime.advance(1100ms);
    EXPECT_EQ(status(0).health, ServerHealth::Down);
}

TEST_F(MonitorTest, AnAgentWithoutProgramsSaysThatItCannotRunThem) {
    Monitor bare(runtime, checks, observer());
    auto s = service(1);
    model::ScriptCheck script;
    script.script.command = {"/opt/check"};
    s.servers[0].checks = {script};
    bare.configure({s});
    runtime.advance(10s);
    EXPECT_TRUE(bare.status(web, key(0)).inService);
    EXPECT_THAT(events, testing::Contains(testing::HasSubstr("cannot run programs")));
}

TEST_F(MonitorTest, AsksTheUrlsOfACheckInKeepalivedsRhythm) {
    ScriptedChecks port(runtime);
    Monitor own(runtime, port, observer());
    auto s = service(1);
    s.delayLoop = 10s;
    model::HttpCheck http;
    http.urls = {{.path = "/a"}, {.path = "/b"}};
    http.warmup = 0s;
    http.delayBeforeRetry = 4s;
    s.servers[0].checks = {http};
    const CheckResult bad{.reason = CheckReason::Status};
    port.answers = {{}, {}, {}, bad, bad, bad, {}, bad};
    own.configure({s});
    runtime.advance(1s);
    EXPECT_EQ(own.status(web, key(0)).health, ServerHealth::Unchecked) << "one URL of two has passed";
    runtime.advance(90s);
    ASSERT_GE(port.asked.size(), 8U);
    std::vector<std::size_t> urls;
    for (const auto& [url, when] : port.asked)
        urls.push_back(url);
    urls.resize(10);
    EXPECT_THAT(urls, testing::ElementsAre(0, 1, 0, 1, 1, 1, 1, 0, 0, 1));
    const auto gap = [&port](std::size_t i) { return port.asked[i].second - port.asked[i - 1].second; };
    EXPECT_EQ(gap(3), 10s);
    EXPECT_EQ(gap(4), 4s + 1ms) << "the retry";
    EXPECT_EQ(gap(5), 6s - 1ms) << "once it is down, back on the beat";
    EXPECT_EQ(gap(6), 10s);
    EXPECT_EQ(gap(7), 10s) << "the one that failed has passed: all once more";
    EXPECT_EQ(gap(8), 4s + 1ms) << "a failure on the way up";
    EXPECT_EQ(own.status(web, key(0)).health, ServerHealth::Up);
}

TEST_F(MonitorTest, WarnsOfACertificateThatEndsSoonOnceADay) {
    ScriptedChecks port(runtime);
    Monitor own(runtime, port, observer());
    port.usual.certificateUntilMs = runtime.wallUs() / 1000 + 15LL * 24 * 3600 * 1000;
    own.configure({service(1)});
    runtime.advance(20s);
    EXPECT_EQ(own.checks().front().certificateUntilMs, port.usual.certificateUntilMs);
    EXPECT_THAT(events, testing::Not(testing::Contains(testing::HasSubstr("certificate"))));
    events.clear();
    runtime.advance(std::chrono::hours(49));
    std::erase_if(events, [](const std::string& event) { return event.find("certificate") == std::string::npos; });
    ASSERT_EQ(events.size(), 2U);
    EXPECT_THAT(events[0], testing::HasSubstr("expires in 13 days"));
    EXPECT_THAT(events[1], testing::HasSubstr("expires in 12 days"));
}

TEST_F(MonitorTest, TellsEveryFailedTryWhenAskedTo) {
    ScriptedChecks port(runtime);
    Monitor own(runtime, port, observer());
    model::TcpCheck check;
    check.retry = 2;
    check.warmup = 0s;
    check.logAllFailures = true;
    const CheckResult bad{.reason = CheckReason::Refused, .detail = "Connection refused"};
    port.answers = {{}, bad, bad, bad, bad};
    own.configure({service(1, check)});
    runtime.advance(30s);
    EXPECT_THAT(events, testing::Contains(testing::HasSubstr("failed, 1 of 3: Connection refused")));
    EXPECT_THAT(events, testing::Contains(testing::HasSubstr("failed, 2 of 3")));
    EXPECT_THAT(events, testing::Contains(testing::HasSubstr("Down: Connection refused")));
    EXPECT_THAT(events, testing::Not(testing::Contains(testing::HasSubstr("failed, 4 of 3"))));
}

TEST_F(MonitorTest, TellsAWarningOnceUntilItChanges) {
    ScriptedChecks port(runtime);
    Monitor own(runtime, port, observer());
    port.usual.warning = "The server answers ARP";
    own.configure({service(1)});
    runtime.advance(60s);
    EXPECT_EQ(std::ranges::count_if(events, [](const auto& e) { return e.find("ARP") != std::string::npos; }), 1);
}

TEST_F(MonitorTest, MeasuresHowLateChecksStart) {
    ScriptedChecks port(runtime);
    Monitor own(runtime, port, observer());
    own.configure({service(3)});
    runtime.advance(20s);
    EXPECT_EQ(own.lateness(), 0s);
    port.late = 1500ms;
    runtime.advance(10s);
    port.late = 0s;
    runtime.advance(10s);
    EXPECT_EQ(own.lateness(), 1500ms);
    EXPECT_EQ(std::ranges::count_if(events, [](const auto& e) { return e.find("1.5 s late") != std::string::npos; }), 1);
    runtime.advance(100s);
    EXPECT_EQ(own.lateness(), 0s);
}

TEST_F(MonitorTest, RemindsThePortOfWhatItSaidLast) {
    ScriptedChecks port(runtime);
    port.answers = {{.reason = CheckReason::Ok, .memo = {.way = 3, .silent = 1}},
                    {.reason = CheckReason::Refused},
                    {.reason = CheckReason::Ok, .memo = {.way = 4}}};
    Monitor own(runtime, port, observer(), {});
    own.configure({service(1)});
    runtime.advance(30s);
    ASSERT_GE(port.memos.size(), 4U);
    EXPECT_EQ(port.memos[0], CheckMemo{});
    EXPECT_EQ(port.memos[1], (CheckMemo{.way = 3, .silent = 1}));
    EXPECT_EQ(port.memos[2], CheckMemo{});
    EXPECT_EQ(port.memos[3], (CheckMemo{.way = 4}));
}
