// SPDX-License-Identifier: GPL-3.0-or-later
// One VRRP instance as it runs here: turns packets, timers and links into events of the state machine, does
// the actions it answers with, in order, and keeps the record of its transitions. Owned by the router;
// control thread.
#pragma once

#include "agent/vrrp/complaints.hpp"
#include "agent/vrrp/machine.hpp"
#include "agent/vrrp/packet.hpp"
#include "agent/vrrp/router.hpp"

#include <array>
#include <deque>
#include <optional>
#include <set>

namespace lvsdeck::vrrp {

/// What an instance uses of its router; all outlive it.
struct Surroundings {
    Runtime& runtime;
    HostPort& host;
    const Router::Observer& observer;
    /// Sends from the instance's interface.
    std::function<Result<void>(const IpAddress& source, const IpAddress& destination, std::span<const std::uint8_t>)> send;
};

class Instance {
public:
    Instance(Surroundings surroundings, model::OwnInstance config);
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    /// The first events. `before` is what the last process knew of this instance, null: nothing.
    void start(const std::vector<Link>& links, const Memory::Instance* before);
    void reconfigure(model::OwnInstance config);
    /// `wireProblem`: why the interface cannot be listened on; empty: it can. `virtualAddresses` of all
    /// instances are no source.
    void linksChanged(const std::vector<Link>& links, const std::string& wireProblem,
                      const std::set<IpAddress>& virtualAddresses);
    void received(const ReceivedAdvert& advert);
    void dispatch(decltype(Event::what) what);

    [[nodiscard]] const model::OwnInstance& config() const { return m_config; }
    [[nodiscard]] Family family() const { return m_family; }
    [[nodiscard]] rpc::VrrpState state() const;
    [[nodiscard]] Memory::Instance memory() const;
    [[nodiscard]] bool owns(const IpAddress& address) const;
    [[nodiscard]] std::vector<Memory::Address> wantedAddresses() const;

private:
    [[nodiscard]] Adopted adopt(const std::vector<Link>& links, const Memory::Instance* before);
    [[nodiscard]] std::string linkProblem(const std::vector<Link>& links, const std::set<IpAddress>& virtualAddresses);
    [[nodiscard]] AddressOptions optionsOf(const Memory::Address& address) const;
    [[nodiscard]] std::string labelOf(const Memory::Address& address) const;
    void findLostAddress(const std::vector<Link>& links);
    void process(const Event& event);
    void run(const SendAdvert& action);
    void run(const SetTimer& action);
    void run(const CancelTimer& action);
    void run(const AddAddresses& action);
    void run(const RemoveAddresses& action);
    void run(const Announce& action);
    void run(const Transition& action);
    void run(const Contested& action);
    void removeAddress(const Memory::Address& address);
    void announce(const Memory::Address& address);
    void closeTransition();
    void complain(const std::string& reason, const std::string& peer, const std::string& text);
    void tell(rpc::EventLevel level, const std::string& text) const;
    void changed() const;

    Surroundings m_around;
    model::OwnInstance m_config;
    Family m_family;
    Settings m_settings;
    State m_state;
    std::array<Timer, timerCount> m_timers;
    std::deque<Event> m_queue;
    bool m_busy = false;
    std::vector<Memory::Address> m_held; ///< what we put on the host, or found there and kept
    Complaints m_complaints;
    std::optional<rpc::Transition> m_open; ///< the transition whose actions are being done
    std::deque<rpc::Transition> m_transitions;
    std::uint64_t m_sent = 0;
    std::uint64_t m_received = 0;
    std::int64_t m_lastAdvertUs = 0; ///< wall clock; of another router
    std::int64_t m_aliveUs = 0;      ///< wall clock; of our own last advertisement as master
};

/// What the state machine needs of a configuration.
[[nodiscard]] Settings settingsOf(const model::OwnInstance& config);

} // namespace lvsdeck::vrrp
