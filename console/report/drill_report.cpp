// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/report/drill_report.hpp"

#include "console/report/drill_text.hpp"
#include "console/report/timeline_painter.hpp"

#include <QBuffer>
#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QSaveFile>
#include <QSvgGenerator>

namespace lvsdeck::console {

namespace {

using cluster::DrillRecord;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Report)
};

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QByteArray recordJson(const DrillRecord& record) { return QByteArray::fromStdString(json::toPretty(json::toJson(record))); }

QString cssColor(const QColor& color) { return color.name(); }

QString styleOf(const Tokens& t) {
    return QStringLiteral("body{font:14px/1.5 system-ui,sans-serif;color:%1;background:%2;margin:32px "
                          "auto;max-width:1100px;padding:0 16px}"
                          "h1{font-size:20px;margin:0}h2{font-size:15px;margin:28px 0 8px}.muted{color:%3}"
                          ".cards{display:grid;grid-template-columns:repeat(3,1fr);gap:12px;margin:20px 0}"
                          ".card,.panel{background:%4;border:1px solid %5;border-radius:8px;padding:14px}"
                          ".card b{display:block;font-size:20px}table{border-collapse:collapse;width:100%}"
                          "td,th{border-bottom:1px solid %5;text-align:left;padding:5px 8px;vertical-align:top}"
                          "td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
                          ".pill{border-radius:4px;padding:2px 8px;font-weight:600}svg{width:100%;height:auto}")
        .arg(cssColor(t.text), cssColor(t.background), cssColor(t.muted), cssColor(t.panel), cssColor(t.line));
}

QString pillHtml(const Pill& pill, const Tokens& t) {
    const ToneColors colors = toneColors(t, pill.tone);
    return QStringLiteral("<span class=\"pill\" style=\"color:%1;background:%2\">%3</span>")
        .arg(cssColor(colors.ink), cssColor(colors.fill), pill.text.toHtmlEscaped());
}

QString cardsHtml(const DrillRecord& record, const Tokens& t) {
    QString html = QStringLiteral("<div class=\"cards\">");
    for (const DrillCard& card : drillCards(record))
        html += QStringLiteral("<div class=\"card\"><span class=\"muted\">%1</span><b style=\"color:%4\">%2</b><span "
                               "class=\"muted\">%3</span></div>")
                    .arg(card.title.toHtmlEscaped(), card.value.toHtmlEscaped(), card.note.toHtmlEscaped(),
                         cssColor(card.tone == Tone::Bad ? t.bad.ink : t.text));
    return html + QStringLiteral("</div>");
}

QString figuresHtml(const DrillRecord& record) {
    QString html = QStringLiteral("<table><tr><th>%1</th><th>%2</th><th>%3</th></tr>")
                       .arg(Words::tr("Figure"), Words::tr("There"), Words::tr("Back"));
    for (const DrillFigure& row : drillFigures(record))
        html += QStringLiteral("<tr><td>%1</td><td class=\"n\">%2</td><td class=\"n\">%3</td></tr>")
                    .arg(row.name.toHtmlEscaped(), row.there.toHtmlEscaped(), row.back.toHtmlEscaped());
    return html + QStringLiteral("</table>");
}

QString linesHtml(const DrillRecord& record, const Tokens& t) {
    QString html = QStringLiteral("<table>");
    for (const DrillLine& line : drillLines(record))
        html += QStringLiteral("<tr><td style=\"width:12px;color:%1\">●</td><td>%2</td></tr>")
                    .arg(cssColor(toneColors(t, line.tone).mark), line.text.toHtmlEscaped());
    return html + QStringLiteral("</table>");
}

QString conditionsHtml(const DrillRecord& record) {
    QString html = QStringLiteral("<table>");
    const auto row = [&](const QString& name, const QString& value) {
        html += QStringLiteral("<tr><td>%1</td><td>%2</td></tr>").arg(name.toHtmlEscaped(), value.toHtmlEscaped());
    };
    for (const auto& director : record.directors)
        row(text(director.director),
            Words::tr("agent %1 · revision %2 · %3 · clock %4 ± %5")
                .arg(text(director.agent))
                .arg(director.revision)
                .arg(text(director.hash), durationText(director.clockOffsetUs), durationText(director.clockErrorUs)));
    const auto& probe = record.probe;
    const QString target = text(endpointText(probe.address, probe.port)) + text(probe.httpPath);
    row(Words::tr("Probe"), Words::tr("%1 every %2 ms, time-out %3 ms, from %4")
                                .arg(target)
                                .arg(probe.intervalMs)
                                .arg(probe.timeoutMs)
                                .arg(probe.from.empty() ? Words::tr("the console's computer") : text(probe.from)));
    row(Words::tr("Console"), text(record.consoleVersion));
    row(Words::tr("Record (SHA-256)"),
        QString::fromLatin1(QCryptographicHash::hash(recordJson(record), QCryptographicHash::Sha256).toHex()));
    return html + QStringLiteral("</table>");
}

} // namespace

QByteArray drillTimelineSvg(const DrillRecord& record, int width) {
    const int height = static_cast<int>(timelineHeight(record));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize({width, height});
    generator.setViewBox(QRect(0, 0, width, height));
    generator.setTitle(Words::tr("What happened"));
    generator.setDescription(timelineDescription(record));
    QPainter painter(&generator);
    paintTimeline(painter, QRectF(0, 0, width, height), record, tokensOf(Scheme::Light));
    painter.end();
    return bytes;
}

QString drillReportHtml(const DrillRecord& record) {
    const Tokens& t = tokensOf(Scheme::Light);
    QString svg = QString::fromUtf8(drillTimelineSvg(record, 1040));
    svg.remove(0, std::max<qsizetype>(svg.indexOf(QStringLiteral("<svg")), 0));
    const QString title = Words::tr("Failover drill on %1").arg(text(record.cluster));
    return QStringLiteral(
               "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>%1</title><style>%2</style></head><body>"
               "<h1>%1 %3</h1><p class=\"muted\">%4</p>%5"
               "<h2>%6</h2><div class=\"panel\">%7</div><h2>%8</h2><div class=\"panel\">%9</div>")
               .arg(title.toHtmlEscaped(), styleOf(t), pillHtml(verdictPill(record), t),
                    drillHeadline(record).toHtmlEscaped(), cardsHtml(record, t), Words::tr("What happened"), svg,
                    Words::tr("Figures"), figuresHtml(record)) +
           QStringLiteral("<h2>%1</h2><div class=\"panel\">%2</div><h2>%3</h2><div class=\"panel\">%4</div></body></html>\n")
               .arg(Words::tr("Step by step"), linesHtml(record, t), Words::tr("Conditions"), conditionsHtml(record));
}

namespace {

/// Lays blocks of text and pictures one under the other, on as many pages as they need.
class PdfPages {
public:
    explicit PdfPages(QIODevice& device) : m_writer(&device) {
        m_writer.setPageSize(QPageSize(QPageSize::A4));
        m_writer.setPageMargins(QMarginsF(14, 14, 14, 14), QPageLayout::Millimeter);
        m_writer.setResolution(96);
        m_writer.setTitle(Words::tr("Failover drill"));
        m_painter.begin(&m_writer);
        m_width = m_writer.width();
        m_height = m_writer.height();
    }
    ~PdfPages() { m_painter.end(); }
    PdfPages(const PdfPages&) = delete;
    PdfPages& operator=(const PdfPages&) = delete;

    void words(const QString& line, const QFont& font, const QColor& color, qreal indent = 0) {
        m_painter.setFont(font);
        const QRectF wanted = m_painter.boundingRect(QRectF(indent, 0, m_width - indent, m_height), Qt::TextWordWrap, line);
        room(wanted.height() + 4);
        m_painter.setPen(color);
        m_painter.drawText(QRectF(indent, m_y, m_width - indent, wanted.height() + 2), Qt::TextWordWrap, line);
        m_y += wanted.height() + 4;
    }
    void columns(const QString& name, const QString& a, const QString& b, const QFont& font, const QColor& color) {
        m_painter.setFont(font);
        const qreal first = m_width * 0.6;
        QRectF wanted = m_painter.boundingRect(QRectF(0, 0, first, m_height), Qt::TextWordWrap, name);
        wanted.setHeight(std::max(wanted.height(), m_painter.fontMetrics().height() * 1.0)); // a heading has no name
        room(wanted.height() + 6);
        m_painter.setPen(color);
        m_painter.drawText(QRectF(0, m_y, first, wanted.height() + 2), Qt::TextWordWrap, name);
        m_painter.drawText(QRectF(first, m_y, m_width * 0.2, 20), Qt::AlignRight, a);
        m_painter.drawText(QRectF(first + m_width * 0.2, m_y, m_width * 0.2, 20), Qt::AlignRight, b);
        m_y += wanted.height() + 6;
    }
    void gap(qreal height) { m_y += height; }
    void room(qreal height) {
        if (m_y + height <= m_height)
            return;
        m_writer.newPage();
        m_y = 0;
    }
    [[nodiscard]] QPainter& painter() { return m_painter; }
    [[nodiscard]] qreal y() const { return m_y; }
    [[nodiscard]] qreal width() const { return m_width; }

private:
    QPdfWriter m_writer;
    QPainter m_painter;
    qreal m_width = 0;
    qreal m_height = 0;
    qreal m_y = 0;
};

void pdfCards(PdfPages& pages, const DrillRecord& record, const Tokens& t) {
    const qreal gap = 8;
    const qreal width = (pages.width() - 2 * gap) / 3;
    const qreal height = 66;
    const auto cards = drillCards(record);
    pages.room(2 * height + gap);
    QPainter& painter = pages.painter();
    for (std::size_t i = 0; i < cards.size(); ++i) {
        const QRectF box(static_cast<qreal>(i % 3) * (width + gap), pages.y() + static_cast<qreal>(i / 3) * (height + gap),
                         width, height);
        painter.setPen(t.line);
        painter.setBrush(t.panel);
        painter.drawRoundedRect(box, 6, 6);
        const QRectF inside = box.adjusted(10, 7, -8, -7);
        painter.setPen(t.muted);
        painter.setFont(smallFont());
        painter.drawText(inside, Qt::AlignTop, cards[i].title);
        painter.drawText(inside, Qt::AlignBottom, cards[i].note);
        painter.setPen(cards[i].tone == Tone::Bad ? t.bad.ink : t.text);
        painter.setFont(titleFont());
        painter.drawText(inside, Qt::AlignVCenter, cards[i].value);
    }
    pages.gap(2 * height + 2 * gap);
}

} // namespace

QByteArray drillReportPdf(const DrillRecord& record) {
    const Tokens& t = tokensOf(Scheme::Light);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        PdfPages pages(buffer);
        const Pill pill = verdictPill(record);
        pages.words(Words::tr("Failover drill on %1: %2").arg(text(record.cluster), pill.text), titleFont(),
                    toneColors(t, pill.tone).ink);
        pages.words(drillHeadline(record), textFont(), t.muted);
        pages.gap(10);
        pdfCards(pages, record, t);
        pages.words(Words::tr("What happened"), titleFont(), t.text);
        const qreal height = timelineHeight(record);
        pages.room(height);
        pages.painter().save();
        paintTimeline(pages.painter(), QRectF(0, pages.y(), pages.width(), height), record, t);
        pages.painter().restore();
        pages.gap(height + 8);
        pages.words(Words::tr("Figures"), titleFont(), t.text);
        pages.columns({}, Words::tr("There"), Words::tr("Back"), smallFont(), t.muted);
        for (const DrillFigure& row : drillFigures(record))
            pages.columns(row.name, row.there, row.back, smallFont(), t.text);
        pages.gap(8);
        pages.words(Words::tr("Step by step"), titleFont(), t.text);
        for (const DrillLine& line : drillLines(record))
            pages.words(QStringLiteral("• ") + line.text, smallFont(), toneColors(t, line.tone).ink, 6);
        pages.gap(8);
        pages.words(
            Words::tr("Record (SHA-256): %1")
                .arg(QString::fromLatin1(QCryptographicHash::hash(recordJson(record), QCryptographicHash::Sha256).toHex())),
            smallFont(), t.muted);
    }
    return bytes;
}

namespace {

Result<void> save(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return {};
    return failure(ErrorCode::Io, Words::tr("%1 could not be written: %2").arg(path, file.errorString()).toStdString());
}

} // namespace

Result<ReportFiles> writeDrillReport(const DrillRecord& record, const QString& folder) {
    if (!QDir().mkpath(folder))
        return failure(ErrorCode::Io, Words::tr("The folder %1 could not be made").arg(folder).toStdString());
    QString cluster = text(record.cluster);
    cluster.replace(QRegularExpression(QStringLiteral("[^A-Za-z0-9._-]")), QStringLiteral("_"));
    const QString stamp =
        QDateTime::fromMSecsSinceEpoch(record.startedUs / 1000).toString(QStringLiteral("yyyyMMdd-HHmmss"));
    const QString base =
        QDir(folder).filePath(QStringLiteral("drill-%1-%2-%3").arg(cluster, text(json::toWord(record.kind)), stamp));
    const ReportFiles files{base + QStringLiteral(".html"), base + QStringLiteral(".pdf"), base + QStringLiteral(".json")};
    for (const auto& [path, bytes] :
         {std::pair{files.html, drillReportHtml(record).toUtf8()}, std::pair{files.pdf, drillReportPdf(record)},
          std::pair{files.json, recordJson(record)}})
        if (auto saved = save(path, bytes); !saved)
            return std::unexpected(std::move(saved.error()));
    return files;
}

} // namespace lvsdeck::console
