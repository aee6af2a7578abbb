// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/monitor.hpp"

#include "common/base/json.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace lvsdeck::health {

using rpc::EventLevel;
using rpc::ServerHealth;

namespace {

constexpr Duration localFaultQuiet = std::chrono::seconds(60);

struct Check {
    std::string kind;
    CheckPlan plan;
    CheckHealth state;
    Beat beat;
    Instant planned;             ///< the beat that comes, or that the running probe belongs to
    std::optional<Instant> next; ///< when the timer will start a probe
    CheckResult last;
    bool answered = false;
    std::int64_t sinceUs = 0;
    Timer timer;
    std::unique_ptr<RunningCheck> running;
};

struct Server {
    std::uint64_t id = 0;
    std::string serviceKey;
    std::string serverKey;
    std::vector<std::unique_ptr<Check>> checks;
    ServerStatus status;
    bool servedBefore = true; ///< was in service when it went down

    [[nodiscard]] ServerVerdict verdict() const {
        std::vector<CheckHealth> states;
        states.reserve(checks.size());
        for (const auto& check : checks)
            states.push_back(check->state);
        return judge(states);
    }
    [[nodiscard]] std::string subject() const { return serverKey + " of " + serviceKey; }
};

using Servers = std::map<std::string, Server>;

std::string seconds(std::int64_t us) {
    const std::int64_t tenths = std::max<std::int64_t>(us, 0) / 100'000;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

} // namespace

class Monitor::Impl {
public:
    Impl(Runtime& runtime, CheckPort& port, Observer observer, MassFailureSettings massFailure)
        : m_runtime(runtime), m_port(port), m_observer(std::move(observer)), m_settings(massFailure),
          m_massFailure(massFailure) {}

    void configure(const std::vector<model::VirtualService>& services);
    void suspend(bool on);
    void suspendService(const std::string& key, bool on);
    void checkNow(const std::string& service, const std::string& server);
    [[nodiscard]] const Server* find(const std::string& service, const std::string& server) const;
    [[nodiscard]] rpc::CheckState describe(const Server& server, const Check& check) const;
    [[nodiscard]] const std::map<std::string, Servers>& services() const { return m_services; }

private:
    Server adopt(const model::VirtualService& service, const model::RealServer& server, Server* old);
    [[nodiscard]] bool silent(const std::string& serviceKey) const {
        return m_suspended || m_suspendedServices.contains(serviceKey);
    }
    void silence(Servers& servers);
    void resume(Servers& servers);
    void schedule(Server& server, Check& check, Instant at);
    void start(Server& server, Check& check);
    void finished(Server& server, Check& check, const CheckResult& result);
    void refresh(Server& server, const CheckResult* cause);
    void publish(Server& server, const ServerVerdict& verdict);
    void massChanged(MassFailure::Change change);
    void tell(EventLevel level, const std::string& subject, const std::string& text) const {
        if (m_observer.event)
            m_observer.event(level, subject, text);
    }
    void announce();

    Runtime& m_runtime;
    CheckPort& m_port;
    Observer m_observer;
    MassFailureSettings m_settings;
    MassFailure m_massFailure;
    std::map<std::string, Servers> m_services;
    std::set<std::string> m_suspendedServices;
    bool m_suspended = false;
    std::uint64_t m_lastId = 0;
    std::size_t m_checkedServers = 0;
    bool m_announced = false;
    std::optional<Instant> m_lastLocalFault;
    std::shared_ptr<const bool> m_alive = std::make_shared<const bool>(true);
};

Server Monitor::Impl::adopt(const model::VirtualService& service, const model::RealServer& real, Server* old) {
    Server server;
    server.serviceKey = model::serviceKey(service);
    server.serverKey = model::serverKey(real);
    const bool wasOut = old != nullptr && !old->verdict().inService;
    const bool wasUp = old != nullptr && old->status.health == ServerHealth::Up;
    if (old != nullptr) {
        server.id = old->id;
        server.status = old->status;
        server.servedBefore = old->servedBefore;
    } else {
        server.id = ++m_lastId;
    }
    std::map<std::string, int> ordinals;
    for (const model::HealthCheck& configured : real.checks) {
        const CheckPlan plan = resolve(service, real, configured);
        if (old != nullptr) {
            const auto same =
                std::ranges::find_if(old->checks, [&](const auto& c) { return c != nullptr && c->plan == plan; });
            if (same != old->checks.end()) {
                server.checks.push_back(std::move(*same));
                Check& kept = *server.checks.back();
                if (kept.planned < m_runtime.now() && !kept.running && !kept.next)
                    kept.planned = beatAtOrAfter(kept.beat, m_runtime.now());
                continue;
            }
        }
        auto check = std::make_unique<Check>();
        check->kind = kindOf(configured);
        check->plan = plan;
        // An edited check must not take a server out that works, nor bring one in that did not.
        check->state.startsFailed = wasOut || (plan.alpha && !wasUp);
        const std::string key = server.serviceKey + "|" + server.serverKey + "|" + check->kind + "|" +
                                endpointText(plan.target.address, plan.target.port);
        check->beat = beatOf(key + "#" + std::to_string(ordinals[key]++), plan.delayLoop);
        check->planned = firstStart(check->beat, plan.warmup, m_runtime.now());
        server.checks.push_back(std::move(check));
    }
    return server;
}

void Monitor::Impl::configure(const std::vector<model::VirtualService>& services) {
    std::map<std::string, Servers> before;
    before.swap(m_services);
    Duration window{0};
    m_checkedServers = 0;
    for (const model::VirtualService& service : services) {
        const std::string serviceKey = model::serviceKey(service);
        Servers& servers = m_services[serviceKey];
        const auto oldService = before.find(serviceKey);
        for (const model::RealServer& real : service.servers) {
            const std::string serverKey = model::serverKey(real);
            if (servers.contains(serverKey))
                continue; // validation has told; the first one counts
            Server* old = nullptr;
            if (oldService != before.end())
                if (const auto found = oldService->second.find(serverKey); found != oldService->second.end())
                    old = &found->second;
            Server& server = servers.emplace(serverKey, adopt(service, real, old)).first->second;
            m_checkedServers += server.checks.empty() ? 0 : 1;
            for (const auto& check : server.checks)
                window = std::max<Duration>(window, check->plan.delayLoop + check->plan.target.timeout);
            if (old != nullptr)
                old->id = 0; // taken over
        }
    }
    m_massFailure.configure(m_checkedServers, window);
    for (const auto& [serviceKey, servers] : before)
        for (const auto& [serverKey, server] : servers)
            if (server.id != 0)
                massChanged(m_massFailure.forget(server.id));
    // Only now: the callbacks of probes and timers name a server by its place in the new map.
    for (auto& [serviceKey, servers] : m_services) {
        for (auto& [serverKey, server] : servers) {
            refresh(server, nullptr);
            if (silent(serviceKey))
                continue;
            for (const auto& check : server.checks)
                if (!check->running && !check->next)
                    schedule(server, *check, check->planned);
        }
    }
    announce();
}

void Monitor::Impl::schedule(Server& server, Check& check, Instant at) {
    check.next = at;
    const Duration delay = std::max(at - m_runtime.now(), Duration{0});
    // Keys, not references: the server moves to another map with the next configuration, the check does not.
    check.timer = m_runtime.after(delay, [this, &check, service = server.serviceKey, key = server.serverKey] {
        start(m_services.at(service).at(key), check);
    });
}

void Monitor::Impl::start(Server& server, Check& check) {
    check.next.reset();
    check.timer.cancel();
    check.running = m_port.run(
        check.plan.target, [this, &check, service = server.serviceKey, key = server.serverKey](const CheckResult& result) {
            finished(m_services.at(service).at(key), check, result);
        });
}

void Monitor::Impl::finished(Server& server, Check& check, const CheckResult& result) {
    const CheckResult answer = result;
    check.running.reset();
    const CheckVerdict verdict = judge(check.state, check.plan.retry, answer.reason);
    check.state = verdict.state;
    check.last = answer;
    check.answered = true;
    if (verdict.turned)
        check.sinceUs = m_runtime.wallUs();

    const Instant now = m_runtime.now();
    if (verdict.next == Next::Retry) {
        schedule(server, check, now + check.plan.delayBeforeRetry);
    } else {
        if (check.planned <= now) {
            const bool down = check.state.health == ServerHealth::Down;
            check.planned = nextStart(check.beat, check.planned, now, down ? Duration(check.plan.downGap) : Duration{0});
        }
        schedule(server, check, check.planned);
    }

    if (answer.reason == CheckReason::Local && (!m_lastLocalFault || now - *m_lastLocalFault >= localFaultQuiet)) {
        m_lastLocalFault = now;
        tell(EventLevel::Error, server.subject(),
             "The " + check.kind + " check could not be made, for a reason on this director (" + answer.detail +
                 "). Servers keep the state they had; look at this host's limits and addresses.");
    }
    if (verdict.turned)
        refresh(server, &check.last);
}

/// Brings what is published of a server in line with its checks, and says so.
void Monitor::Impl::refresh(Server& server, const CheckResult* cause) {
    const ServerVerdict verdict = server.verdict();
    const ServerHealth was = server.status.health;
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
    publish(server, verdict);
    announce();

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
                 (m_settings.hold ? " They stay in service until some of them answer again." : ""));
    else
        tell(EventLevel::Notice, "all servers", "The failure of nearly all servers is over.");
}

void Monitor::Impl::announce() {
    if (m_announced || !m_observer.changed)
        return;
    m_announced = true;
    m_runtime.post([this, alive = std::weak_ptr<const bool>(m_alive)] {
        if (alive.expired())
            return;
        m_announced = false;
        m_observer.changed();
    });
}

void Monitor::Impl::silence(Servers& servers) {
    for (auto& [key, server] : servers) {
        for (const auto& check : server.checks) {
            check->timer.cancel();
            check->next.reset();
            check->running.reset();
        }
    }
}

void Monitor::Impl::resume(Servers& servers) {
    const Instant now = m_runtime.now();
    for (auto& [key, server] : servers) {
        for (const auto& check : server.checks) {
            if (check->running || check->next)
                continue;
            check->planned = std::max(check->planned, beatAtOrAfter(check->beat, now));
            schedule(server, *check, check->planned);
        }
    }
}

void Monitor::Impl::suspend(bool on) {
    m_suspended = on;
    for (auto& [key, servers] : m_services) {
        if (silent(key))
            silence(servers);
        else
            resume(servers);
    }
}

void Monitor::Impl::suspendService(const std::string& key, bool on) {
    if (on)
        m_suspendedServices.insert(key);
    else
        m_suspendedServices.erase(key);
    const auto found = m_services.find(key);
    if (found == m_services.end())
        return;
    if (silent(key))
        silence(found->second);
    else
        resume(found->second);
}

void Monitor::Impl::checkNow(const std::string& serviceKey, const std::string& serverKey) {
    const auto service = m_services.find(serviceKey);
    if (service == m_services.end() || silent(serviceKey))
        return;
    const auto server = service->second.find(serverKey);
    if (server == service->second.end())
        return;
    for (const auto& check : server->second.checks)
        if (!check->running)
            start(server->second, *check);
}

const Server* Monitor::Impl::find(const std::string& serviceKey, const std::string& serverKey) const {
    const auto service = m_services.find(serviceKey);
    if (service == m_services.end())
        return nullptr;
    const auto server = service->second.find(serverKey);
    return server == service->second.end() ? nullptr : &server->second;
}

rpc::CheckState Monitor::Impl::describe(const Server& server, const Check& check) const {
    rpc::CheckState state;
    state.service = server.serviceKey;
    state.server = server.serverKey;
    state.kind = check.kind;
    state.health = check.state.health;
    state.sinceMs = check.sinceUs / 1000;
    state.failures = check.state.failures;
    if (check.answered) {
        state.reason = json::toWord(check.last.reason);
        state.detail = check.last.detail;
        state.latencyUs = check.last.latency.count();
    }
    if (check.next)
        state.nextMs = (m_runtime.wallUs() + (*check.next - m_runtime.now()).count()) / 1000;
    return state;
}

Monitor::Monitor(Runtime& runtime, CheckPort& port, Observer observer, MassFailureSettings massFailure)
    : m_impl(std::make_unique<Impl>(runtime, port, std::move(observer), massFailure)) {}
Monitor::~Monitor() = default;

void Monitor::configure(const std::vector<model::VirtualService>& services) { m_impl->configure(services); }
void Monitor::suspend(bool on) { m_impl->suspend(on); }
void Monitor::suspendService(const std::string& serviceKey, bool on) { m_impl->suspendService(serviceKey, on); }
void Monitor::checkNow(const std::string& serviceKey, const std::string& serverKey) {
    m_impl->checkNow(serviceKey, serverKey);
}

ServerStatus Monitor::status(const std::string& serviceKey, const std::string& serverKey) const {
    const Server* server = m_impl->find(serviceKey, serverKey);
    return server == nullptr ? ServerStatus{} : server->status;
}

std::vector<rpc::CheckState> Monitor::checks() const {
    std::vector<rpc::CheckState> all;
    for (const auto& [serviceKey, servers] : m_impl->services())
        for (const auto& [serverKey, server] : servers)
            for (const auto& check : server.checks)
                all.push_back(m_impl->describe(server, *check));
    return all;
}

} // namespace lvsdeck::health
