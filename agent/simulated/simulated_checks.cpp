// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/simulated/simulated_checks.hpp"

#include <algorithm>

namespace lvsdeck::simulated {

namespace {

class Probe final : public RunningCheck {
public:
    Timer timer;
    std::function<void(const CheckResult&)> done;
};

std::string wordsFor(CheckReason reason, const CheckTarget& target) {
    switch (reason) {
    case CheckReason::Ok: return std::holds_alternative<model::HttpCheck>(target.check) ? "HTTP 200 OK" : "connected";
    case CheckReason::Refused: return "connection refused";
    case CheckReason::Timeout: return "no answer within " + std::to_string(target.timeout.count()) + " ms";
    case CheckReason::Unreachable: return "host unreachable";
    case CheckReason::Reset: return "connection reset";
    case CheckReason::Status: return "HTTP 503 Service Unavailable";
    case CheckReason::Digest: return "the body is not the expected one";
    case CheckReason::Regex: return "the body does not match";
    case CheckReason::Script: return "exit status 1";
    case CheckReason::Tls: return "TLS handshake failed";
    case CheckReason::BadAnswer: return "the answer is not HTTP";
    case CheckReason::Local: return "no free descriptors";
    }
    return {};
}

} // namespace

void SimulatedChecks::set(const IpAddress& address, std::uint16_t port, Behaviour behaviour) {
    m_servers[{address, port}] = std::move(behaviour);
}

std::uint64_t SimulatedChecks::started(const IpAddress& address, std::uint16_t port) const {
    const auto found = m_startedAt.find({address, port});
    return found == m_startedAt.end() ? 0 : found->second;
}

const SimulatedChecks::Behaviour& SimulatedChecks::behaviourOf(const Key& key) const {
    const auto found = m_servers.find(key);
    return found == m_servers.end() ? m_default : found->second;
}

std::unique_ptr<RunningCheck> SimulatedChecks::run(CheckRequest request, std::function<void(const CheckResult&)> done) {
    const Key key{request.who.address, request.who.port};
    ++m_started;
    ++m_startedAt[key];
    const Duration limit = request.target->timeout;
    const Behaviour& behaviour = behaviourOf(key);
    const Duration due = behaviour.reason == CheckReason::Timeout ? limit : std::min(behaviour.latency, limit);

    auto probe = std::make_unique<Probe>();
    probe->done = std::move(done);
    probe->timer = m_runtime.after(
        due, [this, key, target = std::move(request.target), due, limit, began = m_runtime.now(), self = probe.get()] {
            const Behaviour& now = behaviourOf(key);
            CheckResult result{.reason = now.reason, .detail = now.detail, .latency = due, .begun = began};
            if (result.reason == CheckReason::Ok && now.latency >= limit)
                result = {.reason = CheckReason::Timeout, .detail = {}, .latency = limit, .begun = began};
            if (result.detail.empty())
                result.detail = wordsFor(result.reason, *target);
            // The receiver may destroy the probe, and with it this lambda, from inside.
            const auto tell = std::move(self->done);
            tell(result);
        });
    return probe;
}

} // namespace lvsdeck::simulated
