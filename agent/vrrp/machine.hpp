// SPDX-License-Identifier: GPL-3.0-or-later
// The state machine of one VRRP instance: RFC 3768 and RFC 5798 as keepalived 2 practises them. Pure: state + event -> state +
// actions; time comes in with the event. Owned and driven by the router; any thread.
//
// Where keepalived differs from the RFC, this follows keepalived, so that a pair of the two behaves as a pair of either:
//  - a lower priority heard in BACKUP does not end the wait at once, it only does not prolong it (RFC 5798 section 6.4.2);
//  - state MASTER below priority 255 starts as BACKUP with one advertisement interval as its first wait;
//  - after a fault even priority 255 comes back through BACKUP; two owners both go down to 254;
//  - preempt_delay begins with the first lower priority heard; until it has passed such advertisements are obeyed;
//  - an address that somebody else removed costs the master its role for its skew time, without a goodbye: it comes back with all
//    addresses before a peer has noticed;
//  - a second burst of gratuitous ARP after garp.delay, and another one (here at most one a second) while a lower priority is
//    heard in MASTER.
// Beyond keepalived, for the neighbours after a split that has healed (not in strict mode):
//  - a master that gives way sends one more advertisement: the other one, which was master on its side all the time and may speak
//    first, would never know of the split and not announce its addresses again;
//  - so does a master announce that hears priority 0: the other one was a master too.
#pragma once

#include "agent/ports/runtime.hpp"
#include "agent/vrrp/hold.hpp"
#include "common/base/ip_address.hpp"
#include "common/model/vrrp_instance.hpp"
#include "common/rpc/messages.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lvsdeck::vrrp {

using Phase = rpc::VrrpPhase;

struct Settings {
    std::uint8_t version = 3;
    std::uint8_t priority = 100;
    Duration advertInterval{1'000'000};
    bool preempt = true;
    Duration preemptDelay{0};
    std::uint32_t downTimerAdverts = 3;
    model::InitialState initialState = model::InitialState::Backup;
    bool lowerPriorityNoAdvert = false;
    bool lastWord = true; ///< giving way to a higher priority, one more advertisement
    bool grouped = false; ///< in a sync group: becomes master when the group says so (GroupMaster), not by itself
    model::Garp garp;
    IpAddress source; ///< of our advertisements: decides between equal priorities
};

enum class TimerId { Advert, MasterDown, GarpSecond, GarpRefresh, Retry };
inline constexpr std::size_t timerCount = 5;

struct State {
    Phase phase = Phase::Initialize;
    bool running = false;        ///< between Started and Stopped
    bool holdsAddresses = false; ///< always in MASTER; in BACKUP only stale ones of the process before (see Adopted::Stale)
    bool demotedOwner = false;   ///< 255 that met another 255: counts as 254
    std::optional<Hold> hold;
    std::string holdReason;
    std::string maintenance;                 ///< why it is kept out of service; empty: it is not
    std::string linkProblem = "not started"; ///< why the interface cannot serve; empty: it can
    std::string failure;                     ///< told by the owner; empty: none
    std::string trackFault;                  ///< a tracked thing with weight 0 fails; empty: none
    std::string groupProblem;                ///< another member of the sync group is in FAULT; empty: none
    bool groupWaits = false;                 ///< and that one only because results of what it tracks are not there yet
    std::int32_t adjustment = 0;             ///< sum of the weights of what is tracked
    bool wantsMaster = false;                ///< grouped: the wait is over, it would be master if the others were ready
    std::string wantReason;                  ///< why
    std::string addressFailure;              ///< the kernel refused an address; ends with the Retry timer
    std::uint32_t addressFailures = 0;       ///< in a row: each doubles the wait
    Duration masterInterval{0};              ///< v3: learned from the master
    std::optional<IpAddress> master;         ///< source of the last accepted advertisement; none: we are it, or nobody
    std::uint8_t masterPriority = 0;
    bool masterResigned = false;       ///< its last word was priority 0
    std::optional<Instant> lastAdvert; ///< last valid advertisement of anybody
    Instant waitBegan{};               ///< of the running master-down timer
    bool waitsFully = false;           ///< for the master-down time, not for a shorter one
    Instant masterSince{};
    std::optional<Instant> preemptFrom;  ///< preempt_delay runs until then
    std::optional<IpAddress> lowerHeard; ///< in BACKUP: whose lower priority is being ignored
    std::uint8_t lowerPriority = 0;
    std::uint32_t contested = 0;         ///< since it became MASTER: advertisements of others that did not yield
    std::optional<Instant> contestBurst; ///< last gratuitous ARP because of them
    std::uint32_t secondBurst = 0;       ///< how often the GarpSecond timer will announce; 0: it does not run
};

// --- events
/// What the shell found on the interface when this process began.
enum class Adopted {
    None,
    /// This director was master, its last advertisement is younger than its own master-down time, and its addresses are there:
    /// it goes on as MASTER at once; no peer can have taken over yet.
    Fresh,
    /// Addresses are there, but too long unattended to know who is master. They stay until another master is heard (then they
    /// would be a duplicate) or until this director is master itself. Removed at once they would cut off the clients of a
    /// director whose peer is dead; kept on, they would fight with a peer that lives.
    Stale,
};
struct Started {
    Adopted adopted = Adopted::None;
};
struct Stopped {
    Stop how = Stop::Resign;
};
struct AdvertReceived {
    IpAddress source;
    std::uint8_t priority = 0;
    Duration interval{0};
};
struct TimerFired {
    TimerId id = TimerId::Advert;
};
/// Empty: the interface exists, is up and has an address to send from.
struct LinkChanged {
    std::string problem;
};
/// Somebody else removed an address that we hold.
struct AddressLost {
    std::string address;
};
/// The kernel refused an address.
struct AddressRefused {
    std::string problem;
};
/// Empty: healthy again.
struct Failed {
    std::string reason;
};
struct Held {
    Hold kind = Hold::Graceful;
    std::string reason;
};
struct Released {};
/// Empty: back in service.
struct MaintenanceSet {
    std::string reason;
};
/// What tracking makes of this instance. `fault` empty: no reason to leave.
struct Tracked {
    std::int32_t adjustment = 0;
    std::string fault;
};
/// Another member of the sync group is in FAULT for this reason; empty: none any more.
struct GroupTrouble {
    std::string problem;
    bool waits = false; ///< see State::groupWaits
};
/// All members of the sync group are ready.
struct GroupMaster {};
/// Another member of the sync group is not master any more.
struct GroupBackup {
    std::string reason;
};
/// Another member of the sync group met a second master: this one may have had one as well.
struct GroupContested {};
/// The settings passed along are new.
struct Reconfigured {};

struct Event {
    Instant at{};
    std::variant<Started, Stopped, AdvertReceived, TimerFired, LinkChanged, AddressLost, AddressRefused, Failed, Held,
                 Released, MaintenanceSet, Tracked, GroupTrouble, GroupMaster, GroupBackup, GroupContested, Reconfigured>
        what;
};

// --- actions, to be done in order
struct SendAdvert {
    std::uint8_t priority = 0;
    bool operator==(const SendAdvert&) const = default;
};
struct SetTimer {
    TimerId id = TimerId::Advert;
    Duration after{0};
    bool operator==(const SetTimer&) const = default;
};
struct CancelTimer {
    TimerId id = TimerId::Advert;
    bool operator==(const CancelTimer&) const = default;
};
struct AddAddresses {
    bool operator==(const AddAddresses&) const = default;
};
struct RemoveAddresses {
    bool operator==(const RemoveAddresses&) const = default;
};
struct Announce {
    std::uint32_t repeat = 1;
    bool operator==(const Announce&) const = default;
};
struct Transition {
    Phase from = Phase::Initialize;
    Phase to = Phase::Initialize;
    std::string reason;
    bool operator==(const Transition&) const = default;
};
enum class Dispute {
    TwoMasters,  ///< the other one calls itself master too
    Tie,         ///< equal priorities: the addresses decide, or who was first
    SameAddress, ///< equal priority and equal address: nothing can decide
};
/// Another master is on the wire and should not be, or should have another priority.
struct Contested {
    Dispute dispute = Dispute::TwoMasters;
    IpAddress source;
    std::string text;
    bool operator==(const Contested&) const = default;
};
/// A master heard a lower priority (keepalived: MASTER_RX_LOWER_PRI).
struct LowerHeard {
    IpAddress source;
    std::uint8_t priority = 0;
    bool operator==(const LowerHeard&) const = default;
};
/// To the other members of the sync group: GroupContested.
struct TellGroup {
    bool operator==(const TellGroup&) const = default;
};
using Action = std::variant<SendAdvert, SetTimer, CancelTimer, AddAddresses, RemoveAddresses, Announce, Transition,
                            Contested, LowerHeard, TellGroup>;

struct Step {
    State state;
    std::vector<Action> actions;
};

[[nodiscard]] Step step(const State& state, const Event& event, const Settings& settings);

/// Why it is in FAULT, or would be; empty: nothing is wrong.
[[nodiscard]] std::string problemOf(const State& state);
/// The same without what other members of the sync group suffer from.
[[nodiscard]] std::string ownProblemOf(const State& state);
/// Whether it must stay BACKUP though nothing is wrong: a graceful drill, or maintenance.
[[nodiscard]] bool heldBack(const State& state);
/// 1..255: an owner's is not adjusted, any other stays within 1..254.
[[nodiscard]] std::uint8_t effectivePriority(const State& state, const Settings& settings);
/// (256 - priority) / 256 s in version 2, of the master's interval in version 3 (RFC 3768 section 6.1, RFC 5798 section 6.1).
[[nodiscard]] Duration skewTime(const State& state, const Settings& settings);
/// Silence after which the backup takes over.
[[nodiscard]] Duration masterDownTime(const State& state, const Settings& settings);

} // namespace lvsdeck::vrrp
