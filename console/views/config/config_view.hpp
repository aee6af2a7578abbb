// SPDX-License-Identifier: GPL-3.0-or-later
// The cluster in force on each director, its revisions, and the keepalived.conf that behaves the same.
// Object names: configDirectors (table), configHistory (table), configDirector (combo box), configMask, configText,
// configCopy, configSaveAll, configMessage, exportDialog (the file dialog).
#pragma once

#include "console/views/view.hpp"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QPlainTextEdit;
class QTableWidget;

namespace lvsdeck::console {

class MessageBar;
class PageHeader;

class ConfigView : public QWidget {
    Q_OBJECT
public:
    explicit ConfigView(ViewContext context, QWidget* parent = nullptr);
    /// Writes DIRECTOR.keepalived.conf for each director into the folder, each whole or not at all, without masking.
    void exportInto(const QString& folder);

private:
    void build();
    void refreshDirectors();
    void refreshText();
    void askHistory();
    void showHistory(const std::vector<rpc::Revision>& history);
    [[nodiscard]] const model::Cluster& shown() const;

    ViewContext m_context;
    PageHeader* m_header = nullptr;
    MessageBar* m_message = nullptr;
    QTableWidget* m_directors = nullptr;
    QTableWidget* m_history = nullptr;
    QComboBox* m_which = nullptr;
    QComboBox* m_director = nullptr;
    QCheckBox* m_mask = nullptr;
    QPlainTextEdit* m_text = nullptr;
    QLabel* m_notes = nullptr;
};

} // namespace lvsdeck::console
