// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel's IPVS table as values: every attribute that linux/ip_vs.h has for services and destinations.
// Any thread.
#pragma once

#include "common/base/ip_address.hpp"
#include "common/model/service.hpp"

#include <boost/container/flat_map.hpp>

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lvsdeck::ipvs {

/// A service's key: mark and family, or protocol, address and port. Ordered as ipvsadm lists (mark, protocol,
/// address, port).
struct ServiceKey {
    std::uint32_t firewallMark = 0; ///< 0: not by mark
    Family family = Family::V4;
    model::Protocol protocol = model::Protocol::Tcp; ///< without meaning with a mark
    IpAddress address;
    std::uint16_t port = 0;
    auto operator<=>(const ServiceKey&) const = default;
};

/// Service flags as in ip_vs.h; 2 (hashed) is the kernel's own.
inline constexpr std::uint32_t serviceFlagPersistent = 1;
inline constexpr std::uint32_t serviceFlagOnePacket = 4;
inline constexpr std::uint32_t serviceFlagSched1 = 8;
inline constexpr std::uint32_t serviceFlagSched2 = 16;
inline constexpr std::uint32_t serviceFlagSched3 = 32;

struct ServiceSettings {
    std::string scheduler; ///< kernel name, at most 15 characters
    std::uint32_t flags = 0;
    std::uint32_t persistenceTimeout = 0; ///< seconds, with flag 1
    std::uint32_t prefixLength = 0;       ///< of persistence: 1..32 / 1..128; always the full length without persistence
    std::string persistenceEngine;
    bool operator==(const ServiceSettings&) const = default;
};

struct DestinationKey {
    IpAddress address;
    std::uint16_t port = 0;
    auto operator<=>(const DestinationKey&) const = default;
};

/// Values of IP_VS_CONN_F_*: 0 masq, 1 local, 2 tunnel, 3 direct route.
enum class Forward : std::uint8_t { Masq = 0, Local = 1, Tunnel = 2, Route = 3, Bypass = 4 };

/// Tunnel types and flags as in ip_vs.h; no flag: no checksum.
inline constexpr std::uint8_t tunnelIpip = 0;
inline constexpr std::uint8_t tunnelGue = 1;
inline constexpr std::uint8_t tunnelGre = 2;
inline constexpr std::uint16_t tunnelFlagChecksum = 1;
inline constexpr std::uint16_t tunnelFlagRemoteChecksum = 2;

struct DestinationSettings {
    Forward forward = Forward::Route;
    std::int32_t weight = 1;
    std::uint32_t upperThreshold = 0;
    std::uint32_t lowerThreshold = 0;
    std::uint8_t tunnelType = tunnelIpip;
    std::uint16_t tunnelPort = 0;  ///< GUE only
    std::uint16_t tunnelFlags = 0; ///< 0: none
    bool operator==(const DestinationSettings&) const = default;
};

/// Side by side, without a node for each: there are tens of thousands. Whoever makes a long one sorts its entries first.
using Destinations = boost::container::flat_map<DestinationKey, DestinationSettings>;

struct Service {
    ServiceSettings settings;
    Destinations destinations;
    bool operator==(const Service&) const = default;
};

using Table = std::map<ServiceKey, Service>;

enum class OperationType { AddService, SetService, RemoveService, AddDestination, SetDestination, RemoveDestination };

/// One change of the kernel's table; `settings` are those of the type, the rest is ignored.
struct Operation {
    OperationType type = OperationType::AddService;
    ServiceKey service;
    ServiceSettings serviceSettings;
    DestinationKey destination;
    DestinationSettings destinationSettings;
    bool operator==(const Operation&) const = default;
};

} // namespace lvsdeck::ipvs
