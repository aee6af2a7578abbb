// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/list_delegate.hpp"

#include <QPainter>

namespace lvsdeck::console {

QSize ListDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const { return {160, metrics::row}; }

void ListDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Tokens& tokens = tokensOf(option.palette);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    const QRect box = option.rect;
    if (selected || (option.state & QStyle::State_MouseOver) != 0) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(selected ? tokens.accent.fill : tokens.hover);
        painter->drawRoundedRect(box.adjusted(0, 0, 0, -1), metrics::radius, metrics::radius);
    }
    if ((option.state & QStyle::State_HasFocus) != 0 && (option.state & QStyle::State_KeyboardFocusChange) != 0) {
        painter->setPen(QPen(tokens.accent.mark, 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -1.5), metrics::radius, metrics::radius);
    }
    QRect area = box.adjusted(8 + index.data(IndentRole).toInt(), 0, -8, 0);
    const auto glyph = static_cast<Glyph>(index.data(GlyphRole).toInt());
    if (glyph != Glyph::None) {
        const auto tone = static_cast<Tone>(index.data(ToneRole).toInt());
        paintGlyph(*painter, QRectF(area.left(), area.center().y() - 3.5, 8, 8), glyph, toneColors(tokens, tone).mark,
                   tokens.panel);
        area.setLeft(area.left() + 16);
    }
    const QString remark = index.data(RemarkRole).toString();
    QFont small = smallFont();
    const int wide = remark.isEmpty() ? 0 : QFontMetrics(small).horizontalAdvance(remark) + 8;
    QFont font = option.font;
    font.setWeight(selected ? QFont::DemiBold : QFont::Normal);
    painter->setFont(font);
    painter->setPen(selected ? tokens.accent.ink : tokens.text);
    painter->drawText(area.adjusted(0, 0, -wide, 0), Qt::AlignLeft | Qt::AlignVCenter,
                      QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight, area.width() - wide));
    painter->setFont(small);
    painter->setPen(tokens.muted);
    painter->drawText(area, Qt::AlignRight | Qt::AlignVCenter, remark);
    painter->restore();
}

} // namespace lvsdeck::console
