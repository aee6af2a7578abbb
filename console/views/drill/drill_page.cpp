// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/drill/drill_page.hpp"

#include "console/report/timeline_painter.hpp"
#include "console/theme/controls.hpp"

#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

namespace lvsdeck::console {

TimelineWidget::TimelineWidget(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("drillTimeline"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Timeline of the drill"));
}

void TimelineWidget::setRecord(const cluster::DrillRecord& record, std::int64_t nowUs) {
    const bool grown = timelineHeight(record) != timelineHeight(m_record);
    m_record = record;
    m_nowUs = nowUs;
    if (nowUs == 0)
        setAccessibleDescription(timelineDescription(record));
    if (grown)
        updateGeometry();
    update();
}

QSize TimelineWidget::sizeHint() const { return {600, static_cast<int>(timelineHeight(m_record))}; }

void TimelineWidget::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintTimeline(painter, rect(), m_record, tokensOf(QGuiApplication::palette()), m_nowUs);
}

DrillPage::DrillPage(QWidget* parent)
    : QWidget(parent), m_timeline(new TimelineWidget(this)), m_lines(new FindingList(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    auto* cards = new QHBoxLayout;
    cards->setSpacing(12);
    for (Card& card : m_cards) {
        QFrame* frame = makeFrame("card", this, 14);
        card.title = makeLabel({}, "muted", frame);
        card.value = makeLabel({}, "figure", frame);
        QFont font = titleFont();
        font.setPixelSize(20);
        font.setWeight(QFont::DemiBold);
        card.value->setFont(font);
        card.note = makeLabel({}, "small", frame);
        for (QLabel* label : {card.title, card.value, card.note}) {
            label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
            frame->layout()->addWidget(label);
        }
        cards->addWidget(frame, 1);
    }
    column->addLayout(cards);
    QFrame* picture = makeFrame("card", this, 14);
    picture->layout()->addWidget(makeLabel(tr("What happened"), "strong", picture));
    picture->layout()->addWidget(m_timeline);
    column->addWidget(picture);
    QFrame* words = makeFrame("card", this, 14);
    words->layout()->addWidget(m_lines);
    column->addWidget(words);
    column->addStretch(1);
}

void DrillPage::setRecord(const cluster::DrillRecord& record, std::int64_t nowUs) {
    const auto cards = drillCards(record);
    const Tokens& tokens = tokensOf(QGuiApplication::palette());
    for (std::size_t i = 0; i < m_cards.size() && i < cards.size(); ++i) {
        m_cards.at(i).title->setText(cards[i].title);
        m_cards.at(i).value->setText(cards[i].value);
        m_cards.at(i).value->setToolTip(cards[i].value);
        m_cards.at(i).note->setText(cards[i].note);
        m_cards.at(i).note->setToolTip(cards[i].note);
        QPalette colors = m_cards.at(i).value->palette();
        colors.setColor(QPalette::WindowText, cards[i].tone == Tone::Bad ? tokens.bad.ink : tokens.text);
        m_cards.at(i).value->setPalette(colors);
    }
    m_timeline->setRecord(record, nowUs);
    m_lines->setLines(drillLines(record));
}

} // namespace lvsdeck::console
