// SPDX-License-Identifier: GPL-3.0-or-later
// A drill's record in words: the cards, the list of what happened and the verdict, the same in the window and in the report.
// Pure (translated by the installed translators); any thread that has a QCoreApplication.
#pragma once

#include "console/cluster/drill_record.hpp"
#include "console/theme/pill.hpp"

#include <QString>

#include <vector>

namespace lvsdeck::console {

/// One figure with what it is compared to.
struct DrillCard {
    QString title;
    QString value;
    QString note;
    Tone tone = Tone::Neutral;
};

struct DrillLine {
    Tone tone = Tone::Ok;
    QString text;
};

/// One row of the table of figures: the name, the way there, the way back.
struct DrillFigure {
    QString name;
    QString there;
    QString back;
};

[[nodiscard]] QString drillKindText(rpc::DrillKind kind);
[[nodiscard]] QString drillPhaseText(cluster::DrillPhase phase);
[[nodiscard]] Pill verdictPill(const cluster::DrillRecord& record);
/// "crash of lb1 · 2026-11-22 14:03:11 · by admin"
[[nodiscard]] QString drillHeadline(const cluster::DrillRecord& record);
/// Client outage, detection, takeover, failed attempts, held connections, way back: in this order.
[[nodiscard]] std::vector<DrillCard> drillCards(const cluster::DrillRecord& record);
[[nodiscard]] DrillLine preflightLine(const cluster::PreflightItem& item);
[[nodiscard]] std::vector<DrillLine> drillLines(const cluster::DrillRecord& record);
[[nodiscard]] std::vector<DrillFigure> drillFigures(const cluster::DrillRecord& record);

/// "31 ms", "3.62 s"; microseconds below 1 ms.
[[nodiscard]] QString durationText(std::int64_t us);
/// "3.62 s ± 10 ms"; a dash when it was not measured.
[[nodiscard]] QString measuredText(const std::optional<cluster::Measured>& measured);
[[nodiscard]] QString clockText(std::int64_t us);

} // namespace lvsdeck::console
