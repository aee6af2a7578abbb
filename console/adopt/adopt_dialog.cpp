// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/adopt/adopt_dialog.hpp"

#include "console/adopt/adopt_row.hpp"
#include "console/cluster/adopt_concerns.hpp"
#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/transfer/reading_panel.hpp"

#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace lvsdeck::console {

using cluster::AdoptGoal;
using cluster::AdoptOperation;
using cluster::AdoptStage;
using cluster::DirectorAdopt;

namespace {

std::optional<rpc::VrrpPhase> roleOf(const cluster::ClusterSession& session, const std::string& director) {
    const auto snapshot = session.director(director);
    if (!snapshot || !snapshot->state || !snapshot->state->vrrp || snapshot->state->vrrp->empty())
        return std::nullopt;
    return snapshot->state->vrrp->front().phase;
}

AdoptGoal goalFor(const AdoptStanding& standing, bool back) {
    if (back && !standing.replaced.empty())
        return AdoptGoal::Back;
    const bool known = standing.fresh.empty() && standing.managed.empty() && standing.silent.empty();
    return known ? AdoptGoal::Take : AdoptGoal::Observe;
}

} // namespace

AdoptDialog::AdoptDialog(cluster::ClusterSession& session, bool back, QWidget* parent)
    : QDialog(parent), m_session(session), m_standing(adoptStandingOf(session.directors())) {
    setObjectName(QStringLiteral("adoptDialog"));
    setWindowTitle(tr("From keepalived to lvsdeck"));
    resize(1160, 780);
    setMinimumSize(900, 600);
    build();
    m_soon.setSingleShot(true);
    m_soon.setInterval(0);
    connect(&m_soon, &QTimer::timeout, this, &AdoptDialog::follow);
    const auto soon = [this] { m_soon.start(); };
    connect(&session, &cluster::ClusterSession::directorsChanged, this, soon);
    connect(&session, &cluster::ClusterSession::directorChanged, this, soon);
    connect(&session, &cluster::ClusterSession::stateChanged, this, soon);
    connect(&session, &cluster::ClusterSession::factsChanged, this, soon);
    begin(goalFor(m_standing, back));
}

AdoptDialog::~AdoptDialog() = default;

void AdoptDialog::reject() {
    if (isMoving())
        return; // it can be stopped after the director that is on its way
    if (m_operation)
        m_operation->cancel();
    QDialog::reject();
}

AdoptDialog::Ground AdoptDialog::ground() const {
    Ground out{m_standing, {}};
    for (const cluster::DirectorSnapshot& director : m_session.directors())
        out.directors.emplace_back(
            director.phase, std::ranges::any_of(m_session.facts().instances, [&](const cluster::InstanceFacts& instance) {
                return std::ranges::find(instance.masters, director.saved.id) != instance.masters.end();
            }));
    return out;
}

/// Asks the directors for their files, or for what speaks against the step, and waits for goOn().
void AdoptDialog::begin(Goal goal) {
    m_goal = goal;
    m_ground = ground();
    m_went = false;
    m_goesOn = false;
    m_stopping = false;
    m_background.stop();
    m_reading.reset();
    m_operation = std::make_unique<AdoptOperation>(m_session, goal);
    connect(m_operation.get(), &AdoptOperation::changed, this, [this] { m_soon.start(); });
    connect(m_operation.get(), &AdoptOperation::finished, this, [this] { m_soon.start(); });
    m_operation->start();
    refresh();
}

void AdoptDialog::goOn() {
    m_went = true;
    m_operation->proceed();
    refresh();
}

/// After something did not go: the same once more, which was asked for already.
void AdoptDialog::again() {
    const bool went = m_went;
    begin(m_goal);
    m_goesOn = went && m_goal != Goal::Observe;
    refresh();
}

void AdoptDialog::readForShow() {
    if (m_reading || m_background.isBusy())
        return;
    ImportRequest request{m_operation->sources(), formats::Format::Keepalived, cluster::resolverOf(m_operation->scanned())};
    m_background.run<std::shared_ptr<ImportReading>>(
        [request = std::move(request)](const Cancelled& cancelled) {
            return std::make_shared<ImportReading>(readImport(request, *cancelled));
        },
        [this](std::shared_ptr<ImportReading> reading) {
            m_reading = std::move(reading);
            m_understood->setReading(m_reading);
            refresh();
        });
}

/// The directors or the operation said something.
void AdoptDialog::follow() {
    m_standing = adoptStandingOf(m_session.directors());
    if (m_goal == Goal::Observe && m_went && m_operation->stage() == AdoptStage::Done && !m_operation->error() &&
        m_standing.fresh.empty() && m_standing.managed.empty())
        return begin(Goal::Take);
    // Nothing is on its way: what would happen follows from how they stand now.
    if (m_goal != Goal::Observe && !m_went && ground() != m_ground)
        return begin(m_goal);
    refresh();
}

AdoptDialog::Scene AdoptDialog::scene() const {
    const AdoptStage stage = m_operation->stage();
    const bool failed = stage == AdoptStage::Done && m_operation->error();
    if (m_goal == Goal::Observe) {
        if (failed)
            return m_went ? Scene::Trouble : Scene::Unread;
        return stage == AdoptStage::Reading || !m_reading ? Scene::Reading : Scene::Read;
    }
    if (stage == AdoptStage::Working)
        return Scene::Moving;
    if (stage == AdoptStage::Reading)
        return Scene::Reading;
    if (failed && m_went)
        return Scene::Trouble;
    if (stage == AdoptStage::Done && !failed)
        return m_goal == Goal::Take ? Scene::Replaced : Scene::Returned;
    if (!m_standing.taking.empty() || !m_standing.returning.empty())
        return Scene::Elsewhere;
    return failed ? Scene::Unread : Scene::Review;
}

AdoptDialog::Words AdoptDialog::words(Scene scene) const {
    const bool take = m_goal == Goal::Take;
    switch (scene) {
    case Scene::Reading:
    case Scene::Unread:
        return {
            m_goal == Goal::Back ? tr("Give back to keepalived")
            : take               ? tr("Take over from keepalived")
                                 : tr("Look on at keepalived"),
            m_goal == Goal::Observe
                ? tr("The agents read what keepalived reads: its files, its table, its addresses. Nothing is changed on the "
                     "directors.")
                : QString()};
    case Scene::Read:
        return {tr("Look on at keepalived"), tr("This is what keepalived does. lvsdeck shows it live from then on, with all "
                                                "its views. Nothing is changed on the "
                                                "directors.")};
    case Scene::Elsewhere: return {tr("A director is on its way"), adoptNotice(m_standing).text};
    case Scene::Review:
    case Scene::Moving:
    case Scene::Trouble:
        if (m_goal == Goal::Observe)
            return {tr("Look on at keepalived"), {}};
        if (take)
            return {
                tr("Take over from keepalived"),
                tr("One after another, backups first, each when the one before stands as before. If one does not within 30 "
                   "seconds, keepalived comes back there and the others stay as they are.")};
        return {
            tr("Give back to keepalived"),
            tr("One after another, backups first, each when the one before stands as before. As long as keepalived does not "
               "start, lvsdeck goes on there.")};
    case Scene::Replaced:
        return {
            tr("lvsdeck manages %1").arg(namesText(m_standing.replaced)),
            tr("keepalived stays installed and its files stay as they are. You can give the directors back at any time, one "
               "after another, in the same way.")};
    case Scene::Returned:
        return {tr("keepalived manages %1 again").arg(namesText(m_standing.observed)),
                tr("lvsdeck looks on and changes nothing. You can take over again at any time.")};
    }
    return {};
}

void AdoptDialog::refresh() {
    // What was asked for once is asked again only when there is something new to say.
    if (m_goesOn && m_operation->stage() == AdoptStage::Review) {
        m_goesOn = false;
        if (!m_operation->hasConcerns())
            return goOn();
    }
    const Scene now = scene();
    if (m_goal == Goal::Observe && m_operation->stage() == AdoptStage::Review)
        readForShow();
    const Words said = words(now);
    m_title->setText(said.title);
    m_text->setText(said.text);
    m_text->setVisible(!said.text.isEmpty());
    refreshSteps(now);
    refreshMessage(now);
    refreshRows();
    // What is only checked is known already, and its rows stay.
    const bool checks = now == Scene::Reading && m_goal != Goal::Observe;
    const bool reads = (now == Scene::Reading && !checks) || now == Scene::Unread || now == Scene::Elsewhere;
    m_stack->setCurrentIndex(reads ? 0 : now == Scene::Read ? 1 : 2);
    m_progress->setVisible(now == Scene::Reading || now == Scene::Elsewhere);
    QStringList files;
    for (const cluster::ScannedDirector& one : m_operation->scanned())
        if (!one.scan.files.empty())
            files << QStringLiteral("%1: %2").arg(text(one.director.id), text(one.scan.files.front().path));
    m_files->setText(files.join(QStringLiteral("  ·  ")));
    refreshButtons(now);
}

void AdoptDialog::refreshSteps(Scene scene) {
    const QStringList names{tr("1  Look on"), tr("2  Take over"), tr("3  lvsdeck manages")};
    const std::size_t now = m_goal == Goal::Observe ? 0 : scene == Scene::Replaced || m_goal == Goal::Back ? 2 : 1;
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        Pill pill{Tone::Idle, Glyph::Ring, names[static_cast<qsizetype>(i)]};
        if (i < now || scene == Scene::Replaced)
            pill = {Tone::Ok, Glyph::Disc, pill.text};
        else if (i == now)
            pill = {Tone::Accent, Glyph::Triangle, pill.text};
        if (scene == Scene::Returned)
            pill = i == 0 ? Pill{Tone::Ok, Glyph::Disc, pill.text} : Pill{Tone::Idle, Glyph::Ring, pill.text};
        m_steps[i]->setState(pill);
        m_steps[i]->setAccessibleName(i == now ? tr("%1, now").arg(pill.text) : pill.text);
    }
}

std::size_t AdoptDialog::problemCount() const {
    if (!m_reading)
        return 0;
    return static_cast<std::size_t>(std::ranges::count_if(
        m_reading->findings, [](const Finding& finding) { return finding.said.severity == model::Severity::Error; }));
}

void AdoptDialog::refreshMessage(Scene scene) {
    QStringList lines;
    Tone tone = Tone::Warn;
    if (scene == Scene::Unread || scene == Scene::Trouble) {
        tone = scene == Scene::Trouble && !m_stopping ? Tone::Bad : Tone::Warn;
        std::vector<std::string> back;
        for (const DirectorAdopt& director : m_operation->directors())
            if (director.step == DirectorAdopt::Step::TakenBack)
                back.push_back(director.director);
        // The reason stands in the director's row; that keepalived is back is no alarm.
        if (!back.empty())
            tone = Tone::Warn;
        lines
            << (back.empty()
                    ? text(m_operation->error()->text)
                    : tr("keepalived is back on %1, as before; the other directors stay as they are.").arg(namesText(back)));
    }
    if (scene == Scene::Read) {
        for (const cluster::ScannedDirector& one : m_operation->scanned()) {
            if (!one.scan.problem.empty())
                lines << QStringLiteral("%1: %2").arg(text(one.director.id), text(one.scan.problem));
            if (!one.scan.elsewhere.empty())
                lines << QStringLiteral("%1: %2").arg(
                    text(one.director.id),
                    cluster::concernText({rpc::AdoptConcernKind::Elsewhere, true, {}, one.scan.elsewhere}, false));
        }
        if (const std::size_t count = problemCount(); count > 0)
            lines << tr(
                "%n finding(s) below are errors: lvsdeck would go on without what they name. Look at them before you "
                "take over.",
                nullptr, static_cast<int>(count));
    }
    if (scene == Scene::Review || scene == Scene::Elsewhere)
        for (const std::string& problem : m_standing.problems)
            lines << text(problem);
    if (scene == Scene::Moving && m_stopping) {
        tone = Tone::Accent;
        lines << tr("Stops after %1, which is finished or taken back first.").arg(text(movingDirector()));
    }
    lines.removeDuplicates();
    if (lines.isEmpty())
        m_message->clear();
    else
        m_message->show(tone, lines.join(QChar('\n')));
}

void AdoptDialog::refreshRows() {
    // In the order of their way, which is known anew with each operation.
    if (m_operation->directors().size() != m_rows.size() ||
        !std::ranges::all_of(m_operation->directors(),
                             [&](const DirectorAdopt& d) { return m_rows.contains(d.director); })) {
        for (const auto& [id, row] : m_rows)
            delete row;
        m_rows.clear();
    }
    int place = 0;
    for (const DirectorAdopt& director : m_operation->directors()) {
        AdoptRow*& row = m_rows[director.director];
        if (row == nullptr)
            row = new AdoptRow(text(director.director), m_rowColumn->parentWidget());
        if (m_rowColumn->indexOf(row) != place)
            m_rowColumn->insertWidget(place, row);
        ++place;
        row->show(adoptRowLook(m_goal, director, roleOf(m_session, director.director)));
    }
}

std::string AdoptDialog::movingDirector() const {
    using Step = DirectorAdopt::Step;
    const auto found = std::ranges::find_if(m_operation->directors(), [](const DirectorAdopt& d) {
        return d.step == Step::Working || d.step == Step::Settling || d.step == Step::Confirming ||
               d.step == Step::GoingBack;
    });
    return found == m_operation->directors().end() ? std::string() : found->director;
}

void AdoptDialog::refreshButtons(Scene scene) {
    const bool still = scene != Scene::Moving && !isMoving();
    m_back->setVisible(still && m_goal != Goal::Back && !m_standing.replaced.empty());
    const bool checks = scene == Scene::Reading && m_goal != Goal::Observe;
    m_stay->setVisible((scene == Scene::Review || checks) && m_goal == Goal::Back);
    m_again->setVisible(still && ((scene == Scene::Unread && m_goal == Goal::Observe) ||
                                  ((scene == Scene::Review || scene == Scene::Unread) && m_goal == Goal::Take &&
                                   m_standing.replaced.empty())));
    m_stop->setVisible(scene == Scene::Moving);
    m_stop->setEnabled(!m_stopping);
    m_stop->setText(tr("Stop after %1").arg(text(movingDirector())));
    m_close->setEnabled(still);
    m_go->setVisible(checks || scene == Scene::Read || scene == Scene::Review || scene == Scene::Trouble ||
                     scene == Scene::Returned);
    m_go->setEnabled(still && !checks);
    switch (scene) {
    case Scene::Read: m_go->setText(tr("Look on")); break;
    case Scene::Trouble: m_go->setText(m_stopping ? tr("Go on") : tr("Try again")); break;
    case Scene::Returned: m_go->setText(tr("Take over…")); break;
    default:
        m_go->setText(m_goal != Goal::Back         ? tr("Take over")
                      : m_operation->hasConcerns() ? tr("Give back anyway")
                                                   : tr("Give back"));
        break;
    }
}

} // namespace lvsdeck::console
