// SPDX-License-Identifier: GPL-3.0-or-later
// What a client felt, computed from the attempts of a prober. Pure; any thread.
#pragma once

#include "common/rpc/messages.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace lvsdeck::probe {

inline constexpr std::size_t resultCount = 7;

/// Prober's clock, µs; both ends belong to it.
struct Window {
    std::int64_t fromUs = 0;
    std::int64_t toUs = 0;
};

struct Outage {
    /// From the start of the last success before to the completion of the next success. The longest one whose middle lies in
    /// the window; with several windows side by side each outage therefore counts in exactly one. Always there: without any
    /// failure it is about one interval and one latency.
    std::int64_t gapUs = 0;
    std::int64_t fromUs = 0;
    std::int64_t toUs = 0;
    /// The gap, or 0 when it is no longer than the rhythm of the prober explains (two intervals and the median latency).
    std::int64_t outageUs = 0;
    /// The true outage lies within gapUs plus or minus this.
    std::int64_t uncertaintyUs = 0;
    bool openStart = false;      ///< no success before: it began at `fromUs` or earlier
    bool openEnd = false;        ///< no success after: it ended after `toUs` or never
    std::size_t failedInGap = 0; ///< attempts begun in the gap that failed, Local not counted
    std::size_t localInGap = 0;  ///< attempts that the prober itself could not make: with many, mistrust the figure

    /// Attempts that began in the window.
    std::size_t attempts = 0;
    std::size_t succeeded = 0;
    std::size_t failed = 0;                          ///< without Local
    std::array<std::size_t, resultCount> byResult{}; ///< index: rpc::ProbeResult
    /// Latency of the successes, nearest rank; 0 without any.
    std::int64_t p50Us = 0;
    std::int64_t p95Us = 0;
    std::int64_t p99Us = 0;
    std::int64_t maxUs = 0;

    [[nodiscard]] std::size_t count(rpc::ProbeResult result) const { return byResult.at(static_cast<std::size_t>(result)); }
};

/// `samples` in any order, also from outside the window: what came just before and after it tells where an outage at its
/// edge began and ended.
[[nodiscard]] Outage measure(std::span<const rpc::ProbeSample> samples, Window window, std::int64_t intervalUs);

} // namespace lvsdeck::probe
