// SPDX-License-Identifier: GPL-3.0-or-later
// Real servers that a test or the demo switches on, off and slow, seen through the same port as real probes. Belongs to
// whoever owns the simulated world; control thread.
#pragma once

#include "agent/ports/check_port.hpp"
#include "agent/ports/runtime.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace lvsdeck::simulated {

class SimulatedChecks final : public CheckPort {
public:
    /// How a simulated server answers whoever probes it.
    struct Behaviour {
        CheckReason reason = CheckReason::Ok; ///< Timeout: answers nothing until the probe's time-out
        std::string detail{};                 ///< empty: words for the reason
        Duration latency = std::chrono::milliseconds(1);
    };

    /// The runtime must outlive this.
    explicit SimulatedChecks(Runtime& runtime) : m_runtime(runtime) {}

    /// For every address and port that has no behaviour of its own.
    void setDefault(Behaviour behaviour) { m_default = std::move(behaviour); }
    void set(const IpAddress& address, std::uint16_t port, Behaviour behaviour);
    void setUp(const IpAddress& address, std::uint16_t port) { set(address, port, {}); }
    void setDown(const IpAddress& address, std::uint16_t port, CheckReason reason = CheckReason::Refused) {
        set(address, port, {.reason = reason, .detail = {}});
    }
    /// Answers well, but late; later than the probe's time-out it counts as Timeout.
    void setSlow(const IpAddress& address, std::uint16_t port, Duration latency) {
        set(address, port, {.reason = CheckReason::Ok, .detail = {}, .latency = latency});
    }
    /// Probes begun so far, in all or to one server.
    [[nodiscard]] std::uint64_t started() const { return m_started; }
    [[nodiscard]] std::uint64_t started(const IpAddress& address, std::uint16_t port) const;

    /// The answer is what the server is like when the answer is due, as with a real one.
    [[nodiscard]] std::unique_ptr<RunningCheck> run(CheckRequest request,
                                                    std::function<void(const CheckResult&)> done) override;

private:
    using Key = std::pair<IpAddress, std::uint16_t>;
    [[nodiscard]] const Behaviour& behaviourOf(const Key& key) const;

    Runtime& m_runtime;
    Behaviour m_default;
    std::map<Key, Behaviour> m_servers;
    std::map<Key, std::uint64_t> m_startedAt;
    std::uint64_t m_started = 0;
};

} // namespace lvsdeck::simulated
