// SPDX-License-Identifier: GPL-3.0-or-later
// One VRRP instance as it runs here: turns packets, timers and links into events of the state machine, does the actions it
// answers with, in order, and keeps the record of its transitions. Owned by the router; control thread.
#pragma once

#include "agent/vrrp/announcer.hpp"
#include "agent/vrrp/complaints.hpp"
#include "agent/vrrp/instance_plan.hpp"
#include "agent/vrrp/machine.hpp"
#include "agent/vrrp/peer_book.hpp"
#include "agent/vrrp/possessions.hpp"
#include "agent/vrrp/router.hpp"
#include "agent/vrrp/tracking.hpp"

#include <array>
#include <deque>
#include <optional>
#include <set>
#include <utility>

namespace lvsdeck::vrrp {

/// What an instance uses of its router; all outlive it.
struct Surroundings {
    Runtime& runtime;
    HostPort& host;
    NetworkPort& network;
    const Router::Observer& observer;
    std::function<Result<void>(const Listening& from, const Outgoing& where, std::span<const std::uint8_t> message)> send;
    std::function<void()> stepped; ///< after every event with all its actions
};

/// The links, and what of them the router knows better.
struct LinkView {
    const std::vector<Link>& links;
    const std::set<IpAddress>& virtualAddresses; ///< of all instances: no source
    std::string wireProblem;                     ///< why the interface cannot be listened on; empty: it can
    bool addressesMayGo = false;                 ///< one that is not on the host is no loss
};

class Instance {
public:
    Instance(Surroundings surroundings, model::OwnInstance config);
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    /// What the last process left. `before` is what it knew of this instance, null: nothing. `addressesMayGo`: as Router's.
    [[nodiscard]] Adopted adopt(const std::vector<Link>& links, const Memory::Instance* before, bool addressesMayGo = false);
    void start(Adopted adopted, bool addressesMayGo = false);
    [[nodiscard]] bool started() const { return m_state.running; }
    void reconfigure(model::OwnInstance config, const LinkView& view);
    /// The name of its sync group, or empty.
    void setGroup(const std::string& group);
    void linksChanged(const LinkView& view);
    /// As master: addresses, routes and rules that are not on the host come again, which is no change of role.
    void putBack(const std::vector<Link>& links);
    /// Routes or rules were removed, perhaps ours.
    void routingChanged();
    void tracked(Verdict verdict);
    /// Unset: in service.
    void setMaintenance(std::optional<rpc::Maintenance> maintenance);
    void received(const ReceivedAdvert& advert);
    void dispatch(decltype(Event::what) what);
    /// Its own problem is only that results of what it tracks are not there yet.
    [[nodiscard]] bool ownWaits() const;
    /// So is whatever keeps it in FAULT, be it its own or that of another member of its group.
    [[nodiscard]] bool onlyWaits() const;
    void tellFaultAtLast();
    void tellHappening(HappeningKind kind) const;

    [[nodiscard]] const model::OwnInstance& config() const { return m_config; }
    [[nodiscard]] const std::string& name() const { return m_config.instance.name; }
    [[nodiscard]] const State& machine() const { return m_state; }
    /// It went on as master at once, and nothing that it tracks has failed since.
    [[nodiscard]] bool wentOn() const { return m_wentOn; }
    [[nodiscard]] rpc::VrrpState state() const;
    [[nodiscard]] const std::deque<rpc::Transition>& transitions() const { return m_transitions; }
    /// Those of earlier processes, before its own.
    void remember(const std::vector<rpc::Transition>& earlier) {
        m_transitions.insert(m_transitions.begin(), earlier.begin(), earlier.end());
    }
    [[nodiscard]] Memory::Instance memory() const;
    [[nodiscard]] bool owns(const IpAddress& address) const;
    /// Whether it met another master since it was last asked: its group must know.
    [[nodiscard]] bool takeContest() { return std::exchange(m_contested, false); }

private:
    void process(const Event& event);
    // instance_actions.cpp
    void run(const SendAdvert& action);
    void run(const SetTimer& action);
    void run(const CancelTimer& action);
    void run(const AddAddresses& action);
    void run(const RemoveAddresses& action);
    void run(const Announce& action);
    void run(const Transition& action);
    void run(const Contested& action);
    void run(const LowerHeard& action);
    void run(const TellGroup& action);
    [[nodiscard]] bool sendTo(const IpAddress& destination, std::uint8_t priority);
    void closeTransition();
    void complain(const std::string& reason, const std::string& peer, const std::string& text);
    void tell(rpc::EventLevel level, const std::string& text) const;
    void changed() const;

    Surroundings m_around;
    model::OwnInstance m_config;
    Settings m_settings;
    State m_state;
    std::array<Timer, timerCount> m_timers;
    std::deque<Event> m_queue;
    bool m_busy = false;
    Possessions m_possessions;
    Announcer m_announcer;
    Complaints m_complaints;
    PeerBook m_peers;
    std::set<IpAddress> m_oldChecksum; ///< unicast peers that count the multicast group into the checksum
    std::string m_group;
    std::optional<rpc::Maintenance> m_maintenance;
    Verdict m_verdict;
    bool m_wentOn = false;
    bool m_contested = false;
    bool m_untoldFault = false;            ///< in fault only because results are not there yet
    std::optional<rpc::Transition> m_open; ///< the transition whose actions are being done
    std::deque<rpc::Transition> m_transitions;
    std::uint64_t m_sent = 0;
    std::uint64_t m_received = 0;
    std::int64_t m_lastAdvertUs = 0; ///< wall clock; of another router
    std::int64_t m_aliveUs = 0;      ///< monotonic clock; of our own last advertisement as master
};

} // namespace lvsdeck::vrrp
