// SPDX-License-Identifier: GPL-3.0-or-later
// Routes and policy rules: those that move with the master (virtual_routes, virtual_rules), and static ones. The words are iproute2's. Plain values.
#pragma once

#include "common/base/ip_address.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::model {

struct Prefix {
    IpAddress address;
    std::uint8_t length = 32; ///< 0..32 or 0..128
    bool operator==(const Prefix&) const = default;
};
BOOST_DESCRIBE_STRUCT(Prefix, (), (address, length))

struct NextHop {
    std::optional<IpAddress> via;
    std::string device;
    std::uint32_t weight = 1; ///< 1..256
    bool onlink = false;
    bool operator==(const NextHop&) const = default;
};
BOOST_DESCRIBE_STRUCT(NextHop, (), (via, device, weight, onlink))

enum class RouteType { Unicast, Local, Broadcast, Multicast, Throw, Unreachable, Prohibit, Blackhole };
BOOST_DESCRIBE_ENUM(RouteType, Unicast, Local, Broadcast, Multicast, Throw, Unreachable, Prohibit, Blackhole)

/// `family` decides for a default route without a gateway. An unset value is the kernel's default.
struct VirtualRoute {
    Family family = Family::V4;
    RouteType type = RouteType::Unicast;
    std::optional<Prefix> destination; ///< unset: default
    std::optional<IpAddress> via;
    std::string device;
    std::optional<IpAddress> preferredSource;
    std::optional<std::uint32_t> table; ///< unset: main (254), or what the type asks for
    std::optional<std::uint32_t> metric;
    std::optional<std::uint8_t> scope;    ///< rtnetlink's number
    std::optional<std::uint8_t> protocol; ///< rtnetlink's number; unset: 18 (keepalived)
    std::optional<std::uint8_t> tos;
    std::optional<std::uint32_t> mtu;
    std::optional<std::uint32_t> advmss;
    bool onlink = false;
    std::vector<NextHop> nextHops; ///< instead of via and device
    bool noTrack = false;          ///< its disappearance is no reason to leave MASTER
    bool operator==(const VirtualRoute&) const = default;
};
BOOST_DESCRIBE_STRUCT(VirtualRoute, (),
                      (family, type, destination, via, device, preferredSource, table, metric, scope, protocol, tos, mtu,
                       advmss, onlink, nextHops, noTrack))

enum class RuleAction { Table, Blackhole, Unreachable, Prohibit };
BOOST_DESCRIBE_ENUM(RuleAction, Table, Blackhole, Unreachable, Prohibit)

struct VirtualRule {
    Family family = Family::V4;
    bool negate = false;
    std::optional<Prefix> from;
    std::optional<Prefix> to;
    std::optional<std::uint32_t> firewallMark;
    std::optional<std::uint32_t> firewallMask;
    std::string inputInterface;
    std::string outputInterface;
    std::optional<std::uint8_t> tos;
    std::optional<std::uint32_t> priority; ///< unset: keepalived's, counting down from 16384
    RuleAction action = RuleAction::Table;
    std::uint32_t table = 254;
    std::optional<std::int32_t> suppressPrefixLength;
    bool noTrack = false;
    bool operator==(const VirtualRule&) const = default;
};
BOOST_DESCRIBE_STRUCT(VirtualRule, (),
                      (family, negate, from, to, firewallMark, firewallMask, inputInterface, outputInterface, tos, priority,
                       action, table, suppressPrefixLength, noTrack))

} // namespace lvsdeck::model
