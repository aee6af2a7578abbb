// SPDX-License-Identifier: GPL-3.0-or-later
// The window: clusters and views at the left, the open cluster in the middle, its state above and below. Owns the pages of the
// open clusters and the dialogs. Window thread; nothing here waits.
//
// Object names for tests and the guided tour: mainWindow, windowMessage, connectionTrouble, emptyState (emptyAdd, emptyImport), clusterStack; menus and actions: menuFile,
// menuEdit, menuView, menuCluster, menuHelp, actionAddCluster, actionEditCluster, actionRemoveCluster, actionQuit, actionUndo,
// actionRedo, actionDiscard, actionAddService, actionApply, actionAdopt, actionImport, actionExport, actionReconnect, actionView_<id>, actionThemeSystem /
// Light / Dark, actionLanguageSystem / English / Chinese, actionFullScreen. Further names stand in the headers of sidebar,
// header_bar, status_strip, cluster_dialog, question_dialogs, the wizard, import_dialog, export_dialog, adopt_dialog, adopt_banner, and each view.
#pragma once

#include "console/app/cluster_page.hpp"
#include "console/app/settings.hpp"
#include "console/app/sidebar.hpp"
#include "console/transfer/director_files.hpp"

#include <QMainWindow>
#include <QTimer>

#include <functional>
#include <map>

class QStackedWidget;

namespace lvsdeck::console {

class AdoptBanner;
class HeaderBar;
class MessageBar;
class QuestionDialogs;
class StatusStrip;
class Theme;

struct WindowParts {
    Theme& theme;
    Settings& settings;
    const cluster::Profile& profile;
    std::function<cluster::SessionOptions()> sessionOptions; ///< for each cluster that is opened
    std::function<void(const QString&)> languageChosen;      ///< "" = as the system; loads it and makes the window anew
    MakeDirectorFiles directorFiles{};                       ///< for "read it from the directors"; empty: not offered
    bool readOnly = false;
    bool demo = false; ///< nothing is saved
};

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(WindowParts parts, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// The saved clusters of the profile; opens `name`, or the one shown last, or none.
    void loadClusters(const QString& name, const QString& view);
    /// Adds without saving (demo, tests) and opens it.
    void openCluster(const cluster::SavedCluster& saved, const QString& view);
    void showView(const QString& id);
    /// The import window, with these files in it.
    void openImport(const QStringList& files = {});
    void openExport();
    /// The way from keepalived to lvsdeck, and back.
    void openAdopt();
    [[nodiscard]] ClusterPage* page() const;
    [[nodiscard]] QString currentCluster() const;

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    // main_window.cpp
    void build();
    void select(const std::string& name);
    void listen(ClusterPage* page);
    void refresh();
    void refreshDrill();
    void refreshTrouble();
    void refreshAdopt();
    [[nodiscard]] bool mayChange();
    void tell(Tone tone, const QString& text);
    void openWizard();
    void openReview();
    void addCluster();
    void editCluster();
    void removeCluster();
    void saveCluster(const cluster::SavedCluster& saved);
    [[nodiscard]] const cluster::SavedCluster* savedOf(const std::string& name) const;
    // main_window_transfer.cpp
    void replaceWith(const std::string& name, const model::Cluster& imported);
    void addImported(const model::Cluster& imported);
    // main_window_menus.cpp
    void buildMenus();
    QAction* addAction(QMenu* menu, const QString& text, const char* name, const QKeySequence& keys,
                       std::function<void()> work);
    void buildViewMenu(QMenu* menu);
    void refreshActions();
    void showAbout();

    WindowParts m_parts;
    std::vector<cluster::SavedCluster> m_saved;
    std::map<std::string, ClusterPage*> m_pages;
    std::string m_current;
    Sidebar* m_sidebar = nullptr;
    HeaderBar* m_header = nullptr;
    StatusStrip* m_status = nullptr;
    MessageBar* m_trouble = nullptr; ///< why directors are not connected, as long as it is so
    MessageBar* m_message = nullptr;
    AdoptBanner* m_adopt = nullptr; ///< who manages the directors, where that is not lvsdeck
    QString m_heldBack;             ///< why the agents of the open cluster would refuse changes; empty: they would not
    QStackedWidget* m_stack = nullptr;
    QuestionDialogs* m_questions = nullptr;
    std::map<QString, QAction*> m_actions;
    QTimer m_tick;
    QTimer m_soon; ///< several signals of one moment make one refresh
};

} // namespace lvsdeck::console
