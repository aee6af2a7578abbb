// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/report/drill_text.hpp"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <cstdlib>

namespace lvsdeck::console {

namespace {

using cluster::DrillPhase;
using cluster::DrillRecord;
using cluster::Measured;
using cluster::SwitchMetrics;
using cluster::Verdict;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Drill)
};

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QString limitText(const std::optional<std::int64_t>& limitMs) {
    return limitMs ? Words::tr("limit %1").arg(durationText(*limitMs * 1000)) : Words::tr("no limit set");
}

Tone judged(const std::optional<Measured>& measured, const std::optional<std::int64_t>& limitMs) {
    if (!measured)
        return Tone::Neutral;
    return limitMs && measured->valueUs + measured->errorUs > *limitMs * 1000 ? Tone::Bad : Tone::Ok;
}

DrillCard outageCard(const DrillRecord& record) {
    const SwitchMetrics& there = record.metrics.there;
    return {Words::tr("Clients felt"), measuredText(there.outage), limitText(record.limits.outageMs),
            judged(there.outage, record.limits.outageMs)};
}

DrillCard detectionCard(const DrillRecord& record) {
    const SwitchMetrics& there = record.metrics.there;
    const QString note = there.expectedDetectionUs > 0
                             ? Words::tr("expected %1").arg(durationText(there.expectedDetectionUs))
                             : limitText(record.limits.detectionMs);
    return {Words::tr("Detected in"), measuredText(there.detection), note,
            judged(there.detection, record.limits.detectionMs)};
}

DrillCard takeoverCard(const DrillRecord& record) {
    const SwitchMetrics& there = record.metrics.there;
    return {Words::tr("Taken over in"), measuredText(there.takeover), limitText(record.limits.takeoverMs),
            judged(there.takeover, record.limits.takeoverMs)};
}

DrillCard failedCard(const DrillRecord& record) {
    const SwitchMetrics& there = record.metrics.there;
    const QLocale locale;
    const auto limit = record.limits.failedAttempts;
    const bool over = limit && there.failed > static_cast<std::uint64_t>(std::max<std::int64_t>(*limit, 0));
    return {Words::tr("Failed attempts"),
            Words::tr("%1 of %2")
                .arg(locale.toString(static_cast<qulonglong>(there.failed)),
                     locale.toString(static_cast<qulonglong>(there.attempts))),
            limit ? Words::tr("limit %1").arg(locale.toString(static_cast<qlonglong>(*limit))) : Words::tr("no limit set"),
            over ? Tone::Bad : Tone::Ok};
}

DrillCard heldCard(const DrillRecord& record) {
    const auto& m = record.metrics;
    if (m.held == 0)
        return {Words::tr("Connections kept"), QStringLiteral("–"), Words::tr("none were held open"), Tone::Neutral};
    const std::uint32_t kept = m.held - std::min(m.held, m.heldBroken);
    const double share = static_cast<double>(kept) / m.held;
    const auto limit = record.limits.heldSurvived;
    return {Words::tr("Connections kept"), Words::tr("%1 of %2").arg(kept).arg(m.held),
            limit ? Words::tr("limit %1 %").arg(*limit * 100, 0, 'f', 0) : Words::tr("held open through the switch"),
            limit && share < *limit ? Tone::Bad : (kept == m.held ? Tone::Ok : Tone::Warn)};
}

DrillCard backCard(const DrillRecord& record) {
    if (!record.metrics.back)
        return {Words::tr("Way back"), QStringLiteral("–"), Words::tr("there was no way back"), Tone::Neutral};
    const SwitchMetrics& back = *record.metrics.back;
    return {Words::tr("Way back"), measuredText(back.outage),
            Words::tr("%n attempt(s) failed", nullptr, static_cast<int>(back.failed)),
            judged(back.outage, record.limits.outageMs)};
}

Tone toneOf(rpc::Finding finding) {
    switch (finding) {
    case rpc::Finding::Good: return Tone::Ok;
    case rpc::Finding::Warning: return Tone::Warn;
    case rpc::Finding::Bad: return Tone::Bad;
    }
    return Tone::Neutral;
}

QString faultLine(const DrillRecord& record) {
    const QString who = text(record.oldMaster);
    switch (record.kind) {
    case rpc::DrillKind::Graceful:
        return Words::tr("Fault under a lease: %1 resigned (priority 0) and gave its addresses up").arg(who);
    case rpc::DrillKind::Crash:
        return Words::tr("Fault under a lease: %1 fell silent without a goodbye, its addresses vanished").arg(who);
    }
    return {};
}

} // namespace

QString durationText(std::int64_t us) {
    const QLocale locale;
    if (std::llabs(us) < 1000)
        return Words::tr("%1 µs").arg(us);
    if (std::llabs(us) < 1'000'000)
        return Words::tr("%1 ms").arg(locale.toString(static_cast<double>(us) / 1e3, 'f', std::llabs(us) < 10'000 ? 1 : 0));
    return Words::tr("%1 s").arg(locale.toString(static_cast<double>(us) / 1e6, 'f', 2));
}

QString measuredText(const std::optional<Measured>& measured) {
    if (!measured)
        return QStringLiteral("–");
    if (measured->errorUs < 1000)
        return durationText(measured->valueUs);
    return Words::tr("%1 ± %2").arg(durationText(measured->valueUs), durationText(measured->errorUs));
}

QString clockText(std::int64_t us) {
    return QDateTime::fromMSecsSinceEpoch(us / 1000).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

QString drillKindText(rpc::DrillKind kind) {
    switch (kind) {
    case rpc::DrillKind::Graceful: return Words::tr("graceful switch");
    case rpc::DrillKind::Crash: return Words::tr("crash");
    }
    return {};
}

QString drillPhaseText(DrillPhase phase) {
    switch (phase) {
    case DrillPhase::Preflight: return Words::tr("Pre-flight");
    case DrillPhase::Baseline: return Words::tr("Baseline");
    case DrillPhase::Takeover: return Words::tr("Fault");
    case DrillPhase::SteadyOnBackup: return Words::tr("On the backup");
    case DrillPhase::FailBack: return Words::tr("Fail back");
    case DrillPhase::SteadyAfter: return Words::tr("Steady");
    case DrillPhase::Finished: return Words::tr("Finished");
    }
    return {};
}

Pill verdictPill(const DrillRecord& record) {
    switch (record.verdict) {
    case Verdict::Passed: return {Tone::Ok, Glyph::Disc, Words::tr("passed")};
    case Verdict::Failed: return {Tone::Bad, Glyph::Diamond, Words::tr("failed")};
    case Verdict::Aborted: return {Tone::Warn, Glyph::Triangle, Words::tr("aborted")};
    }
    return {};
}

QString drillHeadline(const DrillRecord& record) {
    QString line = record.kind == rpc::DrillKind::Crash
                       ? Words::tr("crash of %1").arg(text(record.oldMaster))
                       : Words::tr("graceful switch away from %1").arg(text(record.oldMaster));
    line += QStringLiteral(" · ") + clockText(record.startedUs);
    if (!record.by.empty())
        line += QStringLiteral(" · ") + Words::tr("by %1").arg(text(record.by));
    if (record.simulated)
        line += QStringLiteral(" · ") + Words::tr("simulation");
    return line;
}

std::vector<DrillCard> drillCards(const DrillRecord& record) {
    return {outageCard(record), detectionCard(record), takeoverCard(record),
            failedCard(record), heldCard(record),      backCard(record)};
}

DrillLine preflightLine(const cluster::PreflightItem& item) {
    return {toneOf(item.finding), text(item.detail.empty() ? item.title : item.title + ": " + item.detail)};
}

std::vector<DrillLine> drillLines(const DrillRecord& record) {
    std::vector<DrillLine> lines;
    for (const auto& item : record.preflight)
        lines.push_back(preflightLine(item));
    if (record.faultUs != 0)
        lines.push_back({Tone::Accent, faultLine(record)});
    for (const auto& mark : record.marks)
        lines.push_back({Tone::Accent,
                         QStringLiteral("%1  %2").arg(durationText(mark.atUs - record.startedUs),
                                                      mark.director.empty()
                                                          ? text(mark.text)
                                                          : text(mark.director) + QStringLiteral(": ") + text(mark.text))});
    for (const auto& reason : record.reasons)
        lines.push_back({record.verdict == Verdict::Aborted ? Tone::Warn : Tone::Bad, text(reason)});
    return lines;
}

std::vector<DrillFigure> drillFigures(const DrillRecord& record) {
    const SwitchMetrics& there = record.metrics.there;
    const SwitchMetrics none;
    const bool went = record.metrics.back.has_value();
    const SwitchMetrics& back = went ? *record.metrics.back : none;
    const QString dash = QStringLiteral("–");
    const auto number = [](std::uint64_t value) { return QLocale().toString(static_cast<qulonglong>(value)); };
    const auto expected = [&](const SwitchMetrics& metrics) {
        return metrics.expectedDetectionUs > 0 ? durationText(metrics.expectedDetectionUs) : dash;
    };
    const auto both = [&](const QString& name, const QString& a, const QString& b) {
        return DrillFigure{name, a, went ? b : dash};
    };
    std::vector<DrillFigure> out{
        both(Words::tr("Client outage (longest time from a success that began before to the next success)"),
             measuredText(there.outage), measuredText(back.outage)),
        both(Words::tr("Detection (last advertisement of the old master to the new master)"), measuredText(there.detection),
             measuredText(back.detection)),
        both(Words::tr("Detection by the protocol's timers"), expected(there), expected(back)),
        both(Words::tr("Takeover (fault to addresses and gratuitous ARP)"), measuredText(there.takeover),
             measuredText(back.takeover)),
        both(Words::tr("New master to addresses up"), measuredText(there.addresses), measuredText(back.addresses)),
        both(Words::tr("New master to first gratuitous ARP"), measuredText(there.garp), measuredText(back.garp)),
        both(Words::tr("Two masters at once"), measuredText(there.overlap), measuredText(back.overlap)),
        both(Words::tr("Attempts"), number(there.attempts), number(back.attempts)),
        both(Words::tr("Attempts that failed"), number(there.failed), number(back.failed)),
        both(Words::tr("… of them refused"), number(there.refused), number(back.refused))};
    const auto& m = record.metrics;
    out.push_back({Words::tr("Normal latency, median and 99th percentile"),
                   durationText(m.baselineMedianUs) + QStringLiteral(" / ") + durationText(m.baselineP99Us),
                   {}});
    out.push_back({Words::tr("Connections on the old master before, on the new one after"),
                   number(m.connectionsBefore) + QStringLiteral(" / ") + number(m.connectionsAfter),
                   {}});
    out.push_back({Words::tr("Longest stall of a held connection"), m.held ? durationText(m.heldMaxStallUs) : dash, {}});
    out.push_back({Words::tr("Differences between the two tables"), number(m.tableDifferences), {}});
    out.push_back({Words::tr("Role changes beyond the expected ones"), number(m.extraTransitions), {}});
    return out;
}

} // namespace lvsdeck::console
