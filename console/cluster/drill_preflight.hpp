// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at a cluster before a drill: who would give way to whom, and everything that speaks against trying it. Pure; any thread.
#pragma once

#include "console/cluster/cluster_session.hpp"
#include "console/cluster/drill_machine.hpp"

namespace lvsdeck::cluster {

/// What is known when the list is made.
struct PreflightView {
    ClusterFacts facts;
    std::vector<DirectorSnapshot> directors;
    std::optional<DirectorSnapshot> probeHost; ///< unset: this computer probes
    std::shared_ptr<const model::Cluster> cluster;
    std::optional<ProbePlan> probe;
    std::string instance; ///< asked for; empty: the first
    rpc::DrillKind kind = rpc::DrillKind::Graceful;
    std::int64_t nowUs = 0;
};

struct Preflight {
    std::vector<PreflightItem> items;
    DrillPlan plan;                       ///< of use when nothing is Bad
    std::int64_t expectedDetectionUs = 0; ///< the slowest instance's, by its timers; 0: not known
    [[nodiscard]] bool blocked() const;
};

[[nodiscard]] Preflight lookBefore(const PreflightView& view);

/// The first TCP service on an address that moves with `instance` (empty: with any); nullopt: there is none.
[[nodiscard]] std::optional<ProbePlan> chooseProbe(const model::Cluster& cluster, const std::string& instance);

/// Silence, or priority 0, until a backup of this priority takes over: RFC 5798 §6.1 (version 3) and RFC 3768 §6.1 (version 2).
[[nodiscard]] std::int64_t expectedDetectionUs(const model::VrrpInstance& instance, std::uint8_t priority,
                                               rpc::DrillKind kind);

} // namespace lvsdeck::cluster
