// SPDX-License-Identifier: GPL-3.0-or-later
// A part of messages.hpp: state.*, events.* and vrrp.*, what a director is and does at the moment.
#pragma once

#include "common/rpc/adopt_messages.hpp"
#include "common/rpc/config_messages.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::rpc {

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
    std::string problem;              ///< why the kernel does not hold what the configuration says; empty: it does
    std::optional<Adoption> adoption; ///< unset: this director has nothing to do with a keepalived
    bool operator==(const ConfigState&) const = default;
};
BOOST_DESCRIBE_STRUCT(ConfigState, (), (cluster, director, revision, hash, pending, syncDaemons, problem, adoption))

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

} // namespace lvsdeck::rpc
