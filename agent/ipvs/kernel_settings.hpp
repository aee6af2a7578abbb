// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernel's IPVS has besides its table: idle timeouts and the connection sync daemons. Plain values; any thread.
#pragma once

#include "common/base/ip_address.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace lvsdeck::ipvs {

/// Idle timeouts of connections in seconds. When they are set, 0 leaves one as it is.
struct Timeouts {
    std::uint32_t tcp = 0;
    std::uint32_t tcpFin = 0;
    std::uint32_t udp = 0;
    bool operator==(const Timeouts&) const = default;
};

/// The kernel runs at most one of each.
enum class SyncRole { Master, Backup };
BOOST_DESCRIBE_ENUM(SyncRole, Master, Backup)

/// Unset members are the kernel's choice; read from the kernel, all are set.
struct SyncDaemon {
    SyncRole role = SyncRole::Backup;
    std::string interface;
    std::uint8_t syncId = 0;
    std::optional<std::uint16_t> maxLength; ///< bytes of a message
    std::optional<std::uint16_t> port;
    std::optional<std::uint8_t> ttl;
    std::optional<IpAddress> group;
    bool operator==(const SyncDaemon&) const = default;
};

/// What the kernel takes for members that are not given (reference: ip_vs(8), ipvsadm --start-daemon).
inline constexpr std::uint16_t defaultSyncPort = 8848;
inline constexpr std::uint8_t defaultSyncTtl = 1;

/// Whether a daemon of the kernel is the one that is wanted: what was not asked for must be the default, except the length, which
/// follows the interface.
[[nodiscard]] bool sameDaemon(const SyncDaemon& wanted, const SyncDaemon& actual);

} // namespace lvsdeck::ipvs
