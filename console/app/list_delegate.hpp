// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of the sidebar: a glyph, words, and a muted remark at the right. Window thread.
#pragma once

#include "console/theme/pill.hpp"

#include <QStyledItemDelegate>

namespace lvsdeck::console {

class ListDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    enum Role { RemarkRole = Qt::UserRole + 1, GlyphRole, ToneRole, IndentRole, IdRole, DirectorRole };
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace lvsdeck::console
