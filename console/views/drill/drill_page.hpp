// SPDX-License-Identifier: GPL-3.0-or-later
// One drill as a picture: cards, timeline, what happened. Shows a running drill as well as a kept one. Window thread only.
#pragma once

#include "console/cluster/drill_record.hpp"
#include "console/views/drill/finding_list.hpp"

#include <QWidget>

#include <array>

class QFrame;
class QLabel;

namespace lvsdeck::console {

/// Paints the record's timeline; its accessible description says the same in words.
class TimelineWidget : public QWidget {
    Q_OBJECT
public:
    explicit TimelineWidget(QWidget* parent = nullptr);
    void setRecord(const cluster::DrillRecord& record, std::int64_t nowUs);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    cluster::DrillRecord m_record;
    std::int64_t m_nowUs = 0;
};

class DrillPage : public QWidget {
    Q_OBJECT
public:
    explicit DrillPage(QWidget* parent = nullptr);
    /// `nowUs`: the console's clock while it runs, 0 for a finished one.
    void setRecord(const cluster::DrillRecord& record, std::int64_t nowUs);

private:
    struct Card {
        QLabel* title;
        QLabel* value;
        QLabel* note;
    };
    std::array<Card, 6> m_cards{};
    TimelineWidget* m_timeline;
    FindingList* m_lines;
};

} // namespace lvsdeck::console
