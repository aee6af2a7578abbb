// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of the monitor: monitor.cpp keeps the books and the rhythm, monitor_judging.cpp takes the answers. Nobody else
// includes this.
#pragma once

#include "agent/health/agenda.hpp"
#include "agent/health/lateness.hpp"
#include "agent/health/monitor.hpp"
#include "agent/health/server_health.hpp"

#include "common/base/shared.hpp"

#include <forward_list>
#include <map>
#include <set>

namespace lvsdeck::health {

class Monitor::Impl {
public:
    struct Server;

    /// What a plan says of one server alone.
    struct Asked {
        IpAddress address;
        std::uint16_t port = 0;
        bool operator==(const Asked&) const = default;
    };

    /// What only some checks ever say.
    struct Rarity {
        WeightWord weight;
        std::optional<std::int64_t> certificateUntilMs;
        std::optional<Instant> certificateTold;
        std::string warned;
    };

    /// There may be tens of thousands: what is equal is shared, what is rare lies apart.
    struct Check {
        Check(Server& owner, Agenda& agenda) : server(&owner), next(agenda) {}
        Server* server;
        std::shared_ptr<const CheckPlan> plan; ///< without `asked`: the same for all servers that are checked alike
        Asked asked;
        CheckMemo memo; ///< of the last answer
        bool answered = false;
        CheckReason reason = CheckReason::Ok; ///< of the last answer, as `detail` and `latency`
        CheckHealth state;
        Duration phase{0};
        Instant planned; ///< the beat that comes, or that the running probe belongs to
        Instant due;     ///< when the running probe should have started
        Shared<std::string> detail;
        std::chrono::microseconds latency{0};
        std::int64_t sinceUs = 0;
        std::unique_ptr<Rarity> rarity;
        Agenda::Entry next; ///< the start of the next probe
        std::unique_ptr<RunningCheck> running;

        [[nodiscard]] Beat beat() const { return beatOf(phase, plan->delayLoop); }
        [[nodiscard]] std::string kind() const { return kindOf(plan->target.check); }
        [[nodiscard]] WeightWord weight() const { return rarity ? rarity->weight : WeightWord{}; }
        [[nodiscard]] Rarity& rare() {
            if (!rarity)
                rarity = std::make_unique<Rarity>();
            return *rarity;
        }
    };

    struct Server {
        std::uint64_t id = 0;
        const std::string* serviceKey = nullptr; ///< of the books
        const std::string* serverKey = nullptr;
        std::forward_list<Check> checks; ///< as configured
        ServerStatus status;
        std::int32_t configuredWeight = 1;
        bool servedBefore = true; ///< was in service when it went down
        bool alpha = false;       ///< out of the table until it was checked

        [[nodiscard]] ServerVerdict verdict() const;
        [[nodiscard]] std::optional<std::int32_t> weight() const;
        [[nodiscard]] std::string subject() const { return *serverKey + " of " + *serviceKey; }
    };

    /// Servers stay where they are in memory: their checks name them.
    using Servers = std::map<std::string, Server, std::less<>>;

    Impl(Runtime& runtime, CheckPort& port, Observer observer, HostPorts host);

    // monitor.cpp
    void configure(const std::vector<model::VirtualService>& services, const Surroundings& around);
    void suspend(bool on);
    void suspendService(const std::string& key, bool on);
    bool checkNow(const std::string& service, const std::string& server);
    [[nodiscard]] const Server* find(const std::string& service, const std::string& server) const;
    [[nodiscard]] rpc::CheckState describe(const Check& check) const;
    [[nodiscard]] const std::map<std::string, Servers>& services() const { return m_services; }
    [[nodiscard]] Duration lateness() const { return m_lateness.worst(m_runtime.now()); }

private:
    // monitor.cpp
    /// `begins`: there was no service before, as when the agent starts.
    void adopt(Server& server, const model::VirtualService& service, const model::RealServer& real,
               const Surroundings& around, bool begins);
    /// Leaves the target as it is for all servers that are checked alike.
    [[nodiscard]] static Asked takeAsked(CheckTarget& target);
    [[nodiscard]] static CheckedServer whoOf(const Check& check);
    /// One that was used a moment ago, if it is equal.
    [[nodiscard]] std::shared_ptr<const CheckPlan> shared(CheckPlan plan);
    [[nodiscard]] bool silent(const std::string& serviceKey) const {
        return m_suspended || m_suspendedServices.contains(serviceKey);
    }
    void silence(Servers& servers);
    void resume(Servers& servers);
    void schedule(Check& check, Instant at) { check.next.plan(at, &check); }
    void start(Check& check, Instant due);

    // monitor_judging.cpp
    void finished(Check& check, const CheckResult& result);
    [[nodiscard]] Shared<std::string> shared(const CheckResult& result);
    void planNext(Check& check, Next next, Instant now);
    void timed(const CheckResult& result, Instant due, Instant now);
    void tellLocalFault(const Check& check);
    void tellCertificate(Check& check, std::int64_t untilMs);
    void tellWarning(Check& check, const std::string& warning);
    void refresh(Server& server, const CheckResult* cause);
    void publish(Server& server, const ServerVerdict& verdict);
    void massChanged(MassFailure::Change change);
    void tell(rpc::EventLevel level, const std::string& subject, const std::string& text) const {
        if (m_observer.event)
            m_observer.event(level, subject, text);
    }
    enum class Meaning { Shown, Table };
    void announce(Meaning meaning = Meaning::Table);

    Runtime& m_runtime;
    HostChecks m_port;
    Observer m_observer;
    MassFailure m_massFailure;
    Agenda m_agenda; ///< before the servers, whose checks are on it
    std::map<std::string, Servers> m_services;
    std::vector<std::shared_ptr<const CheckPlan>> m_recentPlans; ///< while it is configured
    Shared<std::string> m_usualDetail;                           ///< the last one of a check that passed
    std::set<std::string> m_suspendedServices;
    bool m_suspended = false;
    std::uint64_t m_lastId = 0;
    std::size_t m_checkedServers = 0;
    std::optional<Meaning> m_announced; ///< what is posted
    std::optional<Instant> m_lastLocalFault;
    std::optional<Instant> m_lastLate;
    Lateness m_lateness;
    std::shared_ptr<const bool> m_alive = std::make_shared<const bool>(true);
};

} // namespace lvsdeck::health
