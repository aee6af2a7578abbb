// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of the state machine: one step in the making. Used by machine*.cpp only; any thread.
#pragma once

#include "agent/vrrp/machine.hpp"

#include <utility>

namespace lvsdeck::vrrp {

inline constexpr std::uint8_t ownerPriority = 255;

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
    void on(const MaintenanceSet& event);
    void on(const Tracked& event);
    void on(const GroupTrouble& event);
    void on(const GroupMaster& event);
    void on(const GroupBackup& event);
    void on(const GroupContested& event);
    void on(const Reconfigured& event);

    Step finish() { return {std::move(s), std::move(m_actions)}; }

private:
    bool mayPreempt() const {
        return c.preempt || c.initialState == model::InitialState::Master || c.priority == ownerPriority;
    }
    Duration preemptDelay() const {
        return c.preempt && c.initialState == model::InitialState::Backup ? c.preemptDelay : Duration{0};
    }
    bool obeys(std::uint8_t priority) const;

    void settle(const std::string& recovered);
    [[nodiscard]] std::string heldReason() const;
    /// The wait is over: it becomes master, or says that it would.
    void takeOver(std::string reason);
    void changePhase(Phase to, std::string reason);
    void becomeMaster(std::string reason);
    void becomeBackup(std::string reason);
    /// Out of MASTER or of a BACKUP with stale addresses, into `to`.
    void stepDown(Phase to, std::string reason, bool goodbye);
    void receiveAsBackup(const AdvertReceived& advert);
    void receiveAsMaster(const AdvertReceived& advert);
    void yieldTo(const AdvertReceived& advert, std::string reason);
    void contest(const AdvertReceived& advert);
    [[nodiscard]] bool justBecameMaster() const;
    /// Neighbours may believe in another master.
    void announceAgain();
    void announceOnceMore(Duration after, std::uint32_t repeat);
    void remember(const AdvertReceived& advert);
    void advertise();
    /// Until the master counts as gone.
    void waitFully();
    void wait(Duration duration);
    void setWait(Duration duration);
    void startRefresh();
    template <class A> void act(A action) { m_actions.emplace_back(std::in_place_type<A>, std::move(action)); }

    State s;
    Instant m_at;
    const Settings& c;
    std::vector<Action> m_actions;
};

} // namespace lvsdeck::vrrp
