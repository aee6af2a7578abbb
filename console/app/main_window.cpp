// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/main_window.hpp"

#include "console/adopt/adopt_banner.hpp"
#include "console/app/cluster_dialog.hpp"
#include "console/app/header_bar.hpp"
#include "console/app/question_dialogs.hpp"
#include "console/app/status_strip.hpp"
#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/wizard/review_dialog.hpp"
#include "console/wizard/service_wizard.hpp"

#include <QCloseEvent>
#include <QHBoxLayout>
#include <QMessageBox>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace lvsdeck::console {

MainWindow::MainWindow(WindowParts parts, QWidget* parent) : QMainWindow(parent), m_parts(std::move(parts)) {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(QStringLiteral("lvsdeck"));
    setMinimumSize(960, 600);
    setAcceptDrops(true);
    build();
    buildMenus();
    resize(1440, 900);
    if (!m_parts.settings.geometry().isEmpty())
        restoreGeometry(m_parts.settings.geometry());
    m_soon.setSingleShot(true);
    m_soon.setInterval(0);
    connect(&m_soon, &QTimer::timeout, this, &MainWindow::refresh);
    connect(&m_tick, &QTimer::timeout, this,
            [this] { m_status->show(page() != nullptr ? &page()->session() : nullptr, 1000); });
    m_tick.start(500);
    refresh();
}

MainWindow::~MainWindow() {
    // Dialogs hold operations of a page's session: they go before the pages.
    qDeleteAll(findChildren<QDialog*>(QString(), Qt::FindDirectChildrenOnly));
}

void MainWindow::build() {
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_header = new HeaderBar(centre);
    column->addWidget(m_header);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    m_sidebar = new Sidebar(centre);
    middle->addWidget(m_sidebar);
    auto* content = new QVBoxLayout;
    content->setSpacing(0);
    m_trouble = new MessageBar(centre);
    m_trouble->setObjectName(QStringLiteral("connectionTrouble"));
    content->addWidget(m_trouble);
    m_message = new MessageBar(centre);
    m_message->setObjectName(QStringLiteral("windowMessage"));
    content->addWidget(m_message);
    m_adopt = new AdoptBanner(centre);
    content->addWidget(m_adopt);
    m_stack = new QStackedWidget(centre);
    m_stack->setObjectName(QStringLiteral("clusterStack"));
    auto* empty = new EmptyState(tr("No cluster yet"),
                                 tr("Add the directors of an LVS cluster. lvsdeck talks to them by SSH only and changes "
                                    "nothing until you apply something."),
                                 m_stack);
    empty->setObjectName(QStringLiteral("emptyState"));
    connect(empty->addButton(tr("Add a cluster…"), QStringLiteral("emptyAdd"), true), &QPushButton::clicked, this,
            &MainWindow::addCluster);
    connect(empty->addButton(tr("Import a configuration…"), QStringLiteral("emptyImport"), false), &QPushButton::clicked,
            this, [this] { openImport(); });
    m_stack->addWidget(empty);
    content->addWidget(m_stack, 1);
    middle->addLayout(content, 1);
    column->addLayout(middle, 1);
    m_status = new StatusStrip(centre);
    column->addWidget(m_status);
    setCentralWidget(centre);
    m_questions = new QuestionDialogs(this);

    connect(m_header, &HeaderBar::addServiceWanted, this, &MainWindow::openWizard);
    connect(m_header, &HeaderBar::exportWanted, this, &MainWindow::openExport);
    connect(m_header, &HeaderBar::drillWanted, this, [this] { showView(QStringLiteral("drill")); });
    connect(m_header, &HeaderBar::applyWanted, this, &MainWindow::openReview);
    connect(m_adopt, &AdoptBanner::openWanted, this, &MainWindow::openAdopt);
    connect(m_sidebar, &Sidebar::addWanted, this, &MainWindow::addCluster);
    connect(m_sidebar, &Sidebar::clusterChosen, this, &MainWindow::select);
    connect(m_sidebar, &Sidebar::viewChosen, this, &MainWindow::showView);
    connect(m_sidebar, &Sidebar::directorActivated, this, [this](const std::string& name, const std::string& director) {
        if (const auto found = m_pages.find(name); found != m_pages.end())
            found->second->session().reconnect(director);
    });
}

ClusterPage* MainWindow::page() const {
    const auto found = m_pages.find(m_current);
    return found == m_pages.end() ? nullptr : found->second;
}

QString MainWindow::currentCluster() const { return text(m_current); }

const cluster::SavedCluster* MainWindow::savedOf(const std::string& name) const {
    const auto found =
        std::find_if(m_saved.begin(), m_saved.end(), [&](const cluster::SavedCluster& c) { return c.name == name; });
    return found == m_saved.end() ? nullptr : &*found;
}

void MainWindow::loadClusters(const QString& name, const QString& view) {
    cluster::Profile::Clusters read = m_parts.profile.clusters();
    m_saved = std::move(read.clusters);
    for (const cluster::ProfileProblem& problem : read.problems)
        tell(Tone::Bad, tr("%1 cannot be read: %2").arg(text(problem.file), text(problem.error.text)));
    QString wanted = name.isEmpty() ? m_parts.settings.lastCluster() : name;
    if (savedOf(wanted.toStdString()) == nullptr) {
        if (!name.isEmpty())
            tell(Tone::Warn, tr("There is no saved cluster named %1.").arg(name));
        wanted = m_saved.empty() ? QString() : text(m_saved.front().name);
    }
    if (!wanted.isEmpty())
        openCluster(*savedOf(wanted.toStdString()), view);
    refresh();
}

void MainWindow::openCluster(const cluster::SavedCluster& saved, const QString& view) {
    const cluster::SavedCluster copy = saved; // `saved` may be an element of m_saved
    if (savedOf(copy.name) == nullptr)
        m_saved.push_back(copy);
    select(copy.name);
    showView(view.isEmpty() ? m_parts.settings.lastView() : view);
}

void MainWindow::select(const std::string& name) {
    const cluster::SavedCluster* saved = savedOf(name);
    if (saved == nullptr)
        return;
    const QString view = page() != nullptr ? page()->currentView() : m_parts.settings.lastView();
    m_current = name;
    ClusterPage*& page = m_pages[name];
    if (page == nullptr) {
        page =
            new ClusterPage(*saved, m_parts.sessionOptions(), m_parts.profile, m_parts.readOnly || saved->readOnly, m_stack);
        m_stack->addWidget(page);
        listen(page);
        page->session().open();
    }
    m_stack->setCurrentWidget(page);
    page->showView(page->currentView().isEmpty() ? view : page->currentView());
    refreshDrill();
    refresh();
}

void MainWindow::listen(ClusterPage* page) {
    cluster::ClusterSession& session = page->session();
    const auto soon = [this] { m_soon.start(); };
    connect(&session, &cluster::ClusterSession::directorsChanged, this, soon);
    connect(&session, &cluster::ClusterSession::directorChanged, this, soon);
    connect(&session, &cluster::ClusterSession::factsChanged, this, soon);
    connect(&session, &cluster::ClusterSession::stateChanged, this, soon);
    connect(&session, &cluster::ClusterSession::question, m_questions, &QuestionDialogs::ask);
    connect(&page->draft(), &ClusterDraft::changed, this, soon);
    connect(&page->links(), &ViewLinks::viewWanted, this, &MainWindow::showView);
    connect(&page->links(), &ViewLinks::wizardWanted, this, &MainWindow::openWizard);
    connect(&page->links(), &ViewLinks::reviewWanted, this, &MainWindow::openReview);
    connect(&page->links(), &ViewLinks::adoptWanted, this, &MainWindow::openAdopt);
    connect(&page->links(), &ViewLinks::drillFinished, this, &MainWindow::refreshDrill);
}

void MainWindow::showView(const QString& id) {
    if (page() == nullptr)
        return;
    page()->showView(id);
    refresh();
}

void MainWindow::refresh() {
    ClusterPage* open = page();
    std::vector<SidebarCluster> rows;
    for (const cluster::SavedCluster& saved : m_saved) {
        const auto found = m_pages.find(saved.name);
        rows.push_back(sidebarCluster(saved, found == m_pages.end() ? nullptr : &found->second->session()));
    }
    m_sidebar->setClusters(rows, m_current);
    std::vector<SidebarView> views;
    bool hasDrill = false;
    if (open != nullptr)
        for (const ViewEntry& view : allViews()) {
            views.push_back({view.id, view.name, {}});
            hasDrill = hasDrill || view.id == QStringLiteral("drill");
        }
    m_sidebar->setViews(views, open != nullptr ? open->currentView() : QString());
    refreshAdopt();
    m_header->show(open != nullptr ? &open->session() : nullptr, open != nullptr ? open->draft().changeCount() : 0,
                   open != nullptr && open->isReadOnly(), hasDrill, m_heldBack);
    m_status->show(open != nullptr ? &open->session() : nullptr, 1000);
    if (open == nullptr)
        m_stack->setCurrentIndex(0);
    setWindowTitle(open != nullptr ? QStringLiteral("%1 — lvsdeck").arg(text(m_current)) : QStringLiteral("lvsdeck"));
    refreshTrouble();
    refreshActions();
}

void MainWindow::refreshTrouble() {
    QStringList lines;
    Tone tone = Tone::Warn;
    if (page() != nullptr)
        for (const cluster::DirectorSnapshot& director : page()->session().directors()) {
            const bool failed = director.phase == cluster::LinkPhase::Failed;
            if ((!failed && director.phase != cluster::LinkPhase::Lost) || !director.reason)
                continue;
            lines << tr("%1: %2").arg(text(director.saved.id), text(director.reason->text));
            if (failed)
                tone = Tone::Bad;
        }
    if (lines.isEmpty())
        m_trouble->clear();
    else
        m_trouble->show(tone, lines.join(QChar('\n')));
}

void MainWindow::refreshAdopt() {
    const AdoptStanding standing = page() != nullptr ? adoptStandingOf(page()->session().directors()) : AdoptStanding{};
    m_heldBack = heldBackText(standing);
    m_adopt->show(adoptNotice(standing), page() != nullptr && page()->isReadOnly());
    const bool back = !standing.replaced.empty() && standing.observed.empty();
    m_actions.at(QStringLiteral("actionAdopt"))
        ->setText(back ? tr("Give back to keepalived…") : tr("Take over from keepalived…"));
}

void MainWindow::refreshDrill() {
    if (m_current.empty()) {
        m_status->setDrill({});
        return;
    }
    const auto drills = m_parts.profile.drills(m_current, 1);
    if (drills.records.empty()) {
        m_status->setDrill(tr("no drill yet"));
        return;
    }
    const cluster::DrillRecord& last = drills.records.front();
    const QString age = ageText(QDateTime::currentMSecsSinceEpoch() - last.startedUs / 1000);
    m_status->setDrill(
        last.metrics.there.outage
            ? tr("last drill: %1 ago, clients felt %2 ms").arg(age).arg(last.metrics.there.outage->valueUs / 1000)
            : tr("last drill: %1 ago").arg(age));
}

void MainWindow::tell(Tone tone, const QString& text) {
    m_message->show(tone, text);
    QTimer::singleShot(12000, m_message, &MessageBar::clear);
}

bool MainWindow::mayChange() {
    if (page() == nullptr || page()->isReadOnly())
        return false;
    if (!m_heldBack.isEmpty())
        tell(Tone::Warn, m_heldBack);
    return m_heldBack.isEmpty();
}

void MainWindow::openWizard() {
    if (!mayChange())
        return;
    auto* wizard = new ServiceWizard(page()->session(), page()->draft(), this);
    wizard->setAttribute(Qt::WA_DeleteOnClose);
    wizard->open();
}

void MainWindow::openReview() {
    if (!mayChange() || page()->draft().changeCount() == 0)
        return;
    auto* review = new ReviewDialog(page()->session(), page()->draft(), this);
    review->setAttribute(Qt::WA_DeleteOnClose);
    review->open();
}

void MainWindow::addCluster() {
    std::vector<std::string> taken;
    for (const cluster::SavedCluster& saved : m_saved)
        taken.push_back(saved.name);
    auto* dialog = new ClusterDialog(m_parts.sessionOptions(), std::move(taken), {}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ClusterDialog::question, m_questions, &QuestionDialogs::ask);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        saveCluster(dialog->saved());
        openCluster(dialog->saved(), QStringLiteral("overview"));
    });
    dialog->open();
}

void MainWindow::editCluster() {
    const cluster::SavedCluster* saved = savedOf(m_current);
    if (saved == nullptr)
        return;
    auto* dialog = new ClusterDialog(m_parts.sessionOptions(), {}, *saved, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ClusterDialog::question, m_questions, &QuestionDialogs::ask);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const cluster::SavedCluster changed = dialog->saved();
        for (cluster::SavedCluster& one : m_saved)
            if (one.name == changed.name)
                one = changed;
        saveCluster(changed);
        if (const auto found = m_pages.find(changed.name); found != m_pages.end())
            found->second->session().change(changed);
        refresh();
    });
    dialog->open();
}

void MainWindow::removeCluster() {
    if (m_current.empty())
        return;
    auto* question = new QMessageBox(
        QMessageBox::NoIcon, tr("Forget %1?").arg(text(m_current)),
        tr("lvsdeck forgets how to reach the directors of %1. Nothing changes on the directors; drill records are kept.")
            .arg(text(m_current)),
        QMessageBox::Cancel, this);
    question->setObjectName(QStringLiteral("removeDialog"));
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* forget = question->addButton(tr("Forget"), QMessageBox::DestructiveRole);
    connect(forget, &QPushButton::clicked, this, [this, name = m_current] {
        if (!m_parts.demo)
            if (const auto removed = m_parts.profile.remove(name); !removed)
                tell(Tone::Bad, text(removed.error().text));
        std::erase_if(m_saved, [&](const cluster::SavedCluster& c) { return c.name == name; });
        if (const auto found = m_pages.find(name); found != m_pages.end()) {
            found->second->deleteLater();
            m_pages.erase(found);
        }
        m_current.clear();
        m_stack->setCurrentIndex(0);
        if (!m_saved.empty())
            select(m_saved.front().name);
        refresh();
    });
    question->open();
}

void MainWindow::saveCluster(const cluster::SavedCluster& saved) {
    if (m_parts.demo)
        return;
    if (const auto done = m_parts.profile.save(saved); !done)
        tell(Tone::Bad, tr("%1 was not saved: %2").arg(text(saved.name), text(done.error().text)));
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_parts.settings.setGeometry(saveGeometry());
    if (page() != nullptr && !m_parts.demo)
        m_parts.settings.setLast(text(m_current), page()->currentView());
    QMainWindow::closeEvent(event);
}

} // namespace lvsdeck::console
