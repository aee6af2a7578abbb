// SPDX-License-Identifier: GPL-3.0-or-later
// Draws what happened in a drill: phases, roles, who held the addresses, latency of the probe, on one axis of time. One piece
// of code for the window, the SVG in the HTML report and the PDF. Pure painting; any thread that may use the painter.
#pragma once

#include "console/cluster/drill_record.hpp"
#include "console/theme/tokens.hpp"

#include <QPainter>
#include <QRectF>

namespace lvsdeck::console {

/// What it needs for this record, at this width.
[[nodiscard]] qreal timelineHeight(const cluster::DrillRecord& record);
/// `nowUs` closes the spans of a drill that is still running; 0: use record.finishedUs.
void paintTimeline(QPainter& painter, const QRectF& area, const cluster::DrillRecord& record, const Tokens& tokens,
                   std::int64_t nowUs = 0);
/// The same in words, for people who cannot see it.
[[nodiscard]] QString timelineDescription(const cluster::DrillRecord& record);

} // namespace lvsdeck::console
