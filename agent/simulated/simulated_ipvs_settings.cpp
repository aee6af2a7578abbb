// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated kernel besides its table: timeouts and sync daemons.
#include "agent/ipvs/kernel_error.hpp"
#include "agent/simulated/simulated_ipvs.hpp"

#include <algorithm>
#include <cerrno>

namespace lvsdeck::simulated {

namespace {

constexpr std::uint32_t mtu = 1500;
constexpr std::uint32_t headersV4 = 28;
constexpr std::uint32_t headersV6 = 48;
constexpr std::uint32_t smallestBackupLength = 1024;

} // namespace

Result<ipvs::Timeouts> SimulatedIpvs::timeouts() {
    if (const auto ok = usable(); !ok)
        return std::unexpected(ok.error());
    return m_timeouts;
}

Result<void> SimulatedIpvs::setTimeouts(const ipvs::Timeouts& timeouts) {
    if (const auto ok = usable(); !ok)
        return ok;
    if (m_crash != nullptr)
        m_crash->step();
    const auto set = [](std::uint32_t& kept, std::uint32_t given) { kept = given == 0 ? kept : given; };
    set(m_timeouts.tcp, timeouts.tcp);
    set(m_timeouts.tcpFin, timeouts.tcpFin);
    set(m_timeouts.udp, timeouts.udp);
    return {};
}

Result<std::vector<ipvs::SyncDaemon>> SimulatedIpvs::syncDaemons() {
    if (const auto ok = usable(); !ok)
        return std::unexpected(ok.error());
    std::vector<ipvs::SyncDaemon> all;
    all.reserve(m_daemons.size());
    for (const auto& entry : m_daemons)
        all.push_back(entry.second);
    return all;
}

bool SimulatedIpvs::hasMixedFamilies() const {
    return std::ranges::any_of(m_table, [](const auto& service) {
        return std::ranges::any_of(service.second.destinations, [&](const auto& destination) {
            return destination.first.address.family() != service.first.family;
        });
    });
}

/// The checks of ip_vs_genl_new_daemon and start_sync_thread, in their order.
int SimulatedIpvs::checkDaemon(const ipvs::SyncDaemon& daemon) const {
    if (hasMixedFamilies() || (daemon.group && !daemon.group->isMulticast()))
        return EINVAL;
    if (m_interfaces && !m_interfaces->contains(daemon.interface))
        return ENODEV;
    return m_daemons.contains(daemon.role) ? EEXIST : 0;
}

Result<void> SimulatedIpvs::startSync(const ipvs::SyncDaemon& daemon) {
    if (const auto ok = usable(); !ok)
        return ok;
    if (m_crash != nullptr)
        m_crash->step();
    if (const int number = checkDaemon(daemon); number != 0)
        return std::unexpected(ipvs::syncError(number, daemon));
    ipvs::SyncDaemon& kept = m_daemons[daemon.role] = daemon;
    kept.group = daemon.group.value_or(IpAddress::v4(0xe0000051U));
    kept.port = daemon.port.value_or(0) == 0 ? ipvs::defaultSyncPort : *daemon.port;
    kept.ttl = daemon.ttl.value_or(0) == 0 ? ipvs::defaultSyncTtl : *daemon.ttl;
    const std::uint32_t headers = kept.group->isV4() ? headersV4 : headersV6;
    const std::uint32_t smallest = daemon.role == ipvs::SyncRole::Backup ? smallestBackupLength : 1;
    kept.maxLength = static_cast<std::uint16_t>(
        daemon.maxLength.value_or(0) == 0 ? mtu - headers
                                          : std::clamp<std::uint32_t>(*daemon.maxLength, smallest, 65'535 - headers));
    return {};
}

Result<void> SimulatedIpvs::stopSync(ipvs::SyncRole role) {
    if (const auto ok = usable(); !ok)
        return ok;
    if (m_crash != nullptr)
        m_crash->step();
    m_daemons.erase(role);
    return {};
}

} // namespace lvsdeck::simulated
