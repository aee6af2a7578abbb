// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/monitor_impl.hpp"

#include "common/base/json.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::health {

using rpc::ServerHealth;

namespace {
/// A check that comes with a change is not made sooner; keepalived gives a second, too.
constexpr Duration settling = std::chrono::seconds(1);
} // namespace

ServerVerdict Monitor::Impl::Server::verdict() const {
    std::vector<CheckHealth> states;
    for (const Check& check : checks)
        states.push_back(check.state);
    return judge(states);
}

std::optional<std::int32_t> Monitor::Impl::Server::weight() const {
    std::vector<WeightWord> words;
    for (const Check& check : checks)
        words.push_back(check.weight());
    return weightOf(configuredWeight, words);
}

Monitor::Impl::Impl(Runtime& runtime, CheckPort& port, Observer observer, HostPorts host)
    : m_runtime(runtime), m_port(runtime, port, host), m_observer(std::move(observer)),
      m_agenda(runtime, [this](void* what) {
          auto& check = *static_cast<Check*>(what);
          start(check, check.due);
      }) {}

Monitor::Impl::Asked Monitor::Impl::takeAsked(CheckTarget& target) {
    if (target.service && target.service->server == target.address)
        target.service->server = {};
    return {std::exchange(target.address, {}), std::exchange(target.port, std::uint16_t{0})};
}

CheckedServer Monitor::Impl::whoOf(const Check& check) {
    const auto& service = check.plan->target.service;
    const bool other = service && !service->server.isUnspecified();
    return {check.asked.address, check.asked.port, other ? service->server : check.asked.address};
}

std::shared_ptr<const CheckPlan> Monitor::Impl::shared(CheckPlan plan) {
    constexpr std::size_t kept = 8;
    const auto same = std::ranges::find_if(m_recentPlans, [&](const auto& known) { return *known == plan; });
    if (same != m_recentPlans.end())
        return *same;
    if (m_recentPlans.size() == kept)
        m_recentPlans.erase(m_recentPlans.begin());
    return m_recentPlans.emplace_back(std::make_shared<const CheckPlan>(std::move(plan)));
}

/// Gives `server`, new or known, the checks of this configuration.
void Monitor::Impl::adopt(Server& server, const model::VirtualService& service, const model::RealServer& real,
                          const Surroundings& around, bool begins) {
    const bool known = server.id != 0;
    const bool wasOut = known && !server.verdict().inService;
    const bool wasUp = known && server.status.health == ServerHealth::Up;
    if (!known)
        server.id = ++m_lastId;
    server.configuredWeight = real.weight;
    server.alpha = real.alpha.value_or(service.alpha);
    std::forward_list<Check> before;
    before.swap(server.checks);
    auto last = server.checks.before_begin();
    std::map<std::string, int> ordinals;
    for (const model::HealthCheck& configured : real.checks) {
        CheckPlan plan = resolve(service, real, configured, around);
        const Asked asked = takeAsked(plan.target);
        auto beforeSame = before.before_begin();
        while (std::next(beforeSame) != before.end() &&
               !(std::next(beforeSame)->asked == asked && *std::next(beforeSame)->plan == plan))
            ++beforeSame;
        if (std::next(beforeSame) != before.end()) {
            server.checks.splice_after(last, before, beforeSame);
            Check& kept = *++last;
            if (kept.planned < m_runtime.now() && !kept.running && !kept.next.planned())
                kept.planned = beatAtOrAfter(kept.beat(), m_runtime.now());
            continue;
        }
        last = server.checks.emplace_after(last, server, m_agenda);
        Check* const check = &*last;
        // An edited check must not take a server out that works, nor bring one in that did not.
        check->state.startsFailed = wasOut || (plan.alpha && !wasUp);
        check->state.patient = !begins && !wasOut;
        check->asked = asked;
        const std::string key = *server.serviceKey + "|" + *server.serverKey + "|" + kindOf(configured) + "|" +
                                endpointText(asked.address, asked.port);
        const Beat beat = beatOf(key + "#" + std::to_string(ordinals[key]++), plan.delayLoop);
        check->phase = beat.phase;
        const bool settles = !begins && plan.warmup.count() > 0;
        check->planned = firstStart(beat, plan.warmup, m_runtime.now() + (settles ? settling : Duration{0}));
        check->plan = shared(std::move(plan));
    }
}

void Monitor::Impl::configure(const std::vector<model::VirtualService>& services, const Surroundings& around) {
    std::map<std::string, Servers> before;
    before.swap(m_services);
    Duration window{0};
    const bool begins = before.empty();
    m_checkedServers = 0;
    for (const model::VirtualService& service : services) {
        const auto entry = m_services.try_emplace(model::serviceKey(service)).first;
        const std::string& serviceKey = entry->first;
        Servers& servers = entry->second;
        const auto oldService = before.find(serviceKey);
        for (const model::RealServer& real : service.servers) {
            const std::string serverKey = model::serverKey(real);
            if (servers.contains(serverKey))
                continue; // validation has told; the first one counts
            if (oldService != before.end())
                servers.insert(oldService->second.extract(serverKey));
            const auto place = servers.try_emplace(serverKey).first;
            Server& server = place->second;
            server.serviceKey = &serviceKey;
            server.serverKey = &place->first;
            adopt(server, service, real, around, begins);
            m_checkedServers += server.checks.empty() ? 0 : 1;
            for (const Check& check : server.checks)
                window = std::max<Duration>(window, check.plan->delayLoop + check.plan->target.timeout);
        }
    }
    m_recentPlans.clear();
    std::erase_if(m_suspendedServices, [this](const std::string& key) { return !m_services.contains(key); });
    m_massFailure.configure(m_checkedServers, window);
    m_massFailure.setHold(around.massFailure == model::MassFailure::Hold);
    for (const auto& [serviceKey, servers] : before)
        for (const auto& [serverKey, server] : servers)
            massChanged(m_massFailure.forget(server.id));
    for (auto& [serviceKey, servers] : m_services) {
        for (auto& [serverKey, server] : servers) {
            refresh(server, nullptr);
            if (silent(serviceKey))
                continue;
            for (Check& check : server.checks)
                if (!check.running && !check.next.planned()) {
                    check.due = check.planned;
                    schedule(check, check.planned);
                }
        }
    }
    announce();
}

void Monitor::Impl::start(Check& check, Instant due) {
    check.next.cancel();
    check.due = due;
    check.running = m_port.run(
        {.target = {check.plan, &check.plan->target}, .who = whoOf(check), .url = check.state.url, .memo = check.memo},
        [this, &check](const CheckResult& result) { finished(check, result); });
}

void Monitor::Impl::silence(Servers& servers) {
    for (auto& [key, server] : servers) {
        for (Check& check : server.checks) {
            check.next.cancel();
            check.running.reset();
        }
    }
}

void Monitor::Impl::resume(Servers& servers) {
    const Instant now = m_runtime.now();
    for (auto& [key, server] : servers) {
        for (Check& check : server.checks) {
            if (check.running || check.next.planned())
                continue;
            check.planned = std::max(check.planned, beatAtOrAfter(check.beat(), now));
            check.due = check.planned;
            schedule(check, check.planned);
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

bool Monitor::Impl::checkNow(const std::string& serviceKey, const std::string& serverKey) {
    const auto service = m_services.find(serviceKey);
    if (service == m_services.end() || silent(serviceKey))
        return false;
    const auto server = service->second.find(serverKey);
    if (server == service->second.end())
        return false;
    for (Check& check : server->second.checks)
        if (!check.running)
            start(check, m_runtime.now());
    return true;
}

const Monitor::Impl::Server* Monitor::Impl::find(const std::string& serviceKey, const std::string& serverKey) const {
    const auto service = m_services.find(serviceKey);
    if (service == m_services.end())
        return nullptr;
    const auto server = service->second.find(serverKey);
    return server == service->second.end() ? nullptr : &server->second;
}

rpc::CheckState Monitor::Impl::describe(const Check& check) const {
    rpc::CheckState state;
    state.service = *check.server->serviceKey;
    state.server = *check.server->serverKey;
    state.kind = check.kind();
    state.health = check.state.health;
    state.sinceMs = check.sinceUs / 1000;
    state.failures = check.state.failures;
    if (check.rarity)
        state.certificateUntilMs = check.rarity->certificateUntilMs;
    if (check.answered) {
        state.reason = json::toWord(check.reason);
        state.detail = *check.detail;
        state.latencyUs = check.latency.count();
    }
    if (const auto next = check.next.planned())
        state.nextMs = (m_runtime.wallUs() + (*next - m_runtime.now()).count()) / 1000;
    return state;
}

Monitor::Monitor(Runtime& runtime, CheckPort& port, Observer observer, HostPorts host)
    : m_impl(std::make_unique<Impl>(runtime, port, std::move(observer), host)) {}
Monitor::~Monitor() = default;

void Monitor::configure(const std::vector<model::VirtualService>& services, const Surroundings& around) {
    m_impl->configure(services, around);
}
void Monitor::suspend(bool on) { m_impl->suspend(on); }
void Monitor::suspendService(const std::string& serviceKey, bool on) { m_impl->suspendService(serviceKey, on); }
bool Monitor::checkNow(const std::string& serviceKey, const std::string& serverKey) {
    return m_impl->checkNow(serviceKey, serverKey);
}
Duration Monitor::lateness() const { return m_impl->lateness(); }

ServerStatus Monitor::status(const std::string& serviceKey, const std::string& serverKey) const {
    const Impl::Server* server = m_impl->find(serviceKey, serverKey);
    return server == nullptr ? ServerStatus{} : server->status;
}

std::vector<rpc::CheckState> Monitor::checks() const {
    std::vector<rpc::CheckState> all;
    for (const auto& [serviceKey, servers] : m_impl->services())
        for (const auto& [serverKey, server] : servers)
            for (const Impl::Check& check : server.checks)
                all.push_back(m_impl->describe(check));
    return all;
}

} // namespace lvsdeck::health
