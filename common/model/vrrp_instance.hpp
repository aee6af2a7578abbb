// SPDX-License-Identifier: GPL-3.0-or-later
// A VRRP instance: the virtual addresses that move together, and which director takes part how (RFC 3768 for version 2,
// RFC 5798 for version 3). Plain values; any thread.
#pragma once

#include "common/base/ip_address.hpp"

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
    std::uint8_t prefixLength = 32; ///< 1..32 or 1..128
    std::string device;             ///< empty: the member's interface
    std::string label;              ///< IPv4 only, at most 15 characters
    bool operator==(const VirtualAddress&) const = default;
};
BOOST_DESCRIBE_STRUCT(VirtualAddress, (), (address, prefixLength, device, label))

/// One director's part in an instance.
struct Member {
    std::string director; ///< Director::id
    std::string interface;
    std::uint8_t priority = 100;                      ///< 1..255; 255 owns the addresses
    InitialState initialState = InitialState::Backup; ///< only shortens the first wait (as keepalived)
    std::optional<IpAddress> sourceAddress;           ///< of the advertisements; unset: the interface's first address
    bool operator==(const Member&) const = default;
};
BOOST_DESCRIBE_STRUCT(Member, (), (director, interface, priority, initialState, sourceAddress))

/// Gratuitous ARP after becoming master.
struct Garp {
    std::uint32_t repeat = 5;              ///< at once, and again after `delay`
    std::chrono::milliseconds delay{5000}; ///< 0: no second burst
    std::chrono::milliseconds refresh{0};  ///< while master; 0: off
    std::uint32_t refreshRepeat = 1;
    bool operator==(const Garp&) const = default;
};
BOOST_DESCRIBE_STRUCT(Garp, (), (repeat, delay, refresh, refreshRepeat))

struct VrrpInstance {
    std::string name;                               ///< unique, no blanks
    std::uint8_t version = 3;                       ///< 2 or 3
    std::uint8_t vrid = 0;                          ///< 1..255, unique on a segment
    std::chrono::milliseconds advertInterval{1000}; ///< v2 whole seconds 1..255 s; v3 10 ms steps, 10 ms..40.95 s
    std::string password;                           ///< v2 simple password (PASS), at most 8 bytes; empty: none
    bool preempt = true;
    std::chrono::milliseconds preemptDelay{0}; ///< 0..1000 s
    std::uint32_t downTimerAdverts = 3;        ///< 1..100
    Garp garp;
    std::vector<VirtualAddress> addresses;         ///< advertised, all of one family, at least one
    std::vector<VirtualAddress> excludedAddresses; ///< move along, not advertised
    std::vector<Member> members;
    bool operator==(const VrrpInstance&) const = default;
};
BOOST_DESCRIBE_STRUCT(VrrpInstance, (),
                      (name, version, vrid, advertInterval, password, preempt, preemptDelay, downTimerAdverts, garp,
                       addresses, excludedAddresses, members))

} // namespace lvsdeck::model
