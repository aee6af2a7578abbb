// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/watch/watch_delegate.hpp"

#include "console/models/format.hpp"

#include <QDateTime>
#include <QPainter>
#include <QPainterPath>
#include <QSortFilterProxyModel>

#include <algorithm>

namespace lvsdeck::console {

namespace {

struct Source {
    const WatchModel* model = nullptr;
    QModelIndex index;
};

Source sourceOf(const QModelIndex& index) {
    const auto* proxy = qobject_cast<const QSortFilterProxyModel*>(index.model());
    if (proxy == nullptr)
        return {qobject_cast<const WatchModel*>(index.model()), index};
    return {qobject_cast<const WatchModel*>(proxy->sourceModel()), proxy->mapToSource(index)};
}

void paintTrend(QPainter& painter, const QRect& area, const Trend& trend, const QColor& color) {
    if (trend.size() < 2)
        return;
    std::int64_t low = trend.at(0);
    std::int64_t high = low;
    for (std::size_t i = 1; i < trend.size(); ++i) {
        low = std::min(low, trend.at(i));
        high = std::max(high, trend.at(i));
    }
    // From half of the lowest value, so that noise of a few connections does not look like a storm.
    const double base = high == low ? 0.0 : static_cast<double>(low) * 0.5;
    const double span = std::max(static_cast<double>(high) - base, 1.0);
    const double step = static_cast<double>(area.width()) / static_cast<double>(Trend::length - 1);
    const double start = area.right() - step * static_cast<double>(trend.size() - 1);
    QPainterPath path;
    for (std::size_t i = 0; i < trend.size(); ++i) {
        const double y = area.bottom() - (static_cast<double>(trend.at(i)) - base) / span * area.height();
        const QPointF point(start + step * static_cast<double>(i), std::clamp<double>(y, area.top(), area.bottom()));
        if (i == 0)
            path.moveTo(point);
        else
            path.lineTo(point);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.3));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

} // namespace

QSize WatchDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const { return {80, metrics::row}; }

void WatchDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto [model, source] = sourceOf(index);
    const WatchService* service = model != nullptr ? model->service(source) : nullptr;
    if (service == nullptr)
        return;
    const WatchServer* server = model->server(source);
    const Tokens& tokens = tokensOf(option.palette);
    painter->save();
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    painter->fillRect(option.rect, selected ? tokens.accent.fill : server == nullptr ? tokens.group : tokens.panel);
    painter->setPen(tokens.line);
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());

    QRect area = option.rect.adjusted(10, 0, -10, -1);
    const QString words = index.data(Qt::DisplayRole).toString();
    const bool present = server != nullptr ? server->present : service->present;
    const QColor ink = present && !model->stale() ? tokens.text : tokens.muted;
    const int column = index.column();
    const bool number = column >= WatchModel::Weight && column <= WatchModel::OutBits;
    if (column == WatchModel::Spark) {
        const Trend& trend = server != nullptr ? server->trend : service->trend;
        const bool down = server != nullptr && server->state == ServerState::Down;
        paintTrend(*painter, area.adjusted(0, 7, 0, -8), trend,
                   down                ? tokens.bad.mark
                   : server != nullptr ? tokens.muted
                                       : tokens.accent.mark);
    } else if (column == WatchModel::State && server != nullptr) {
        const Pill pill =
            model->stale() ? stalePill(-1) : serverPill(server->state, server->sinceMs, QDateTime::currentMSecsSinceEpoch());
        paintPill(*painter, area, pill, tokens);
    } else if (column == WatchModel::Scheduler && server == nullptr) {
        QFont bold = option.font;
        bold.setWeight(QFont::DemiBold);
        painter->setFont(bold);
        painter->setPen(ink);
        const QString name = text(service->scheduler);
        painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter, name);
        area.setLeft(area.left() + QFontMetrics(bold).horizontalAdvance(name) + 5);
        painter->setFont(option.font);
        painter->setPen(tokens.muted);
        painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetrics(option.font).elidedText(text(service->flags), Qt::ElideRight, area.width()));
    } else {
        const bool mono = number || column == WatchModel::Address || column == WatchModel::Protocol;
        QFont font = mono ? monoFont() : option.font;
        if (server == nullptr && mono && column != WatchModel::Protocol)
            font.setWeight(QFont::DemiBold);
        painter->setFont(font);
        painter->setPen(column == WatchModel::State ? tokens.muted : ink);
        QString shown = words;
        if (column == WatchModel::Address && server != nullptr) {
            area.setLeft(area.left() + 14);
            shown = QStringLiteral("→ ") + words;
        }
        const Qt::Alignment side = number ? Qt::AlignRight : Qt::AlignLeft;
        painter->drawText(area, int(side | Qt::AlignVCenter),
                          QFontMetrics(font).elidedText(shown, Qt::ElideRight, area.width()));
    }
    if ((option.state & QStyle::State_HasFocus) != 0 && column == WatchModel::Address) {
        painter->setPen(tokens.accent.mark);
        painter->drawLine(option.rect.topLeft() + QPoint(1, 4), option.rect.bottomLeft() + QPoint(1, -4));
    }
    painter->restore();
}

} // namespace lvsdeck::console
