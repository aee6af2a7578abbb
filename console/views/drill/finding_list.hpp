// SPDX-License-Identifier: GPL-3.0-or-later
// A short list of sentences, each with a coloured shape: the pre-flight list, and what happened step by step.
// Window thread only.
#pragma once

#include "console/report/drill_text.hpp"

#include <QWidget>

class QVBoxLayout;

namespace lvsdeck::console {

class FindingList : public QWidget {
    Q_OBJECT
public:
    explicit FindingList(QWidget* parent = nullptr);
    /// Rebuilds only when something is different: it is called while a drill runs.
    void setLines(const std::vector<DrillLine>& lines);

private:
    QVBoxLayout* m_rows;
    std::vector<std::pair<Tone, QString>> m_shown;
};

/// The shape that goes with the colour, for people who do not see colours.
[[nodiscard]] Glyph glyphOf(Tone tone);

} // namespace lvsdeck::console
