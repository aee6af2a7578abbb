// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters and results of every method between console and agent: the schema of the protocol, explained in resources/docs/protocol.md.
// On the wire they are JSON objects with snake_case members (common/base/json.hpp). config, state and adopt have headers of their own.
// Times named ...Us are microseconds of the agent's CLOCK_REALTIME; ...Ms are milliseconds. Plain values; any thread.
#pragma once

#include "common/base/json.hpp"
#include "common/rpc/adopt_messages.hpp"
#include "common/rpc/config_messages.hpp"
#include "common/rpc/state_messages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::rpc {

inline constexpr std::uint32_t protocolVersion = 1;
inline constexpr std::size_t maxLineBytes = 16U << 20U;

/// What the caller may do, by the groups of the user on the socket (SO_PEERCRED). Each includes the one before.
enum class Role { None, Viewer, Operator, Admin };
BOOST_DESCRIBE_ENUM(Role, None, Viewer, Operator, Admin)

// --- hello, ping -------------------------------------------------------------------------------------------------------
struct HelloParams {
    std::uint32_t protocol = protocolVersion;
    std::string client; ///< "lvsdeck 0.1.0 on desk7", for the event log
};
BOOST_DESCRIBE_STRUCT(HelloParams, (), (protocol, client))

struct Hello {
    std::uint32_t protocol = protocolVersion;
    std::string agentVersion;
    std::string director; ///< empty: no id yet (a new director, or a host that only probes)
    std::string bootId;
    Role role = Role::None;
    std::string user;
    std::int64_t clockUs = 0;
    std::string clusterName;
    std::uint64_t revision = 0;
    bool ipvs = false; ///< the kernel has IPVS; a host without it can still probe
    bool simulated = false;
};
BOOST_DESCRIBE_STRUCT(Hello, (),
                      (protocol, agentVersion, director, bootId, role, user, clockUs, clusterName, revision, ipvs,
                       simulated))

struct Pong {
    std::int64_t clockUs = 0;
};
BOOST_DESCRIBE_STRUCT(Pong, (), (clockUs))

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

/// The last line before the agent closes a connection: why. `code` is a word of the error list.
struct Goodbye {
    std::string code;
    std::string message;
};
BOOST_DESCRIBE_STRUCT(Goodbye, (), (code, message))

// --- check.run, server.set ---------------------------------------------------------------------------------------------
/// check.run {service, server}: starts every check of a server now; its regular beat is not moved.
struct CheckRunParams {
    std::string service; ///< keys
    std::string server;
};
BOOST_DESCRIBE_STRUCT(CheckRunParams, (), (service, server))

struct ServerSetParams {
    std::string service; ///< keys
    std::string server;
    std::optional<model::AdminState> admin; ///< null: as configured
    std::optional<std::int32_t> weight;     ///< null: as configured
};
BOOST_DESCRIBE_STRUCT(ServerSetParams, (), (service, server, admin, weight))

// --- drill, probe ------------------------------------------------------------------------------------------------------
struct DrillBeginParams {
    DrillKind kind = DrillKind::Graceful;
    std::uint32_t leaseS = 30; ///< 5..300
};
BOOST_DESCRIBE_STRUCT(DrillBeginParams, (), (kind, leaseS))

struct DrillRenewParams {
    std::string id;
    std::uint32_t leaseS = 30;
};
BOOST_DESCRIBE_STRUCT(DrillRenewParams, (), (id, leaseS))

struct DrillEndParams {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(DrillEndParams, (), (id))

/// probe.run answers {id} at once; then come `probe` notifications until the last one has `done`. It ends by itself after
/// durationS, by probe.stop, or with the connection.
struct ProbeRunParams {
    IpAddress address;
    std::uint16_t port = 0;
    std::string httpPath;           ///< empty: connect only; else GET it and want a status 200-399
    std::uint32_t intervalMs = 10;  ///< one attempt each; 2..10000
    std::uint32_t timeoutMs = 1000; ///< 10..10000
    std::uint32_t durationS = 60;   ///< 1..600
    std::uint32_t held = 0;         ///< connections held open with a heartbeat (needs httpPath), 0..256
    std::uint32_t heartbeatMs = 200;
};
BOOST_DESCRIBE_STRUCT(ProbeRunParams, (), (address, port, httpPath, intervalMs, timeoutMs, durationS, held, heartbeatMs))

enum class ProbeResult { Ok, Refused, Timeout, Reset, Unreachable, BadAnswer, Local };
BOOST_DESCRIBE_ENUM(ProbeResult, Ok, Refused, Timeout, Reset, Unreachable, BadAnswer, Local)

/// One attempt: [start µs (the prober's CLOCK_REALTIME), duration µs, result as number].
struct ProbeSample {
    std::int64_t startUs = 0;
    std::int64_t durationUs = 0;
    ProbeResult result = ProbeResult::Ok;
    bool operator==(const ProbeSample&) const = default;
};
BOOST_DESCRIBE_STRUCT(ProbeSample, (), (startUs, durationUs, result))

struct ProbeNews {
    std::string id;
    std::vector<std::vector<std::int64_t>> samples; ///< in the order of completion
    std::uint32_t heldAlive = 0;
    std::uint32_t heldBroken = 0;
    std::int64_t heldMaxStallUs = 0;
    bool done = false;
    std::string error; ///< why it ended early
};
BOOST_DESCRIBE_STRUCT(ProbeNews, (), (id, samples, heldAlive, heldBroken, heldMaxStallUs, done, error))

struct ProbeStarted {
    std::string id;
    std::int64_t clockUs = 0;
};
BOOST_DESCRIBE_STRUCT(ProbeStarted, (), (id, clockUs))

struct ProbeStopParams {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(ProbeStopParams, (), (id))

// --- doctor, agent -----------------------------------------------------------------------------------------------------
enum class Finding { Good, Warning, Bad };
BOOST_DESCRIBE_ENUM(Finding, Good, Warning, Bad)

struct DoctorItem {
    std::string id; ///< stable: "ip_vs", "ip_forward", "capabilities", "keepalived", "interface:eth0" …
    Finding finding = Finding::Good;
    std::string title;
    std::string detail;
    std::string fix; ///< a command or a sentence; empty when good
    bool operator==(const DoctorItem&) const = default;
};
BOOST_DESCRIBE_STRUCT(DoctorItem, (), (id, finding, title, detail, fix))

/// agent.stop: resign sends priority 0 and takes addresses and our IPVS entries away; otherwise everything stays for the
/// next process.
struct AgentStopParams {
    bool resign = false;
};
BOOST_DESCRIBE_STRUCT(AgentStopParams, (), (resign))

/// host.interfaces: what a wizard offers.
struct Interface {
    std::string name;
    bool up = false;
    bool loopback = false;
    std::vector<std::string> addresses; ///< with prefix length
    bool operator==(const Interface&) const = default;
};
BOOST_DESCRIBE_STRUCT(Interface, (), (name, up, loopback, addresses))

} // namespace lvsdeck::rpc
