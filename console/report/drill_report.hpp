// SPDX-License-Identifier: GPL-3.0-or-later
// The report of a drill: one self-contained HTML page, the same as PDF, and the record as JSON. Needs a QGuiApplication (the
// offscreen platform will do). Any thread.
#pragma once

#include "console/cluster/drill_record.hpp"

#include <QByteArray>
#include <QString>

namespace lvsdeck::console {

/// Light colours, inline SVG timeline, no script, nothing loaded from anywhere.
[[nodiscard]] QString drillReportHtml(const cluster::DrillRecord& record);
/// A4, one or two pages.
[[nodiscard]] QByteArray drillReportPdf(const cluster::DrillRecord& record);
/// The timeline alone.
[[nodiscard]] QByteArray drillTimelineSvg(const cluster::DrillRecord& record, int width);

struct ReportFiles {
    QString html;
    QString pdf;
    QString json;
};
/// Writes NAME.html, NAME.pdf and NAME.json into `folder` (made when missing), each atomically; NAME is cluster, kind and
/// time. Io names the file and what the system said.
[[nodiscard]] Result<ReportFiles> writeDrillReport(const cluster::DrillRecord& record, const QString& folder);

} // namespace lvsdeck::console
