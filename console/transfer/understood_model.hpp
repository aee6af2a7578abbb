// SPDX-License-Identifier: GPL-3.0-or-later
// The tree of what was understood, over a reading that it shares: nothing is copied, words are made when a row is looked at.
// Window thread.
#pragma once

#include "console/transfer/import_reading.hpp"

#include <QAbstractItemModel>

#include <memory>

namespace lvsdeck::console {

class UnderstoodModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Title, Detail, Line, ColumnCount };

    using QAbstractItemModel::QAbstractItemModel;
    void setReading(std::shared_ptr<const ImportReading> reading);
    [[nodiscard]] const Entry* entry(const QModelIndex& index) const;
    /// The entry that stands nearest at or above this place in its text; invalid when there is none.
    [[nodiscard]] QModelIndex indexAt(Place place) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QModelIndex indexOf(std::uint32_t number) const;

    std::shared_ptr<const ImportReading> m_reading;
    std::vector<std::pair<std::pair<int, std::uint32_t>, std::uint32_t>> m_byPlace; ///< sorted
};

/// Directors, services and so on as a heading above others.
[[nodiscard]] bool isHeading(EntryKind kind);

} // namespace lvsdeck::console
