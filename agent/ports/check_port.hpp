// SPDX-License-Identifier: GPL-3.0-or-later
// One health probe of one real server. Real: sockets on the probes thread (agent/health); simulated: servers that a test switches
// on and off (agent/simulated). Called and answered on the control thread.
#pragma once

#include "agent/ports/runtime.hpp"
#include "common/model/cluster.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace lvsdeck {

/// Everything a probe needs, with all defaults resolved.
struct CheckTarget {
    IpAddress address;
    std::uint16_t port = 0;
    std::optional<IpAddress> bindAddress;
    std::optional<std::uint16_t> bindPort;
    std::string bindInterface;      ///< empty: any
    std::uint32_t firewallMark = 0; ///< 0: none
    model::Milliseconds timeout{5000};
    model::HealthCheck check;
    std::string virtualHost; ///< when the check and its URL have none
    /// What the service is, for the check of the path that clients' packets take; unset when it has no single address and port.
    struct Service {
        model::Protocol protocol = model::Protocol::Tcp;
        IpAddress address;
        std::uint16_t port = 0;
        model::Forwarding forwarding = model::Forwarding::Dr;
        model::Tunnel tunnel;
        IpAddress server; ///< the real server itself, whatever the check connects to
        bool operator==(const Service&) const = default;
    };
    std::optional<Service> service;
    model::TrackFile
        file; ///< of a FileCheck, with the check's own weight and direction; no path: the cluster has none of that name
    bool scriptSecurity = false;
    bool operator==(const CheckTarget&) const = default;
};

/// Which of the servers that are checked alike.
struct CheckedServer {
    IpAddress address; ///< of the check
    std::uint16_t port = 0;
    IpAddress server = {}; ///< CheckTarget::Service::server
    bool operator==(const CheckedServer&) const = default;
};

/// What a port wants to be reminded of at the next probe of the same server; its own affair. Zeros: nothing.
struct CheckMemo {
    std::uint16_t way = 0;
    std::uint8_t silent = 0;
    std::uint8_t answered = 0;
    bool operator==(const CheckMemo&) const = default;
};

struct CheckRequest {
    std::shared_ptr<const CheckTarget>
        target; ///< may be one for many servers: its own address, port and server do not count
    CheckedServer who;
    std::size_t url = 0; ///< of an HTTP check
    CheckMemo memo = {}; ///< of the last result
};
/// For one that is complete in itself.
[[nodiscard]] inline CheckRequest requestFor(std::shared_ptr<const CheckTarget> target, std::size_t url = 0) {
    CheckedServer who{target->address, target->port, target->service ? target->service->server : IpAddress()};
    return {.target = std::move(target), .who = who, .url = url};
}
/// The other way round.
[[nodiscard]] inline std::shared_ptr<const CheckTarget> wholeTarget(const CheckRequest& request) {
    auto whole = std::make_shared<CheckTarget>(*request.target);
    whole->address = request.who.address;
    whole->port = request.who.port;
    if (whole->service)
        whole->service->server = request.who.server;
    return whole;
}

enum class CheckReason {
    Ok,
    Refused,
    Timeout,
    Unreachable,
    Reset,
    Status,
    Digest,
    Regex,
    Tls,
    BadAnswer,
    Script,
    Local, ///< our own fault (no descriptors); says nothing about the server
};
BOOST_DESCRIBE_ENUM(CheckReason, Ok, Refused, Timeout, Unreachable, Reset, Status, Digest, Regex, Tls, BadAnswer, Script,
                    Local)

struct CheckResult {
    CheckReason reason = CheckReason::Ok;
    std::string detail; ///< "HTTP 503 Service Unavailable", at most 200 bytes of valid UTF-8
    std::chrono::microseconds latency{0};
    Instant begun{};                                     ///< when the probe really started; the epoch: not told
    std::optional<std::int64_t> certificateUntilMs = {}; ///< of the certificate that the server showed, wall clock
    std::optional<std::int64_t> setWeight = {};          ///< a script's word; unset: what it said before
    std::optional<std::int64_t> addWeight = {};          ///< a file's; likewise
    std::string warning = {};                            ///< passed, but somebody should look at this
    CheckMemo memo = {};                                 ///< for the next request
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
    /// Probes once; of an HTTP check this URL. `done` is called exactly once, later, on the control thread, unless the handle is
    /// destroyed before. Its argument outlives the call, also when that destroys the handle.
    [[nodiscard]] virtual std::unique_ptr<RunningCheck> run(CheckRequest request,
                                                            std::function<void(const CheckResult&)> done) = 0;
};

} // namespace lvsdeck
