// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/report/timeline_painter.hpp"

#include "console/report/drill_text.hpp"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <map>

namespace lvsdeck::console {

namespace {

using cluster::DrillPhase;
using cluster::DrillRecord;

constexpr qreal labelWidth = 92;
constexpr qreal bandHeight = 24;
constexpr qreal laneStep = 36;
constexpr qreal latencyHeight = 96;
constexpr qreal axisHeight = 28;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

/// One horizontal band: a tone, a word, a time from and to.
struct Band {
    std::int64_t from;
    std::int64_t to;
    Tone tone;
    QString word;
    bool outlined;
};
struct Lane {
    QString label;
    std::vector<Band> bands;
};

Tone toneOf(DrillPhase phase) {
    switch (phase) {
    case DrillPhase::Takeover: return Tone::Bad;
    case DrillPhase::FailBack: return Tone::Warn;
    case DrillPhase::SteadyOnBackup:
    case DrillPhase::SteadyAfter: return Tone::Ok;
    case DrillPhase::Preflight:
    case DrillPhase::Baseline:
    case DrillPhase::Finished: return Tone::Accent;
    }
    return Tone::Neutral;
}

Tone toneOf(rpc::VrrpPhase role) {
    switch (role) {
    case rpc::VrrpPhase::Master: return Tone::Ok;
    case rpc::VrrpPhase::Backup: return Tone::Accent;
    case rpc::VrrpPhase::Fault: return Tone::Bad;
    case rpc::VrrpPhase::Initialize: return Tone::Warn;
    }
    return Tone::Neutral;
}

QString wordOf(rpc::VrrpPhase role) {
    switch (role) {
    case rpc::VrrpPhase::Master: return QStringLiteral("MASTER");
    case rpc::VrrpPhase::Backup: return QStringLiteral("BACKUP");
    case rpc::VrrpPhase::Fault: return QStringLiteral("FAULT");
    case rpc::VrrpPhase::Initialize: return Words::tr("starting");
    }
    return {};
}

/// A role span while the fault is on: what the old master was made to do is said instead of its role. A resigned master is a
/// backup before and after the lease ends, so that span is cut there.
void addRoleBands(std::vector<Band>& bands, const cluster::RoleSpan& span, const DrillRecord& record) {
    const bool faulted = span.director == record.oldMaster && record.faultUs != 0 && span.toUs > record.faultUs;
    if (faulted && record.kind == rpc::DrillKind::Crash && span.role == rpc::VrrpPhase::Initialize) {
        bands.push_back({span.fromUs, span.toUs, Tone::Bad, Words::tr("silent"), true});
        return;
    }
    std::int64_t from = span.fromUs;
    if (faulted && record.kind == rpc::DrillKind::Graceful && span.role == rpc::VrrpPhase::Backup) {
        const std::int64_t until = record.leaseEndUs != 0 ? std::min(record.leaseEndUs, span.toUs) : span.toUs;
        if (until > from)
            bands.push_back({from, until, Tone::Warn, Words::tr("resigned"), true});
        from = std::max(from, until);
    }
    if (span.toUs > from)
        bands.push_back({from, span.toUs, toneOf(span.role), wordOf(span.role), true});
}

std::vector<Lane> lanesOf(const DrillRecord& record) {
    std::vector<Lane> lanes;
    Lane phases;
    for (const auto& span : record.phases)
        if (span.phase != DrillPhase::Finished)
            phases.bands.push_back({span.fromUs, span.toUs, toneOf(span.phase), drillPhaseText(span.phase), false});
    lanes.push_back(std::move(phases));
    const bool several = record.instances.size() > 1;
    std::map<std::string, Lane> roles;
    for (const auto& span : record.roles) {
        Lane& lane = roles[span.director + "\n" + span.instance];
        lane.label = several ? text(span.director + " " + span.instance) : Words::tr("%1 VRRP").arg(text(span.director));
        addRoleBands(lane.bands, span, record);
    }
    for (auto& [key, lane] : roles)
        lanes.push_back(std::move(lane));
    std::map<std::string, Lane> owners;
    for (const auto& span : record.owners) {
        Lane& lane = owners[span.instance];
        lane.label = several ? Words::tr("VIP %1").arg(text(span.instance)) : Words::tr("VIP at");
        lane.bands.push_back({span.fromUs, span.toUs, Tone::Ok, text(span.director), true});
    }
    for (auto& [key, lane] : owners)
        lanes.push_back(std::move(lane));
    return lanes;
}

std::int64_t endOf(const DrillRecord& record, std::int64_t nowUs) {
    std::int64_t end = std::max(record.finishedUs, nowUs);
    for (const auto& span : record.phases)
        end = std::max(end, span.toUs);
    for (const auto& point : record.latency)
        end = std::max(end, point.atUs);
    return std::max(end, record.startedUs + 1'000'000);
}

class TimelineDrawing {
public:
    TimelineDrawing(QPainter& painter, const QRectF& area, const DrillRecord& record, const Tokens& tokens,
                    std::int64_t nowUs)
        : m_painter(painter), m_area(area), m_record(record), m_tokens(tokens), m_start(record.startedUs),
          m_end(endOf(record, nowUs)) {}

    void draw() {
        m_painter.setRenderHint(QPainter::Antialiasing);
        qreal y = m_area.top();
        for (const Lane& lane : lanesOf(m_record)) {
            drawLane(lane, y);
            y += laneStep;
        }
        drawLatency(y + 4);
    }

private:
    [[nodiscard]] qreal x(std::int64_t us) const {
        const qreal share = static_cast<qreal>(us - m_start) / static_cast<qreal>(m_end - m_start);
        return m_area.left() + labelWidth + std::clamp(share, 0.0, 1.0) * (m_area.width() - labelWidth - 2);
    }

    void drawLabel(const QString& label, qreal y, qreal height) {
        m_painter.setFont(smallFont());
        m_painter.setPen(m_tokens.text);
        m_painter.drawText(QRectF(m_area.left(), y, labelWidth - 8, height), Qt::AlignLeft | Qt::AlignVCenter,
                           QFontMetricsF(smallFont()).elidedText(label, Qt::ElideRight, labelWidth - 8));
    }

    void drawLane(const Lane& lane, qreal y) {
        drawLabel(lane.label, y, bandHeight);
        for (const Band& band : lane.bands) {
            const std::int64_t to = band.to > band.from ? band.to : m_end;
            const QRectF box(x(band.from) + 0.5, y + 0.5, std::max(x(to) - x(band.from) - 2, 2.0), bandHeight - 1);
            const ToneColors colors = toneColors(m_tokens, band.tone);
            m_painter.setBrush(colors.fill);
            m_painter.setPen(band.outlined ? QPen(colors.mark, 1) : QPen(Qt::NoPen));
            m_painter.drawRoundedRect(box, 3, 3);
            m_painter.setFont(smallFont());
            const QFontMetricsF fm(smallFont());
            const QRectF inside = box.adjusted(6, 0, -4, 0);
            if (fm.horizontalAdvance(band.word) <= inside.width()) {
                m_painter.setPen(band.outlined ? colors.ink : m_tokens.text);
                m_painter.drawText(inside, Qt::AlignLeft | Qt::AlignVCenter, band.word);
            }
        }
    }

    void drawLatency(qreal top) {
        drawLabel(Words::tr("Latency"), top, bandHeight);
        const qreal bottom = top + latencyHeight;
        m_painter.setPen(QPen(m_tokens.line, 1));
        m_painter.drawLine(QPointF(m_area.left() + labelWidth, bottom), QPointF(m_area.right() - 2, bottom));
        drawFailures(top, bottom);
        drawCurve(top, bottom);
        drawOutage(top);
        drawAxis(bottom);
    }

    /// Time without a single good attempt is a red ground: a gap must not look like calm.
    void drawFailures(qreal top, qreal bottom) {
        const auto& points = m_record.latency;
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (points[i].ok != 0 || points[i].failed == 0)
                continue;
            const std::int64_t next = i + 1 < points.size() ? points[i + 1].atUs : points[i].atUs + 50'000;
            m_painter.fillRect(QRectF(x(points[i].atUs), top, std::max(x(next) - x(points[i].atUs), 1.0), bottom - top),
                               m_tokens.bad.fill);
        }
    }

    void drawCurve(qreal top, qreal bottom) {
        std::int64_t highest = 1000;
        for (const auto& point : m_record.latency)
            highest = std::max(highest, point.maxUs);
        // Logarithmic: a normal answer and an outage differ by a factor of a thousand, and both must be seen.
        const auto level = [&](std::int64_t us) {
            const qreal share = std::log10(static_cast<qreal>(std::max<std::int64_t>(us, 100)) / 100.0) /
                                std::log10(static_cast<qreal>(highest) / 100.0);
            return bottom - share * (bottom - top - 18);
        };
        QPainterPath path;
        bool open = false;
        for (const auto& point : m_record.latency) {
            if (point.ok == 0) {
                open = false;
                continue;
            }
            const QPointF at(x(point.atUs), level(point.maxUs));
            if (open)
                path.lineTo(at);
            else
                path.moveTo(at);
            open = true;
        }
        m_painter.setBrush(Qt::NoBrush);
        m_painter.setPen(QPen(m_tokens.accent.mark, 1.4));
        m_painter.drawPath(path);
    }

    void drawOutage(qreal top) {
        const auto& outage = m_record.metrics.there.outage;
        if (!outage || m_record.faultUs == 0)
            return;
        m_painter.setFont(smallFont());
        m_painter.setPen(m_tokens.bad.ink);
        m_painter.drawText(QPointF(x(m_record.faultUs) + 6, top + 12), durationText(outage->valueUs));
    }

    void drawAxis(qreal y) {
        const double seconds = static_cast<double>(m_end - m_start) / 1e6;
        const double step = seconds > 120 ? 30 : seconds > 50 ? 10 : seconds > 20 ? 5 : seconds > 8 ? 2 : 1;
        m_painter.setFont(smallFont());
        m_painter.setPen(m_tokens.muted);
        for (double t = 0; t <= seconds; t += step) {
            const qreal at = x(m_start + static_cast<std::int64_t>(t * 1e6));
            const Qt::Alignment align = t == 0 ? Qt::AlignLeft : t + step > seconds ? Qt::AlignRight : Qt::AlignHCenter;
            const QRectF box = t == 0               ? QRectF(at, y + 6, 60, 18)
                               : t + step > seconds ? QRectF(std::min(at + 30, m_area.right()) - 60, y + 6, 60, 18)
                                                    : QRectF(at - 30, y + 6, 60, 18);
            m_painter.drawText(box, align | Qt::AlignVCenter, Words::tr("%1 s").arg(t));
        }
    }

    QPainter& m_painter;
    QRectF m_area;
    const DrillRecord& m_record;
    const Tokens& m_tokens;
    std::int64_t m_start;
    std::int64_t m_end;
};

} // namespace

qreal timelineHeight(const DrillRecord& record) {
    return static_cast<qreal>(lanesOf(record).size()) * laneStep + 4 + latencyHeight + axisHeight;
}

void paintTimeline(QPainter& painter, const QRectF& area, const DrillRecord& record, const Tokens& tokens,
                   std::int64_t nowUs) {
    TimelineDrawing(painter, area, record, tokens, nowUs).draw();
}

QString timelineDescription(const DrillRecord& record) {
    QStringList parts;
    for (const Lane& lane : lanesOf(record))
        for (const Band& band : lane.bands)
            parts << Words::tr("%1 %2 from %3 to %4")
                         .arg(lane.label, band.word, durationText(band.from - record.startedUs),
                              durationText(band.to - record.startedUs));
    return parts.join(QStringLiteral("; "));
}

} // namespace lvsdeck::console
