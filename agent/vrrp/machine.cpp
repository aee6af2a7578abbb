// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/machine.hpp"

#include "agent/vrrp/wording.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::vrrp {

namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t owner = 255;
constexpr Duration firstRetry = 10s;
constexpr Duration longestRetry = 300s;
constexpr Duration contestPause = 1s;

/// One step: a working copy of the state and the actions so far.
class Stepper {
public:
    Stepper(const State& state, Instant at, const Settings& settings) : s(state), m_at(at), c(settings) {}

    void on(const Started& event);
    void on(const Stopped& event);
    void on(const AdvertReceived& event);
    void on(const TimerFired& event);
    void on(const LinkChanged& event);
    void on(const AddressLost& event);
    void on(const AddressRefused& event);
    void on(const Failed& event);
    void on(const Held& event);
    void on(const Released& event);
    void on(const Reconfigured& event);

    Step finish() { return {std::move(s), std::move(m_actions)}; }

private:
    bool heldBack() const { return s.hold == Hold::Graceful; }
    bool mayPreempt() const { return c.preempt || c.initialState == model::InitialState::Master || c.priority == owner; }
    Duration preemptDelay() const {
        return c.preempt && c.initialState == model::InitialState::Backup ? c.preemptDelay : Duration{0};
    }
    bool obeys(std::uint8_t priority) const;

    void settle(const std::string& recovered);
    void changePhase(Phase to, std::string reason);
    void becomeMaster(std::string reason);
    void becomeBackup(std::string reason, Duration wait);
    /// Out of MASTER or of a BACKUP with stale addresses, into `to`.
    void stepDown(Phase to, std::string reason, bool goodbye);
    void receiveAsBackup(const AdvertReceived& advert);
    void receiveAsMaster(const AdvertReceived& advert);
    void yieldTo(const AdvertReceived& advert, std::string reason);
    void contest(const AdvertReceived& advert);
    void remember(const AdvertReceived& advert);
    void advertise();
    void wait(Duration duration);
    void startRefresh();
    template <class A> void act(A action) { m_actions.emplace_back(std::in_place_type<A>, std::move(action)); }

    State s;
    Instant m_at;
    const Settings& c;
    std::vector<Action> m_actions;
};

/// Brings the phase to where the link, the owner's word and the hold want it.
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
        becomeBackup(recovered, masterDownTime(s, c));
        if (heldBack() && std::exchange(s.holdsAddresses, false))
            act(RemoveAddresses{});
    } else if (heldBack()) {
        if (s.phase == Phase::Master || s.holdsAddresses)
            stepDown(Phase::Backup, s.holdReason, true);
        act(CancelTimer{TimerId::MasterDown});
    }
}

void Stepper::changePhase(Phase to, std::string reason) {
    s.preemptFrom.reset();
    s.lowerHeard.reset();
    s.contested = 0;
    s.contestBurst.reset();
    if (s.phase != to)
        act(Transition{s.phase, to, std::move(reason)});
    s.phase = to;
}

void Stepper::becomeMaster(std::string reason) {
    changePhase(Phase::Master, std::move(reason));
    s.master.reset();
    s.masterResigned = false;
    s.masterInterval = c.advertInterval;
    s.holdsAddresses = true;
    act(CancelTimer{TimerId::MasterDown});
    advertise();
    act(AddAddresses{});
    act(Announce{std::max(c.garp.repeat, 1U)});
    if (c.garp.delay.count() > 0)
        act(SetTimer{TimerId::GarpSecond, c.garp.delay});
    startRefresh();
}

void Stepper::becomeBackup(std::string reason, Duration duration) {
    changePhase(Phase::Backup, std::move(reason));
    wait(duration);
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

void Stepper::wait(Duration duration) {
    s.waitBegan = m_at;
    if (heldBack())
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
    if (s.hold || !problemOf(s).empty()) {
        settle("started");
    } else if (event.adopted == Adopted::Fresh) {
        changePhase(Phase::Master, "the agent was restarted; still master");
        advertise();
        startRefresh();
    } else if (c.priority == owner) {
        becomeMaster("priority 255 owns the addresses");
    } else if (c.initialState == model::InitialState::Master) {
        becomeBackup("started", c.advertInterval + Duration(1'000'000 / 256));
    } else {
        becomeBackup("started", masterDownTime(s, c));
    }
}

void Stepper::on(const Stopped& event) {
    if (event.how == Stop::Resign && s.running)
        stepDown(Phase::Initialize, "the agent stopped", true);
    s.running = false;
    for (std::size_t id = 0; id < timerCount; ++id)
        act(CancelTimer{static_cast<TimerId>(id)});
}

void Stepper::on(const AdvertReceived& event) {
    if (!s.running)
        return;
    switch (s.phase) {
    case Phase::Initialize:
    case Phase::Fault: return;
    case Phase::Backup: return receiveAsBackup(event);
    case Phase::Master: return receiveAsMaster(event);
    }
}

void Stepper::remember(const AdvertReceived& advert) {
    s.lastAdvert = m_at;
    s.master = advert.source;
    s.masterPriority = advert.priority;
    s.masterResigned = advert.priority == 0;
}

bool Stepper::obeys(std::uint8_t priority) const {
    if (heldBack() || priority >= effectivePriority(s, c) || !mayPreempt())
        return true;
    return preemptDelay().count() > 0 && (!s.preemptFrom || m_at < *s.preemptFrom);
}

void Stepper::receiveAsBackup(const AdvertReceived& advert) {
    remember(advert);
    if (advert.priority == 0)
        return wait(skewTime(s, c));
    if (std::exchange(s.holdsAddresses, false))
        act(RemoveAddresses{});
    if (!obeys(advert.priority)) {
        s.lowerHeard = advert.source;
        s.lowerPriority = advert.priority;
        return;
    }
    s.lowerHeard.reset();
    if (c.version == 3)
        s.masterInterval = advert.interval;
    if (advert.priority >= effectivePriority(s, c))
        s.preemptFrom.reset();
    else if (!s.preemptFrom && preemptDelay().count() > 0 && !heldBack())
        s.preemptFrom = m_at + preemptDelay();
    wait(masterDownTime(s, c));
}

void Stepper::receiveAsMaster(const AdvertReceived& advert) {
    if (advert.priority == 0)
        return advertise();
    // Two routers cannot both own the addresses: the file of one of them is wrong, and an ordinary election
    // must decide.
    if (advert.priority == owner && effectivePriority(s, c) == owner && advert.source != c.source)
        s.demotedOwner = true;
    const std::uint8_t ours = effectivePriority(s, c);
    const std::string peer = advert.source.toString();
    if (advert.priority > ours)
        return yieldTo(advert, "higher priority " + std::to_string(advert.priority) + " from " + peer);
    if (advert.priority == ours && advert.source > c.source)
        return yieldTo(advert, "equal priority " + std::to_string(ours) + " and higher address " + peer);
    if (advert.priority == ours && advert.source == c.source) {
        act(Contested{true, advert.source, "another router uses our priority and our address"});
        return;
    }
    contest(advert);
}

void Stepper::yieldTo(const AdvertReceived& advert, std::string reason) {
    stepDown(Phase::Backup, std::move(reason), false);
    remember(advert);
    if (c.version == 3)
        s.masterInterval = advert.interval;
    wait(masterDownTime(s, c));
}

void Stepper::contest(const AdvertReceived& advert) {
    advertise();
    if (!s.contestBurst || m_at - *s.contestBurst >= contestPause) {
        s.contestBurst = m_at;
        act(Announce{std::max(c.garp.repeat, 1U)});
        if (c.garp.delay.count() > 0)
            act(SetTimer{TimerId::GarpSecond, c.garp.delay});
    }
    // The first one may have been on its way when we took over.
    if (++s.contested >= 2)
        act(Contested{false, advert.source,
                      "it also calls itself master, with priority " + std::to_string(advert.priority)});
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
        if (s.running && s.phase == Phase::Backup && !s.hold)
            becomeMaster(takeoverReason(s, c, m_at));
        return;
    case TimerId::GarpSecond:
        if (master)
            act(Announce{std::max(c.garp.repeat, 1U)});
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
    stepDown(Phase::Backup, "somebody else removed " + event.address, true);
    wait(masterDownTime(s, c));
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
        wait(masterDownTime(s, c));
    else
        settle(reason);
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
        wait(masterDownTime(s, c));
    }
}

} // namespace

Step step(const State& state, const Event& event, const Settings& settings) {
    Stepper stepper(state, event.at, settings);
    std::visit([&](const auto& what) { stepper.on(what); }, event.what);
    return stepper.finish();
}

std::string problemOf(const State& state) {
    if (!state.linkProblem.empty())
        return state.linkProblem;
    return !state.failure.empty() ? state.failure : state.addressFailure;
}

std::uint8_t effectivePriority(const State& state, const Settings& settings) {
    return state.demotedOwner && settings.priority == owner ? std::uint8_t{owner - 1} : settings.priority;
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
