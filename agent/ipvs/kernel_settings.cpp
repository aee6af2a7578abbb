// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/kernel_settings.hpp"

#include <algorithm>

namespace lvsdeck::ipvs {

namespace {

constexpr std::uint16_t smallestBackupLength = 1024;
constexpr std::uint16_t headersV4 = 28;
constexpr std::uint16_t headersV6 = 48;

/// The kernel keeps the length within what a datagram can carry.
std::uint16_t keptLength(const SyncDaemon& daemon, Family family) {
    const std::uint16_t largest = static_cast<std::uint16_t>(65'535 - (family == Family::V4 ? headersV4 : headersV6));
    const std::uint16_t smallest = daemon.role == SyncRole::Backup ? smallestBackupLength : std::uint16_t{1};
    return std::clamp(*daemon.maxLength, smallest, largest);
}

} // namespace

bool sameDaemon(const SyncDaemon& wanted, const SyncDaemon& actual) {
    const IpAddress group = wanted.group.value_or(IpAddress::v4(0xe0000051U)); // 224.0.0.81
    if (wanted.role != actual.role || wanted.interface != actual.interface || wanted.syncId != actual.syncId ||
        wanted.port.value_or(defaultSyncPort) != actual.port.value_or(defaultSyncPort) ||
        wanted.ttl.value_or(defaultSyncTtl) != actual.ttl.value_or(defaultSyncTtl) || group != actual.group.value_or(group))
        return false;
    return !wanted.maxLength || !actual.maxLength || keptLength(wanted, group.family()) == *actual.maxLength;
}

} // namespace lvsdeck::ipvs
