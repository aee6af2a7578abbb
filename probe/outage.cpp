// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/outage.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace lvsdeck::probe {

namespace {

using rpc::ProbeResult;
using rpc::ProbeSample;

constexpr std::int64_t farFuture = std::numeric_limits<std::int64_t>::max();

bool within(std::int64_t us, Window window) { return us >= window.fromUs && us <= window.toUs; }

std::int64_t endOf(const ProbeSample& sample) { return sample.startUs + sample.durationUs; }

std::int64_t rank(const std::vector<std::int64_t>& sorted, unsigned percent) {
    if (sorted.empty())
        return 0;
    const std::size_t position = (sorted.size() * percent + 99) / 100;
    return sorted[std::max<std::size_t>(position, 1) - 1];
}

struct Gap {
    std::int64_t fromUs = 0;
    std::int64_t toUs = 0;
    bool openStart = false;
    bool openEnd = false;
};

/// Every stretch between a success and the earliest completion of a success that began later. A success that is under way
/// for long does not hide an outage: a later one that is quicker ends it, as another client would have seen.
std::vector<Gap> gapsOf(const std::vector<ProbeSample>& successes, std::int64_t firstStart, std::int64_t lastEnd) {
    if (successes.empty())
        return {{.fromUs = firstStart, .toUs = lastEnd, .openStart = true, .openEnd = true}};
    std::vector<Gap> gaps(successes.size());
    std::int64_t earliestEnd = farFuture;
    for (std::size_t i = successes.size(); i-- > 0;) {
        gaps[i] = {.fromUs = successes[i].startUs, .toUs = earliestEnd};
        if (earliestEnd == farFuture) {
            gaps[i].toUs = std::max(lastEnd, endOf(successes[i]));
            gaps[i].openEnd = true;
        }
        earliestEnd = std::min(earliestEnd, endOf(successes[i]));
    }
    if (firstStart < successes.front().startUs)
        gaps.push_back({.fromUs = firstStart, .toUs = earliestEnd, .openStart = true});
    return gaps;
}

void count(Outage& outage, std::span<const ProbeSample> samples, Window window) {
    std::vector<std::int64_t> latencies;
    for (const ProbeSample& sample : samples) {
        if (!within(sample.startUs, window))
            continue;
        ++outage.attempts;
        ++outage.byResult.at(static_cast<std::size_t>(sample.result));
        if (sample.result == ProbeResult::Ok)
            latencies.push_back(sample.durationUs);
        else if (sample.result != ProbeResult::Local)
            ++outage.failed;
    }
    outage.succeeded = latencies.size();
    std::ranges::sort(latencies);
    outage.p50Us = rank(latencies, 50);
    outage.p95Us = rank(latencies, 95);
    outage.p99Us = rank(latencies, 99);
    outage.maxUs = latencies.empty() ? 0 : latencies.back();
}

} // namespace

Outage measure(std::span<const ProbeSample> samples, Window window, std::int64_t intervalUs) {
    Outage outage;
    outage.uncertaintyUs = intervalUs;
    count(outage, samples, window);
    if (samples.empty())
        return outage;

    std::vector<ProbeSample> successes;
    std::int64_t firstStart = farFuture;
    std::int64_t lastStart = std::numeric_limits<std::int64_t>::min();
    std::int64_t lastEnd = lastStart;
    for (const ProbeSample& sample : samples) {
        firstStart = std::min(firstStart, sample.startUs);
        lastStart = std::max(lastStart, sample.startUs);
        lastEnd = std::max(lastEnd, endOf(sample));
        if (sample.result == ProbeResult::Ok)
            successes.push_back(sample);
    }
    std::ranges::sort(successes, {}, &ProbeSample::startUs);

    for (const Gap& gap : gapsOf(successes, firstStart, lastEnd)) {
        // After the last attempt nothing was asked, so nothing was lost.
        if (gap.openEnd && !gap.openStart && gap.fromUs == lastStart)
            continue;
        const std::int64_t middle = gap.fromUs + (gap.toUs - gap.fromUs) / 2;
        if (!within(middle, window) || gap.toUs - gap.fromUs <= outage.gapUs)
            continue;
        outage.gapUs = gap.toUs - gap.fromUs;
        outage.fromUs = gap.fromUs;
        outage.toUs = gap.toUs;
        outage.openStart = gap.openStart;
        outage.openEnd = gap.openEnd;
    }
    for (const ProbeSample& sample : samples) {
        if (sample.startUs < outage.fromUs || sample.startUs > outage.toUs || outage.gapUs == 0)
            continue;
        if (sample.result == ProbeResult::Local)
            ++outage.localInGap;
        else if (sample.result != ProbeResult::Ok)
            ++outage.failedInGap;
    }
    if (outage.gapUs > 2 * intervalUs + outage.p50Us)
        outage.outageUs = outage.gapUs;
    return outage;
}

} // namespace lvsdeck::probe
