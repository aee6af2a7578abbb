// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/event_model.hpp"

#include "console/models/format.hpp"
#include "console/models/keyed_rows.hpp"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>

namespace lvsdeck::console {

constexpr std::size_t keptRows = 2000;

static Pill levelPill(rpc::EventLevel level) {
    switch (level) {
    case rpc::EventLevel::Info: return {Tone::Neutral, Glyph::Disc, QCoreApplication::translate("States", "info")};
    case rpc::EventLevel::Notice: return {Tone::Accent, Glyph::Disc, QCoreApplication::translate("States", "notice")};
    case rpc::EventLevel::Warning: return {Tone::Warn, Glyph::Triangle, QCoreApplication::translate("States", "warning")};
    case rpc::EventLevel::Error: return {Tone::Bad, Glyph::Diamond, QCoreApplication::translate("States", "error")};
    }
    return {};
}

static QString timeText(std::int64_t atUs) {
    return QDateTime::fromMSecsSinceEpoch(atUs / 1000).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
}

void EventModel::setRows(std::vector<EventRow> rows) {
    std::stable_sort(rows.begin(), rows.end(), [](const EventRow& a, const EventRow& b) {
        return a.atUs != b.atUs ? a.atUs > b.atUs : a.event.id > b.event.id;
    });
    if (rows.size() > keptRows)
        rows.resize(keptRows);
    const RowCallbacks callbacks{
        .beginRemove = [this](int first, int last) { beginRemoveRows({}, first, last); },
        .endRemove = [this] { endRemoveRows(); },
        .beginInsert = [this](int first, int last) { beginInsertRows({}, first, last); },
        .endInsert = [this] { endInsertRows(); },
        .changed = [this](int first, int last) { emit dataChanged(index(first, 0), index(last, ColumnCount - 1)); },
    };
    mergeRows(
        m_rows, std::move(rows),
        [](const EventRow& row) {
            return row.director + "/" + std::to_string(row.event.id) + "/" + std::to_string(row.event.atUs);
        },
        [](EventRow& row, EventRow fresh) {
            const bool differs = row.event != fresh.event;
            row = std::move(fresh);
            return differs;
        },
        callbacks);
}

int EventModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }

int EventModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant EventModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const EventRow& row = m_rows[static_cast<std::size_t>(index.row())];
    const rpc::Event& event = row.event;
    const QString words = event.subject.empty() ? text(event.text) : text(event.subject + ": " + event.text);
    const QString full = event.by.empty() ? words : tr("%1 (by %2)").arg(words, text(event.by));
    if (role == LevelRole)
        return static_cast<int>(event.level);
    if (role == SortRole)
        return static_cast<qlonglong>(row.atUs);
    if (role == FilterRole)
        return timeText(row.atUs) + QChar(' ') + text(row.director) + QChar(' ') + text(event.area) + QChar(' ') + full;
    if (role == Qt::ToolTipRole)
        return full;
    if (role == Qt::UserRole)
        return QVariant();
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Time: return timeText(row.atUs);
    case Level: return levelPill(event.level).text;
    case Director: return text(row.director);
    case Area: return text(event.area);
    case Text: return full;
    default: return {};
    }
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time: return tr("Time");
    case Level: return tr("Level");
    case Director: return tr("Director");
    case Area: return tr("Area");
    case Text: return tr("What happened");
    default: return {};
    }
}

} // namespace lvsdeck::console
