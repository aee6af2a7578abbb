// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters and results of every method between console and agent. These structs are the schema of the protocol: on the
// wire they are JSON objects with snake_case members (common/base/json.hpp); resources/docs/protocol.md explains them.
// Times named ...Us are microseconds of the agent's CLOCK_REALTIME; ...Ms are milliseconds. Plain values; any thread.
#pragma once

#include "common/base/json.hpp"
#include "common/model/validate.hpp"

#include <cstdint>
#include <map>
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

// --- config ------------------------------------------------------------------------------------------------------------
struct PendingApply {
    std::uint64_t revision = 0;
    std::uint64_t baseRevision = 0;
    std::int64_t confirmLeftMs = 0;
    std::string by;
    bool operator==(const PendingApply&) const = default;
};
BOOST_DESCRIBE_STRUCT(PendingApply, (), (revision, baseRevision, confirmLeftMs, by))

/// config.get {revision?}: the document in force (pending or current), exactly as it was given.
struct ConfigGetParams {
    std::optional<std::uint64_t> revision;
};
BOOST_DESCRIBE_STRUCT(ConfigGetParams, (), (revision))

struct ConfigDocument {
    std::uint64_t revision = 0; ///< 0: nothing was ever applied; then `cluster` is null
    std::string hash;           ///< model::contentHash
    std::string director;
    json::Value cluster;
    std::optional<PendingApply> pending;
};
BOOST_DESCRIBE_STRUCT(ConfigDocument, (), (revision, hash, director, cluster, pending))

enum class OperationKind { Add, Remove, Change };
BOOST_DESCRIBE_ENUM(OperationKind, Add, Remove, Change)

/// One thing that would be (or was) done on this director, as the command that an admin would type for it.
struct PlannedOperation {
    OperationKind kind = OperationKind::Add;
    std::string area; ///< "ipvs", "vrrp", "network", "settings" (sync daemons, timeouts, sysctls), "health"
    std::string text; ///< "ipvsadm -A -t 192.0.2.10:80 -s wrr", "vrrp instance VI_1: VRID 51, priority 100 on eth0"
    std::uint64_t connections = 0; ///< established connections that it touches now
    bool operator==(const PlannedOperation&) const = default;
};
BOOST_DESCRIBE_STRUCT(PlannedOperation, (), (kind, area, text, connections))

/// config.check {cluster}
struct ConfigCheckParams {
    json::Value cluster;
    std::optional<std::string> director; ///< who this host is in the candidate, when it has no id yet
};
BOOST_DESCRIBE_STRUCT(ConfigCheckParams, (), (cluster, director))

struct ConfigCheck {
    std::vector<model::Problem> problems;
    std::vector<PlannedOperation> operations;
    std::uint64_t revision = 0; ///< in force now: the base for an apply
    std::string hash;           ///< of the candidate
};
BOOST_DESCRIBE_STRUCT(ConfigCheck, (), (problems, operations, revision, hash))

/// config.apply. Conflict when baseRevision is not the one in force, or an unconfirmed apply is pending.
struct ConfigApplyParams {
    std::uint64_t baseRevision = 0;
    std::uint64_t revision = 0; ///< the number the new one gets, the same on every director; 0: base + 1
    json::Value cluster;
    std::uint32_t confirmWithinS = 60;   ///< 5..3600; 0: confirmed at once
    std::optional<std::string> director; ///< sets this host's id, when it has none yet
    std::string comment;
};
BOOST_DESCRIBE_STRUCT(ConfigApplyParams, (), (baseRevision, revision, cluster, confirmWithinS, director, comment))

struct ConfigApplied {
    std::uint64_t revision = 0;
    std::string hash;
    std::vector<PlannedOperation> operations;
    std::int64_t confirmLeftMs = 0; ///< 0: no confirmation needed
};
BOOST_DESCRIBE_STRUCT(ConfigApplied, (), (revision, hash, operations, confirmLeftMs))

struct ConfigConfirmParams {
    std::uint64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(ConfigConfirmParams, (), (revision))

/// config.revert: no revision ends a pending apply now; a revision applies that stored one again as a new revision.
struct ConfigRevertParams {
    std::optional<std::uint64_t> revision;
    std::uint32_t confirmWithinS = 60;
};
BOOST_DESCRIBE_STRUCT(ConfigRevertParams, (), (revision, confirmWithinS))

struct Revision {
    std::uint64_t revision = 0;
    std::string hash;
    std::int64_t atMs = 0;
    std::string by;
    std::string comment;
    bool operator==(const Revision&) const = default;
};
BOOST_DESCRIBE_STRUCT(Revision, (), (revision, hash, atMs, by, comment))

// --- state -------------------------------------------------------------------------------------------------------------
enum class VrrpPhase { Initialize, Backup, Master, Fault };
BOOST_DESCRIBE_ENUM(VrrpPhase, Initialize, Backup, Master, Fault)

/// One change of role, with everything the drill needs to measure it on this director's own clock.
struct Transition {
    std::int64_t atUs = 0;
    VrrpPhase from = VrrpPhase::Initialize;
    VrrpPhase to = VrrpPhase::Initialize;
    std::string reason;            ///< in words an admin understands: "no advertisement from 192.0.2.1 for 3.61 s"
    std::int64_t lastAdvertUs = 0; ///< last valid advertisement of the old master; 0: none
    std::int64_t addressesUs = 0;  ///< all addresses added or removed; 0: not yet
    std::int64_t garpUs = 0;       ///< first burst of gratuitous ARP sent; 0: none
    bool operator==(const Transition&) const = default;
};
BOOST_DESCRIBE_STRUCT(Transition, (), (atUs, from, to, reason, lastAdvertUs, addressesUs, garpUs))

/// Somebody took this instance out of service on this director, until it is lifted or the time has come. Outlives restarts.
struct Maintenance {
    std::string reason;
    std::string by;
    std::int64_t sinceMs = 0;
    std::int64_t untilMs = 0; ///< wall clock; 0: until lifted
    bool operator==(const Maintenance&) const = default;
};
BOOST_DESCRIBE_STRUCT(Maintenance, (), (reason, by, sinceMs, untilMs))

/// A router that was heard on the VRID of an instance, and what is wrong with what it says.
struct VrrpPeer {
    std::string address;
    std::uint8_t priority = 0; ///< of its last advertisement
    std::int64_t lastSeenUs = 0;
    /// code -> count: "address-list", "password", "ttl", "version", "interval" …
    std::map<std::string, std::uint64_t> trouble;
    bool operator==(const VrrpPeer&) const = default;
};
BOOST_DESCRIBE_STRUCT(VrrpPeer, (), (address, priority, lastSeenUs, trouble))

/// One tracked thing and what it does to the priority now.
struct VrrpTrack {
    std::string kind; ///< "interface", "script", "file", "process"
    std::string name;
    bool good = true;
    std::int32_t weight = 0; ///< what it adds now; 0 with `good` false: it is a fault
    std::string detail;      ///< "exit status 1"
    bool operator==(const VrrpTrack&) const = default;
};
BOOST_DESCRIBE_STRUCT(VrrpTrack, (), (kind, name, good, weight, detail))

struct VrrpState {
    std::string name;
    std::uint8_t vrid = 0;
    std::uint8_t version = 3;
    std::string interface;
    VrrpPhase phase = VrrpPhase::Initialize;
    std::int64_t sinceUs = 0;
    std::string reason;
    std::uint8_t priority = 0; ///< effective
    std::string hold;          ///< why it must not be master now ("drill graceful"), or empty
    std::string masterAddress; ///< of the last accepted advertisement; empty: none, or we are it
    std::uint8_t masterPriority = 0;
    std::int64_t lastAdvertUs = 0;
    std::int64_t advertIntervalMs = 0;
    std::int64_t masterDownMs = 0; ///< silence after which this director takes over
    std::uint64_t advertsSent = 0;
    std::uint64_t advertsReceived = 0;
    std::map<std::string, std::uint64_t> rejected; ///< reason -> count
    std::vector<std::string> addresses;            ///< that this director holds now, with prefix length
    std::vector<Transition> transitions;           ///< the last 20, oldest first; vrrp.transitions has the last 200
    std::string group;                             ///< its sync group, or empty
    std::optional<Maintenance> maintenance;
    std::vector<VrrpPeer> peers;
    std::vector<VrrpTrack> tracks;
    bool operator==(const VrrpState&) const = default;
};
BOOST_DESCRIBE_STRUCT(VrrpState, (),
                      (name, vrid, version, interface, phase, sinceUs, reason, priority, hold, masterAddress, masterPriority,
                       lastAdvertUs, advertIntervalMs, masterDownMs, advertsSent, advertsReceived, rejected, addresses,
                       transitions, group, maintenance, peers, tracks))

/// vrrp.set: takes an instance or a sync group out of service on this director, and back. One of `instance` and `group` is given.
struct VrrpSetParams {
    std::string instance;
    std::string group;
    bool maintenance = true;
    std::string reason;
    std::optional<std::int64_t> untilMs; ///< wall clock
};
BOOST_DESCRIBE_STRUCT(VrrpSetParams, (), (instance, group, maintenance, reason, untilMs))

/// vrrp.transitions {instance}: the last 200, oldest first.
struct VrrpTransitionsParams {
    std::string instance;
};
BOOST_DESCRIBE_STRUCT(VrrpTransitionsParams, (), (instance))

enum class ServerHealth { Unchecked, Up, Down };
BOOST_DESCRIBE_ENUM(ServerHealth, Unchecked, Up, Down)

struct TableServer {
    std::uint32_t row = 0; ///< names the row of `Counts`
    std::string key;       ///< "192.0.2.20:80"
    std::string name;
    std::string forward; ///< ipvsadm's word: Masq, Local, Tunnel, Route
    std::string tunnel;  ///< as ipvsadm --tun-info, for tunnels
    std::int32_t configuredWeight = 0;
    std::uint32_t upperThreshold = 0;
    std::uint32_t lowerThreshold = 0;
    model::AdminState admin = model::AdminState::Enabled;
    ServerHealth health = ServerHealth::Unchecked;
    std::int64_t healthSinceMs = 0;
    bool present = true;  ///< in the kernel's table now
    bool foreign = false; ///< in the table, not in the cluster
    bool sorry = false;
    bool draining = false;   ///< leaves: weight 0 until it is empty or the limit has passed
    bool overridden = false; ///< server.set is in force: `admin` and `configuredWeight` show it, not the configuration
    bool operator==(const TableServer&) const = default;
};
BOOST_DESCRIBE_STRUCT(TableServer, (),
                      (row, key, name, forward, tunnel, configuredWeight, upperThreshold, lowerThreshold, admin, health,
                       healthSinceMs, present, foreign, sorry, draining, overridden))

struct TableService {
    std::uint32_t row = 0;
    std::string key; ///< model::serviceKey
    std::string name;
    std::string protocol; ///< ipvsadm's word: TCP, UDP, SCTP, FWM
    std::string address;  ///< "192.0.2.10:80", "7", "7 IPv6"
    std::string scheduler;
    std::vector<std::string> flags; ///< ipvsadm's words: sh-port, mh-fallback, flag-1 …
    std::uint32_t persistence = 0;  ///< seconds; 0: off
    std::string mask;               ///< as ipvsadm prints it, empty when full
    std::string persistenceEngine;
    bool onePacket = false;
    bool quorum = true; ///< enough weight is alive
    bool present = true;
    bool foreign = false;
    /// model::serviceKey of the service with the virtual_server_group that this row is a part of; empty: it stands for itself.
    std::string group;
    std::vector<TableServer> servers;
    bool operator==(const TableService&) const = default;
};
BOOST_DESCRIBE_STRUCT(TableService, (),
                      (row, key, name, protocol, address, scheduler, flags, persistence, mask, persistenceEngine, onePacket,
                       quorum, present, foreign, group, servers))

/// Columns once, then rows of numbers; a row begins with the row number of the table. In a delta only the rows that changed.
struct Counts {
    std::vector<std::string> columns; ///< see countColumns; with columns these are all rows, without them only changed ones
    std::vector<std::vector<std::int64_t>> rows;
    bool operator==(const Counts&) const = default;
};
BOOST_DESCRIBE_STRUCT(Counts, (), (columns, rows))

/// In this order; weight and connection counts of now, totals since the entry was made, rates of the kernel's 2 s estimator.
inline const std::vector<std::string>& countColumns() {
    static const std::vector<std::string> columns{"row",   "weight",     "active",      "inactive", "persistent",
                                                  "conns", "in_packets", "out_packets", "in_bytes", "out_bytes",
                                                  "cps",   "in_pps",     "out_pps",     "in_bps",   "out_bps"};
    return columns;
}

struct CheckState {
    std::string service;
    std::string server;
    std::string kind; ///< "tcp", "http", "smtp", "dns", "udp", "ping", "script", "file", "vip"
    ServerHealth health = ServerHealth::Unchecked;
    std::int64_t sinceMs = 0;
    std::string reason; ///< code: "ok", "refused", "timeout", "status", "digest", "unreachable", "tls", "reset", "local"
    std::string detail; ///< last answer in short
    std::int64_t latencyUs = 0;
    std::int64_t nextMs = 0;
    std::uint32_t failures = 0;                     ///< in a row
    std::optional<std::int64_t> certificateUntilMs; ///< of the certificate that the server showed
    bool operator==(const CheckState&) const = default;
};
BOOST_DESCRIBE_STRUCT(CheckState, (),
                      (service, server, kind, health, sinceMs, reason, detail, latencyUs, nextMs, failures,
                       certificateUntilMs))

enum class EventLevel { Info, Notice, Warning, Error };
BOOST_DESCRIBE_ENUM(EventLevel, Info, Notice, Warning, Error)

struct Event {
    std::uint64_t id = 0; ///< counts up; gaps mean that older ones were forgotten
    std::int64_t atUs = 0;
    EventLevel level = EventLevel::Info;
    std::string area;    ///< "vrrp", "health", "config", "drill", "ipvs", "agent"
    std::string subject; ///< instance, server, revision …
    std::string text;
    std::string by; ///< user, for what somebody did
    bool operator==(const Event&) const = default;
};
BOOST_DESCRIBE_STRUCT(Event, (), (id, atUs, level, area, subject, text, by))

/// One of the kernel's connection sync daemons.
struct SyncDaemon {
    std::string role; ///< "master" (sends) or "backup" (receives)
    std::string interface;
    std::uint8_t syncId = 0;
    bool operator==(const SyncDaemon&) const = default;
};
BOOST_DESCRIBE_STRUCT(SyncDaemon, (), (role, interface, syncId))

struct ConfigState {
    std::string cluster;
    std::string director;
    std::uint64_t revision = 0;
    std::string hash;
    std::optional<PendingApply> pending;
    std::vector<SyncDaemon> syncDaemons;
    std::string problem; ///< why the kernel does not hold what the configuration says; empty: it does
    bool operator==(const ConfigState&) const = default;
};
BOOST_DESCRIBE_STRUCT(ConfigState, (), (cluster, director, revision, hash, pending, syncDaemons, problem))

enum class DrillKind { Graceful, Crash };
BOOST_DESCRIBE_ENUM(DrillKind, Graceful, Crash)

struct DrillLease {
    std::string id;
    DrillKind kind = DrillKind::Graceful;
    std::int64_t startedUs = 0; ///< when the fault took effect
    std::int64_t leaseLeftMs = 0;
    std::string by;
    bool operator==(const DrillLease&) const = default;
};
BOOST_DESCRIBE_STRUCT(DrillLease, (), (id, kind, startedUs, leaseLeftMs, by))

enum class Part { Config, Vrrp, Table, Counts, Health, Events, Drill };
BOOST_DESCRIBE_ENUM(Part, Config, Vrrp, Table, Counts, Health, Events, Drill)

/// state.subscribe answers {epoch}; then come `state` notifications: the first full, later ones with the changed parts only.
/// state.get answers one full state. A part that is absent did not change (in a delta) or was not asked for.
struct SubscribeParams {
    std::uint32_t intervalMs = 1000; ///< 100..60000
    std::vector<Part> parts;         ///< empty: all
};
BOOST_DESCRIBE_STRUCT(SubscribeParams, (), (intervalMs, parts))

struct Subscribed {
    std::uint64_t epoch = 0;
};
BOOST_DESCRIBE_STRUCT(Subscribed, (), (epoch))

/// state.get {parts}
struct StateGetParams {
    std::vector<Part> parts; ///< empty: all
};
BOOST_DESCRIBE_STRUCT(StateGetParams, (), (parts))

/// events.query {after, limit}: the newest `limit` events with a larger id, oldest first.
struct EventsQueryParams {
    std::uint64_t after = 0;
    std::uint32_t limit = 200; ///< 1..1000
};
BOOST_DESCRIBE_STRUCT(EventsQueryParams, (), (after, limit))

struct State {
    std::uint64_t epoch = 0;
    std::uint64_t sequence = 0;
    bool full = true;
    std::int64_t atUs = 0;
    std::optional<ConfigState> config;
    std::optional<std::vector<VrrpState>> vrrp;
    std::optional<std::vector<TableService>> table; ///< with it come the counts of all rows
    std::optional<Counts> counts;
    std::optional<std::vector<CheckState>> health;
    std::optional<std::vector<Event>> events;     ///< full: the last 200; delta: the new ones
    std::optional<std::vector<DrillLease>> drill; ///< none or one
};
BOOST_DESCRIBE_STRUCT(State, (), (epoch, sequence, full, atUs, config, vrrp, table, counts, health, events, drill))

/// The last line before the agent closes a connection: why. `code` is a word of the error list.
struct Goodbye {
    std::string code;
    std::string message;
};
BOOST_DESCRIBE_STRUCT(Goodbye, (), (code, message))

/// check.run {service, server}: starts every check of a server now; its regular beat is not moved.
struct CheckRunParams {
    std::string service; ///< keys
    std::string server;
};
BOOST_DESCRIBE_STRUCT(CheckRunParams, (), (service, server))

// --- server.set --------------------------------------------------------------------------------------------------------
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
