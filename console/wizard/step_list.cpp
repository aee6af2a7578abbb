// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/wizard/step_list.hpp"

#include "console/theme/pill.hpp"

#include <QMouseEvent>
#include <QPainter>

#include <utility>

namespace lvsdeck::console {

namespace {
constexpr int rowHeight = 34;
}

StepList::StepList(QStringList names, QWidget* parent)
    : QWidget(parent), m_names(std::move(names)), m_looks(static_cast<std::size_t>(m_names.size()), StepLook::Open) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Steps"));
}

void StepList::setLooks(std::vector<StepLook> looks) {
    if (looks == m_looks)
        return;
    m_looks = std::move(looks);
    m_looks.resize(static_cast<std::size_t>(m_names.size()), StepLook::Open);
    for (std::size_t i = 0; i < m_looks.size(); ++i)
        if (m_looks[i] == StepLook::Current)
            setAccessibleDescription(m_names[static_cast<qsizetype>(i)]);
    update();
}

QSize StepList::sizeHint() const { return {180, rowHeight * static_cast<int>(m_names.size())}; }

void StepList::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens& tokens = tokensOf(palette());
    QFont small = smallFont();
    small.setWeight(QFont::Bold);
    for (int i = 0; i < m_names.size(); ++i) {
        const StepLook look = m_looks[static_cast<std::size_t>(i)];
        const QRect row(0, i * rowHeight, width(), rowHeight);
        const bool current = look == StepLook::Current;
        painter.setPen(Qt::NoPen);
        if (current) {
            painter.setBrush(tokens.accent.fill);
            painter.drawRoundedRect(row, 4, 4);
        }
        const ToneColors colors = look == StepLook::Done ? tokens.ok : look == StepLook::Wrong ? tokens.bad : tokens.accent;
        const QRect badge(8, row.top() + 8, 20, 18);
        painter.setBrush(colors.fill);
        painter.drawRoundedRect(badge, 4, 4);
        painter.setFont(small);
        painter.setPen(colors.ink);
        painter.drawText(badge, Qt::AlignCenter,
                         look == StepLook::Done    ? QStringLiteral("✓")
                         : look == StepLook::Wrong ? QStringLiteral("!")
                                                   : QString::number(i + 1));
        QFont font = textFont();
        font.setWeight(current ? QFont::DemiBold : QFont::Normal);
        painter.setFont(font);
        painter.setPen(current ? tokens.accent.ink : look == StepLook::Open ? tokens.muted : tokens.text);
        painter.drawText(row.adjusted(36, 0, -4, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetrics(font).elidedText(m_names[i], Qt::ElideRight, row.width() - 40));
    }
}

void StepList::mousePressEvent(QMouseEvent* event) { event->accept(); }

void StepList::mouseReleaseEvent(QMouseEvent* event) {
    const int index = static_cast<int>(event->position().y()) / rowHeight;
    if (index >= 0 && index < m_names.size())
        emit chosen(index);
}

} // namespace lvsdeck::console
