// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the cells of the Watch table: monospace addresses and numbers, state pills, sparklines. Window thread.
#pragma once

#include "console/models/watch_model.hpp"

#include <QStyledItemDelegate>

namespace lvsdeck::console {

class WatchDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace lvsdeck::console
