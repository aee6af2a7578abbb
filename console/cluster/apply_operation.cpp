// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/apply_operation.hpp"

#include "console/cluster/text.hpp"

#include <QPointer>

#include <algorithm>

namespace lvsdeck::cluster {

using std::chrono::milliseconds;
using Step = DirectorApply::Step;

namespace {

constexpr milliseconds checkLimit{30000};
constexpr milliseconds applyLimit{60000};
constexpr milliseconds confirmLimit{5000};
constexpr milliseconds confirmRetry{1000};
constexpr milliseconds tickEvery{250};

bool transient(const Error& error) { return error.code == ErrorCode::Unavailable || error.code == ErrorCode::Timeout; }

Error of(const std::string& director, Error error) {
    error.text = director + ": " + error.text;
    return error;
}

} // namespace

ApplyOperation::ApplyOperation(ClusterSession& session, ApplyRequest request)
    : m_session(session), m_request(std::move(request)) {
    m_timer.setInterval(tickEvery);
    connect(&m_timer, &QTimer::timeout, this, &ApplyOperation::tick);
}

ApplyOperation::~ApplyOperation() = default;

Reply ApplyOperation::guarded(std::function<void(Result<json::Value>)> then) {
    return [self = QPointer<ApplyOperation>(this), then = std::move(then)](Result<json::Value> result) {
        if (self && self->m_stage != ApplyStage::Done)
            then(std::move(result));
    };
}

void ApplyOperation::enter(ApplyStage stage) {
    m_stage = stage;
    emit changed();
}

void ApplyOperation::finish(ApplyOutcome outcome, std::optional<Error> error) {
    m_timer.stop();
    m_outcome = outcome;
    m_error = std::move(error);
    enter(ApplyStage::Done);
    emit finished();
}

void ApplyOperation::start() {
    if (m_stage != ApplyStage::Idle)
        return;
    enter(ApplyStage::Checking);
    const auto refuse = [this](ErrorCode code, const QString& text) {
        finish(ApplyOutcome::Refused, Error{code, text.toStdString(), {}});
    };
    if (m_request.cluster.directors.empty())
        return refuse(ErrorCode::InvalidInput, Text::tr("the cluster has no directors; add at least one"));
    const std::vector<InstanceFacts>& instances = m_session.facts().instances;
    for (const model::Director& wanted : m_request.cluster.directors) {
        const auto director = m_session.director(wanted.id);
        if (!director)
            return refuse(
                ErrorCode::NotFound,
                Text::tr("the document names the director “%1”, which is not among the connected ones; add it first")
                    .arg(q(wanted.id)));
        if (director->phase != LinkPhase::Ready)
            return refuse(ErrorCode::Unavailable,
                          Text::tr("%1 is not connected%2; an apply needs all directors")
                              .arg(q(wanted.id), director->reason ? " (" + q(director->reason->text) + ")" : QString()));
        if (director->hello && !director->hello->director.empty() && director->hello->director != wanted.id)
            return refuse(ErrorCode::Conflict,
                          Text::tr("the host at %1 says that it is “%2”, not “%3”; check the addresses")
                              .arg(q(director->saved.address), q(director->hello->director), q(wanted.id)));
        DirectorApply apply;
        apply.director = wanted.id;
        apply.master = std::ranges::any_of(
            instances, [&](const InstanceFacts& i) { return std::ranges::find(i.masters, wanted.id) != i.masters.end(); });
        m_directors.push_back(std::move(apply));
    }
    std::ranges::stable_partition(m_directors, [](const DirectorApply& d) { return !d.master; });
    m_open = m_directors.size();
    const json::Value cluster = json::toJson(m_request.cluster);
    for (std::size_t i = 0; i < m_directors.size(); ++i) {
        const rpc::ConfigCheckParams params{cluster, m_directors[i].director};
        m_session.call(m_directors[i].director, "config.check", json::toJson(params), checkLimit,
                       guarded([this, i](Result<json::Value> result) { checked(i, std::move(result)); }));
    }
}

void ApplyOperation::checked(std::size_t index, Result<json::Value> result) {
    DirectorApply& director = m_directors[index];
    auto check =
        result ? json::fromJson<rpc::ConfigCheck>(*result) : Result<rpc::ConfigCheck>(std::unexpected(result.error()));
    if (check) {
        director.problems = std::move(check->problems);
        director.operations = std::move(check->operations);
        director.revision = check->revision;
        director.step = Step::Checked;
    } else {
        director.error = check.error();
        director.step = Step::Failed;
    }
    if (--m_open == 0)
        review();
    else
        emit changed();
}

void ApplyOperation::review() {
    std::uint64_t highest = m_request.baseRevision;
    for (const DirectorApply& director : m_directors) {
        if (director.error)
            return finish(ApplyOutcome::Refused, of(director.director, *director.error));
        highest = std::max(highest, director.revision);
        if (director.revision > m_request.baseRevision)
            return finish(ApplyOutcome::Refused, Error{ErrorCode::Conflict,
                                                       Text::tr("%1 has revision %2 by now; this change was made from "
                                                                "revision %3. Load the newer one and make the change again")
                                                           .arg(q(director.director))
                                                           .arg(director.revision)
                                                           .arg(m_request.baseRevision)
                                                           .toStdString(),
                                                       "base_revision"});
    }
    m_revision = highest + 1;
    enter(ApplyStage::Review);
}

bool ApplyOperation::canProceed() const {
    return m_stage == ApplyStage::Review &&
           std::ranges::none_of(m_directors, [](const DirectorApply& d) { return model::hasErrors(d.problems); });
}

void ApplyOperation::proceed() {
    if (!canProceed())
        return;
    m_request.cluster.revision = m_revision;
    enter(ApplyStage::Applying);
    applyNext();
}

void ApplyOperation::applyNext() {
    const auto next = std::ranges::find(m_directors, Step::Checked, &DirectorApply::step);
    if (next == m_directors.end()) {
        if (m_request.confirmWithinS == 0)
            return finish(ApplyOutcome::Confirmed, {});
        m_timer.start();
        return enter(ApplyStage::Waiting);
    }
    next->step = Step::Applying;
    emit changed();
    const auto index = static_cast<std::size_t>(next - m_directors.begin());
    const rpc::ConfigApplyParams params{next->revision,           m_revision,     json::toJson(m_request.cluster),
                                        m_request.confirmWithinS, next->director, m_request.comment};
    m_session.call(next->director, "config.apply", json::toJson(params), applyLimit,
                   guarded([this, index](Result<json::Value> result) { applied(index, std::move(result)); }));
}

void ApplyOperation::applied(std::size_t index, Result<json::Value> result) {
    DirectorApply& director = m_directors[index];
    auto done =
        result ? json::fromJson<rpc::ConfigApplied>(*result) : Result<rpc::ConfigApplied>(std::unexpected(result.error()));
    if (!done) {
        director.error = done.error();
        // Without an answer it may well have been done.
        director.step = transient(done.error()) ? Step::Unknown : Step::Failed;
        return takeBack(of(director.director, done.error()), ApplyOutcome::RolledBack);
    }
    director.step = m_request.confirmWithinS == 0 ? Step::Confirmed : Step::Applied;
    if (!done->operations.empty())
        director.operations = std::move(done->operations);
    const std::int64_t deadline = m_session.nowUs() + done->confirmLeftMs * 1000;
    m_deadlineUs = m_deadlineUs == 0 ? deadline : std::min(m_deadlineUs, deadline);
    if (m_cancelled)
        return takeBack(Error{ErrorCode::Conflict, Text::tr("cancelled").toStdString(), {}}, ApplyOutcome::RolledBack);
    applyNext();
}

int ApplyOperation::secondsLeft() const {
    if (m_stage != ApplyStage::Waiting && m_stage != ApplyStage::Confirming)
        return 0;
    return static_cast<int>(std::max<std::int64_t>(0, (m_deadlineUs - m_session.nowUs() + 999'999) / 1'000'000));
}

void ApplyOperation::tick() {
    if (m_stage != ApplyStage::Waiting)
        return;
    emit ticked();
    if (m_session.nowUs() < m_deadlineUs)
        return;
    // Every agent takes itself back when nobody confirms; asking as well costs nothing and tells us that it is done.
    takeBack(
        Error{ErrorCode::Timeout, Text::tr("nobody confirmed within %1 s").arg(m_request.confirmWithinS).toStdString(), {}},
        ApplyOutcome::RolledBack);
}

void ApplyOperation::confirm() {
    if (m_stage != ApplyStage::Waiting)
        return;
    m_confirmSent = true;
    m_open = m_directors.size();
    enter(ApplyStage::Confirming);
    for (std::size_t i = 0; i < m_directors.size(); ++i)
        confirmOne(i);
}

void ApplyOperation::confirmOne(std::size_t index) {
    m_session.call(m_directors[index].director, "config.confirm", json::toJson(rpc::ConfigConfirmParams{m_revision}),
                   confirmLimit,
                   guarded([this, index](Result<json::Value> result) { confirmed(index, std::move(result)); }));
}

void ApplyOperation::confirmed(std::size_t index, Result<json::Value> result) {
    DirectorApply& director = m_directors[index];
    if (!result && transient(result.error()) && m_session.nowUs() < m_deadlineUs) {
        // The connection may come back in time; a confirmation that arrived twice does no harm.
        QTimer::singleShot(confirmRetry, this, [this, index] {
            if (m_stage == ApplyStage::Confirming)
                confirmOne(index);
        });
        return;
    }
    if (result) {
        director.step = Step::Confirmed;
    } else {
        director.error = result.error();
        director.step = transient(result.error()) ? Step::Unknown : Step::Failed;
    }
    if (--m_open == 0)
        settleConfirms();
    else
        emit changed();
}

void ApplyOperation::settleConfirms() {
    const auto bad = std::ranges::find_if(m_directors, [](const DirectorApply& d) { return d.step != Step::Confirmed; });
    if (bad == m_directors.end())
        return finish(ApplyOutcome::Confirmed, {});
    takeBack(of(bad->director, bad->error.value_or(Error{})), ApplyOutcome::RolledBack);
}

void ApplyOperation::revert() {
    if (m_stage == ApplyStage::Waiting)
        takeBack(Error{ErrorCode::Conflict, Text::tr("reverted as asked").toStdString(), {}}, ApplyOutcome::RolledBack);
}

void ApplyOperation::cancel() {
    switch (m_stage) {
    case ApplyStage::Idle:
    case ApplyStage::Checking:
    case ApplyStage::Review:
        return finish(ApplyOutcome::Cancelled,
                      Error{ErrorCode::Conflict, Text::tr("cancelled; nothing was changed").toStdString(), {}});
    case ApplyStage::Applying: m_cancelled = true; return;
    case ApplyStage::Waiting: return revert();
    case ApplyStage::Confirming:
    case ApplyStage::Reverting:
    case ApplyStage::Done: return;
    }
}

void ApplyOperation::takeBack(Error why, ApplyOutcome whenAllBack) {
    m_timer.stop();
    m_error = std::move(why);
    const auto had = [](const DirectorApply& d) {
        return d.step == Step::Applied || d.step == Step::Confirmed || d.step == Step::Unknown;
    };
    m_open = static_cast<std::size_t>(std::ranges::count_if(m_directors, had));
    m_goal = m_open == 0 ? ApplyOutcome::Refused : whenAllBack;
    enter(ApplyStage::Reverting);
    if (m_open == 0)
        return settleTakeBack();
    for (std::size_t i = 0; i < m_directors.size(); ++i)
        if (had(m_directors[i]))
            takeBackOne(i);
}

void ApplyOperation::takeBackOne(std::size_t index) {
    const DirectorApply& director = m_directors[index];
    rpc::ConfigRevertParams params;
    const bool wasConfirmed = director.step == Step::Confirmed || m_request.confirmWithinS == 0;
    if (wasConfirmed) {
        params.revision = director.revision;
        params.confirmWithinS = 0;
    }
    const bool wasUnknown = director.step == Step::Unknown;
    m_session.call(director.director, "config.revert", json::toJson(params), applyLimit,
                   guarded([this, index, wasConfirmed, wasUnknown](Result<json::Value> result) {
                       DirectorApply& one = m_directors[index];
                       // No pending apply: it was taken back before, or it never got that far.
                       const bool nothingPending = !result && !wasConfirmed && result.error().code == ErrorCode::Conflict;
                       // After a confirmation without an answer, "nothing pending" may mean that it is confirmed for good.
                       const bool perhapsConfirmed = wasUnknown && m_confirmSent;
                       if (result || (nothingPending && !perhapsConfirmed))
                           one.step = Step::Reverted;
                       else if (!wasConfirmed && !perhapsConfirmed && transient(result.error()))
                           one.step = Step::Unknown; // it takes itself back when its time is up
                       else
                           one.step = wasUnknown && !perhapsConfirmed ? Step::Unknown : Step::Confirmed;
                       if (!result && !nothingPending)
                           one.error = result.error();
                       if (--m_open == 0)
                           settleTakeBack();
                       else
                           emit changed();
                   }));
}

void ApplyOperation::settleTakeBack() {
    std::vector<std::string> waiting;
    std::vector<std::string> kept;
    for (const DirectorApply& director : m_directors) {
        if (director.step == Step::Confirmed || (director.step == Step::Unknown && m_request.confirmWithinS == 0))
            kept.push_back(director.director);
        else if (director.step == Step::Unknown)
            waiting.push_back(director.director);
    }
    Error error = m_error.value_or(Error{});
    if (!kept.empty()) {
        error.text += Text::tr(". %1 may still have revision %2: compare the directors and apply again")
                          .arg(listed(kept))
                          .arg(m_revision)
                          .toStdString();
        return finish(ApplyOutcome::Differing, std::move(error));
    }
    if (!waiting.empty())
        error.text += Text::tr(". %1 does not answer and goes back to its old revision by itself, %2 s after it was applied")
                          .arg(listed(waiting))
                          .arg(m_request.confirmWithinS)
                          .toStdString();
    finish(*m_goal, std::move(error));
}

} // namespace lvsdeck::cluster
