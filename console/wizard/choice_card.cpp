// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/wizard/choice_card.hpp"

#include "console/theme/controls.hpp"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace lvsdeck::console {

ChoiceCard::ChoiceCard(const QString& title, const QString& what, const QString& needs, QWidget* parent) : QFrame(parent) {
    setProperty("role", QStringLiteral("choice"));
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(title);
    setAccessibleDescription(what + QChar(' ') + needs);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(32, 12, 14, 12);
    column->setSpacing(metrics::half);
    column->addWidget(makeLabel(title, "strong", this));
    for (const auto& [words, role] : {std::pair{what, "text"}, std::pair{needs, "muted"}}) {
        auto* label = makeLabel(words, role, this);
        label->setWordWrap(true);
        column->addWidget(label);
    }
}

void ChoiceCard::setChosen(bool chosen) {
    m_chosen = chosen;
    dress(this, "chosen", chosen);
    update();
}

void ChoiceCard::mousePressEvent(QMouseEvent* event) { event->accept(); }

void ChoiceCard::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        emit clicked();
}

void ChoiceCard::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space || event->key() == Qt::Key_Select)
        emit clicked();
    else if (event->key() == Qt::Key_Down)
        focusNextChild();
    else if (event->key() == Qt::Key_Up)
        focusPreviousChild();
    else
        QFrame::keyPressEvent(event);
}

void ChoiceCard::paintEvent(QPaintEvent* event) {
    QFrame::paintEvent(event);
    QPainter painter(this);
    const Tokens& tokens = tokensOf(palette());
    paintGlyph(painter, QRectF(14, 18, 8, 8), m_chosen ? Glyph::Disc : Glyph::Ring, tokens.accent.mark, tokens.panel);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(tokens.accent.mark, 1, Qt::DotLine));
        painter.drawRoundedRect(QRectF(rect()).adjusted(4.5, 4.5, -4.5, -4.5), 5, 5);
    }
}

} // namespace lvsdeck::console
