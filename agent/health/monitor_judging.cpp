// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/monitor_impl.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::health {

using namespace std::chrono_literals;
using rpc::EventLevel;
using rpc::ServerHealth;

namespace {

constexpr Duration localFaultQuiet = 60s;
constexpr Duration lateQuiet = 60s;
constexpr Duration worthTelling = 1s;
constexpr Duration certificateQuiet = 24h;
constexpr std::int64_t dayMs = 86'400'000;
constexpr std::int64_t certificateDays = 14;

std::string seconds(std::int64_t us) {
    const std::int64_t tenths = std::max<std::int64_t>(us, 0) / 100'000;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

} // namespace

void Monitor::Impl::finished(Check& check, const CheckResult& result) {
    Server& server = *check.server;
    const CheckHealth before = check.state;
    check.running.reset();
    check.answered = true;
    check.reason = result.reason;
    if (*check.detail != result.detail)
        check.detail = shared(result);
    check.latency = result.latency;
    check.memo = result.memo;
    const CheckVerdict verdict = judge(before, *check.plan, result.reason);
    check.state = verdict.state;
    if (verdict.turned)
        check.sinceUs = m_runtime.wallUs();
    const Instant now = m_runtime.now();
    timed(result, check.due, now);
    planNext(check, verdict.next, now);

    const WeightWord weightBefore = check.weight();
    // A script that says nothing of the weight, or that fails, takes its word back.
    const bool settled = result.reason == CheckReason::Ok || (verdict.turned && check.state.health == ServerHealth::Down);
    if (settled && weightBefore.set != result.setWeight)
        check.rare().weight.set = result.setWeight;
    if (result.addWeight)
        check.rare().weight.add = result.addWeight;
    if (result.reason == CheckReason::Local)
        tellLocalFault(check);
    else if (result.reason != CheckReason::Ok && !verdict.turned && check.plan->logAllFailures &&
             check.state.health != ServerHealth::Down)
        tell(EventLevel::Info, server.subject(),
             "The " + check.kind() + " check failed, " + std::to_string(check.state.failures) + " of " +
                 std::to_string(check.plan->retry + 1) + ": " + result.detail);
    if (result.certificateUntilMs)
        tellCertificate(check, *result.certificateUntilMs);
    if (result.reason == CheckReason::Ok && (check.rarity || !result.warning.empty()))
        tellWarning(check, result.warning);
    if (verdict.turned || check.weight() != weightBefore)
        refresh(server, &result);
}

/// "SYN answered" is the same for ten thousand.
Shared<std::string> Monitor::Impl::shared(const CheckResult& result) {
    Shared<std::string> detail = *m_usualDetail == result.detail ? m_usualDetail : Shared<std::string>(result.detail);
    if (result.reason == CheckReason::Ok)
        m_usualDetail = detail;
    return detail;
}

void Monitor::Impl::planNext(Check& check, Next next, Instant now) {
    switch (next) {
    case Next::Retry: check.due = now + check.plan->delayBeforeRetry; break;
    case Next::Now: check.due = now; break;
    case Next::Beat:
        if (check.planned <= now) {
            const Duration gap = check.state.urlFailed ? Duration(check.plan->downGap) : Duration{0};
            check.planned = nextStart(check.beat(), check.planned, now, gap);
        }
        check.due = check.planned;
        break;
    }
    schedule(check, check.due);
}

void Monitor::Impl::timed(const CheckResult& result, Instant due, Instant now) {
    if (result.begun == Instant{})
        return;
    const Duration late = result.begun - due;
    m_lateness.add(now, late);
    if (late <= worthTelling || (m_lastLate && now - *m_lastLate < lateQuiet))
        return;
    m_lastLate = now;
    tell(
        EventLevel::Warning, "all servers",
        "Health checks start up to " + seconds(late.count()) +
            " late: this director has more to check than it has time for. Give the checks longer intervals or the host more "
            "processors.");
}

void Monitor::Impl::tellLocalFault(const Check& check) {
    const Instant now = m_runtime.now();
    if (m_lastLocalFault && now - *m_lastLocalFault < localFaultQuiet)
        return;
    m_lastLocalFault = now;
    tell(EventLevel::Error, check.server->subject(),
         "The " + check.kind() + " check could not be made, for a reason on this director (" + *check.detail +
             "). Servers keep the state they had; look at this host's limits and addresses.");
}

void Monitor::Impl::tellCertificate(Check& check, std::int64_t untilMs) {
    Rarity& known = check.rare();
    known.certificateUntilMs = untilMs;
    const std::int64_t left = untilMs - m_runtime.wallUs() / 1000;
    const Instant now = m_runtime.now();
    if (left >= certificateDays * dayMs) {
        known.certificateTold.reset();
        return;
    }
    if (known.certificateTold && now - *known.certificateTold < certificateQuiet)
        return;
    known.certificateTold = now;
    const std::string days = std::to_string((left < 0 ? -left : left) / dayMs);
    tell(EventLevel::Warning, check.server->subject(),
         left < 0 ? "The server's certificate expired " + days + " days ago"
                  : "The server's certificate expires in " + days + " days");
}

void Monitor::Impl::tellWarning(Check& check, const std::string& warning) {
    Rarity& known = check.rare();
    if (warning == known.warned)
        return;
    known.warned = warning;
    if (!warning.empty())
        tell(EventLevel::Warning, check.server->subject(), warning);
}

/// Brings what is published of a server in line with its checks, and says so.
void Monitor::Impl::refresh(Server& server, const CheckResult* cause) {
    const ServerVerdict verdict = server.verdict();
    const ServerHealth was = server.status.health;
    if (const auto weight = server.weight(); weight != server.status.weight) {
        const std::string says = cause != nullptr && !cause->detail.empty() ? ": " + cause->detail : std::string();
        if (weight)
            tell(EventLevel::Info, server.subject(), "Weight " + std::to_string(*weight) + says);
        else if (verdict.health != ServerHealth::Down)
            tell(EventLevel::Info, server.subject(), "The configured weight again" + says);
        server.status.weight = weight;
        announce();
    }
    if (verdict.health == was) {
        publish(server, verdict);
        return;
    }
    const std::int64_t wall = m_runtime.wallUs();
    const std::int64_t lasted = server.status.sinceUs == 0 ? 0 : wall - server.status.sinceUs;
    if (verdict.health == ServerHealth::Down)
        server.servedBefore = server.status.inService;
    server.status.health = verdict.health;
    server.status.sinceUs = wall;

    auto change = MassFailure::Change::None;
    if (verdict.health == ServerHealth::Down)
        change = m_massFailure.wentDown(server.id, m_runtime.now());
    else
        change = m_massFailure.recovered(server.id);
    const bool served = server.status.inService;
    publish(server, verdict);
    // At the start ten thousand of these come within one interval.
    const bool first = was == ServerHealth::Unchecked && verdict.health == ServerHealth::Up;
    announce(first && !server.alpha && served && server.status.inService ? Meaning::Shown : Meaning::Table);

    const std::string why = cause != nullptr && !cause->detail.empty() ? ": " + cause->detail : std::string();
    switch (verdict.health) {
    case ServerHealth::Down: tell(EventLevel::Warning, server.subject(), "Down" + why); break;
    case ServerHealth::Up:
        if (was == ServerHealth::Down)
            tell(EventLevel::Notice, server.subject(), "Up again after " + seconds(lasted) + why);
        else
            tell(EventLevel::Info, server.subject(), "Up" + why);
        break;
    case ServerHealth::Unchecked: break;
    }
    massChanged(change);
}

void Monitor::Impl::publish(Server& server, const ServerVerdict& verdict) {
    const bool held = verdict.health == ServerHealth::Down && server.servedBefore && m_massFailure.holds(server.id);
    const bool inService = verdict.inService || held;
    if (server.status.inService == inService)
        return;
    server.status.inService = inService;
    announce();
}

void Monitor::Impl::massChanged(MassFailure::Change change) {
    if (change == MassFailure::Change::None)
        return;
    for (auto& [serviceKey, servers] : m_services)
        for (auto& [serverKey, server] : servers)
            publish(server, server.verdict());
    if (change == MassFailure::Change::Began)
        tell(EventLevel::Error, "all servers",
             std::to_string(m_massFailure.suspects()) + " of " + std::to_string(m_checkedServers) +
                 " checked servers failed at nearly the same time: look at this director's own network first." +
                 (m_massFailure.hold() ? " They stay in service until some of them answer again." : ""));
    else
        tell(EventLevel::Notice, "all servers", "The failure of nearly all servers is over.");
}

void Monitor::Impl::announce(Meaning meaning) {
    if (!m_observer.changed)
        return;
    if (m_announced) {
        m_announced = std::max(*m_announced, meaning);
        return;
    }
    m_announced = meaning;
    m_runtime.post([this, alive = std::weak_ptr<const bool>(m_alive)] {
        if (alive.expired())
            return;
        const auto announced = std::exchange(m_announced, std::nullopt);
        if (announced == Meaning::Shown && m_observer.noted)
            m_observer.noted();
        else
            m_observer.changed();
    });
}

} // namespace lvsdeck::health
