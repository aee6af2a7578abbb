// SPDX-License-Identifier: GPL-3.0-or-later
// Life of an instance: start, stop, what keeps it from being master, timers. What it hears: machine_adverts.cpp.
#include "agent/vrrp/machine.hpp"

#include "agent/vrrp/stepper.hpp"
#include "agent/vrrp/wording.hpp"

#include <algorithm>

namespace lvsdeck::vrrp {

namespace {

using namespace std::chrono_literals;

constexpr Duration firstRetry = 10s;
constexpr Duration longestRetry = 300s;

} // namespace

/// Brings the phase to where the link, the owner's word, tracking, the group and a hold want it.
void Stepper::settle(const std::string& recovered) {
    if (!s.running)
        return;
    if (s.hold == Hold::Silent) {
        stepDown(Phase::Initialize, s.holdReason, false);
    } else if (const std::string why = problemOf(s); !why.empty()) {
        stepDown(Phase::Fault, why, true);
    } else if (s.phase == Phase::Initialize || s.phase == Phase::Fault) {
        s.masterInterval = c.advertInterval;
        s.master.reset();
        becomeBackup(recovered);
        if (heldBack(s) && std::exchange(s.holdsAddresses, false))
            act(RemoveAddresses{});
    } else if (heldBack(s)) {
        if (s.phase == Phase::Master || s.holdsAddresses)
            stepDown(Phase::Backup, heldReason(), true);
        s.wantsMaster = false;
        act(CancelTimer{TimerId::MasterDown});
    }
}

std::string Stepper::heldReason() const { return s.maintenance.empty() ? s.holdReason : s.maintenance; }

void Stepper::changePhase(Phase to, std::string reason) {
    s.preemptFrom.reset();
    s.lowerHeard.reset();
    s.contested = 0;
    s.contestBurst.reset();
    s.secondBurst = 0;
    s.wantsMaster = false;
    s.wantReason.clear();
    if (s.phase != to)
        act(Transition{s.phase, to, std::move(reason)});
    s.phase = to;
}

void Stepper::takeOver(std::string reason) {
    if (!c.grouped)
        return becomeMaster(std::move(reason));
    s.wantsMaster = true;
    s.wantReason = std::move(reason);
}

void Stepper::becomeMaster(std::string reason) {
    changePhase(Phase::Master, std::move(reason));
    s.master.reset();
    s.masterResigned = false;
    s.masterSince = m_at;
    s.contestBurst = m_at;
    s.masterInterval = c.advertInterval;
    s.holdsAddresses = true;
    act(CancelTimer{TimerId::MasterDown});
    advertise();
    act(AddAddresses{});
    act(Announce{std::max(c.garp.repeat, 1U)});
    if (c.garp.delay.count() > 0)
        announceOnceMore(c.garp.delay, std::max(c.garp.repeat, 1U));
    startRefresh();
}

void Stepper::becomeBackup(std::string reason) {
    changePhase(Phase::Backup, std::move(reason));
    waitFully();
}

void Stepper::stepDown(Phase to, std::string reason, bool goodbye) {
    const bool wasMaster = s.phase == Phase::Master;
    changePhase(to, std::move(reason));
    for (const TimerId id : {TimerId::Advert, TimerId::MasterDown, TimerId::GarpSecond, TimerId::GarpRefresh})
        act(CancelTimer{id});
    if (wasMaster && goodbye)
        act(SendAdvert{0});
    if (std::exchange(s.holdsAddresses, false))
        act(RemoveAddresses{});
}

void Stepper::advertise() {
    act(SendAdvert{effectivePriority(s, c)});
    act(SetTimer{TimerId::Advert, c.advertInterval});
}

void Stepper::waitFully() {
    wait(masterDownTime(s, c));
    s.waitsFully = true;
}

void Stepper::wait(Duration duration) {
    s.waitBegan = m_at;
    s.waitsFully = false;
    s.wantsMaster = false;
    setWait(duration);
}

void Stepper::setWait(Duration duration) {
    if (heldBack(s))
        act(CancelTimer{TimerId::MasterDown});
    else
        act(SetTimer{TimerId::MasterDown, duration});
}

void Stepper::startRefresh() {
    if (c.garp.refresh.count() > 0)
        act(SetTimer{TimerId::GarpRefresh, c.garp.refresh});
    else
        act(CancelTimer{TimerId::GarpRefresh});
}

void Stepper::on(const Started& event) {
    s.running = true;
    s.masterInterval = c.advertInterval;
    s.holdsAddresses = event.adopted != Adopted::None;
    if (s.hold || heldBack(s) || !problemOf(s).empty()) {
        settle("started");
    } else if (event.adopted == Adopted::Fresh) {
        changePhase(Phase::Master, "the agent was restarted; still master");
        s.masterSince = m_at;
        advertise();
        startRefresh();
    } else if (c.priority == ownerPriority) {
        if (c.grouped)
            becomeBackup("started");
        takeOver("priority 255 owns the addresses");
    } else if (c.initialState == model::InitialState::Master) {
        changePhase(Phase::Backup, "started");
        wait(c.advertInterval + Duration(1'000'000 / 256));
    } else {
        becomeBackup("started");
    }
}

void Stepper::on(const Stopped& event) {
    if (event.how == Stop::Resign && s.running)
        stepDown(Phase::Initialize, "the agent stopped", true);
    // The next process knows of no burst that is still due.
    if (s.running && s.phase == Phase::Master && s.secondBurst > 0)
        act(Announce{std::exchange(s.secondBurst, 0)});
    s.running = false;
    for (std::size_t id = 0; id < timerCount; ++id)
        act(CancelTimer{static_cast<TimerId>(id)});
}

void Stepper::on(const TimerFired& event) {
    const bool master = s.running && s.phase == Phase::Master;
    switch (event.id) {
    case TimerId::Advert:
        if (!master)
            return;
        s.addressFailures = 0;
        return advertise();
    case TimerId::MasterDown:
        if (s.running && s.phase == Phase::Backup && !s.hold && !heldBack(s))
            takeOver(takeoverReason(s, c, m_at));
        return;
    case TimerId::GarpSecond:
        if (const std::uint32_t repeat = std::exchange(s.secondBurst, 0); master && repeat > 0) {
            s.contestBurst = m_at;
            act(Announce{repeat});
            // A contest may have brought it forward; the burst that every new master owes after garp.delay comes nevertheless.
            if (const Instant due = s.masterSince + c.garp.delay; c.garp.delay.count() > 0 && m_at < due)
                announceOnceMore(due - m_at, std::max(c.garp.repeat, 1U));
        }
        return;
    case TimerId::GarpRefresh:
        if (!master)
            return;
        act(Announce{std::max(c.garp.refreshRepeat, 1U)});
        return startRefresh();
    case TimerId::Retry: s.addressFailure.clear(); return settle("trying the addresses again");
    }
}

void Stepper::on(const LinkChanged& event) {
    s.linkProblem = event.problem;
    settle("the interface is usable again");
}

void Stepper::on(const AddressLost& event) {
    if (!s.running || s.phase != Phase::Master)
        return;
    stepDown(Phase::Backup, "somebody else removed " + event.address, false);
    wait(skewTime(s, c));
}

void Stepper::on(const AddressRefused& event) {
    if (!s.running || s.phase != Phase::Master)
        return;
    s.addressFailure = event.problem;
    const std::uint32_t doublings = std::min(s.addressFailures++, 5U);
    settle({});
    act(SetTimer{TimerId::Retry, std::min(firstRetry * (1 << doublings), longestRetry)});
}

void Stepper::on(const Failed& event) {
    s.failure = event.reason;
    settle("healthy again");
}

void Stepper::on(const Held& event) {
    s.hold = event.kind;
    s.holdReason = event.reason;
    settle(event.reason);
}

void Stepper::on(const Released&) {
    const auto was = std::exchange(s.hold, std::nullopt);
    const std::string reason = std::exchange(s.holdReason, {}) + " is over";
    if (!was || !s.running)
        return;
    if (s.phase == Phase::Backup)
        waitFully();
    else
        settle(reason);
}

void Stepper::on(const MaintenanceSet& event) {
    const bool was = !std::exchange(s.maintenance, event.reason).empty();
    if (!s.running)
        return;
    if (!s.maintenance.empty())
        settle({});
    else if (was && s.phase == Phase::Backup)
        waitFully();
}

void Stepper::on(const Tracked& event) {
    const std::uint8_t before = effectivePriority(s, c);
    const std::string fault = std::exchange(s.trackFault, event.fault);
    s.adjustment = event.adjustment;
    if (fault != s.trackFault)
        settle("over: " + fault);
    // The wait depends on the priority; what has passed of it counts.
    if (s.running && s.phase == Phase::Backup && s.waitsFully && !s.wantsMaster && effectivePriority(s, c) != before)
        setWait(std::max(s.waitBegan + masterDownTime(s, c) - m_at, Duration{0}));
}

void Stepper::on(const GroupTrouble& event) {
    s.groupProblem = event.problem;
    s.groupWaits = event.waits;
    settle("the sync group is whole again");
}

void Stepper::on(const GroupMaster&) {
    if (s.running && s.phase == Phase::Backup && s.wantsMaster)
        becomeMaster(std::string(s.wantReason));
}

void Stepper::on(const GroupBackup& event) {
    if (!s.running || s.phase != Phase::Master)
        return;
    stepDown(Phase::Backup, event.reason, true);
    waitFully();
}

void Stepper::on(const GroupContested&) {
    if (s.running && s.phase == Phase::Master)
        announceAgain();
}

void Stepper::on(const Reconfigured&) {
    s.demotedOwner = false;
    if (c.version == 2 || !s.master)
        s.masterInterval = c.advertInterval;
    if (!s.running)
        return;
    if (!std::exchange(s.addressFailure, {}).empty()) {
        act(CancelTimer{TimerId::Retry});
        settle("trying the addresses again");
    } else if (s.phase == Phase::Master) {
        advertise();
        startRefresh();
    } else if (s.phase == Phase::Backup) {
        waitFully();
    }
}

Step step(const State& state, const Event& event, const Settings& settings) {
    Stepper stepper(state, event.at, settings);
    std::visit([&](const auto& what) { stepper.on(what); }, event.what);
    return stepper.finish();
}

std::string ownProblemOf(const State& state) {
    for (const std::string* problem : {&state.linkProblem, &state.failure, &state.trackFault, &state.addressFailure})
        if (!problem->empty())
            return *problem;
    return {};
}

std::string problemOf(const State& state) {
    std::string own = ownProblemOf(state);
    return own.empty() ? state.groupProblem : own;
}

bool heldBack(const State& state) { return state.hold == Hold::Graceful || !state.maintenance.empty(); }

std::uint8_t effectivePriority(const State& state, const Settings& settings) {
    if (settings.priority == ownerPriority)
        return state.demotedOwner ? std::uint8_t{ownerPriority - 1} : ownerPriority;
    return static_cast<std::uint8_t>(std::clamp(std::int32_t{settings.priority} + state.adjustment, 1, 254));
}

Duration skewTime(const State& state, const Settings& settings) {
    const Duration unit = settings.version == 2 ? Duration(1s) : state.masterInterval;
    return unit * (256 - effectivePriority(state, settings)) / 256;
}

Duration masterDownTime(const State& state, const Settings& settings) {
    const Duration interval = settings.version == 2 ? settings.advertInterval : state.masterInterval;
    return interval * settings.downTimerAdverts + skewTime(state, settings);
}

} // namespace lvsdeck::vrrp
