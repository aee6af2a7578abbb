// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/theme/style.hpp"

#include "console/theme/tokens.hpp"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

namespace lvsdeck::console {

HouseStyle::HouseStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

int HouseStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    if (metric == PM_SmallIconSize || metric == PM_ButtonIconSize)
        return 16;
    if (metric == PM_ScrollBarExtent)
        return 10;
    if (metric == PM_IndicatorWidth || metric == PM_IndicatorHeight || metric == PM_ExclusiveIndicatorWidth ||
        metric == PM_ExclusiveIndicatorHeight)
        return 16;
    return QProxyStyle::pixelMetric(metric, option, widget);
}

int HouseStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const {
    if (hint == SH_UnderlineShortcut)
        return 1;
    if (hint == SH_EtchDisabledText || hint == SH_DitherDisabledText)
        return 0;
    return QProxyStyle::styleHint(hint, option, widget, data);
}

void HouseStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                               const QWidget* widget) const {
    const Tokens& tokens = tokensOf(option->palette);
    if (element == PE_FrameFocusRect) {
        // Buttons show the focus by their border, views by the current row.
        if (qobject_cast<const QAbstractButton*>(widget) != nullptr ||
            qobject_cast<const QAbstractItemView*>(widget) != nullptr)
            return;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(tokens.accent.mark, 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        painter->restore();
        return;
    }
    if (element == PE_IndicatorBranch) {
        if ((option->state & State_Children) == 0)
            return;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(tokens.muted);
        const QPointF c = QRectF(option->rect).center();
        const bool open = (option->state & State_Open) != 0;
        painter->drawPolygon(open ? QPolygonF({c + QPointF(-3.5, -2), c + QPointF(3.5, -2), c + QPointF(0, 3)})
                                  : QPolygonF({c + QPointF(-2, -3.5), c + QPointF(3, 0), c + QPointF(-2, 3.5)}));
        painter->restore();
        return;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

} // namespace lvsdeck::console
