// SPDX-License-Identifier: GPL-3.0-or-later
// One health probe of one real server. Real: Asio coroutines on the probes thread (agent/health); simulated: servers that a
// test switches on and off (agent/simulated). Called and answered on the control thread.
#pragma once

#include "common/model/service.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace lvsdeck {

/// Everything a probe needs, with all defaults resolved.
struct CheckTarget {
    IpAddress address;
    std::uint16_t port = 0;
    std::optional<IpAddress> bindAddress;
    model::Milliseconds timeout{5000};
    model::HealthCheck check;
    std::string virtualHost; ///< when the check and its URL have none
    bool operator==(const CheckTarget&) const = default;
};

enum class CheckReason { Ok, Refused, Timeout, Unreachable, Reset, Status, Digest, Tls, BadAnswer, Local };
BOOST_DESCRIBE_ENUM(CheckReason, Ok, Refused, Timeout, Unreachable, Reset, Status, Digest, Tls, BadAnswer, Local)

struct CheckResult {
    CheckReason reason = CheckReason::Ok; ///< Local: our own fault (no descriptors); says nothing about the server
    std::string detail;                   ///< "HTTP 503 Service Unavailable", at most 200 bytes of valid UTF-8
    std::chrono::microseconds latency{0};
};

/// A probe on its way; destroying it abandons it, its callback is then never called.
class RunningCheck {
public:
    RunningCheck() = default;
    RunningCheck(const RunningCheck&) = delete;
    RunningCheck& operator=(const RunningCheck&) = delete;
    virtual ~RunningCheck() = default;
};

class CheckPort {
public:
    CheckPort() = default;
    CheckPort(const CheckPort&) = delete;
    CheckPort& operator=(const CheckPort&) = delete;
    virtual ~CheckPort() = default;
    /// Probes once. `done` is called exactly once, later, on the control thread, unless the handle is destroyed before.
    [[nodiscard]] virtual std::unique_ptr<RunningCheck> run(const CheckTarget& target,
                                                            std::function<void(const CheckResult&)> done) = 0;
};

} // namespace lvsdeck
