// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/adopt_operation.hpp"

#include "console/cluster/adopt_concerns.hpp"
#include "console/cluster/text.hpp"

#include <QPointer>

#include <algorithm>

namespace lvsdeck::cluster {

using rpc::AdoptionPhase;
using std::chrono::milliseconds;
using Step = DirectorAdopt::Step;

namespace {

constexpr milliseconds scanLimit{20000};
constexpr milliseconds tickEvery{250};

std::optional<rpc::Adoption> adoptionOf(const DirectorSnapshot& director) {
    if (!director.state || !director.state->config)
        return std::nullopt;
    return director.state->config->adoption;
}

model::Director modelOf(const SavedDirector& saved) {
    model::Director out;
    out.id = saved.id;
    out.address = saved.address;
    out.sshPort = saved.port.value_or(out.sshPort);
    out.sshUser = saved.user;
    return out;
}

} // namespace

AdoptOperation::AdoptOperation(ClusterSession& session, AdoptGoal goal) : m_session(session), m_goal(goal) {
    m_timer.setInterval(tickEvery);
    connect(&m_timer, &QTimer::timeout, this, &AdoptOperation::settle);
}

AdoptOperation::~AdoptOperation() = default;

Reply AdoptOperation::guarded(std::function<void(Result<json::Value>)> then) {
    return [self = QPointer<AdoptOperation>(this), then = std::move(then)](Result<json::Value> result) {
        if (self && self->m_stage != AdoptStage::Done)
            then(std::move(result));
    };
}

void AdoptOperation::enter(AdoptStage stage) {
    m_stage = stage;
    emit changed();
}

void AdoptOperation::finish(std::optional<Error> error) {
    m_timer.stop();
    m_error = std::move(error);
    enter(AdoptStage::Done);
    emit finished();
}

Error AdoptOperation::ofDirector(const std::string& director, Error error) {
    error.text = director + ": " + error.text;
    return error;
}

void AdoptOperation::refuse(ErrorCode code, const QString& text) { finish(Error{code, text.toStdString(), {}}); }

bool AdoptOperation::standsRight(const DirectorSnapshot& director) {
    const auto adoption = adoptionOf(director);
    if (m_goal == AdoptGoal::Observe) {
        const bool managed = director.state && director.state->config && director.state->config->revision != 0 &&
                             !(adoption && adoption->phase == AdoptionPhase::Observing);
        if (managed)
            refuse(
                ErrorCode::Conflict,
                Text::tr("lvsdeck manages %1 already, so there is no keepalived to look on at").arg(q(director.saved.id)));
        return !managed;
    }
    const AdoptionPhase from = m_goal == AdoptGoal::Take ? AdoptionPhase::Observing : AdoptionPhase::Replaced;
    const AdoptionPhase to = m_goal == AdoptGoal::Take ? AdoptionPhase::Replaced : AdoptionPhase::Observing;
    if (!adoption || (adoption->phase != from && adoption->phase != to)) {
        refuse(ErrorCode::Conflict,
               m_goal == AdoptGoal::Take
                   ? Text::tr("lvsdeck does not look on at a keepalived on %1 yet; let it do that first")
                         .arg(q(director.saved.id))
                   : Text::tr("%1 was not taken over from a keepalived, so there is none to go back to")
                         .arg(q(director.saved.id)));
        return false;
    }
    return true;
}

void AdoptOperation::start() {
    if (m_stage != AdoptStage::Idle)
        return;
    enter(AdoptStage::Reading);
    const std::vector<InstanceFacts>& instances = m_session.facts().instances;
    for (const DirectorSnapshot& director : m_session.directors()) {
        const std::string& id = director.saved.id;
        if (director.phase != LinkPhase::Ready)
            return refuse(ErrorCode::Unavailable,
                          Text::tr("%1 is not connected%2; this needs all directors")
                              .arg(q(id), director.reason ? " (" + q(director.reason->text) + ")" : QString()));
        if (!standsRight(director))
            return;
        DirectorAdopt one;
        one.director = id;
        one.master = std::ranges::any_of(
            instances, [&](const InstanceFacts& i) { return std::ranges::find(i.masters, id) != i.masters.end(); });
        // A cluster that was interrupted in the middle goes on where it was.
        const auto adoption = adoptionOf(director);
        const AdoptionPhase there = m_goal == AdoptGoal::Take ? AdoptionPhase::Replaced : AdoptionPhase::Observing;
        if (m_goal != AdoptGoal::Observe && adoption->phase == there)
            one.step = Step::Done;
        m_directors.push_back(std::move(one));
    }
    if (m_directors.empty())
        return refuse(ErrorCode::InvalidInput, Text::tr("the cluster has no directors; add at least one"));
    std::ranges::stable_partition(m_directors, [](const DirectorAdopt& d) { return !d.master; });
    if (m_goal == AdoptGoal::Observe)
        return scanAll();
    if (std::ranges::all_of(m_directors, [](const DirectorAdopt& d) { return d.step == Step::Done; }))
        return finish({});
    checkAll();
}

bool AdoptOperation::hasConcerns() const {
    return std::ranges::any_of(m_directors, [](const DirectorAdopt& d) { return !d.concerns.empty(); });
}

void AdoptOperation::checkAll() {
    m_open = m_directors.size();
    for (std::size_t i = 0; i < m_directors.size(); ++i) {
        if (m_directors[i].step == Step::Done)
            --m_open;
        else
            m_session.call(m_directors[i].director, "adopt.check", json::Object{}, scanLimit,
                           guarded([this, i](Result<json::Value> result) { checked(i, std::move(result)); }));
    }
}

void AdoptOperation::checked(std::size_t index, Result<json::Value> result) {
    DirectorAdopt& director = m_directors[index];
    auto check =
        result ? json::fromJson<rpc::AdoptCheck>(*result) : Result<rpc::AdoptCheck>(std::unexpected(result.error()));
    if (check) {
        director.concerns = std::move(check->concerns);
        director.operations = std::move(check->operations);
    } else {
        director.error = check.error();
        director.step = Step::Failed;
    }
    if (--m_open == 0)
        weigh();
}

/// What blocks one director is said before any is moved.
void AdoptOperation::weigh() {
    QStringList blocked;
    for (const DirectorAdopt& director : m_directors) {
        if (director.error)
            return finish(ofDirector(director.director, *director.error));
        for (const rpc::AdoptConcern& concern : director.concerns)
            if (concern.blocks)
                blocked << QStringLiteral("%1: %2").arg(q(director.director), concernText(concern, false));
    }
    if (!blocked.isEmpty())
        return refuse(ErrorCode::Conflict, blocked.join(QChar('\n')));
    enter(AdoptStage::Review);
}

void AdoptOperation::scanAll() {
    m_scans.resize(m_directors.size());
    m_open = m_directors.size();
    for (std::size_t i = 0; i < m_directors.size(); ++i)
        m_session.call(m_directors[i].director, "adopt.scan", json::Object{}, scanLimit,
                       guarded([this, i](Result<json::Value> result) { scanned(i, std::move(result)); }));
}

void AdoptOperation::scanned(std::size_t index, Result<json::Value> result) {
    DirectorAdopt& director = m_directors[index];
    auto scan = result ? json::fromJson<rpc::AdoptScan>(*result) : Result<rpc::AdoptScan>(std::unexpected(result.error()));
    if (scan && !scan->running)
        scan = failure(ErrorCode::NotFound,
                       Text::tr("keepalived does not run there; import its file instead, and apply it").toStdString());
    if (scan) {
        director.file = scan->files.empty() ? std::string() : scan->files.front().path;
        m_scans[index] = std::move(*scan);
    } else {
        director.error = scan.error();
        director.step = Step::Failed;
    }
    if (--m_open == 0)
        read();
    else
        emit changed();
}

void AdoptOperation::read() {
    for (const DirectorSnapshot& director : m_session.directors()) {
        const auto found = std::ranges::find(m_directors, director.saved.id, &DirectorAdopt::director);
        if (found == m_directors.end())
            continue;
        if (found->error)
            return finish(ofDirector(found->director, *found->error));
        m_scanned.push_back({modelOf(director.saved), *m_scans[static_cast<std::size_t>(found - m_directors.begin())]});
    }
    auto imported = importScanned(m_scanned, m_session.saved().name);
    if (!imported)
        return finish(imported.error());
    if (auto sources = sourcesOf(m_scanned))
        m_sources = std::move(*sources);
    m_imported = std::move(*imported);
    enter(AdoptStage::Review);
}

void AdoptOperation::proceed() {
    if (m_stage != AdoptStage::Review)
        return;
    for (const DirectorSnapshot& director : m_session.directors())
        if (director.state && director.state->config)
            m_revision = std::max(m_revision, director.state->config->revision);
    ++m_revision;
    enter(AdoptStage::Working);
    next();
}

void AdoptOperation::cancel() {
    if (m_stage == AdoptStage::Working)
        m_cancelled = true;
    else if (m_stage != AdoptStage::Done)
        refuse(ErrorCode::Conflict, Text::tr("cancelled; nothing was changed"));
}

void AdoptOperation::next() {
    m_timer.stop();
    const auto waiting = std::ranges::find(m_directors, Step::Waiting, &DirectorAdopt::step);
    if (waiting == m_directors.end())
        return finish({});
    if (m_cancelled)
        return refuse(
            ErrorCode::Conflict,
            Text::tr("cancelled before %1; the directors before it stay as they are now").arg(q(waiting->director)));
    m_current = static_cast<std::size_t>(waiting - m_directors.begin());
    waiting->step = Step::Working;
    emit changed();
    if (m_goal == AdoptGoal::Observe)
        observe(*waiting);
    else
        move(*waiting);
}

void AdoptOperation::observe(DirectorAdopt& director) {
    const auto snapshot = m_session.director(director.director);
    rpc::AdoptObserveParams params;
    params.baseRevision = snapshot && snapshot->state && snapshot->state->config ? snapshot->state->config->revision : 0;
    params.revision = m_revision;
    params.cluster = json::toJson(m_imported->cluster);
    params.director = director.director;
    params.comment = "read from " + director.file;
    for (const ScannedDirector& one : m_scanned)
        if (one.director.id == director.director)
            for (const rpc::AdoptFile& file : one.scan.files)
                params.files.push_back({file.path, file.hash});
    m_session.call(director.director, "adopt.observe", json::toJson(params), moveLimit,
                   guarded([this](Result<json::Value> result) {
                       DirectorAdopt& one = m_directors[m_current];
                       if (!result) {
                           one.error = result.error();
                           one.step = Step::Failed;
                           return finish(ofDirector(one.director, result.error()));
                       }
                       one.step = Step::Done;
                       next();
                   }));
}

} // namespace lvsdeck::cluster
