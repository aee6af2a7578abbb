// SPDX-License-Identifier: GPL-3.0-or-later
// One director's way: moved, standing as before, confirmed or taken back.
#include "console/cluster/adopt_operation.hpp"

#include "console/cluster/text.hpp"

namespace lvsdeck::cluster {

using rpc::AdoptionPhase;
using std::chrono::milliseconds;
using Step = DirectorAdopt::Step;

namespace {

constexpr milliseconds confirmLimit{10000};
/// The agent waits longer for a confirmation than we for it to stand.
constexpr std::uint32_t confirmWithinS = 60;
constexpr std::int64_t settledUs = 4'000'000;
constexpr std::int64_t takePatienceUs = 30'000'000;
constexpr std::int64_t backPatienceUs = 120'000'000;
constexpr std::int64_t askEveryUs = 1'000'000;
/// By then the agent has gone back by itself, unless it was confirmed.
constexpr std::int64_t confirmPatienceUs = 75'000'000;
constexpr int mostConfirms = 3;

} // namespace

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
    m_confirms = 0;
    m_askUs = 0;
    const bool take = m_goal == AdoptGoal::Take;
    const json::Value params = take ? json::toJson(rpc::AdoptTakeParams{confirmWithinS})
                                    : json::toJson(rpc::AdoptBackParams{!director.concerns.empty()});
    m_session.call(director.director, take ? "adopt.take" : "adopt.back", params, moveLimit,
                   guarded([this](Result<json::Value> result) {
                       DirectorAdopt& one = m_directors[m_current];
                       auto done = result ? json::fromJson<rpc::ConfigApplied>(*result)
                                          : Result<rpc::ConfigApplied>(std::unexpected(result.error()));
                       if (!done) {
                           one.error = done.error();
                           one.step = Step::Failed;
                           return finish(ofDirector(one.director, done.error()));
                       }
                       if (m_goal == AdoptGoal::Take)
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
    const std::int64_t now = m_session.nowUs();
    if (director.step == Step::Confirming && m_askUs != 0 && now >= m_askUs)
        return askConfirmed(*director.error);
    if (director.step != Step::Settling && director.step != Step::GoingBack)
        return;
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
            return finish(ofDirector(director.director, director.error.value_or(Error{})));
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
    finish(ofDirector(director.director, std::move(error)));
}

void AdoptOperation::confirm() {
    DirectorAdopt& director = m_directors[m_current];
    director.step = Step::Confirming;
    m_askUs = 0;
    if (++m_confirms == 1)
        m_firstUs = m_session.nowUs();
    emit changed();
    m_session.call(director.director, "config.confirm", json::toJson(rpc::ConfigConfirmParams{m_revision}), confirmLimit,
                   guarded([this](Result<json::Value> result) {
                       if (!result)
                           return askConfirmed(result.error());
                       m_directors[m_current].error.reset();
                       m_directors[m_current].step = Step::Done;
                       next();
                   }));
}

void AdoptOperation::askConfirmed(const Error& why) {
    DirectorAdopt& director = m_directors[m_current];
    director.error = why;
    m_askUs = 0;
    emit changed();
    m_session.call(director.director, "config.get", json::Object{}, confirmLimit,
                   guarded([this, why](Result<json::Value> result) { heardConfirmed(std::move(result), why); }));
}

void AdoptOperation::heardConfirmed(Result<json::Value> result, const Error& why) {
    DirectorAdopt& director = m_directors[m_current];
    const auto document =
        result ? json::fromJson<rpc::ConfigDocument>(*result) : Result<rpc::ConfigDocument>(std::unexpected(result.error()));
    const std::int64_t now = m_session.nowUs();
    if (!document) {
        if (now - m_firstUs < confirmPatienceUs) {
            m_askUs = now + askEveryUs;
            return;
        }
        director.step = Step::Failed;
        director.error->text =
            Text::tr(
                "it does not answer, and so it is not known whether the take-over was confirmed; unless it was, keepalived "
                "has come back there by itself: %1")
                .arg(q(why.text))
                .toStdString();
        return finish(ofDirector(director.director, *director.error));
    }
    if (document->pending && document->pending->revision == m_revision)
        return m_confirms < mostConfirms ? confirm() : takeBack(why);
    if (document->revision != m_revision)
        return waitForKeepalived(why); // it was not in time
    director.error.reset();
    director.step = Step::Done;
    next();
}

void AdoptOperation::takeBack(Error why) {
    waitForKeepalived(std::move(why));
    // Without an answer the agent goes back by itself; settle() sees when it is there.
    m_session.call(m_directors[m_current].director, "config.revert", json::toJson(rpc::ConfigRevertParams{}), moveLimit,
                   guarded([](const Result<json::Value>&) {}));
}

void AdoptOperation::waitForKeepalived(Error why) {
    DirectorAdopt& director = m_directors[m_current];
    why.text += Text::tr("; keepalived comes back there").toStdString();
    director.error = std::move(why);
    director.step = Step::GoingBack;
    m_goodUs = 0;
    m_movedUs = m_session.nowUs();
    m_timer.start();
    emit changed();
}

} // namespace lvsdeck::cluster
