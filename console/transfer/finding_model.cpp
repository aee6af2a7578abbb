// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/finding_model.hpp"

#include "common/base/json.hpp"

#include <QFileInfo>

#include <numeric>

namespace lvsdeck::console {

FindingClass classOf(const Finding& finding) {
    if (finding.said.severity == model::Severity::Error)
        return FindingClass::Problem;
    if (finding.contradiction)
        return FindingClass::Contradiction;
    if (finding.kept)
        return FindingClass::Kept;
    return finding.said.severity == model::Severity::Warning ? FindingClass::Attention : FindingClass::Note;
}

Pill classPill(FindingClass kind) {
    switch (kind) {
    case FindingClass::Problem: return {Tone::Bad, Glyph::Diamond, FindingModel::tr("error")};
    case FindingClass::Contradiction: return {Tone::Warn, Glyph::Square, FindingModel::tr("contradiction")};
    case FindingClass::Attention: return {Tone::Warn, Glyph::Triangle, FindingModel::tr("attention")};
    case FindingClass::Kept: return {Tone::Idle, Glyph::Half, FindingModel::tr("kept")};
    case FindingClass::Note: return {Tone::Accent, Glyph::Ring, FindingModel::tr("note")};
    }
    return {};
}

QString placeName(const std::vector<ImportText>& texts, Place place, const formats::Diagnostic& said) {
    QString out;
    if (place.known() && static_cast<std::size_t>(place.text) < texts.size()) {
        const ImportText& text = texts[static_cast<std::size_t>(place.text)];
        out = text.director.empty() || text.included ? QFileInfo(QString::fromStdString(text.file)).fileName()
                                                     : QString::fromStdString(text.director);
    } else {
        out = QString::fromStdString(said.file);
    }
    const std::uint32_t line = place.known() ? place.line : said.line;
    return line == 0 ? out : QStringLiteral("%1:%2").arg(out).arg(line);
}

void FindingModel::setFindings(std::shared_ptr<const ImportReading> reading) {
    beginResetModel();
    m_reading = std::move(reading);
    m_counts = {};
    if (m_reading)
        for (const Finding& finding : m_reading->findings)
            ++m_counts[static_cast<std::size_t>(classOf(finding))];
    fill();
    endResetModel();
}

void FindingModel::setShown(std::array<bool, findingClasses> shown) {
    if (shown == m_shown)
        return;
    beginResetModel();
    m_shown = shown;
    fill();
    endResetModel();
}

void FindingModel::fill() {
    m_rows.clear();
    if (!m_reading)
        return;
    for (std::size_t i = 0; i < m_reading->findings.size(); ++i)
        if (m_shown[static_cast<std::size_t>(classOf(m_reading->findings[i]))])
            m_rows.push_back(i);
}

std::size_t FindingModel::total() const { return std::accumulate(m_counts.begin(), m_counts.end(), std::size_t{0}); }

const Finding& FindingModel::finding(int row) const { return m_reading->findings[m_rows[static_cast<std::size_t>(row)]]; }

int FindingModel::rowAt(Place place) const {
    for (std::size_t row = 0; row < m_rows.size(); ++row)
        if (m_reading->findings[m_rows[row]].place == place)
            return static_cast<int>(row);
    return -1;
}

QString FindingModel::asText(const std::vector<int>& rows) const {
    QStringList out;
    for (const int row : rows) {
        const formats::Diagnostic& said = finding(row).said;
        out << QString::fromStdString(json::toWord(said.severity) + ": " + formats::toText(said));
    }
    return out.join(QChar('\n'));
}

QByteArray FindingModel::asCsv() const {
    const auto quoted = [](const QString& cell) {
        return QStringLiteral("\"%1\"").arg(QString(cell).replace(QChar('"'), QStringLiteral("\"\"")));
    };
    QStringList lines{QStringLiteral("severity,kept,file,line,column,found,text")};
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        const Finding& one = finding(static_cast<int>(row));
        lines << QStringList{QString::fromStdString(json::toWord(one.said.severity)),
                             one.kept ? QStringLiteral("yes") : QStringLiteral("no"),
                             quoted(QString::fromStdString(one.said.file)),
                             QString::number(one.said.line),
                             QString::number(one.said.column),
                             quoted(QString::fromStdString(one.said.found)),
                             quoted(QString::fromStdString(one.said.text))}
                     .join(QChar(','));
    }
    return (lines.join(QStringLiteral("\r\n")) + QStringLiteral("\r\n")).toUtf8();
}

int FindingModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FindingModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant FindingModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || static_cast<std::size_t>(index.row()) >= m_rows.size())
        return {};
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::AccessibleTextRole)
        return {};
    const Finding& one = finding(index.row());
    switch (index.column()) {
    case Class: return classPill(classOf(one)).text;
    case Where: {
        const QString own = placeName(m_reading->texts, one.place, one.said);
        if (role == Qt::ToolTipRole)
            return QString::fromStdString(one.said.file);
        return one.other.known() ? own + QStringLiteral(" ↔ ") + placeName(m_reading->texts, one.other, {}) : own;
    }
    case Found: return QString::fromStdString(one.said.found);
    case Text: return QString::fromStdString(one.said.text);
    default: return {};
    }
}

QVariant FindingModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Class: return tr("Finding");
    case Where: return tr("Place");
    case Found: return tr("Text");
    case Text: return tr("What it means and what was done");
    default: return {};
    }
}

} // namespace lvsdeck::console
