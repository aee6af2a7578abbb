// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/drill_log.hpp"

#include "console/cluster/text.hpp"
#include "probe/outage.hpp"

#include <algorithm>
#include <set>

namespace lvsdeck::cluster {

using rpc::VrrpPhase;

namespace {

ClockOffset clockOf(const DrillLog& log, const std::string& director) {
    const auto found = log.clocks.find(director);
    return found == log.clocks.end() ? ClockOffset{} : found->second;
}

const rpc::Transition* firstToMaster(const InstanceLog& log, const ClockOffset& clock, std::int64_t fromUs,
                                     std::int64_t untilUs) {
    for (const rpc::Transition& transition : log.transitions)
        if (const std::int64_t at = clock.toConsole(transition.atUs);
            transition.to == VrrpPhase::Master && at >= fromUs - clock.errorUs && at < untilUs)
            return &transition;
    return nullptr;
}

void worst(std::optional<Measured>& so_far, const Measured& next) {
    if (!so_far || next.valueUs > so_far->valueUs)
        so_far = next;
}

std::int64_t commonUs(std::int64_t a0, std::int64_t a1, std::int64_t b0, std::int64_t b1) {
    return std::max<std::int64_t>(0, std::min(a1, b1) - std::max(a0, b0));
}

/// "12.3 ms" or "1.23 s".
QString shown(std::int64_t us) {
    return us < 1'000'000 ? Text::tr("%1 ms").arg(static_cast<double>(us) / 1e3, 0, 'f', 1)
                          : Text::tr("%1 s").arg(static_cast<double>(us) / 1e6, 0, 'f', 2);
}

} // namespace

void DrillLog::see(const std::string& director, const std::vector<rpc::VrrpState>& vrrp, std::int64_t nowUs) {
    endUs = std::max(endUs, nowUs);
    for (const rpc::VrrpState& state : vrrp) {
        auto [place, isNew] = directors[director].try_emplace(state.name);
        InstanceLog& log = place->second;
        if (isNew) {
            log.initial = state.phase;
            log.initialReason = state.reason;
            if (!state.transitions.empty())
                log.knownUntilUs = state.transitions.back().atUs;
            continue;
        }
        for (const rpc::Transition& transition : state.transitions) {
            if (transition.atUs <= log.knownUntilUs)
                continue;
            const auto known = std::ranges::find(log.transitions, transition.atUs, &rpc::Transition::atUs);
            if (known == log.transitions.end())
                log.transitions.push_back(transition);
            else
                *known = transition;
        }
    }
}

std::vector<RoleSpan> roleSpans(const DrillLog& log) {
    std::vector<RoleSpan> spans;
    for (const auto& [director, instances] : log.directors) {
        const ClockOffset clock = clockOf(log, director);
        for (const auto& [instance, one] : instances) {
            RoleSpan span{director, instance, one.initial, log.startedUs, log.endUs, one.initialReason};
            for (const rpc::Transition& transition : one.transitions) {
                span.toUs = std::clamp(clock.toConsole(transition.atUs), span.fromUs, log.endUs);
                spans.push_back(span);
                span = {director, instance, transition.to, span.toUs, log.endUs, transition.reason};
            }
            spans.push_back(span);
        }
    }
    return spans;
}

std::vector<OwnerSpan> ownerSpans(const DrillLog& log) {
    std::vector<OwnerSpan> spans;
    for (const auto& [director, instances] : log.directors) {
        const ClockOffset clock = clockOf(log, director);
        for (const auto& [instance, one] : instances) {
            bool holds = one.initial == VrrpPhase::Master;
            std::int64_t since = log.startedUs;
            for (const rpc::Transition& transition : one.transitions) {
                const std::int64_t at =
                    clock.toConsole(transition.addressesUs > 0 ? transition.addressesUs : transition.atUs);
                if (transition.to == VrrpPhase::Master && !holds) {
                    holds = true;
                    since = std::clamp(at, log.startedUs, log.endUs);
                } else if (transition.to != VrrpPhase::Master && holds) {
                    holds = false;
                    spans.push_back({director, instance, since, std::clamp(at, since, log.endUs)});
                }
            }
            if (holds)
                spans.push_back({director, instance, since, log.endUs});
        }
    }
    return spans;
}

std::vector<LatencyPoint> latencyPoints(const DrillLog& log, std::size_t points) {
    constexpr std::int64_t finestUs = 50'000;
    const std::int64_t whole = std::max<std::int64_t>(log.endUs - log.startedUs, 1);
    const std::int64_t width =
        std::max(finestUs, whole / static_cast<std::int64_t>(std::max<std::size_t>(points, 2) - 1) + 1);
    struct Piece {
        std::vector<std::int64_t> latencies;
        std::uint32_t failed = 0;
    };
    std::map<std::int64_t, Piece> pieces;
    for (const rpc::ProbeSample& sample : log.samples) {
        // A miss of the prober itself says nothing about the service.
        if (sample.startUs < log.startedUs || sample.startUs > log.endUs || sample.result == rpc::ProbeResult::Local)
            continue;
        Piece& piece = pieces[(sample.startUs - log.startedUs) / width];
        if (sample.result == rpc::ProbeResult::Ok)
            piece.latencies.push_back(sample.durationUs);
        else
            ++piece.failed;
    }
    std::vector<LatencyPoint> out;
    out.reserve(pieces.size());
    for (auto& [number, piece] : pieces) {
        LatencyPoint point{
            log.startedUs + number * width, static_cast<std::uint32_t>(piece.latencies.size()), piece.failed, 0, 0, 0};
        if (!piece.latencies.empty()) {
            std::ranges::sort(piece.latencies);
            point.minUs = piece.latencies.front();
            point.maxUs = piece.latencies.back();
            point.medianUs = piece.latencies[piece.latencies.size() / 2];
        }
        out.push_back(point);
    }
    return out;
}

SwitchMetrics switchMetrics(const DrillLog& log, const std::string& from, const std::string& to, std::int64_t fromUs,
                            std::int64_t fromErrorUs, std::int64_t untilUs, std::int64_t probeIntervalUs) {
    SwitchMetrics metrics;
    const ClockOffset clock = clockOf(log, to);
    if (const auto director = log.directors.find(to); director != log.directors.end()) {
        for (const auto& [instance, one] : director->second) {
            const rpc::Transition* master = firstToMaster(one, clock, fromUs - fromErrorUs, untilUs);
            if (master == nullptr)
                continue;
            if (master->lastAdvertUs > 0)
                worst(metrics.detection, {master->atUs - master->lastAdvertUs, 0});
            if (master->addressesUs > 0)
                worst(metrics.addresses, {master->addressesUs - master->atUs, 0});
            if (master->garpUs > 0)
                worst(metrics.garp, {master->garpUs - master->atUs, 0});
            if (const std::int64_t out = std::max(master->addressesUs, master->garpUs); out > 0)
                worst(metrics.takeover, {clock.toConsole(out) - fromUs, fromErrorUs + clock.errorUs});
        }
    }
    const std::vector<RoleSpan> spans = roleSpans(log);
    for (const RoleSpan& a : spans)
        for (const RoleSpan& b : spans)
            if (a.director == from && b.director == to && a.instance == b.instance && a.role == VrrpPhase::Master &&
                b.role == VrrpPhase::Master)
                metrics.overlap.valueUs += commonUs(std::max(a.fromUs, fromUs), std::min(a.toUs, untilUs), b.fromUs, b.toUs);
    metrics.overlap.errorUs = clock.errorUs + clockOf(log, from).errorUs;
    if (!log.samples.empty()) {
        const probe::Outage outage = probe::measure(log.samples, {fromUs, untilUs}, probeIntervalUs);
        metrics.outage = Measured{outage.outageUs, outage.uncertaintyUs};
        metrics.attempts = outage.attempts;
        metrics.failed = outage.failed;
        metrics.refused = outage.count(rpc::ProbeResult::Refused);
    }
    return metrics;
}

std::vector<std::string> judge(const DrillMetrics& metrics, const DrillLimits& limits) {
    std::vector<std::string> reasons;
    const auto time = [&](const QString& way, const QString& what, const std::optional<Measured>& measured,
                          std::optional<std::int64_t> limitMs, bool certain) {
        if (!limitMs)
            return;
        const std::int64_t limitUs = *limitMs * 1000;
        if (!measured)
            reasons.push_back(
                Text::tr("%1: %2 could not be measured; the limit is %3").arg(way, what, shown(limitUs)).toStdString());
        else if ((certain ? measured->valueUs - measured->errorUs : measured->valueUs + measured->errorUs) > limitUs)
            reasons.push_back(Text::tr("%1: %2 was %3 ± %4; the limit is %5")
                                  .arg(way, what, shown(measured->valueUs), shown(measured->errorUs), shown(limitUs))
                                  .toStdString());
    };
    const auto change = [&](const QString& way, const SwitchMetrics& one) {
        time(way, Text::tr("the client outage"), one.outage, limits.outageMs, false);
        time(way, Text::tr("the detection"), one.detection, limits.detectionMs, false);
        time(way, Text::tr("the takeover"), one.takeover, limits.takeoverMs, false);
        time(way, Text::tr("the time with two masters"), one.overlap, limits.overlapMs, true);
        if (limits.failedAttempts && std::cmp_greater(one.failed, *limits.failedAttempts))
            reasons.push_back(Text::tr("%1: %2 of %3 attempts failed; the limit is %4")
                                  .arg(way)
                                  .arg(one.failed)
                                  .arg(one.attempts)
                                  .arg(*limits.failedAttempts)
                                  .toStdString());
    };
    change(Text::tr("Takeover"), metrics.there);
    if (metrics.back)
        change(Text::tr("Fail back"), *metrics.back);
    if (limits.heldSurvived && metrics.held > 0) {
        const double survived =
            static_cast<double>(metrics.held - std::min(metrics.held, metrics.heldBroken)) / metrics.held;
        if (survived < *limits.heldSurvived)
            reasons.push_back(Text::tr("%1 of %2 held connections broke; at least %3 % must survive")
                                  .arg(metrics.heldBroken)
                                  .arg(metrics.held)
                                  .arg(*limits.heldSurvived * 100.0)
                                  .toStdString());
    }
    return reasons;
}

namespace {

std::map<std::int64_t, std::int64_t> weightsOf(const rpc::Counts* counts) {
    std::map<std::int64_t, std::int64_t> weights;
    if (counts != nullptr)
        for (const auto& row : counts->rows)
            if (row.size() > 1)
                weights[row[0]] = row[1];
    return weights;
}

/// Everything that decides about a new connection, by key.
std::map<std::string, std::string> decisions(const std::vector<rpc::TableService>& table, const rpc::Counts* counts) {
    const auto weights = weightsOf(counts);
    std::map<std::string, std::string> out;
    for (const rpc::TableService& service : table) {
        if (!service.present)
            continue;
        std::string flags;
        for (const std::string& flag : service.flags)
            flags += " " + flag;
        out[service.key] = service.scheduler + flags + " persistence " + std::to_string(service.persistence) +
                           (service.onePacket ? " one-packet" : "");
        for (const rpc::TableServer& server : service.servers) {
            if (!server.present)
                continue;
            const auto weight = weights.find(server.row);
            out[service.key + " / " + server.key] =
                server.forward + " weight " +
                std::to_string(weight == weights.end() ? server.configuredWeight : weight->second);
        }
    }
    return out;
}

} // namespace

std::vector<std::string> tableDifferences(const std::vector<rpc::TableService>& master, const rpc::Counts* masterCounts,
                                          const std::vector<rpc::TableService>& backup, const rpc::Counts* backupCounts) {
    const auto here = decisions(master, masterCounts);
    const auto there = decisions(backup, backupCounts);
    std::vector<std::string> out;
    for (const auto& [key, value] : here) {
        const auto other = there.find(key);
        if (other == there.end())
            out.push_back(Text::tr("%1: only on the master").arg(q(key)).toStdString());
        else if (other->second != value)
            out.push_back(Text::tr("%1: master %2, backup %3").arg(q(key), q(value), q(other->second)).toStdString());
    }
    for (const auto& [key, value] : there)
        if (!here.contains(key))
            out.push_back(Text::tr("%1: only on the backup").arg(q(key)).toStdString());
    return out;
}

} // namespace lvsdeck::cluster
