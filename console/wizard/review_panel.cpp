// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/wizard/review_panel.hpp"

#include "console/models/format.hpp"
#include "console/theme/controls.hpp"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QScrollArea>
#include <QVBoxLayout>

namespace lvsdeck::console {

using cluster::ApplyOutcome;
using cluster::ApplyStage;
using Step = cluster::DirectorApply::Step;

static constexpr std::uint32_t confirmSeconds = 60;

static Pill stepPill(Step step) {
    switch (step) {
    case Step::Unchecked: return {Tone::Neutral, Glyph::Ring, QCoreApplication::translate("Review", "not checked yet")};
    case Step::Checked: return {Tone::Accent, Glyph::Ring, QCoreApplication::translate("Review", "checked")};
    case Step::Applying: return {Tone::Warn, Glyph::Triangle, QCoreApplication::translate("Review", "applying")};
    case Step::Applied: return {Tone::Warn, Glyph::Disc, QCoreApplication::translate("Review", "applied, waits")};
    case Step::Confirmed: return {Tone::Ok, Glyph::Disc, QCoreApplication::translate("Review", "in force")};
    case Step::Reverted: return {Tone::Idle, Glyph::Half, QCoreApplication::translate("Review", "taken back")};
    case Step::Failed: return {Tone::Bad, Glyph::Diamond, QCoreApplication::translate("Review", "failed")};
    case Step::Unknown: return {Tone::Stale, Glyph::Ring, QCoreApplication::translate("Review", "not heard from")};
    }
    return {};
}

/// What an agent's area of operations is called; one that only a newer agent knows keeps its own word.
static QString areaTitle(const std::string& area) {
    if (area == "ipvs")
        return QCoreApplication::translate("Review", "IPVS table");
    if (area == "vrrp")
        return QCoreApplication::translate("Review", "Virtual addresses (VRRP)");
    if (area == "network")
        return QCoreApplication::translate("Review", "Static addresses, routes and rules");
    if (area == "settings")
        return QCoreApplication::translate("Review", "Connection sync, timeouts and kernel settings");
    if (area == "health")
        return QCoreApplication::translate("Review", "Health checks");
    return text(area);
}

static QString operationLines(const cluster::DirectorApply& director) {
    if (director.error)
        return text(director.error->text);
    if (director.step == Step::Unchecked)
        return QCoreApplication::translate("Review", "asking…");
    if (director.operations.empty())
        return QCoreApplication::translate("Review", "Nothing changes here.");
    QStringList lines;
    std::string area;
    for (const rpc::PlannedOperation& operation : director.operations) {
        if (operation.area != area)
            lines << QStringLiteral("# ") + areaTitle(operation.area);
        area = operation.area;
        const char* sign = operation.kind == rpc::OperationKind::Add      ? "+ "
                           : operation.kind == rpc::OperationKind::Remove ? "− "
                                                                          : "~ ";
        QString line = QString::fromUtf8(sign) + text(operation.text);
        if (operation.connections > 0)
            line += QStringLiteral("    # ") + QCoreApplication::translate("Review", "%n connection(s) now", nullptr,
                                                                           static_cast<int>(operation.connections));
        lines << line;
    }
    return lines.join(QChar('\n'));
}

ReviewPanel::ReviewPanel(cluster::ClusterSession& session, QWidget* parent) : QWidget(parent), m_session(session) {
    setObjectName(QStringLiteral("reviewPanel"));
    build();
    refresh();
}

ReviewPanel::~ReviewPanel() = default;

void ReviewPanel::build() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::grid);
    m_title = makeLabel(tr("What changes on each director"), "heading", this);
    m_title->setObjectName(QStringLiteral("reviewTitle"));
    m_stage = makeLabel({}, "muted", this);
    m_stage->setWordWrap(true);
    column->addWidget(m_title);
    column->addWidget(m_stage);
    m_progress = new QProgressBar(this);
    m_progress->setTextVisible(false);
    column->addWidget(m_progress);
    m_problems = new MessageBar(this);
    m_problems->setObjectName(QStringLiteral("reviewProblems"));
    column->addWidget(m_problems);
    m_outcome = new MessageBar(this);
    m_outcome->setObjectName(QStringLiteral("reviewOutcome"));
    column->addWidget(m_outcome);

    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    m_directorsBox = new QWidget(scroll);
    m_directorsBox->setProperty("role", QStringLiteral("scrolled"));
    m_directors = new QVBoxLayout(m_directorsBox);
    m_directors->setContentsMargins(0, 0, 0, 0);
    m_directors->setSpacing(12);
    scroll->setWidget(m_directorsBox);
    column->addWidget(scroll, 1);

    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::grid);
    m_countdown = makeLabel({}, "strong", this);
    m_countdown->setObjectName(QStringLiteral("reviewCountdown"));
    m_countdown->setWordWrap(true);
    row->addWidget(m_countdown, 1);
    m_cancel = makeButton(tr("Stop"), QStringLiteral("reviewCancel"), this);
    m_revert = makeButton(tr("Revert now"), QStringLiteral("reviewRevert"), this);
    m_revert->setProperty("danger", true);
    m_keep = makePrimaryButton(tr("Keep"), QStringLiteral("reviewKeep"), this);
    m_apply = makePrimaryButton(tr("Apply"), QStringLiteral("reviewApply"), this);
    for (QPushButton* button : {m_cancel, m_revert, m_keep, m_apply})
        row->addWidget(button);
    column->addLayout(row);
    connect(m_apply, &QPushButton::clicked, this, [this] { m_operation->proceed(); });
    connect(m_keep, &QPushButton::clicked, this, [this] { m_operation->confirm(); });
    connect(m_revert, &QPushButton::clicked, this, [this] { m_operation->revert(); });
    connect(m_cancel, &QPushButton::clicked, this, &ReviewPanel::cancel);
}

void ReviewPanel::review(model::Cluster cluster, std::uint64_t baseRevision, const QString& comment) {
    if (isBusy())
        return;
    m_outcome->clear();
    m_operation = m_session.makeApply({std::move(cluster), baseRevision, confirmSeconds, comment.toStdString()});
    connect(m_operation.get(), &cluster::ApplyOperation::changed, this, &ReviewPanel::refresh);
    connect(m_operation.get(), &cluster::ApplyOperation::ticked, this, &ReviewPanel::refreshCountdown);
    connect(m_operation.get(), &cluster::ApplyOperation::finished, this, &ReviewPanel::ended);
    m_operation->start();
    refresh();
}

bool ReviewPanel::isWaiting() const { return m_operation && m_operation->stage() == ApplyStage::Waiting; }

bool ReviewPanel::isBusy() const {
    if (!m_operation)
        return false;
    switch (m_operation->stage()) {
    case ApplyStage::Applying:
    case ApplyStage::Waiting:
    case ApplyStage::Confirming:
    case ApplyStage::Reverting: return true;
    case ApplyStage::Idle:
    case ApplyStage::Checking:
    case ApplyStage::Review:
    case ApplyStage::Done: break;
    }
    return false;
}

void ReviewPanel::cancel() {
    if (m_operation)
        m_operation->cancel();
}

QString ReviewPanel::stageText() const {
    const int count = m_operation ? static_cast<int>(m_operation->directors().size()) : 0;
    switch (m_operation ? m_operation->stage() : ApplyStage::Idle) {
    case ApplyStage::Idle: return {};
    case ApplyStage::Checking: return tr("Asking every director what it would do. Nothing is changed yet.");
    case ApplyStage::Review:
        return tr("Nothing is changed yet. The backup gets it first, then the master; without your confirmation within %1 s "
                  "everything goes back by itself.")
            .arg(confirmSeconds);
    case ApplyStage::Applying: return tr("Applying on %n director(s), one after the other…", nullptr, count);
    case ApplyStage::Waiting:
        return tr("Revision r%1 is running on all directors. Look at your services, then keep it.")
            .arg(m_operation->revision());
    case ApplyStage::Confirming: return tr("Confirming on every director…");
    case ApplyStage::Reverting: return tr("Going back to the revision before, on every director…");
    case ApplyStage::Done: return tr("Finished.");
    }
    return {};
}

QString ReviewPanel::outcomeText() const {
    const QString why = m_operation->error() ? text(m_operation->error()->text) : QString();
    switch (m_operation->outcome().value_or(ApplyOutcome::Cancelled)) {
    case ApplyOutcome::Confirmed: return tr("Revision r%1 is in force on all directors.").arg(m_operation->revision());
    case ApplyOutcome::Refused: return tr("Nothing was changed. %1").arg(why);
    case ApplyOutcome::Cancelled: return tr("Stopped; nothing was changed.");
    case ApplyOutcome::RolledBack: return tr("Rolled back: all directors are on the revision they had before. %1").arg(why);
    case ApplyOutcome::Differing: return tr("The directors may hold different revisions now. %1").arg(why);
    }
    return why;
}

void ReviewPanel::refresh() {
    const ApplyStage stage = m_operation ? m_operation->stage() : ApplyStage::Idle;
    m_stage->setText(stageText());
    const bool review = stage == ApplyStage::Review;
    const bool moving = stage == ApplyStage::Checking || stage == ApplyStage::Applying || stage == ApplyStage::Confirming ||
                        stage == ApplyStage::Reverting;
    m_progress->setVisible(moving);
    m_progress->setRange(0, 0);
    m_apply->setVisible(review || stage == ApplyStage::Checking);
    m_apply->setEnabled(review && m_operation->canProceed());
    m_apply->setText(
        tr("Apply to %n director(s)", nullptr, m_operation ? static_cast<int>(m_operation->directors().size()) : 0));
    m_keep->setVisible(stage == ApplyStage::Waiting || stage == ApplyStage::Confirming);
    m_keep->setEnabled(stage == ApplyStage::Waiting);
    m_revert->setVisible(stage == ApplyStage::Waiting);
    m_cancel->setVisible(stage == ApplyStage::Applying);
    m_countdown->clear();
    if (review) {
        QStringList lines;
        Tone tone = Tone::Warn;
        for (const cluster::DirectorApply& director : m_operation->directors())
            for (const model::Problem& problem : director.problems) {
                const QString line = QStringLiteral("%1: %2").arg(text(problem.path), text(problem.text));
                if (problem.severity == model::Severity::Error)
                    tone = Tone::Bad;
                if (problem.severity != model::Severity::Note && !lines.contains(line))
                    lines << line;
            }
        if (lines.isEmpty())
            m_problems->clear();
        else
            m_problems->show(tone, lines.join(QChar('\n')));
    } else {
        m_problems->clear();
    }
    refreshCountdown();
    refreshDirectors();
    emit stageChanged();
}

void ReviewPanel::refreshCountdown() {
    if (isWaiting())
        m_countdown->setText(tr("Goes back by itself in %1 s").arg(m_operation->secondsLeft()));
}

void ReviewPanel::refreshDirectors() {
    if (!m_operation)
        return;
    for (const cluster::DirectorApply& director : m_operation->directors()) {
        const QString name = QStringLiteral("reviewOperations_") + text(director.director);
        auto* lines = m_directorsBox->findChild<QPlainTextEdit*>(name);
        if (lines == nullptr) {
            QFrame* card = makeFrame("card", m_directorsBox, 12);
            auto* head = new QHBoxLayout;
            head->addWidget(makeLabel(text(director.director), "strong", card));
            auto* role = makeLabel({}, "muted", card);
            role->setObjectName(QStringLiteral("reviewRole_") + text(director.director));
            head->addWidget(role, 1);
            auto* pill = new PillLabel(card);
            pill->setObjectName(QStringLiteral("reviewStep_") + text(director.director));
            head->addWidget(pill);
            static_cast<QVBoxLayout*>(card->layout())->addLayout(head);
            lines = new QPlainTextEdit(card);
            lines->setObjectName(name);
            lines->setProperty("role", QStringLiteral("inset"));
            lines->setReadOnly(true);
            lines->setFont(monoFont());
            lines->setLineWrapMode(QPlainTextEdit::WidgetWidth);
            lines->setMinimumHeight(96);
            lines->setAccessibleName(tr("Changes on %1").arg(text(director.director)));
            card->layout()->addWidget(lines);
            m_directors->addWidget(card);
        }
        const QString words = operationLines(director);
        if (lines->toPlainText() != words)
            lines->setPlainText(words);
        m_directorsBox->findChild<PillLabel*>(QStringLiteral("reviewStep_") + text(director.director))
            ->setPill(stepPill(director.step));
        m_directorsBox->findChild<QLabel*>(QStringLiteral("reviewRole_") + text(director.director))
            ->setText(director.master ? tr("master now, applied last") : tr("backup now, applied first"));
    }
}

void ReviewPanel::ended() {
    refresh();
    const bool good = m_operation->outcome() == ApplyOutcome::Confirmed;
    m_outcome->show(good                                                ? Tone::Ok
                    : m_operation->outcome() == ApplyOutcome::Differing ? Tone::Bad
                                                                        : Tone::Warn,
                    outcomeText());
    emit finished(good);
}

} // namespace lvsdeck::console
