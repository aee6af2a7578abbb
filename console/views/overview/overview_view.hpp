// SPDX-License-Identifier: GPL-3.0-or-later
// The cluster at a glance: who serves what to whom, and how much, with two charts of the last minutes.
// Object names: overviewTopology, overviewFit, overviewSave, overviewMessage, overviewAddService.
#pragma once

#include "console/views/view.hpp"

#include <QWidget>

class QStackedWidget;
class QScrollArea;

namespace lvsdeck::console {

class EmptyState;
class LineChart;
class MessageBar;
class PageHeader;
class TopologyWidget;

class OverviewView : public QWidget {
    Q_OBJECT
public:
    explicit OverviewView(ViewContext context, QWidget* parent = nullptr);

private:
    void build();
    void refresh();
    void addSample(const std::string& director);
    void savePicture();
    [[nodiscard]] QString sentence() const;

    ViewContext m_context;
    QPushButton* m_adopt = nullptr; ///< while nothing was ever applied
    PageHeader* m_header = nullptr;
    MessageBar* m_message = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    QScrollArea* m_scroll = nullptr;
    TopologyWidget* m_topology = nullptr;
    LineChart* m_active = nullptr;
    LineChart* m_rate = nullptr;
};

} // namespace lvsdeck::console
