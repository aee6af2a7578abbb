// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/server_health.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

using namespace lvsdeck;
using namespace lvsdeck::health;
using rpc::ServerHealth;
using namespace std::chrono_literals;

namespace {

/// Plays answers one after the other: '+' ok, '-' failed, '!' our own fault. Gives health after each: u(p) d(own) ?; a
/// retry that is due is written as 'r' after it.
std::string play(const std::string& answers, const CheckPlan& plan, CheckHealth state = {}) {
    std::string out;
    for (const char c : answers) {
        const auto reason = c == '+' ? CheckReason::Ok : c == '-' ? CheckReason::Refused : CheckReason::Local;
        const CheckVerdict verdict = judge(state, plan, reason);
        EXPECT_EQ(verdict.turned, verdict.state.health != state.health);
        state = verdict.state;
        out += state.health == ServerHealth::Up ? 'u' : state.health == ServerHealth::Down ? 'd' : '?';
        if (verdict.next == Next::Retry)
            out += 'r';
        if (verdict.next == Next::Now)
            out += 'n';
        if (plan.urls > 1)
            out += std::to_string(state.url);
    }
    return out;
}

CheckPlan retrying(std::uint32_t retry) {
    CheckPlan plan;
    plan.retry = retry;
    return plan;
}

model::VirtualService service() {
    model::VirtualService s;
    s.address = *IpAddress::parse("192.0.2.10");
    s.port = 80;
    return s;
}

model::RealServer server() {
    model::RealServer r;
    r.address = *IpAddress::parse("192.0.2.20");
    r.port = 80;
    return r;
}

} // namespace

TEST(CheckHealth, FollowsKeepalivedsCounting) {
    struct Row {
        const char* answers;
        std::uint32_t retry;
        const char* health;
        const char* why;
    };
    const std::vector<Row> table{
        {"-", 3, "d", "the very first failure counts as retries used up"},
        {"--", 3, "dd", "down stays on the regular beat"},
        {"+", 3, "u", "one success is up"},
        {"-+", 3, "du", "one success is up again"},
        {"+-", 0, "ud", "no retries: down at once"},
        {"+--", 1, "uurd", "one retry"},
        {"+----", 3,
         "uururur"
         "d",
         "three retries, then down"},
        {"+---+---+", 3, "uurururuurururu", "a success in between starts the count anew"},
        {"!", 3, "?", "our own fault says nothing"},
        {"+!!!!", 1, "uuuuu", "our own fault does not count, not even repeated"},
        {"+-!-", 1, "uururd", "a retry that we could not make is made again"},
        {"-!", 1, "dd", "our own fault does not bring up either"},
    };
    for (const Row& row : table)
        EXPECT_EQ(play(row.answers, retrying(row.retry)), row.health) << row.answers << ": " << row.why;
}

TEST(CheckHealth, AsksUrlsOneByOneAndNeedsThemAllToComeUp) {
    CheckPlan plan = retrying(1);
    plan.http = true;
    EXPECT_EQ(play("+--", plan), "uurd");
    EXPECT_EQ(play("-++", plan), "ddu") << "the one that failed, and then all once more, even of a single one";
    EXPECT_EQ(play("-+-+", plan), "dddru") << "on the way up a failure is tried again soon";
    plan.urls = 3;
    EXPECT_EQ(play("+++++", plan), "?1?2u0u1u2") << "then the round goes on";
    EXPECT_EQ(play("-++++", plan), "d0d0d1d2u0") << "the one that failed is asked until it passes, then all";
    EXPECT_EQ(play("+-+", plan), "?1d1d0") << "before all have passed once, one failure is enough";
    EXPECT_EQ(play("+--++++", plan), "?1d1d1d0d1d2u0");
    EXPECT_EQ(play("+++--+-+++", plan), "?1?2u0ur0d0d0dr0d1d2u0") << "a failure on the way up does not begin the round anew";
    EXPECT_EQ(play("-+--+", plan), "d0d0dr0dr0d1") << "as often as it takes";
    plan.fastRecovery = true;
    EXPECT_EQ(play("++++", plan), "?n1?n2u0u1");
    EXPECT_EQ(play("-++++", plan), "d0dn0dn1dn2u0");
}

TEST(CheckHealth, GivesACheckThatCameWithAChangeItsTriesBeforeItsFirstSuccess) {
    const CheckHealth came{.patient = true};
    EXPECT_EQ(play("--", retrying(1), came), "?rd");
    EXPECT_EQ(play("-+--", retrying(1), came), "?ruurd");
    EXPECT_EQ(play("-", retrying(0), came), "d");
    CheckPlan plan = retrying(1);
    plan.http = true;
    plan.urls = 2;
    EXPECT_EQ(play("+-", plan, came), "?1d1") << "patient until the first answer, as keepalived";
}

TEST(CheckWeight, AddsWhatAllChecksSay) {
    using Words = std::vector<WeightWord>;
    EXPECT_EQ(weightOf(10, Words{{}, {}}), std::nullopt);
    EXPECT_EQ(weightOf(10, Words{{.set = 20}}), 20);
    EXPECT_EQ(weightOf(10, Words{{.set = 0}}), 0);
    EXPECT_EQ(weightOf(10, Words{{.set = 20}, {.set = 5}}), 15) << "10 more and 5 less than configured";
    EXPECT_EQ(weightOf(10, Words{{.set = 20}, {.add = -7}}), 13);
    EXPECT_EQ(weightOf(10, Words{{.add = -70}}), 0);
    EXPECT_EQ(weightOf(10, Words{{.add = 2147483647}, {.add = 2147483647}}), 2147483647);
}

RC_GTEST_PROP(CheckHealthProperty, GoesDownExactlyAfterTheRetries, ()) {
    const auto retry = *rc::gen::inRange<std::uint32_t>(0, 20);
    CheckHealth state = judge({}, retrying(retry), CheckReason::Ok).state;
    for (std::uint32_t failure = 0; failure <= retry; ++failure) {
        RC_ASSERT(state.health == ServerHealth::Up);
        const CheckVerdict verdict = judge(state, retrying(retry), CheckReason::Timeout);
        RC_ASSERT((verdict.next == Next::Retry) == (failure < retry));
        state = verdict.state;
    }
    RC_ASSERT(state.health == ServerHealth::Down);
    RC_ASSERT(state.failures == retry + 1);
}

TEST(ServerHealth, NeedsAllChecksAndMindsAlpha) {
    const CheckHealth up{.health = ServerHealth::Up};
    const CheckHealth down{.health = ServerHealth::Down, .failures = 1};
    const CheckHealth fresh{};
    const CheckHealth alpha{.startsFailed = true};
    struct Row {
        std::vector<CheckHealth> checks;
        ServerVerdict verdict;
    };
    const std::vector<Row> table{
        {{}, {ServerHealth::Unchecked, true}},           {{fresh}, {ServerHealth::Unchecked, true}},
        {{alpha}, {ServerHealth::Unchecked, false}},     {{up}, {ServerHealth::Up, true}},
        {{down}, {ServerHealth::Down, false}},           {{up, up}, {ServerHealth::Up, true}},
        {{up, down}, {ServerHealth::Down, false}},       {{up, fresh}, {ServerHealth::Unchecked, true}},
        {{up, alpha}, {ServerHealth::Unchecked, false}}, {{alpha, down}, {ServerHealth::Down, false}},
    };
    for (std::size_t i = 0; i < table.size(); ++i)
        EXPECT_EQ(judge(table[i].checks), table[i].verdict) << "row " << i;
}

TEST(CheckPlan, TakesKeepalivedsDefaultsWhenNobodySaysAnything) {
    const CheckPlan tcp = resolve(service(), server(), model::TcpCheck{});
    EXPECT_EQ(tcp.target.timeout, 5s);
    EXPECT_EQ(tcp.retry, 1U);
    EXPECT_EQ(tcp.delayBeforeRetry, 1s);
    EXPECT_EQ(tcp.delayLoop, 6s) << "the service's own";
    EXPECT_EQ(tcp.warmup, 6s);
    EXPECT_EQ(tcp.downGap, 0s);
    EXPECT_FALSE(tcp.alpha);
    EXPECT_EQ(tcp.target.address, server().address);
    EXPECT_EQ(tcp.target.port, 80);
    const CheckPlan http = resolve(service(), server(), model::HttpCheck{});
    EXPECT_EQ(http.delayBeforeRetry, 3s);
    EXPECT_EQ(http.downGap, 6s);
    const CheckPlan dns = resolve(service(), server(), model::DnsCheck{});
    EXPECT_EQ(dns.retry, 3U);
    EXPECT_EQ(dns.delayBeforeRetry, 6s) << "its delay loop";
    const CheckPlan script = resolve(service(), server(), model::ScriptCheck{});
    EXPECT_EQ(script.retry, 0U);
    EXPECT_EQ(script.delayBeforeRetry, 1s);
    EXPECT_EQ(script.target.timeout, 6s) << "its delay loop";
    const CheckPlan file = resolve(service(), server(), model::FileCheck{});
    EXPECT_EQ(file.delayLoop, 1s);
    EXPECT_EQ(file.warmup, 0s);
}

TEST(CheckPlan, PrefersTheCheckThenTheServerThenTheService) {
    auto s = service();
    s.connectTimeout = 7s;
    s.retry = 4;
    s.delayBeforeRetry = 2s;
    s.delayLoop = 30s;
    s.alpha = true;
    s.virtualHost = "service.example";
    auto r = server();
    model::TcpCheck check;
    CheckPlan plan = resolve(s, r, check);
    EXPECT_EQ(plan.target.timeout, 7s);
    EXPECT_EQ(plan.retry, 4U);
    EXPECT_EQ(plan.delayBeforeRetry, 2s);
    EXPECT_EQ(plan.warmup, 30s);
    EXPECT_TRUE(plan.alpha);
    EXPECT_EQ(plan.target.virtualHost, "service.example");

    r.alpha = false;
    r.virtualHost = std::string("server.example");
    s.warmup = 1s;
    check.connectAddress = *IpAddress::parse("198.51.100.1");
    check.connectPort = 8080;
    check.connectTimeout = 1s;
    check.retry = 0;
    check.delayBeforeRetry = 9s;
    check.delayLoop = 10s;
    check.warmup = 0s;
    plan = resolve(s, r, check);
    EXPECT_FALSE(plan.alpha);
    check.alpha = true;
    check.logAllFailures = true;
    check.bindAddress = *IpAddress::parse("198.51.100.2");
    check.bindPort = 1234;
    check.bindInterface = "eth7";
    check.firewallMark = 9;
    plan = resolve(s, r, check);
    EXPECT_TRUE(plan.alpha);
    EXPECT_TRUE(plan.logAllFailures);
    EXPECT_EQ(plan.target.bindAddress->toString(), "198.51.100.2");
    EXPECT_EQ(plan.target.bindPort, 1234);
    EXPECT_EQ(plan.target.bindInterface, "eth7");
    EXPECT_EQ(plan.target.firewallMark, 9U);
    EXPECT_EQ(plan.target.virtualHost, "server.example");
    EXPECT_EQ(plan.target.address.toString(), "198.51.100.1");
    EXPECT_EQ(plan.target.port, 8080);
    EXPECT_EQ(plan.target.timeout, 1s);
    EXPECT_EQ(plan.retry, 0U);
    EXPECT_EQ(plan.delayBeforeRetry, 9s);
    EXPECT_EQ(plan.delayLoop, 10s);
    EXPECT_EQ(plan.warmup, 0s);
}

TEST(CheckPlan, ScriptHasTheServicesDelayLoopAsItsTimeLimit) {
    model::VirtualService s;
    s.delayLoop = 9s;
    model::ScriptCheck script;
    script.delayLoop = 2s;
    const CheckPlan plan = resolve(s, model::RealServer{}, script);
    EXPECT_EQ(plan.delayLoop, 2s);
    EXPECT_EQ(plan.target.timeout, 9s);
}

TEST(CheckPlan, FindsWhatTheClusterSaysOfFilesScriptsAndGroups) {
    Surroundings around;
    around.files = {{.name = "load", .path = "/run/load", .weight = 3}};
    around.scripts = {.user = "checker", .group = "checks", .security = true};
    around.groups = {
        {.name = "web", .entries = {{.firewallMark = 4}, {.address = *IpAddress::parse("192.0.2.66"), .port = 81}}}};
    model::FileCheck file;
    file.trackFile = "load";
    file.reverse = true;
    const CheckPlan followed = resolve(service(), server(), file, around);
    EXPECT_EQ(followed.target.file.path, "/run/load");
    EXPECT_EQ(followed.target.file.weight, 3);
    EXPECT_TRUE(followed.target.file.reverse);
    model::ScriptCheck script;
    script.script.command = {"/bin/true"};
    script.timeout = 2s;
    const CheckPlan program = resolve(service(), server(), script, around);
    EXPECT_EQ(std::get<model::ScriptCheck>(program.target.check).script.user, "checker");
    EXPECT_EQ(std::get<model::ScriptCheck>(program.target.check).script.group, "checks");
    EXPECT_TRUE(program.target.scriptSecurity);
    EXPECT_EQ(program.target.timeout, 2s);
    auto s = service();
    EXPECT_EQ(resolve(s, server(), model::VipCheck{}, around).target.service->address.toString(), "192.0.2.10");
    s.group = "web";
    EXPECT_EQ(resolve(s, server(), model::VipCheck{}, around).target.service->address.toString(), "192.0.2.66");
    EXPECT_EQ(resolve(s, server(), model::VipCheck{}, around).target.service->port, 81);
    s.firewallMark = 4;
    EXPECT_FALSE(resolve(s, server(), model::VipCheck{}, around).target.service);
}
