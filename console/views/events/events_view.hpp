// SPDX-License-Identifier: GPL-3.0-or-later
// What happened on all directors, newest first, with a filter and a least level.
// Object names: eventsTable, eventsFilter, eventsLevel.
#pragma once

#include "console/models/event_model.hpp"
#include "console/views/view.hpp"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QStackedWidget;
class QTableView;

namespace lvsdeck::console {

class EventFilter;
class PageHeader;

class EventsView : public QWidget {
    Q_OBJECT
public:
    explicit EventsView(ViewContext context, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void build();
    void refresh();
    void copySelected();

    ViewContext m_context;
    EventModel* m_model;
    EventFilter* m_filter;
    PageHeader* m_header = nullptr;
    QStackedWidget* m_stack = nullptr;
    QTableView* m_table = nullptr;
    QLineEdit* m_filterEdit = nullptr;
    QComboBox* m_level = nullptr;
};

} // namespace lvsdeck::console
