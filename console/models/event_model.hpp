// SPDX-License-Identifier: GPL-3.0-or-later
// The events of all directors in one list, newest first. Keyed by director and number, so that new ones are inserted and
// nothing is reset. Values only; window thread.
#pragma once

#include "common/rpc/messages.hpp"

#include <QAbstractTableModel>

#include <string>
#include <vector>

namespace lvsdeck::console {

struct EventRow {
    std::string director;
    rpc::Event event;
    std::int64_t atUs = 0; ///< on the console's clock
};

class EventModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Time, Level, Director, Area, Text, ColumnCount };
    enum Role { LevelRole = Qt::UserRole + 1, FilterRole, SortRole };

    using QAbstractTableModel::QAbstractTableModel;
    /// Any order; at most the newest 2,000 are kept.
    void setRows(std::vector<EventRow> rows);
    [[nodiscard]] const EventRow& row(int index) const { return m_rows[static_cast<std::size_t>(index)]; }

    [[nodiscard]] int rowCount(const QModelIndex& parent) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<EventRow> m_rows;
};

} // namespace lvsdeck::console
