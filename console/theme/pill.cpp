// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/theme/pill.hpp"

#include <QFontMetrics>
#include <QPainterPath>

#include <utility>

namespace lvsdeck::console {

namespace {

constexpr int pillHeight = 18;
constexpr int pillSide = 6;
constexpr int glyphSide = 8;

QFont pillFont() {
    QFont font = smallFont();
    font.setWeight(QFont::DemiBold);
    return font;
}

} // namespace

void paintGlyph(QPainter& painter, const QRectF& box, Glyph glyph, const QColor& color, const QColor& ground) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const QPointF c = box.center();
    const qreal r = box.width() / 2.0;
    switch (glyph) {
    case Glyph::None: break;
    case Glyph::Disc: painter.drawEllipse(c, r, r); break;
    case Glyph::Diamond:
        painter.drawPolygon(QPolygonF(
            {c + QPointF(0, -r * 1.15), c + QPointF(r * 1.15, 0), c + QPointF(0, r * 1.15), c + QPointF(-r * 1.15, 0)}));
        break;
    case Glyph::Half:
        painter.drawPie(box, 90 * 16, 180 * 16);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, 1.3));
        painter.drawEllipse(c, r - 0.65, r - 0.65);
        break;
    case Glyph::Ring:
        painter.setBrush(ground);
        painter.setPen(QPen(color, 2));
        painter.drawEllipse(c, r - 1, r - 1);
        break;
    case Glyph::Triangle:
        painter.drawPolygon(QPolygonF({c + QPointF(0, -r), c + QPointF(r, r * 0.85), c + QPointF(-r, r * 0.85)}));
        break;
    case Glyph::Square: painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5)); break;
    }
    painter.restore();
}

void paintHatch(QPainter& painter, const QRect& area, const Tokens& tokens) {
    painter.save();
    painter.setClipRect(area, Qt::IntersectClip);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(tokens.line, 1.2));
    for (int x = area.left() - area.height(); x < area.right(); x += 6)
        painter.drawLine(x, area.bottom() + 1, x + area.height() + 1, area.top());
    painter.restore();
}

void paintRow(QPainter& painter, const QRect& row, bool selected, const Tokens& tokens) {
    painter.fillRect(row, selected ? tokens.accent.fill : tokens.panel);
    painter.setPen(tokens.line);
    painter.drawLine(row.bottomLeft(), row.bottomRight());
}

QSize pillSize(const Pill& pill) {
    const QFontMetrics metrics(pillFont());
    const int glyph = pill.glyph == Glyph::None ? 0 : glyphSide + 4;
    return {metrics.horizontalAdvance(pill.text) + glyph + 2 * pillSide, pillHeight};
}

void paintPill(QPainter& painter, const QRect& area, const Pill& pill, const Tokens& tokens) {
    if (pill.text.isEmpty())
        return;
    const QSize size = pillSize(pill);
    const QRect box(area.left(), area.top() + (area.height() - size.height()) / 2, std::min(size.width(), area.width()),
                    size.height());
    const ToneColors colors = toneColors(tokens, pill.tone);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.fill);
    painter.drawRoundedRect(box, 4, 4);
    if (pill.tone == Tone::Stale) {
        QPainterPath clip;
        clip.addRoundedRect(box, 4, 4);
        painter.setClipPath(clip);
        paintHatch(painter, box, tokens);
        painter.setClipping(false);
        painter.setPen(QPen(tokens.line, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
    int x = box.left() + pillSide;
    if (pill.glyph != Glyph::None) {
        paintGlyph(painter, QRectF(x, box.center().y() - glyphSide / 2.0 + 0.5, glyphSide, glyphSide), pill.glyph,
                   colors.mark, colors.fill);
        x += glyphSide + 4;
    }
    painter.setFont(pillFont());
    painter.setPen(colors.ink);
    const QRect words(x, box.top(), box.right() - x + 1, box.height());
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(pillFont()).elidedText(pill.text, Qt::ElideRight, words.width()));
    painter.restore();
}

PillLabel::PillLabel(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setVisible(false);
}

void PillLabel::setPill(Pill pill) {
    if (pill == m_pill)
        return;
    m_pill = std::move(pill);
    setAccessibleName(m_pill.text);
    setVisible(!m_pill.text.isEmpty());
    updateGeometry();
    update();
}

QSize PillLabel::sizeHint() const { return pillSize(m_pill); }

void PillLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintPill(painter, rect(), m_pill, tokensOf(palette()));
}

StateLabel::StateLabel(QWidget* parent) : QWidget(parent) { setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed); }

void StateLabel::setState(Pill state) {
    if (state == m_state)
        return;
    m_state = std::move(state);
    setAccessibleName(m_state.text);
    updateGeometry();
    update();
}

QSize StateLabel::sizeHint() const {
    QFont font = textFont();
    font.setPixelSize(12);
    return {QFontMetrics(font).horizontalAdvance(m_state.text) + (m_state.glyph == Glyph::None ? 0 : 13) + 1, 20};
}

void StateLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Tokens& tokens = tokensOf(palette());
    int x = 0;
    if (m_state.glyph != Glyph::None) {
        paintGlyph(painter, QRectF(0, height() / 2.0 - 4, 8, 8), m_state.glyph, toneColors(tokens, m_state.tone).mark,
                   tokens.panel);
        x = 13;
    }
    QFont font = textFont();
    font.setPixelSize(12);
    painter.setFont(font);
    painter.setPen(tokens.muted);
    painter.drawText(rect().adjusted(x, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, m_state.text);
}

} // namespace lvsdeck::console
