// SPDX-License-Identifier: GPL-3.0-or-later
// The live table: what `watch ipvsadm -ln` shows, for one director at a time, with states, rates and a minute of history.
// Object names: watchTree, watchFilter, watchDirector (a button with a menu), watchFreeze, watchMessage, watchAddService.
#pragma once

#include "console/models/watch_model.hpp"
#include "console/views/view.hpp"

#include <QWidget>

class QLineEdit;
class QMenu;
class QPushButton;
class QSortFilterProxyModel;
class QStackedWidget;
class QTreeView;

namespace lvsdeck::console {

class EmptyState;
class MessageBar;
class PageHeader;

class WatchView : public QWidget {
    Q_OBJECT
public:
    explicit WatchView(ViewContext context, QWidget* parent = nullptr);

    /// The selected services (or all) as `ipvsadm -ln` would print them.
    [[nodiscard]] QString ipvsadmText() const;
    [[nodiscard]] WatchModel& model() { return *m_model; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void build();
    void buildActions();
    void fillDirectorMenu();
    void follow(const std::string& director);
    void stateArrived(const std::string& director);
    void refresh();
    void refreshTexts();
    void setFrozen(bool frozen);
    void drainSelected(bool drain);
    [[nodiscard]] std::string shownDirector() const;

    ViewContext m_context;
    WatchModel* m_model;
    QSortFilterProxyModel* m_filter;
    PageHeader* m_header = nullptr;
    MessageBar* m_message = nullptr;
    QStackedWidget* m_stack = nullptr;
    QTreeView* m_tree = nullptr;
    EmptyState* m_empty = nullptr;
    QPushButton* m_adopt = nullptr; ///< while nothing was ever applied
    QLineEdit* m_filterEdit = nullptr;
    QPushButton* m_director = nullptr;
    QMenu* m_directorMenu = nullptr;
    QPushButton* m_freeze = nullptr;
    std::string m_chosen; ///< empty: the master of the first instance
    std::string m_last;
    std::int64_t m_lastStateUs = 0;
    bool m_frozen = false;
};

} // namespace lvsdeck::console
