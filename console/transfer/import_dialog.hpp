// SPDX-License-Identifier: GPL-3.0-or-later
// "Import…": texts of others on the left, what was understood on the right, findings below; ends as the draft of the open cluster
// or as a new one, which the window around it shows in its review. Nothing is applied here. Opened with open(); window thread;
// reading runs elsewhere and can be stopped.
// Object names: importDialog, importMessage, importSources, importFormat, importAdd, importPasteMore, importAskAgain, importRemove,
// importProgress, importStop, importClose, importNew, importReplace; further ones in import_start.hpp and reading_panel.hpp.
#pragma once

#include "console/theme/pill.hpp"
#include "console/transfer/background.hpp"
#include "console/transfer/director_files.hpp"
#include "console/transfer/import_reading.hpp"

#include <QDialog>
#include <QTimer>

#include <memory>

class QComboBox;
class QLabel;
class QMimeData;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace lvsdeck::console {

class ImportStart;
class MessageBar;
class ReadingPanel;
class SourceModel;

struct ImportContext {
    std::string clusterName;                      ///< of the open cluster; empty: none is open
    std::vector<std::string> directors;           ///< ids of the open cluster
    bool canReplace = false;                      ///< a cluster is open and may be changed
    std::unique_ptr<DirectorFiles> directorFiles; ///< null: reading from the directors is not offered
};

class ImportDialog : public QDialog {
    Q_OBJECT
public:
    explicit ImportDialog(ImportContext context, QWidget* parent = nullptr);
    ~ImportDialog() override;

    /// Reads these files besides what is there already; folders are refused with a message.
    void addFiles(const QStringList& files);
    void addText(formats::SourceText source);
    [[nodiscard]] const ImportReading* reading() const { return m_reading.get(); }
    [[nodiscard]] bool isReading() const { return m_background.isBusy() || m_soon.isActive(); }

signals:
    void replaceWanted(const lvsdeck::model::Cluster& cluster);
    void newClusterWanted(const lvsdeck::model::Cluster& cluster);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    // import_dialog_build.cpp
    void build();
    QWidget* makeSources();
    QWidget* makeFooter();
    // import_dialog.cpp
    void chooseFiles();
    void askDirectors();
    void read();
    void stop();
    void take(ImportReading reading);
    void refresh();
    void refreshButtons();
    void finish(bool replace);

    ImportContext m_context;
    Background m_background;
    QTimer m_soon; ///< several files that are dropped together are read once
    std::shared_ptr<const ImportReading> m_reading;
    SourceModel* m_sources;
    bool m_choosing = false;
    formats::Resolver m_includes; ///< of the texts that the directors gave
    bool m_saidOfReading = false; ///< what the message bar says is about the last reading
    QStackedWidget* m_stack = nullptr;
    ImportStart* m_start = nullptr;
    MessageBar* m_message = nullptr;
    QTableView* m_sourceList = nullptr;
    QComboBox* m_format = nullptr;
    ReadingPanel* m_panel = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_doing = nullptr;
    QPushButton* m_remove = nullptr;
    QPushButton* m_stop = nullptr;
    QPushButton* m_new = nullptr;
    QPushButton* m_replace = nullptr;
};

/// Local files of what is dragged; empty when there are none.
[[nodiscard]] QStringList draggedFiles(const QMimeData* data);

} // namespace lvsdeck::console
