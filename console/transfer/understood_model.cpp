// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/understood_model.hpp"

#include "console/theme/tokens.hpp"

#include <algorithm>

namespace lvsdeck::console {

bool isHeading(EntryKind kind) { return kind <= EntryKind::KeptTexts; }

void UnderstoodModel::setReading(std::shared_ptr<const ImportReading> reading) {
    beginResetModel();
    m_reading = std::move(reading);
    m_byPlace.clear();
    if (m_reading)
        for (std::uint32_t i = 0; i < m_reading->understood.size(); ++i)
            if (const Entry& entry = m_reading->understood[i]; entry.place.known() && entry.place.line > 0)
                m_byPlace.push_back({{entry.place.text, entry.place.line}, i});
    std::ranges::sort(m_byPlace);
    endResetModel();
}

const Entry* UnderstoodModel::entry(const QModelIndex& index) const {
    return m_reading && index.isValid() && index.internalId() < m_reading->understood.size()
               ? &m_reading->understood[index.internalId()]
               : nullptr;
}

QModelIndex UnderstoodModel::indexOf(std::uint32_t number) const {
    return number == 0 ? QModelIndex()
                       : createIndex(static_cast<int>(m_reading->understood[number].row), 0, quintptr(number));
}

QModelIndex UnderstoodModel::indexAt(Place place) const {
    const auto above = std::ranges::upper_bound(m_byPlace, std::pair(place.text, place.line), {},
                                                [](const auto& entry) { return entry.first; });
    if (above == m_byPlace.begin() || std::prev(above)->first.first != place.text)
        return {};
    // Of several entries on one line the outermost, which stands first.
    const auto first =
        std::ranges::lower_bound(m_byPlace, std::prev(above)->first, {}, [](const auto& entry) { return entry.first; });
    return indexOf(first->second);
}

QModelIndex UnderstoodModel::index(int row, int column, const QModelIndex& parent) const {
    if (!m_reading || m_reading->understood.empty() || row < 0 || column < 0 || column >= ColumnCount || parent.column() > 0)
        return {};
    const Entry& above = m_reading->understood[parent.isValid() ? parent.internalId() : 0];
    return static_cast<std::uint32_t>(row) < above.children
               ? createIndex(row, column, quintptr(above.firstChild + static_cast<std::uint32_t>(row)))
               : QModelIndex();
}

QModelIndex UnderstoodModel::parent(const QModelIndex& index) const {
    const Entry* own = entry(index);
    return own == nullptr ? QModelIndex() : indexOf(own->parent);
}

int UnderstoodModel::rowCount(const QModelIndex& parent) const {
    if (!m_reading || m_reading->understood.empty() || parent.column() > 0)
        return 0;
    return static_cast<int>(m_reading->understood[parent.isValid() ? parent.internalId() : 0].children);
}

int UnderstoodModel::columnCount(const QModelIndex&) const { return ColumnCount; }

QVariant UnderstoodModel::data(const QModelIndex& index, int role) const {
    const Entry* own = entry(index);
    if (own == nullptr)
        return {};
    if (role == Qt::FontRole) {
        if (!isHeading(own->kind) && index.column() == Title)
            return monoFont();
        if (isHeading(own->kind) && index.column() == Title) {
            QFont font = textFont();
            font.setWeight(QFont::DemiBold);
            return font;
        }
        return {};
    }
    if (role == Qt::TextAlignmentRole && index.column() == Line)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::AccessibleTextRole)
        return {};
    switch (index.column()) {
    case Title: {
        if (role == Qt::ToolTipRole && own->kind == EntryKind::Kept)
            return QString::fromStdString(m_reading->cluster.passthrough[own->a].text).left(2000);
        return QString::fromStdString(entryTitle(m_reading->cluster, *own));
    }
    case Detail: return QString::fromStdString(entryDetail(m_reading->cluster, *own));
    case Line:
        if (!own->place.known() || own->place.line == 0 || isHeading(own->kind))
            return {};
        return role == Qt::ToolTipRole
                   ? QStringLiteral("%1:%2")
                         .arg(QString::fromStdString(m_reading->texts[static_cast<std::size_t>(own->place.text)].file))
                         .arg(own->place.line)
                   : QString::number(own->place.line);
    default: return {};
    }
}

QVariant UnderstoodModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Line ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Title: return tr("Understood");
    case Detail: return tr("As");
    case Line: return tr("Line");
    default: return {};
    }
}

} // namespace lvsdeck::console
