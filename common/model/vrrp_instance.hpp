// SPDX-License-Identifier: GPL-3.0-or-later
// A VRRP instance: the virtual addresses that move together, and which director takes part how (RFC 3768 for version 2,
// RFC 5798 for version 3). Plain values; any thread.
#pragma once

#include "common/base/ip_address.hpp"
#include "common/model/routing.hpp"
#include "common/model/tracking.hpp"

#include <boost/describe.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::model {

enum class InitialState { Backup, Master };
BOOST_DESCRIBE_ENUM(InitialState, Backup, Master)

struct VirtualAddress {
    IpAddress address;
    std::uint8_t prefixLength = 32;    ///< 1..32 or 1..128
    std::string device;                ///< empty: the member's interface
    std::string label;                 ///< IPv4 only, at most 15 characters
    std::string broadcast;             ///< IPv4: "", "+", "-" or an address
    std::optional<std::uint8_t> scope; ///< rtnetlink's number; unset: the kernel's or keepalived's default
    std::optional<IpAddress> peer;
    std::optional<std::uint32_t> preferredLifetime; ///< seconds; 0: deprecated at once (not used as a source)
    bool home = false;                              ///< the IPv6 flags of ip-address(8)
    bool noDad = false;
    bool managedTemporary = false;
    bool noPrefixRoute = false;
    bool autojoin = false;
    bool noTrack = false; ///< its device may go down without a fault
    bool operator==(const VirtualAddress&) const = default;
};
BOOST_DESCRIBE_STRUCT(VirtualAddress, (),
                      (address, prefixLength, device, label, broadcast, scope, peer, preferredLifetime, home, noDad,
                       managedTemporary, noPrefixRoute, autojoin, noTrack))

/// To whom a director sends instead of the multicast group, and whom it believes (with checkUnicastSource).
struct UnicastPeer {
    IpAddress address;
    std::optional<std::uint8_t> minTtl;
    std::optional<std::uint8_t> maxTtl;
    bool operator==(const UnicastPeer&) const = default;
};
BOOST_DESCRIBE_STRUCT(UnicastPeer, (), (address, minTtl, maxTtl))

/// One director's part in an instance.
struct Member {
    std::string director; ///< Director::id
    std::string interface;
    std::uint8_t priority = 100;                      ///< 1..255; 255 owns the addresses
    InitialState initialState = InitialState::Backup; ///< only shortens the first wait (as keepalived)
    std::optional<IpAddress> sourceAddress;           ///< of the advertisements; unset: the interface's first address
    bool trackSourceAddress = false;                  ///< losing it is a fault
    bool trackInterface = true;                       ///< false: the interface may go down (dont_track_primary)
    std::vector<UnicastPeer> unicastPeers;            ///< none: multicast
    std::vector<TrackedInterface> trackInterfaces;    ///< besides those of the instance
    bool operator==(const Member&) const = default;
};
BOOST_DESCRIBE_STRUCT(Member, (),
                      (director, interface, priority, initialState, sourceAddress, trackSourceAddress, trackInterface,
                       unicastPeers, trackInterfaces))

/// Gratuitous ARP (IPv6: unsolicited neighbour advertisements) after becoming master.
struct Garp {
    std::uint32_t repeat = 5;              ///< at once, and again after `delay`
    std::chrono::milliseconds delay{5000}; ///< 0: no second burst
    std::chrono::milliseconds refresh{0};  ///< while master; 0: off
    std::uint32_t refreshRepeat = 1;
    std::optional<std::uint32_t> lowerPriorityRepeat;            ///< when a master hears a lower priority; unset: repeat
    std::optional<std::chrono::milliseconds> lowerPriorityDelay; ///< unset: delay
    std::chrono::microseconds interval{0};                       ///< between two packets of one interface
    std::chrono::microseconds neighbourInterval{0};              ///< the same for IPv6
    bool operator==(const Garp&) const = default;
};
BOOST_DESCRIBE_STRUCT(Garp, (),
                      (repeat, delay, refresh, refreshRepeat, lowerPriorityRepeat, lowerPriorityDelay, interval,
                       neighbourInterval))

/// The addresses live on a macvlan with the router's own MAC, 00-00-5e-00-01-VRID (RFC 5798 section 7.3; IPv6: …-02-VRID).
struct VirtualMac {
    std::string interface;     ///< empty: vrrp.VRID, vrrp6.VRID
    bool transmitBase = false; ///< advertisements leave by the underlying interface
    bool operator==(const VirtualMac&) const = default;
};
BOOST_DESCRIBE_STRUCT(VirtualMac, (), (interface, transmitBase))

/// Version 3 unicast: keepalived before 1.3.7 counted the multicast group into the checksum.
enum class OldUnicastChecksum { Automatic, Always, Never };
BOOST_DESCRIBE_ENUM(OldUnicastChecksum, Automatic, Always, Never)

struct VrrpInstance {
    std::string name;                               ///< unique, no blanks
    std::uint8_t version = 3;                       ///< 2 or 3
    std::uint8_t vrid = 0;                          ///< 1..255, unique on a segment
    std::chrono::milliseconds advertInterval{1000}; ///< v2 whole seconds 1..255 s; v3 10 ms steps, 10 ms..40.95 s
    std::string password;                           ///< v2 simple password (PASS), at most 8 bytes; empty: none
    bool preempt = true;
    std::chrono::milliseconds preemptDelay{0}; ///< 0..1000 s
    std::uint32_t downTimerAdverts = 3;        ///< 1..100
    bool accept = true; ///< false: a master that is no owner drops what is sent to its VIPs. Also in strict mode as it stands here
    bool strict = false;                       ///< what RFC 5798 forbids is refused
    bool skipCheckAddresses = false;           ///< do not compare the address list of a master already accepted
    bool lowerPriorityNoAdvert = false;        ///< a master does not answer a lower priority
    bool higherPrioritySendAdvert =
        false; ///< of keepalived: a master that gives way sends one more; the agent does anyway, but in strict mode
    bool promoteSecondaries = false;
    std::optional<IpAddress> multicastGroup; ///< unset: 224.0.0.18 or ff02::12
    std::uint8_t unicastTtl = 255;
    bool checkUnicastSource = false;
    bool unicastFaultNoPeer = false; ///< FAULT while a member has no unicast peer
    OldUnicastChecksum oldUnicastChecksum = OldUnicastChecksum::Automatic;
    std::optional<VirtualMac> virtualMac;
    Garp garp;
    std::vector<VirtualAddress> addresses;         ///< advertised, all of one family, at least one
    std::vector<VirtualAddress> excludedAddresses; ///< move along, not advertised
    std::vector<VirtualRoute> routes;
    std::vector<VirtualRule> rules;
    Tracking tracking;
    NotifyScripts notify;
    std::optional<bool> smtpAlert; ///< unset: as Notification says
    std::vector<Member> members;
    bool operator==(const VrrpInstance&) const = default;
};
BOOST_DESCRIBE_STRUCT(VrrpInstance, (),
                      (name, version, vrid, advertInterval, password, preempt, preemptDelay, downTimerAdverts, accept,
                       strict, skipCheckAddresses, lowerPriorityNoAdvert, higherPrioritySendAdvert, promoteSecondaries,
                       multicastGroup, unicastTtl, checkUnicastSource, unicastFaultNoPeer, oldUnicastChecksum, virtualMac,
                       garp, addresses, excludedAddresses, routes, rules, tracking, notify, smtpAlert, members))

/// Instances that are master together or not at all.
struct SyncGroup {
    std::string name;
    std::vector<std::string> instances; ///< names; at least two make sense
    Tracking tracking;                  ///< counts for all of them
    bool trackingWeight = false;        ///< let weights of tracked items change priorities inside of the group
    NotifyScripts notify;
    std::optional<bool> smtpAlert;
    bool operator==(const SyncGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(SyncGroup, (), (name, instances, tracking, trackingWeight, notify, smtpAlert))

} // namespace lvsdeck::model
