// SPDX-License-Identifier: GPL-3.0-or-later
// "Export…": choose what, for whom and for which version; see the text and what it cannot say; copy or save it. Passwords are
// masked until somebody ticks the box. Opened with open(); window thread; writing runs elsewhere.
// Object names: exportWindow, exportKind, exportWhich, exportDirector, exportVersion, exportPasswords, exportTabs, exportText,
// exportEmpty, exportMessage, exportMode, exportCopy, exportSave, exportSaveAll, exportClose, exportFile and exportFolder (file dialogs).
#pragma once

#include "console/transfer/background.hpp"
#include "console/transfer/export_kind.hpp"

#include <QDialog>

#include <memory>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTabBar;
class QVBoxLayout;

namespace lvsdeck::console {

class ConfigText;
class EmptyState;
class FindingsPanel;
class MessageBar;

struct ExportContext {
    std::string clusterName;
    model::Cluster inForce;
    model::Cluster draft; ///< equal to inForce when nothing was changed
    ExportKinds kinds;
};

class ExportDialog : public QDialog {
    Q_OBJECT
public:
    explicit ExportDialog(ExportContext context, QWidget* parent = nullptr);
    ~ExportDialog() override;

    [[nodiscard]] const std::vector<ExportFile>& files() const { return m_files; }
    [[nodiscard]] bool isWriting() const { return m_background.isBusy(); }
    /// The file that is shown, to this path.
    void saveShown(const QString& path);
    /// Each under its name; says what was written and what was not.
    void saveAll(const QString& folder);

private:
    void build();
    void buildChoices(QVBoxLayout* column);
    void buildPreview(QVBoxLayout* column);
    void buildFooter(QVBoxLayout* column);
    void refreshChoices();
    void write();
    void take(Result<std::vector<ExportFile>> files);
    void showFile(int number);
    void copy();
    void chooseFile();
    void chooseFolder();
    [[nodiscard]] const ExportKind& kind() const;
    [[nodiscard]] const model::Cluster& shown() const;
    [[nodiscard]] const ExportFile* current() const;
    [[nodiscard]] QString modeText(const ExportFile& file) const;

    ExportContext m_context;
    Background m_background;
    std::vector<ExportFile> m_files;
    MessageBar* m_message = nullptr;
    QComboBox* m_kind = nullptr;
    QComboBox* m_which = nullptr;
    QComboBox* m_director = nullptr;
    QComboBox* m_version = nullptr;
    QCheckBox* m_passwords = nullptr;
    QLabel* m_purpose = nullptr;
    QLabel* m_directorLabel = nullptr;
    QLabel* m_versionLabel = nullptr;
    QTabBar* m_tabs = nullptr;
    ConfigText* m_text = nullptr;
    EmptyState* m_empty = nullptr;
    QStackedWidget* m_stack = nullptr;
    FindingsPanel* m_findings = nullptr;
    QLabel* m_mode = nullptr;
    QPushButton* m_copy = nullptr;
    QPushButton* m_save = nullptr;
    QPushButton* m_saveAll = nullptr;
};

} // namespace lvsdeck::console
