// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/drill/finding_list.hpp"

#include "console/theme/controls.hpp"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace lvsdeck::console {

Glyph glyphOf(Tone tone) {
    switch (tone) {
    case Tone::Ok: return Glyph::Disc;
    case Tone::Warn: return Glyph::Triangle;
    case Tone::Bad: return Glyph::Diamond;
    case Tone::Accent:
    case Tone::Neutral:
    case Tone::Idle:
    case Tone::Stale: return Glyph::Ring;
    }
    return Glyph::None;
}

FindingList::FindingList(QWidget* parent) : QWidget(parent), m_rows(new QVBoxLayout(this)) {
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(metrics::half);
}

void FindingList::setLines(const std::vector<DrillLine>& lines) {
    std::vector<std::pair<Tone, QString>> wanted;
    wanted.reserve(lines.size());
    for (const DrillLine& line : lines)
        wanted.emplace_back(line.tone, line.text);
    if (wanted == m_shown)
        return;
    m_shown = std::move(wanted);
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const auto& [tone, sentence] : m_shown) {
        auto* row = new QWidget(this);
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(metrics::grid);
        auto* shape = new StateLabel(row);
        shape->setState({tone, glyphOf(tone), {}});
        layout->addWidget(shape, 0, Qt::AlignTop);
        QLabel* text = makeLabel(sentence, "plain", row);
        text->setWordWrap(true);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        layout->addWidget(text, 1);
        m_rows->addWidget(row);
    }
}

} // namespace lvsdeck::console
