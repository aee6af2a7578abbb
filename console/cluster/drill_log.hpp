// SPDX-License-Identifier: GPL-3.0-or-later
// What was seen during a drill, and the lanes and figures that follow from it. Plain values and pure functions; any thread.
#pragma once

#include "console/cluster/clock_estimator.hpp"
#include "console/cluster/drill_record.hpp"

#include <map>

namespace lvsdeck::cluster {

/// One director's transitions of one instance, on its own clock, oldest first, each once.
struct InstanceLog {
    rpc::VrrpPhase initial = rpc::VrrpPhase::Initialize; ///< when the drill began
    std::string initialReason;
    std::int64_t knownUntilUs = 0;            ///< older transitions belong to the past
    std::vector<rpc::Transition> transitions; ///< since the drill began
    bool operator==(const InstanceLog&) const = default;
};

struct DrillLog {
    std::int64_t startedUs = 0;                  ///< console clock, as all without another word
    std::optional<std::int64_t> faultDirectorUs; ///< lease.startedUs, on the old master's clock
    std::int64_t faultUs = 0;                    ///< the same on the console's clock; 0: none
    std::int64_t faultErrorUs = 0;
    std::int64_t leaseEndUs = 0; ///< 0: not yet
    std::int64_t leaseEndErrorUs = 0;
    std::int64_t endUs = 0; ///< now, or when it finished
    std::map<std::string, ClockOffset> clocks;
    std::map<std::string, std::map<std::string, InstanceLog>> directors; ///< director -> instance
    std::vector<rpc::ProbeSample> samples;                               ///< in the order of completion
    std::uint32_t heldAlive = 0;
    std::uint32_t heldBroken = 0;
    std::int64_t heldMaxStallUs = 0;

    /// Adds what `vrrp` tells; known transitions are completed (their later times may come late).
    void see(const std::string& director, const std::vector<rpc::VrrpState>& vrrp, std::int64_t nowUs);
};

/// The lanes.
[[nodiscard]] std::vector<RoleSpan> roleSpans(const DrillLog& log);
[[nodiscard]] std::vector<OwnerSpan> ownerSpans(const DrillLog& log);
/// At most `points` pieces over the whole time.
[[nodiscard]] std::vector<LatencyPoint> latencyPoints(const DrillLog& log, std::size_t points = 2000);

/// The figures of the change to `to` within [fromUs, untilUs).
[[nodiscard]] SwitchMetrics switchMetrics(const DrillLog& log, const std::string& from, const std::string& to,
                                          std::int64_t fromUs, std::int64_t fromErrorUs, std::int64_t untilUs,
                                          std::int64_t probeIntervalUs);

/// Compares with the limits; the sentences say what was measured and what was allowed. Empty: passed.
[[nodiscard]] std::vector<std::string> judge(const DrillMetrics& metrics, const DrillLimits& limits);

/// Services and servers that are in one table and not in the other, or differ in what decides about new connections.
[[nodiscard]] std::vector<std::string> tableDifferences(const std::vector<rpc::TableService>& master,
                                                        const rpc::Counts* masterCounts,
                                                        const std::vector<rpc::TableService>& backup,
                                                        const rpc::Counts* backupCounts);

} // namespace lvsdeck::cluster
