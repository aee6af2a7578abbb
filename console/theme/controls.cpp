// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/theme/controls.hpp"

#include "console/theme/icons.hpp"

#include <algorithm>

#include <QHBoxLayout>
#include <QStyle>
#include <QVBoxLayout>

namespace lvsdeck::console {

QLabel* makeLabel(const QString& text, const char* role, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setProperty("role", QString::fromLatin1(role));
    return label;
}

QPushButton* makeButton(const QString& text, const QString& objectName, QWidget* parent) {
    auto* button = new QPushButton(text, parent);
    button->setObjectName(objectName);
    button->setAutoDefault(false);
    return button;
}

QPushButton* makePrimaryButton(const QString& text, const QString& objectName, QWidget* parent) {
    QPushButton* button = makeButton(text, objectName, parent);
    button->setProperty("primary", true);
    return button;
}

QFrame* makeFrame(const char* role, QWidget* parent, int margin) {
    auto* frame = new QFrame(parent);
    frame->setProperty("role", QString::fromLatin1(role));
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->setSpacing(metrics::grid);
    return frame;
}

void dress(QWidget* widget, const char* property, const QVariant& value) {
    if (widget->property(property) == value)
        return;
    widget->setProperty(property, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

PageHeader::PageHeader(const QString& title, QWidget* parent)
    : QWidget(parent), m_title(makeLabel(title, "title", this)), m_pill(new PillLabel(this)),
      m_subtitle(makeLabel({}, "subtitle", this)), m_actions(new QHBoxLayout) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::grid);
    row->addWidget(m_title);
    row->addWidget(m_pill);
    row->addWidget(m_subtitle, 1);
    m_subtitle->setMinimumWidth(40);
    m_subtitle->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_actions->setSpacing(metrics::grid);
    row->addLayout(m_actions);
    setMinimumHeight(metrics::control);
}

void PageHeader::setTitle(const QString& title) { m_title->setText(title); }

void PageHeader::setSubtitle(const QString& text) {
    m_subtitle->setText(text);
    m_subtitle->setToolTip(text);
}

void PageHeader::setPill(const Pill& pill) { m_pill->setPill(pill); }

void PageHeader::addAction(QWidget* widget) { m_actions->addWidget(widget); }

EmptyState::EmptyState(const QString& title, const QString& text, QWidget* parent)
    : QWidget(parent), m_title(makeLabel(title, "heading", this)), m_text(makeLabel(text, "muted", this)),
      m_buttons(new QHBoxLayout) {
    auto* column = new QVBoxLayout(this);
    column->setSpacing(metrics::grid);
    column->addStretch(2);
    column->addWidget(m_title, 0, Qt::AlignHCenter);
    m_text->setWordWrap(true);
    m_text->setAlignment(Qt::AlignHCenter);
    m_text->setFixedWidth(520);
    fitText();
    column->addWidget(m_text, 0, Qt::AlignHCenter);
    column->addSpacing(metrics::grid);
    m_buttons->setSpacing(metrics::grid);
    auto* row = new QHBoxLayout;
    row->addStretch();
    row->addLayout(m_buttons);
    row->addStretch();
    column->addLayout(row);
    column->addStretch(3);
}

QPushButton* EmptyState::addButton(const QString& text, const QString& objectName, bool primary) {
    QPushButton* button = primary ? makePrimaryButton(text, objectName, this) : makeButton(text, objectName, this);
    m_buttons->addWidget(button);
    return button;
}

void EmptyState::setText(const QString& title, const QString& text) {
    m_title->setText(title);
    m_text->setText(text);
    fitText();
}

// A centred label is given the height of its hint, which knows nothing of its width.
void EmptyState::fitText() {
    m_text->ensurePolished();
    // An empty text has no height of its own.
    m_text->setMinimumHeight(std::max(0, m_text->heightForWidth(m_text->maximumWidth())));
}

MessageBar::MessageBar(QWidget* parent) : QFrame(parent), m_text(makeLabel({}, "strong", this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 6);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(m_text);
    setVisible(false);
}

void MessageBar::show(Tone tone, const QString& text) {
    dress(this, "role", QString::fromLatin1(tone == Tone::Bad ? "alarm" : tone == Tone::Warn ? "caution" : "notice"));
    m_text->setText(text);
    setAccessibleName(text);
    setVisible(true);
}

void MessageBar::clear() {
    m_text->clear();
    setVisible(false);
}

} // namespace lvsdeck::console
