// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/drill/drill_view.hpp"

#include "console/models/adopt_standing.hpp"
#include "console/report/drill_report.hpp"
#include "console/theme/controls.hpp"
#include "console/views/drill/drill_page.hpp"

#include <QFileDialog>
#include <QFutureWatcher>
#include <QListWidget>
#include <QScrollArea>
#include <QShortcut>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QVBoxLayout>
#include <QtConcurrent>

namespace lvsdeck::console {

namespace {

/// Runs `work` on a pool thread and hands its value to `then` on the window thread, unless `owner` is gone.
template <class Work, class Then> void inBackground(QObject* owner, Work work, Then then) {
    using Value = std::invoke_result_t<Work>;
    auto* watcher = new QFutureWatcher<std::shared_ptr<Value>>(owner);
    QObject::connect(watcher, &QFutureWatcherBase::finished, owner, [watcher, then] {
        then(std::move(*watcher->result()));
        watcher->deleteLater();
    });
    watcher->setFuture(QtConcurrent::run([work] { return std::make_shared<Value>(work()); }));
}

QScrollArea* scrolled(QWidget* content) {
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    content->setProperty("role", QStringLiteral("scrolled"));
    area->setWidget(content);
    return area;
}

} // namespace

DrillView::DrillView(const ViewContext& context, QWidget* parent)
    : QWidget(parent), m_session(context.session), m_profile(context.profile), m_links(context.links),
      m_readOnly(context.readOnly) {
    setObjectName(QStringLiteral("drillView"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::margin, metrics::margin, metrics::margin, metrics::grid);
    column->setSpacing(12);
    buildHeader(column);
    m_message = new MessageBar(this);
    column->addWidget(m_message);

    m_setup = new DrillSetup;
    m_setup->setCluster(m_session.saved());
    m_setup->setEnabled(!m_readOnly);
    auto* setupColumn = new QWidget;
    auto* setupLayout = new QVBoxLayout(setupColumn);
    setupLayout->setContentsMargins(0, 0, 0, 0);
    setupLayout->setSpacing(12);
    setupLayout->addWidget(m_setup);
    QFrame* historyCard = makeFrame("card", setupColumn, 14);
    historyCard->layout()->addWidget(makeLabel(tr("Earlier drills"), "strong", historyCard));
    m_historyList = new QListWidget(historyCard);
    m_historyList->setObjectName(QStringLiteral("drillHistory"));
    m_historyList->setMinimumHeight(120);
    m_historyList->setAccessibleName(tr("Earlier drills of this cluster"));
    historyCard->layout()->addWidget(m_historyList);
    setupLayout->addWidget(historyCard, 1);
    m_page = new DrillPage;
    m_setupPage = scrolled(setupColumn);
    m_recordPage = scrolled(m_page);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_setupPage);
    m_stack->addWidget(m_recordPage);
    column->addWidget(m_stack, 1);

    connect(m_setup, &DrillSetup::changed, this, [this] {
        updateExpectation();
        if (isVisible())
            prepare();
    });
    connect(m_setup, &DrillSetup::checkWanted, this, &DrillView::prepare);
    connect(m_setup, &DrillSetup::startWanted, this, &DrillView::begin);
    connect(m_historyList, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) {
        const auto index = static_cast<std::size_t>(item->data(Qt::UserRole).toULongLong());
        if (index < m_history.size())
            showRecord(m_history[index], 0);
    });
    connect(&m_session, &cluster::ClusterSession::factsChanged, this, [this] {
        updateExpectation();
        if (isVisible() && m_stack->currentWidget() == m_setupPage && !running())
            prepare();
    });
    showSetup();
    loadHistory();
}

DrillView::~DrillView() = default;

void DrillView::buildHeader(QVBoxLayout* column) {
    m_header = new PageHeader(tr("Failover drill"), this);
    m_save = makeButton(tr("Save report…"), QStringLiteral("drillSaveReport"), this);
    m_again = makePrimaryButton(tr("Run again…"), QStringLiteral("drillAgain"), this);
    m_abort = makeButton(tr("Abort and restore"), QStringLiteral("drillAbort"), this);
    m_abort->setProperty("danger", true);
    m_abort->setToolTip(tr("Takes the fault back at once (Esc)"));
    for (QPushButton* button : {m_save, m_abort, m_again})
        m_header->addAction(button);
    column->addWidget(m_header);
    connect(m_save, &QPushButton::clicked, this, &DrillView::saveReport);
    connect(m_again, &QPushButton::clicked, this, &DrillView::showSetup);
    const auto abort = [this] {
        if (running())
            m_operation->abort(tr("aborted by hand").toStdString());
    };
    connect(m_abort, &QPushButton::clicked, this, abort);
    auto* escape = new QShortcut(QKeySequence(Qt::Key_Escape), this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, abort);
}

bool DrillView::running() const { return m_operation && m_operation->running(); }

void DrillView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!running() && m_stack->currentWidget() == m_setupPage)
        prepare();
}

void DrillView::showSetup() {
    m_stack->setCurrentWidget(m_setupPage);
    m_header->setPill({});
    m_header->setSubtitle(tr("tries the failover now, measures what clients feel, restores everything"));
    m_save->hide();
    m_again->hide();
    m_abort->hide();
    m_message->clear();
    updateExpectation();
    if (isVisible())
        prepare();
}

void DrillView::prepare() {
    if (running() || m_readOnly)
        return;
    const QString reason = heldBackText(adoptStandingOf(m_session.directors()));
    if (m_heldBack && reason.isEmpty())
        m_message->clear();
    m_heldBack = !reason.isEmpty();
    m_setup->setEnabled(!m_heldBack);
    m_setup->setToolTip(reason);
    if (m_heldBack) {
        m_operation.reset();
        m_message->show(Tone::Warn, reason);
        return;
    }
    cluster::DrillRequest request = m_setup->request();
    request.probeSource = m_probeSource;
    m_operation = m_session.makeDrill(std::move(request));
    m_setup->showChecking();
    cluster::DrillOperation* operation = m_operation.get();
    connect(operation, &cluster::DrillOperation::preflightDone, this, [this, operation] {
        if (operation == m_operation.get())
            m_setup->showPreflight(operation->record().preflight, operation->canStart());
    });
    connect(operation, &cluster::DrillOperation::changed, this, &DrillView::drillChanged);
    connect(operation, &cluster::DrillOperation::phaseChanged, this, &DrillView::drillChanged);
    connect(operation, &cluster::DrillOperation::finished, this, &DrillView::drillEnded);
    operation->preflight();
}

void DrillView::begin() {
    if (!m_operation || running() || !m_operation->canStart())
        return;
    m_operation->start();
    drillChanged();
}

void DrillView::drillChanged() {
    if (running())
        showRecord(m_operation->record(), m_session.nowUs());
}

void DrillView::showRecord(const cluster::DrillRecord& record, std::int64_t nowUs) {
    const bool going = nowUs != 0;
    m_record = record;
    m_page->setRecord(record, nowUs);
    m_stack->setCurrentWidget(m_recordPage);
    m_header->setSubtitle(drillHeadline(record));
    m_header->setPill(going ? Pill{Tone::Accent, Glyph::Triangle,
                                   record.phases.empty() ? tr("starting") : drillPhaseText(record.phases.back().phase)}
                            : verdictPill(record));
    m_abort->setVisible(going);
    m_save->setVisible(!going);
    m_again->setVisible(!going && !m_readOnly);
}

void DrillView::drillEnded() {
    const cluster::DrillRecord record = m_operation->record();
    // The operation is on the stack below this call.
    m_operation.release()->deleteLater();
    showRecord(record, 0);
    keep(record);
}

void DrillView::keep(const cluster::DrillRecord& record) {
    const cluster::Profile profile = m_profile;
    inBackground(
        this, [profile, record] { return profile.saveDrill(record); },
        [this](Result<std::string> saved) {
            if (!saved)
                m_message->show(Tone::Bad,
                                tr("The drill could not be kept: %1").arg(QString::fromStdString(saved.error().text)));
            loadHistory();
            emit m_links.drillFinished();
        });
}

void DrillView::loadHistory() {
    const cluster::Profile profile = m_profile;
    const std::string name = m_session.saved().name;
    inBackground(
        this, [profile, name] { return profile.drills(name); },
        [this](cluster::Profile::Drills drills) { fillHistory(std::move(drills.records)); });
}

void DrillView::fillHistory(std::vector<cluster::DrillRecord> records) {
    m_history = std::move(records);
    m_historyList->clear();
    for (std::size_t i = 0; i < m_history.size(); ++i) {
        const auto& record = m_history[i];
        auto* item = new QListWidgetItem(
            tr("%1 · %2 · clients felt %3")
                .arg(verdictPill(record).text, drillHeadline(record), measuredText(record.metrics.there.outage)),
            m_historyList);
        item->setData(Qt::UserRole, static_cast<qulonglong>(i));
    }
    if (m_history.empty()) {
        auto* item = new QListWidgetItem(tr("None yet. Every drill is kept here, to compare."), m_historyList);
        item->setFlags(Qt::NoItemFlags);
    }
}

void DrillView::saveReport() {
    auto* dialog = new QFileDialog(this, tr("Folder for the report"),
                                   QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    dialog->setObjectName(QStringLiteral("drillReportDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &DrillView::writeReport);
    dialog->open();
}

void DrillView::writeReport(const QString& folder) {
    const auto files = writeDrillReport(m_record, folder);
    if (files)
        m_message->show(Tone::Ok, tr("Saved %1, with a PDF and the record as JSON beside it").arg(files->html));
    else
        m_message->show(Tone::Bad, QString::fromStdString(files.error().text));
}

void DrillView::updateExpectation() {
    std::int64_t longest = 0;
    for (const auto& director : m_session.directors())
        if (director.state && director.state->vrrp)
            for (const auto& instance : *director.state->vrrp)
                longest = std::max(longest, instance.masterDownMs);
    if (longest == 0 || m_setup->kind() == rpc::DrillKind::Graceful) {
        m_setup->setExpectation({});
        return;
    }
    m_setup->setExpectation(
        tr("By this cluster's timers the backup takes over after at most %1 of silence.").arg(durationText(longest * 1000)));
}

} // namespace lvsdeck::console
