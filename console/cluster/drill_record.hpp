// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that a drill found, as it is kept on disk, drawn as a timeline and printed as a report. JSON by
// common/base/json.hpp; `schema` grows with every change that an older reader would misread. Plain values; any thread.
// All times are microseconds of the console's clock since the epoch, mapped from each host's clock with its measured offset.
#pragma once

#include "common/rpc/messages.hpp"
#include "console/cluster/saved_cluster.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::cluster {

inline constexpr std::uint32_t drillRecordSchema = 1;

/// In this order; Finished is also where an aborted drill ends.
enum class DrillPhase { Preflight, Baseline, Takeover, SteadyOnBackup, FailBack, SteadyAfter, Finished };
BOOST_DESCRIBE_ENUM(DrillPhase, Preflight, Baseline, Takeover, SteadyOnBackup, FailBack, SteadyAfter, Finished)

enum class Verdict { Passed, Failed, Aborted };
BOOST_DESCRIBE_ENUM(Verdict, Passed, Failed, Aborted)

/// One line of the pre-flight list. Bad blocks the drill; Warning is shown and written down.
struct PreflightItem {
    std::string id; ///< stable: "connected", "clock", "one-master", "in-sync", "backup-wins", "table", "busy", "probe" …
    rpc::Finding finding = rpc::Finding::Good;
    std::string title;
    std::string detail;
    bool operator==(const PreflightItem&) const = default;
};
BOOST_DESCRIBE_STRUCT(PreflightItem, (), (id, finding, title, detail))

struct PhaseSpan {
    DrillPhase phase = DrillPhase::Preflight;
    std::int64_t fromUs = 0;
    std::int64_t toUs = 0;
    bool operator==(const PhaseSpan&) const = default;
};
BOOST_DESCRIBE_STRUCT(PhaseSpan, (), (phase, fromUs, toUs))

/// A lane of the timeline: one director's role in one instance. Spans do not overlap; they are in order.
struct RoleSpan {
    std::string director;
    std::string instance;
    rpc::VrrpPhase role = rpc::VrrpPhase::Initialize;
    std::int64_t fromUs = 0;
    std::int64_t toUs = 0;
    std::string reason;
    bool operator==(const RoleSpan&) const = default;
};
BOOST_DESCRIBE_STRUCT(RoleSpan, (), (director, instance, role, fromUs, toUs, reason))

/// Who held the instance's addresses (from the transitions' address times).
struct OwnerSpan {
    std::string director;
    std::string instance;
    std::int64_t fromUs = 0;
    std::int64_t toUs = 0;
    bool operator==(const OwnerSpan&) const = default;
};
BOOST_DESCRIBE_STRUCT(OwnerSpan, (), (director, instance, fromUs, toUs))

/// Several attempts of the probe that fell into the same piece of time.
struct LatencyPoint {
    std::int64_t atUs = 0; ///< start of the piece
    std::uint32_t ok = 0;
    std::uint32_t failed = 0;
    std::int64_t minUs = 0; ///< latencies of the good ones; 0 when there are none
    std::int64_t maxUs = 0;
    std::int64_t medianUs = 0;
    bool operator==(const LatencyPoint&) const = default;
};
BOOST_DESCRIBE_STRUCT(LatencyPoint, (), (atUs, ok, failed, minUs, maxUs, medianUs))

/// A moment worth a mark on the timeline.
struct DrillMark {
    std::int64_t atUs = 0;
    std::string director; ///< may be empty
    std::string text;
    bool operator==(const DrillMark&) const = default;
};
BOOST_DESCRIBE_STRUCT(DrillMark, (), (atUs, director, text))

/// A measured time with what is not known about it: the truth is within value ± error. Microseconds.
struct Measured {
    std::int64_t valueUs = 0;
    std::int64_t errorUs = 0;
    bool operator==(const Measured&) const = default;
};
BOOST_DESCRIBE_STRUCT(Measured, (), (valueUs, errorUs))

/// One change of master, there or back. Unset: it was not seen, or cannot be measured with these agents.
struct SwitchMetrics {
    std::optional<Measured> detection;    ///< last advertisement of the old master -> the new one is master; one clock
    std::int64_t expectedDetectionUs = 0; ///< by the protocol's timers; 0: not known
    std::optional<Measured> takeover;     ///< fault (or lease end) -> addresses and gratuitous ARP out; two clocks
    std::optional<Measured> addresses;    ///< new one is master -> its addresses are up; one clock
    std::optional<Measured> garp;         ///< new one is master -> first gratuitous ARP is out; one clock
    std::optional<Measured>
        outage;                 ///< longest time from a good attempt's start to the next good one's end, beyond a normal one
    std::uint64_t attempts = 0; ///< of the probe, within this change
    std::uint64_t failed = 0;
    std::uint64_t refused = 0; ///< part of failed
    Measured overlap;          ///< two masters at once
    bool operator==(const SwitchMetrics&) const = default;
};
BOOST_DESCRIBE_STRUCT(SwitchMetrics, (),
                      (detection, expectedDetectionUs, takeover, addresses, garp, outage, attempts, failed, refused,
                       overlap))

struct DrillMetrics {
    SwitchMetrics there;
    std::optional<SwitchMetrics> back; ///< unset: there was no fail back (nopreempt, or aborted)
    std::uint32_t held = 0;            ///< connections held open
    std::uint32_t heldBroken = 0;
    std::int64_t heldMaxStallUs = 0;
    std::uint32_t tableDifferences = 0; ///< services and servers that are not the same on both directors
    std::int64_t baselineMedianUs = 0;  ///< latency of the probe before the fault
    std::int64_t baselineP99Us = 0;
    std::uint64_t connectionsBefore = 0; ///< active connections on the old master
    std::uint64_t connectionsAfter = 0;  ///< active connections on the new master, once steady
    std::uint32_t extraTransitions = 0;  ///< role changes beyond the expected ones
    bool operator==(const DrillMetrics&) const = default;
};
BOOST_DESCRIBE_STRUCT(DrillMetrics, (),
                      (there, back, held, heldBroken, heldMaxStallUs, tableDifferences, baselineMedianUs, baselineP99Us,
                       connectionsBefore, connectionsAfter, extraTransitions))

/// What the probe did, and from where.
struct ProbePlan {
    std::string from; ///< id of the probing host; empty: this computer
    IpAddress address;
    std::uint16_t port = 0;
    std::string httpPath;
    std::uint32_t intervalMs = 10;
    std::uint32_t timeoutMs = 1000;
    std::uint32_t held = 0;
    bool operator==(const ProbePlan&) const = default;
};
BOOST_DESCRIBE_STRUCT(ProbePlan, (), (from, address, port, httpPath, intervalMs, timeoutMs, held))

struct DirectorVersion {
    std::string director;
    std::string agent;
    std::uint64_t revision = 0;
    std::string hash;
    std::int64_t clockOffsetUs = 0; ///< its clock minus the console's
    std::int64_t clockErrorUs = 0;
    bool operator==(const DirectorVersion&) const = default;
};
BOOST_DESCRIBE_STRUCT(DirectorVersion, (), (director, agent, revision, hash, clockOffsetUs, clockErrorUs))

struct DrillRecord {
    std::uint32_t schema = drillRecordSchema;
    std::string id;
    std::string cluster;
    rpc::DrillKind kind = rpc::DrillKind::Graceful;
    std::string by; ///< user on the director
    std::string consoleVersion;
    bool simulated = false;
    std::int64_t startedUs = 0;
    std::int64_t faultUs = 0;    ///< 0: it never came to that
    std::int64_t leaseEndUs = 0; ///< when the fault was taken back
    std::int64_t finishedUs = 0;
    std::string oldMaster;
    std::string newMaster; ///< expected backup
    std::vector<std::string> instances;
    std::vector<DirectorVersion> directors;
    ProbePlan probe;
    std::vector<PreflightItem> preflight;
    DrillLimits limits;
    std::vector<PhaseSpan> phases;
    std::vector<RoleSpan> roles;
    std::vector<OwnerSpan> owners;
    std::vector<LatencyPoint> latency; ///< at most 2,000 points
    std::vector<DrillMark> marks;
    DrillMetrics metrics;
    Verdict verdict = Verdict::Aborted;
    std::vector<std::string> reasons; ///< of the verdict; empty when passed
    bool operator==(const DrillRecord&) const = default;
};
BOOST_DESCRIBE_STRUCT(DrillRecord, (),
                      (schema, id, cluster, kind, by, consoleVersion, simulated, startedUs, faultUs, leaseEndUs, finishedUs,
                       oldMaster, newMaster, instances, directors, probe, preflight, limits, phases, roles, owners, latency,
                       marks, metrics, verdict, reasons))

} // namespace lvsdeck::cluster
