// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/drill_machine.hpp"

#include "console/cluster/text.hpp"

#include <algorithm>

namespace lvsdeck::cluster {

using drill::Action;

namespace {

constexpr std::int64_t probeStartLimitUs = 10'000'000;
constexpr std::int64_t stopLimitUs = 10'000'000;
constexpr std::int64_t endRetryUs = 1'000'000;
constexpr std::int64_t tickUs = 100'000;
/// Of the attempts before the fault; more than this would blur what the fault does.
constexpr std::uint64_t baselineFailedPercent = 1;

double seconds(std::int64_t us) { return static_cast<double>(us) / 1e6; }

} // namespace

DrillMachine::DrillMachine(DrillPlan plan) : m_plan(std::move(plan)) {}

std::vector<Action> DrillMachine::handle(const drill::Event& event, std::int64_t nowUs) {
    Actions actions;
    m_nowUs = std::max(m_nowUs, nowUs);
    if (finished())
        return actions;
    std::visit([&](const auto& what) { on(what, actions); }, event);
    if (m_started && !finished() && !m_stopping)
        advance(actions);
    if (m_started && !finished())
        checkLimits(actions);
    if (!m_phases.empty())
        m_phases.back().toUs = m_nowUs;
    return actions;
}

std::optional<std::int64_t> DrillMachine::nextTickUs() const {
    return m_started && !finished() ? std::optional(m_nowUs + tickUs) : std::nullopt;
}

void DrillMachine::enter(DrillPhase phase) {
    if (!m_phases.empty())
        m_phases.back().toUs = m_nowUs;
    m_phase = phase;
    m_phaseUs = m_nowUs;
    m_phases.push_back({phase, m_nowUs, m_nowUs});
    disturb();
}

bool DrillMachine::mastersAre(const std::string& master, const std::string& other) const {
    const auto is = [&](const std::string& director, const std::string& instance) {
        const auto roles = m_roles.find(director);
        if (roles == m_roles.end())
            return false;
        const auto role = roles->second.find(instance);
        return role != roles->second.end() && role->second == rpc::VrrpPhase::Master;
    };
    return std::ranges::all_of(m_plan.instances,
                               [&](const std::string& instance) { return is(master, instance) && !is(other, instance); });
}

void DrillMachine::on(const drill::Start&, Actions& actions) {
    if (m_started)
        return;
    m_started = true;
    enter(DrillPhase::Preflight);
    actions.push_back(Action::StartProbe);
}

void DrillMachine::on(const drill::Tick&, Actions& actions) {
    if (m_fault != Fault::Active)
        return;
    if (m_endWanted && m_nowUs - m_endSentUs >= endRetryUs) {
        restore(actions);
    } else if (!m_endWanted && m_nowUs >= m_renewUs) {
        m_renewUs = m_nowUs + m_plan.leaseUs / 3;
        actions.push_back(Action::RenewFault);
    }
}

void DrillMachine::on(const drill::ProbeStarted&, Actions&) {
    m_probing = true;
    if (m_started && m_phase == DrillPhase::Preflight && !m_stopping)
        enter(DrillPhase::Baseline);
}

void DrillMachine::on(const drill::ProbeEnded& event, Actions& actions) {
    m_probing = false;
    stop(Text::tr("the probe ended: %1").arg(q(event.error)).toStdString(), true, actions);
}

void DrillMachine::on(const drill::ProbeSeen& event, Actions&) {
    if (m_phase == DrillPhase::Baseline)
        ++(event.ok ? m_baselineOk : m_baselineFailed);
    if (!event.ok)
        disturb();
}

void DrillMachine::on(const drill::Roles& event, Actions&) {
    auto& known = m_roles[event.director];
    if (known == event.phases)
        return;
    known = event.phases;
    disturb();
}

void DrillMachine::on(const drill::FaultBegan& event, Actions& actions) {
    if (m_fault != Fault::Beginning)
        return;
    if (!event.result) {
        // Without an answer the fault may be there; its end is asked for as well, and the lease ends it in any case.
        m_fault = event.result.error().code == ErrorCode::Timeout || event.result.error().code == ErrorCode::Unavailable
                      ? Fault::Active
                      : Fault::None;
        stop(Text::tr("%1 did not begin the fault: %2").arg(q(m_plan.oldMaster), q(event.result.error().text)).toStdString(),
             true, actions);
        return;
    }
    m_fault = Fault::Active;
    m_renewUs = m_nowUs + m_plan.leaseUs / 3;
    if (m_stopping)
        restore(actions);
}

void DrillMachine::on(const drill::FaultRenewed& event, Actions& actions) {
    if (event.result || m_fault != Fault::Active)
        return;
    const ErrorCode code = event.result.error().code;
    if (code == ErrorCode::Timeout || code == ErrorCode::Unavailable)
        return; // the next one may get through; a lost director has its own limit
    stop(Text::tr("%1 ended the fault early: %2").arg(q(m_plan.oldMaster), q(event.result.error().text)).toStdString(), true,
         actions);
}

void DrillMachine::on(const drill::FaultEnded& event, Actions& actions) {
    if (m_fault != Fault::Ending)
        return;
    if (!event.result && event.result.error().code != ErrorCode::NotFound) {
        m_fault = Fault::Active; // tried again with the next tick
        return;
    }
    m_fault = Fault::None;
    if (m_stopping)
        finish(actions);
}

void DrillMachine::on(const drill::Link& event, Actions&) {
    if (event.up)
        m_lostUs.erase(event.director);
    else
        m_lostUs.try_emplace(event.director, m_nowUs);
}

void DrillMachine::on(const drill::Abort& event, Actions& actions) { stop(event.reason, true, actions); }

void DrillMachine::stop(std::string reason, bool aborted, Actions& actions) {
    m_reasons.push_back(std::move(reason));
    m_aborted = m_aborted || aborted;
    if (m_stopping)
        return;
    m_stopping = true;
    m_stopUs = m_nowUs;
    if (m_fault == Fault::None)
        finish(actions);
    else if (m_fault == Fault::Active)
        restore(actions);
}

void DrillMachine::restore(Actions& actions) {
    m_endWanted = true;
    m_endSentUs = m_nowUs;
    m_fault = Fault::Ending;
    actions.push_back(Action::EndFault);
}

void DrillMachine::finish(Actions& actions) {
    if (m_probing)
        actions.push_back(Action::StopProbe);
    actions.push_back(Action::Finish);
    enter(DrillPhase::Finished);
}

void DrillMachine::advance(Actions& actions) {
    const std::int64_t quiet = m_nowUs - m_quietSinceUs;
    const std::string& after = m_plan.expectFailBack ? m_plan.oldMaster : m_plan.newMaster;
    const std::string& other = m_plan.expectFailBack ? m_plan.newMaster : m_plan.oldMaster;
    switch (m_phase) {
    case DrillPhase::Preflight:
    case DrillPhase::Finished: return;
    case DrillPhase::Baseline:
        if (m_nowUs - m_phaseUs < m_plan.baselineUs)
            return;
        if (m_baselineOk == 0)
            return stop(Text::tr("no attempt of the probe succeeded before the fault; check its address, port and path")
                            .toStdString(),
                        true, actions);
        if (m_baselineFailed * 100 > (m_baselineOk + m_baselineFailed) * baselineFailedPercent)
            return stop(Text::tr("%1 of %2 attempts failed before the fault; a drill needs a service that works")
                            .arg(m_baselineFailed)
                            .arg(m_baselineOk + m_baselineFailed)
                            .toStdString(),
                        true, actions);
        if (!mastersAre(m_plan.oldMaster, m_plan.newMaster))
            return stop(Text::tr("%1 is not the only master any more").arg(q(m_plan.oldMaster)).toStdString(), true,
                        actions);
        m_fault = Fault::Beginning;
        actions.push_back(Action::BeginFault);
        return enter(DrillPhase::Takeover);
    case DrillPhase::Takeover:
        if (m_fault == Fault::Active && mastersAre(m_plan.newMaster, m_plan.oldMaster))
            enter(DrillPhase::SteadyOnBackup);
        return;
    case DrillPhase::SteadyOnBackup:
        if (quiet < m_plan.steadyUs || !mastersAre(m_plan.newMaster, m_plan.oldMaster) || m_fault != Fault::Active)
            return;
        restore(actions);
        return enter(m_plan.expectFailBack ? DrillPhase::FailBack : DrillPhase::SteadyAfter);
    case DrillPhase::FailBack:
        if (m_fault == Fault::None && mastersAre(m_plan.oldMaster, m_plan.newMaster))
            enter(DrillPhase::SteadyAfter);
        return;
    case DrillPhase::SteadyAfter:
        if (quiet >= m_plan.steadyUs && m_fault == Fault::None && mastersAre(after, other))
            finish(actions);
        return;
    }
}

void DrillMachine::checkLimits(Actions& actions) {
    if (m_stopping) {
        if (m_nowUs - m_stopUs > stopLimitUs) {
            m_reasons.push_back(Text::tr("%1 did not say that the fault is over; its lease ends it by itself")
                                    .arg(q(m_plan.oldMaster))
                                    .toStdString());
            finish(actions);
        }
        return;
    }
    for (const auto& [director, since] : m_lostUs)
        if (m_nowUs - since > m_plan.lostLimitUs)
            return stop(
                Text::tr("%1 did not answer for %2 s").arg(q(director)).arg(seconds(m_plan.lostLimitUs)).toStdString(), true,
                actions);
    const std::int64_t here = m_nowUs - m_phaseUs;
    switch (m_phase) {
    case DrillPhase::Preflight:
        if (here > probeStartLimitUs)
            stop(Text::tr("the probe did not start").toStdString(), true, actions);
        return;
    case DrillPhase::Takeover:
        if (here > m_plan.takeoverLimitUs)
            stop(Text::tr("%1 did not take over within %2 s")
                     .arg(q(m_plan.newMaster))
                     .arg(seconds(m_plan.takeoverLimitUs))
                     .toStdString(),
                 false, actions);
        return;
    case DrillPhase::FailBack:
        if (here > m_plan.failBackLimitUs)
            stop(Text::tr("%1 did not become master again within %2 s")
                     .arg(q(m_plan.oldMaster))
                     .arg(seconds(m_plan.failBackLimitUs))
                     .toStdString(),
                 false, actions);
        return;
    case DrillPhase::SteadyOnBackup:
    case DrillPhase::SteadyAfter:
        if (here > m_plan.steadyLimitUs)
            stop(Text::tr("clients had no %1 s without a failure within %2 s after the change")
                     .arg(seconds(m_plan.steadyUs))
                     .arg(seconds(m_plan.steadyLimitUs))
                     .toStdString(),
                 false, actions);
        return;
    case DrillPhase::Baseline:
    case DrillPhase::Finished: return;
    }
}

} // namespace lvsdeck::cluster
