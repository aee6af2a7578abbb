// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/overview/line_chart.hpp"

#include "console/models/format.hpp"
#include "console/theme/tokens.hpp"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <set>

namespace lvsdeck::console {

namespace {

constexpr std::int64_t keptMs = 600'000;
constexpr std::int64_t firstSpanMs = 60'000;

/// 1, 2, 3 or 5 times a power of ten, not below `value`; axis of at least 3 so that its marks are whole numbers.
double roundTop(double value) {
    value = std::max(value, 3.0);
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double step : {1.0, 1.5, 2.0, 3.0, 4.5, 6.0, 7.5})
        if (value <= step * power)
            return step * power;
    return 10.0 * power;
}

} // namespace

LineChart::LineChart(const QString& title, QWidget* parent) : QWidget(parent), m_title(title) { setAccessibleName(title); }

void LineChart::add(std::int64_t atMs, const std::map<std::string, double>& values) {
    m_samples.push_back({atMs, values});
    while (!m_samples.empty() && m_samples.front().atMs < atMs - keptMs)
        m_samples.pop_front();
    update();
}

void LineChart::clear() {
    m_samples.clear();
    update();
}

void LineChart::paintGrid(QPainter& painter, const QRectF& plot, double top) const {
    const Tokens& tokens = tokensOf(palette());
    painter.setFont(smallFont());
    for (int i = 0; i <= 3; ++i) {
        const double y = plot.bottom() - plot.height() * i / 3.0;
        painter.setPen(tokens.line);
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        painter.setPen(tokens.muted);
        const double value = top * i / 3.0;
        painter.drawText(QRectF(14, y - 9, plot.left() - 20, 18), Qt::AlignLeft | Qt::AlignVCenter,
                         value >= 1000 || value == std::floor(value) ? shortCount(static_cast<std::int64_t>(value))
                                                                     : QLocale().toString(value, 'f', 1));
    }
}

void LineChart::paintEvent(QPaintEvent*) {
    const Tokens& tokens = tokensOf(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont bold = textFont();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(tokens.text);
    painter.drawText(QRectF(14, 8, width() - 28, 22), Qt::AlignLeft | Qt::AlignVCenter, m_title);

    const QRectF plot(52, 44, width() - 72, height() - 78);
    double highest = 0;
    std::set<std::string> lines;
    for (const Sample& sample : m_samples)
        for (const auto& [line, value] : sample.values) {
            highest = std::max(highest, value);
            lines.insert(line);
        }
    const double top = roundTop(highest);
    paintGrid(painter, plot, top);
    if (m_samples.empty())
        return;

    const std::int64_t now = m_samples.back().atMs;
    std::int64_t span = firstSpanMs;
    while (span < keptMs && m_samples.front().atMs < now - span)
        span = std::min(keptMs, span * 2);
    painter.setFont(smallFont());
    painter.setPen(tokens.muted);
    for (int i = 0; i <= 4; ++i) {
        const double x = plot.left() + plot.width() * i / 4.0;
        const std::int64_t back = span * (4 - i) / 4 / 1000;
        const QString words = i == 4                          ? tr("now")
                              : back >= 120 && back % 60 == 0 ? tr("-%1 min").arg(back / 60)
                                                              : tr("-%1 s").arg(back);
        const Qt::Alignment side = i == 0 ? Qt::AlignLeft : i == 4 ? Qt::AlignRight : Qt::AlignHCenter;
        painter.drawText(QRectF(x - (i == 0   ? 0
                                     : i == 4 ? 60
                                              : 30),
                                plot.bottom() + 8, 60, 16),
                         int(side | Qt::AlignVCenter), words);
    }

    const QColor colors[] = {tokens.accent.mark, tokens.ok.mark, tokens.idle.mark, tokens.warn.mark, tokens.muted};
    std::size_t next = 0;
    double legend = width() - 14;
    for (const std::string& line : lines) {
        const QColor color = colors[next++ % std::size(colors)];
        QPainterPath path;
        bool down = false;
        for (const Sample& sample : m_samples) {
            const auto found = sample.values.find(line);
            if (found == sample.values.end()) {
                down = false; // a gap, not a zero
                continue;
            }
            const QPointF point(plot.right() -
                                    plot.width() * static_cast<double>(now - sample.atMs) / static_cast<double>(span),
                                plot.bottom() - plot.height() * found->second / top);
            if (down)
                path.lineTo(point);
            else
                path.moveTo(point);
            down = true;
        }
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, 1.6));
        painter.drawPath(path);
        const QString name = text(line);
        const double wide = QFontMetricsF(smallFont()).horizontalAdvance(name);
        if (lines.size() > 4 || legend - wide < QFontMetricsF(bold).horizontalAdvance(m_title) + 60)
            continue;
        painter.setFont(smallFont());
        painter.setPen(tokens.muted);
        painter.drawText(QRectF(legend - wide, 10, wide + 2, 18), Qt::AlignLeft | Qt::AlignVCenter, name);
        painter.setPen(QPen(color, 2));
        painter.drawLine(QPointF(legend - wide - 16, 19), QPointF(legend - wide - 6, 19));
        legend -= wide + 32;
    }
}

} // namespace lvsdeck::console
