// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/adopt_operation.hpp"

#include "console/cluster/text.hpp"

#include <QPointer>

#include <algorithm>

namespace lvsdeck::cluster {

using rpc::AdoptionPhase;
using std::chrono::milliseconds;
using Step = DirectorAdopt::Step;

namespace {

constexpr milliseconds scanLimit{20000};
constexpr milliseconds moveLimit{60000};
constexpr milliseconds confirmLimit{10000};
constexpr milliseconds tickEvery{250};
/// The agent waits longer for a confirmation than we for it to stand.
constexpr std::uint32_t confirmWithinS = 60;
constexpr std::int64_t settledUs = 4'000'000;
constexpr std::int64_t takePatienceUs = 30'000'000;
constexpr std::int64_t backPatienceUs = 120'000'000;

std::optional<rpc::Adoption> adoptionOf(const DirectorSnapshot& director) {
    if (!director.state || !director.state->config)
        return std::nullopt;
    return director.state->config->adoption;
}

Error of(const std::string& director, Error error) {
    error.text = director + ": " + error.text;
    return error;
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
            return finish(of(found->director, *found->error));
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
    m_session.call(director.director, "adopt.observe", json::toJson(params), moveLimit,
                   guarded([this](Result<json::Value> result) {
                       DirectorAdopt& one = m_directors[m_current];
                       if (!result) {
                           one.error = result.error();
                           one.step = Step::Failed;
                           return finish(of(one.director, result.error()));
                       }
                       one.step = Step::Done;
                       next();
                   }));
}

AdoptOperation::Roles AdoptOperation::rolesOf(const std::string& director) const {
    Roles roles;
    const auto snapshot = m_session.director(director);
    if (snapshot && snapshot->state && snapshot->state->vrrp)
        for (const rpc::VrrpState& state : *snapshot->state->vrrp)
            roles.emplace(state.name, state.phase);
    return roles;
}

void AdoptOperation::move(DirectorAdopt& director) {
    m_before = rolesOf(director.director);
    m_goodUs = 0;
    const bool take = m_goal == AdoptGoal::Take;
    const json::Value params = take ? json::toJson(rpc::AdoptTakeParams{confirmWithinS}) : json::toJson(rpc::Nothing{});
    m_session.call(director.director, take ? "adopt.take" : "adopt.back", params, moveLimit,
                   guarded([this](Result<json::Value> result) {
                       DirectorAdopt& one = m_directors[m_current];
                       auto done = result ? json::fromJson<rpc::ConfigApplied>(*result)
                                          : Result<rpc::ConfigApplied>(std::unexpected(result.error()));
                       if (!done) {
                           one.error = done.error();
                           one.step = Step::Failed;
                           return finish(of(one.director, done.error()));
                       }
                       one.operations = std::move(done->operations);
                       m_revision = done->revision;
                       one.step = Step::Settling;
                       m_movedUs = m_session.nowUs();
                       m_timer.start();
                       emit changed();
                   }));
}

QString AdoptOperation::missing(const std::string& director) const {
    const auto snapshot = m_session.director(director);
    if (!snapshot || snapshot->phase != LinkPhase::Ready || !snapshot->state || !snapshot->state->config)
        return Text::tr("it does not answer");
    // What it said before it was moved says nothing.
    if (snapshot->stateAtUs <= m_movedUs)
        return Text::tr("it has said nothing yet");
    const rpc::ConfigState& config = *snapshot->state->config;
    if (!config.problem.empty())
        return q(config.problem);
    if (!config.adoption)
        return Text::tr("it does not say how far it is");
    if (!config.adoption->problem.empty())
        return q(config.adoption->problem);
    const bool back = m_goal == AdoptGoal::Back || m_directors[m_current].step == Step::GoingBack;
    if (back && (config.adoption->phase != AdoptionPhase::Observing || !config.adoption->running))
        return Text::tr("keepalived is not back yet");
    if (!back && config.adoption->running)
        return Text::tr("keepalived still runs");
    const Roles now = rolesOf(director);
    for (const auto& [instance, before] : m_before) {
        const auto role = now.find(instance);
        if (role == now.end())
            return Text::tr("%1 is not there any more").arg(q(instance));
        if (role->second != before)
            return Text::tr("%1 is %2 and was %3").arg(q(instance), q(json::toWord(role->second)), q(json::toWord(before)));
    }
    return {};
}

void AdoptOperation::settle() {
    DirectorAdopt& director = m_directors[m_current];
    if (director.step != Step::Settling && director.step != Step::GoingBack)
        return;
    const std::int64_t now = m_session.nowUs();
    const QString wrong = missing(director.director);
    if (std::string words = wrong.toStdString(); words != director.missing) {
        director.missing = std::move(words);
        emit changed();
    }
    if (wrong.isEmpty()) {
        if (m_goodUs == 0)
            m_goodUs = now;
        if (now - m_goodUs < settledUs)
            return;
        if (director.step == Step::GoingBack) {
            director.step = Step::TakenBack;
            return finish(of(director.director, director.error.value_or(Error{})));
        }
        if (m_goal == AdoptGoal::Take)
            return confirm();
        director.step = Step::Done;
        return next();
    }
    m_goodUs = 0;
    const bool patient =
        now - m_movedUs < (m_goal == AdoptGoal::Take && director.step == Step::Settling ? takePatienceUs : backPatienceUs);
    if (patient)
        return;
    Error error{ErrorCode::Timeout, Text::tr("it does not stand as before: %1").arg(wrong).toStdString(), {}};
    if (m_goal == AdoptGoal::Take && director.step == Step::Settling)
        return takeBack(std::move(error));
    director.step = Step::Failed;
    if (!director.error)
        director.error = error;
    finish(of(director.director, std::move(error)));
}

void AdoptOperation::confirm() {
    DirectorAdopt& director = m_directors[m_current];
    director.step = Step::Confirming;
    emit changed();
    m_session.call(director.director, "config.confirm", json::toJson(rpc::ConfigConfirmParams{m_revision}), confirmLimit,
                   guarded([this](Result<json::Value> result) {
                       DirectorAdopt& one = m_directors[m_current];
                       if (!result)
                           return takeBack(result.error());
                       one.step = Step::Done;
                       next();
                   }));
}

void AdoptOperation::takeBack(Error why) {
    DirectorAdopt& director = m_directors[m_current];
    why.text += Text::tr("; keepalived comes back there").toStdString();
    director.error = std::move(why);
    director.step = Step::GoingBack;
    m_goodUs = 0;
    m_movedUs = m_session.nowUs();
    m_timer.start();
    emit changed();
    // Without an answer the agent goes back by itself; settle() sees when it is there.
    m_session.call(director.director, "config.revert", json::toJson(rpc::ConfigRevertParams{}), moveLimit,
                   guarded([](const Result<json::Value>&) {}));
}

} // namespace lvsdeck::cluster
