// SPDX-License-Identifier: GPL-3.0-or-later
// The menus: everything that can be done, with its keys.
#include "console/app/main_window.hpp"

#include "console/theme/controls.hpp"
#include "console/theme/icons.hpp"
#include "console/theme/theme.hpp"

#include <QActionGroup>
#include <QMenuBar>
#include <QMessageBox>

#include <algorithm>
#include <utility>

namespace lvsdeck::console {

QAction* MainWindow::addAction(QMenu* menu, const QString& text, const char* name, const QKeySequence& keys,
                               std::function<void()> work) {
    auto* action = new QAction(text, this);
    action->setObjectName(QString::fromLatin1(name));
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, [work = std::move(work)] { work(); });
    menu->addAction(action);
    m_actions[action->objectName()] = action;
    return action;
}

void MainWindow::buildMenus() {
    const auto menu = [this](const QString& title, const char* name) {
        QMenu* out = menuBar()->addMenu(title);
        out->setObjectName(QString::fromLatin1(name));
        return out;
    };
    QMenu* file = menu(tr("&File"), "menuFile");
    addAction(file, tr("Add a cluster…"), "actionAddCluster", QKeySequence::New, [this] {
        addCluster();
    })->setIcon(symbol(QStringLiteral("list-add")));
    addAction(file, tr("Import a configuration…"), "actionImport", QKeySequence(QStringLiteral("Ctrl+Shift+I")), [this] {
        openImport();
    })->setIcon(symbol(QStringLiteral("document-import")));
    addAction(file, tr("Edit this cluster…"), "actionEditCluster", {}, [this] {
        editCluster();
    })->setIcon(symbol(QStringLiteral("configure")));
    addAction(file, tr("Forget this cluster…"), "actionRemoveCluster", {}, [this] {
        removeCluster();
    })->setIcon(symbol(QStringLiteral("edit-delete")));
    file->addSeparator();
    addAction(file, tr("Quit"), "actionQuit", QKeySequence::Quit, [this] {
        close();
    })->setIcon(symbol(QStringLiteral("window-close")));

    QMenu* edit = menu(tr("&Edit"), "menuEdit");
    addAction(edit, tr("Undo"), "actionUndo", QKeySequence::Undo, [this] {
        page()->draft().undoStack().undo();
    })->setIcon(symbol(QStringLiteral("edit-undo")));
    addAction(edit, tr("Redo"), "actionRedo", QKeySequence::Redo, [this] {
        page()->draft().undoStack().redo();
    })->setIcon(symbol(QStringLiteral("edit-redo")));
    edit->addSeparator();
    addAction(edit, tr("Discard all changes"), "actionDiscard", {}, [this] { page()->draft().discard(); });

    QMenu* cluster = menu(tr("&Cluster"), "menuCluster");
    cluster->setToolTipsVisible(true);
    addAction(cluster, tr("Add service…"), "actionAddService", QKeySequence(QStringLiteral("Ctrl+Shift+N")), [this] {
        openWizard();
    })->setIcon(symbol(QStringLiteral("list-add")));
    addAction(cluster, tr("Apply changes…"), "actionApply", QKeySequence(QStringLiteral("Ctrl+Return")), [this] {
        openReview();
    })->setIcon(symbol(QStringLiteral("dialog-ok")));
    addAction(cluster, tr("Take over from keepalived…"), "actionAdopt", QKeySequence(QStringLiteral("Ctrl+Shift+K")),
              [this] { openAdopt(); })
        ->setIcon(symbol(QStringLiteral("go-next")));
    QAction* out = addAction(cluster, tr("Export…"), "actionExport", {}, [this] { openExport(); });
    out->setIcon(symbol(QStringLiteral("document-export")));
    out->setShortcuts({QKeySequence(QStringLiteral("Ctrl+Shift+E")), QKeySequence(QStringLiteral("Ctrl+E"))});
    cluster->addSeparator();
    addAction(cluster, tr("Connect again"), "actionReconnect", QKeySequence::Refresh, [this] {
        for (const cluster::DirectorSnapshot& director : page()->session().directors())
            if (director.phase != cluster::LinkPhase::Ready)
                page()->session().reconnect(director.saved.id);
    })->setIcon(symbol(QStringLiteral("network-connect")));

    buildViewMenu(menu(tr("&View"), "menuView"));

    QMenu* help = menu(tr("&Help"), "menuHelp");
    addAction(help, tr("About lvsdeck"), "actionAbout", {}, [this] {
        showAbout();
    })->setIcon(symbol(QStringLiteral("help-about")));
}

void MainWindow::buildViewMenu(QMenu* view) {
    int number = 1;
    for (const ViewEntry& entry : allViews()) {
        const QByteArray name = "actionView_" + entry.id.toLatin1();
        addAction(view, entry.name, name.constData(), QKeySequence(QStringLiteral("Ctrl+%1").arg(number++)),
                  [this, id = entry.id] { showView(id); });
    }
    view->addSeparator();
    QMenu* theme = view->addMenu(tr("Theme"));
    auto* themes = new QActionGroup(this);
    const std::tuple<QString, const char*, SchemeChoice> schemes[] = {
        {tr("As the system"), "actionThemeSystem", SchemeChoice::System},
        {tr("Light"), "actionThemeLight", SchemeChoice::Light},
        {tr("Dark"), "actionThemeDark", SchemeChoice::Dark}};
    for (const auto& [words, name, choice] : schemes) {
        QAction* action = addAction(theme, words, name, {}, [this, choice = choice] {
            m_parts.theme.choose(choice);
            m_parts.settings.setScheme(choice);
        });
        action->setCheckable(true);
        action->setChecked(m_parts.theme.choice() == choice);
        themes->addAction(action);
    }
    QMenu* language = view->addMenu(tr("Language"));
    auto* languages = new QActionGroup(this);
    const std::tuple<QString, const char*, QString> names[] = {
        {tr("As the system"), "actionLanguageSystem", QString()},
        {QStringLiteral("English"), "actionLanguageEnglish", QStringLiteral("en")},
        {QStringLiteral("简体中文"), "actionLanguageChinese", QStringLiteral("zh_CN")}};
    for (const auto& [words, name, code] : names) {
        QAction* action = addAction(language, words, name, {}, [this, code = code] {
            m_parts.settings.setLanguage(code);
            const bool drafts = std::any_of(m_pages.begin(), m_pages.end(),
                                            [](const auto& open) { return open.second->draft().changeCount() > 0; });
            if (drafts)
                tell(Tone::Accent,
                     tr("The language changes at the next start, because there are changes that were not applied yet."));
            else if (m_parts.languageChosen)
                m_parts.languageChosen(code);
        });
        action->setCheckable(true);
        action->setChecked(m_parts.settings.language() == code);
        languages->addAction(action);
    }
    view->addSeparator();
    addAction(view, tr("Full screen"), "actionFullScreen", QKeySequence::FullScreen, [this] {
        setWindowState(windowState() ^ Qt::WindowFullScreen);
    })->setIcon(symbol(QStringLiteral("view-fullscreen")));
}

void MainWindow::refreshActions() {
    ClusterPage* open = page();
    const bool writable = open != nullptr && !open->isReadOnly();
    const auto enable = [this](const char* name, bool on) { m_actions.at(QString::fromLatin1(name))->setEnabled(on); };
    enable("actionEditCluster", open != nullptr && !m_parts.demo);
    enable("actionRemoveCluster", open != nullptr);
    const bool changes = writable && m_heldBack.isEmpty();
    enable("actionAddService", changes);
    enable("actionApply", changes && open->draft().changeCount() > 0);
    for (const char* name : {"actionAddService", "actionApply"})
        m_actions.at(QString::fromLatin1(name))->setToolTip(m_heldBack);
    enable("actionAdopt", writable);
    enable("actionDiscard", writable && open->draft().changeCount() > 0);
    enable("actionExport", open != nullptr);
    enable("actionReconnect", open != nullptr);
    for (const ViewEntry& entry : allViews())
        m_actions.at(QStringLiteral("actionView_") + entry.id)->setEnabled(open != nullptr);
    QAction* undo = m_actions.at(QStringLiteral("actionUndo"));
    QAction* redo = m_actions.at(QStringLiteral("actionRedo"));
    undo->setEnabled(writable && open->draft().undoStack().canUndo());
    redo->setEnabled(writable && open->draft().undoStack().canRedo());
    undo->setText(undo->isEnabled() ? tr("Undo: %1").arg(open->draft().undoStack().undoText()) : tr("Undo"));
    redo->setText(redo->isEnabled() ? tr("Redo: %1").arg(open->draft().undoStack().redoText()) : tr("Redo"));
}

void MainWindow::showAbout() {
    auto* about = new QMessageBox(QMessageBox::NoIcon, tr("About lvsdeck"),
                                  tr("lvsdeck %1 — a console for Linux Virtual Server.\nFree software under the GNU General "
                                     "Public License, version 3 or later.\nIcons: Breeze of KDE (LGPL).")
                                      .arg(QCoreApplication::applicationVersion()),
                                  QMessageBox::Ok, this);
    about->setAttribute(Qt::WA_DeleteOnClose);
    about->open();
}

} // namespace lvsdeck::console
