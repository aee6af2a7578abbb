// SPDX-License-Identifier: GPL-3.0-or-later
// Timeouts and sync daemons: messages, answers, and the calls that exchange them.
#include "agent/ipvs/kernel_error.hpp"
#include "agent/ipvs/netlink_attributes.hpp"
#include "agent/ipvs/netlink_ipvs.hpp"
#include "agent/ipvs/netlink_messages.hpp"

#include <algorithm>
#include <limits>

namespace lvsdeck::ipvs {

namespace {

std::uint32_t stateOf(SyncRole role) { return role == SyncRole::Master ? IP_VS_STATE_MASTER : IP_VS_STATE_BACKUP; }

template <class T> std::optional<T> narrow(std::optional<std::uint32_t> value) {
    if (!value || *value > std::numeric_limits<T>::max())
        return std::nullopt;
    return static_cast<T>(*value);
}

} // namespace

netlink::Message timeoutsRequest(int family) { return newMessage(family, NL_AUTO_SEQ, IPVS_CMD_GET_CONFIG, 0); }

netlink::Message setTimeoutsMessage(int family, std::uint32_t sequence, const Timeouts& timeouts) {
    netlink::Message message = newMessage(family, sequence, IPVS_CMD_SET_CONFIG, NLM_F_ACK);
    const auto put32 = [&](int type, std::uint32_t seconds) {
        if (seconds != 0)
            put(message.get(), type, seconds);
    };
    put32(IPVS_CMD_ATTR_TIMEOUT_TCP, timeouts.tcp);
    put32(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, timeouts.tcpFin);
    put32(IPVS_CMD_ATTR_TIMEOUT_UDP, timeouts.udp);
    return message;
}

netlink::Message daemonsRequest(int family) { return newMessage(family, NL_AUTO_SEQ, IPVS_CMD_GET_DAEMON, NLM_F_DUMP); }

netlink::Message startDaemonMessage(int family, std::uint32_t sequence, const SyncDaemon& daemon) {
    netlink::Message message = newMessage(family, sequence, IPVS_CMD_NEW_DAEMON, NLM_F_ACK);
    nlattr* nest = nla_nest_start(message.get(), IPVS_CMD_ATTR_DAEMON);
    put(message.get(), IPVS_DAEMON_ATTR_STATE, stateOf(daemon.role));
    check(nla_put_string(message.get(), IPVS_DAEMON_ATTR_MCAST_IFN, daemon.interface.c_str()));
    put(message.get(), IPVS_DAEMON_ATTR_SYNC_ID, std::uint32_t{daemon.syncId});
    if (daemon.maxLength)
        put(message.get(), IPVS_DAEMON_ATTR_SYNC_MAXLEN, *daemon.maxLength);
    if (daemon.group) {
        const auto bytes = daemon.group->bytes();
        check(nla_put(message.get(),
                      daemon.group->isV4() ? int{IPVS_DAEMON_ATTR_MCAST_GROUP} : int{IPVS_DAEMON_ATTR_MCAST_GROUP6},
                      static_cast<int>(bytes.size()), bytes.data()));
    }
    if (daemon.port)
        put(message.get(), IPVS_DAEMON_ATTR_MCAST_PORT, *daemon.port);
    if (daemon.ttl)
        put(message.get(), IPVS_DAEMON_ATTR_MCAST_TTL, *daemon.ttl);
    nla_nest_end(message.get(), nest);
    return message;
}

netlink::Message stopDaemonMessage(int family, std::uint32_t sequence, SyncRole role) {
    netlink::Message message = newMessage(family, sequence, IPVS_CMD_DEL_DAEMON, NLM_F_ACK);
    nlattr* nest = nla_nest_start(message.get(), IPVS_CMD_ATTR_DAEMON);
    put(message.get(), IPVS_DAEMON_ATTR_STATE, stateOf(role));
    nla_nest_end(message.get(), nest);
    return message;
}

std::optional<Timeouts> readTimeouts(nlmsghdr* message) {
    Attributes<IPVS_CMD_ATTR_MAX> top;
    if (!top.parseTop(message))
        return std::nullopt;
    const auto tcp = top.get<std::uint32_t>(IPVS_CMD_ATTR_TIMEOUT_TCP);
    const auto fin = top.get<std::uint32_t>(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN);
    const auto udp = top.get<std::uint32_t>(IPVS_CMD_ATTR_TIMEOUT_UDP);
    if (!tcp && !fin && !udp)
        return std::nullopt;
    return Timeouts{tcp.value_or(0), fin.value_or(0), udp.value_or(0)};
}

std::optional<SyncDaemon> readDaemon(nlmsghdr* message) {
    Attributes<IPVS_CMD_ATTR_MAX> top;
    Attributes<IPVS_DAEMON_ATTR_MAX> all;
    if (!top.parseTop(message) || !all.parseNest(top.at(IPVS_CMD_ATTR_DAEMON)))
        return std::nullopt;
    const auto state = all.get<std::uint32_t>(IPVS_DAEMON_ATTR_STATE);
    const auto syncId = narrow<std::uint8_t>(all.get<std::uint32_t>(IPVS_DAEMON_ATTR_SYNC_ID));
    if (!syncId || (state != std::uint32_t{IP_VS_STATE_MASTER} && state != std::uint32_t{IP_VS_STATE_BACKUP}))
        return std::nullopt;
    SyncDaemon daemon;
    daemon.role = state == std::uint32_t{IP_VS_STATE_MASTER} ? SyncRole::Master : SyncRole::Backup;
    daemon.interface = all.text(IPVS_DAEMON_ATTR_MCAST_IFN);
    daemon.syncId = *syncId;
    daemon.maxLength = all.get<std::uint16_t>(IPVS_DAEMON_ATTR_SYNC_MAXLEN);
    daemon.port = all.get<std::uint16_t>(IPVS_DAEMON_ATTR_MCAST_PORT);
    daemon.ttl = all.get<std::uint8_t>(IPVS_DAEMON_ATTR_MCAST_TTL);
    if (const auto v4 = all.get<std::array<std::uint8_t, 4>>(IPVS_DAEMON_ATTR_MCAST_GROUP))
        daemon.group = IpAddress::fromBytes(Family::V4, *v4);
    else if (const auto v6 = all.get<std::array<std::uint8_t, 16>>(IPVS_DAEMON_ATTR_MCAST_GROUP6))
        daemon.group = IpAddress::fromBytes(Family::V6, *v6);
    return daemon;
}

Result<Timeouts> NetlinkIpvs::timeouts() {
    if (const auto opened = open(); !opened)
        return std::unexpected(opened.error());
    std::optional<Timeouts> timeouts;
    const auto asked = ask(timeoutsRequest(m_family), [&](nlmsghdr* answer) { timeouts = readTimeouts(answer); });
    if (!asked)
        return std::unexpected(asked.error());
    if (!timeouts)
        return failure(ErrorCode::Io, "the kernel did not tell its connection timeouts");
    return *timeouts;
}

Result<void> NetlinkIpvs::setTimeouts(const Timeouts& timeouts) {
    if (const auto opened = open(); !opened)
        return opened;
    const auto number = perform(setTimeoutsMessage(m_family, m_sequence++, timeouts));
    if (!number)
        return std::unexpected(number.error());
    if (*number != 0)
        return std::unexpected(timeoutsError(*number));
    return {};
}

Result<std::vector<SyncDaemon>> NetlinkIpvs::syncDaemons() {
    if (const auto opened = open(); !opened)
        return std::unexpected(opened.error());
    std::vector<SyncDaemon> daemons;
    const auto asked = ask(daemonsRequest(m_family), [&](nlmsghdr* answer) {
        if (auto daemon = readDaemon(answer))
            daemons.push_back(std::move(*daemon));
    });
    if (!asked)
        return std::unexpected(asked.error());
    std::ranges::sort(daemons, {}, &SyncDaemon::role);
    return daemons;
}

Result<void> NetlinkIpvs::startSync(const SyncDaemon& daemon) {
    if (const auto opened = open(); !opened)
        return opened;
    const auto number = perform(startDaemonMessage(m_family, m_sequence++, daemon));
    if (!number)
        return std::unexpected(number.error());
    if (*number != 0)
        return std::unexpected(syncError(*number, daemon));
    return {};
}

Result<void> NetlinkIpvs::stopSync(SyncRole role) {
    if (const auto opened = open(); !opened)
        return opened;
    const auto number = perform(stopDaemonMessage(m_family, m_sequence++, role));
    if (!number)
        return std::unexpected(number.error());
    if (*number == EINTR) {
        // A daemon that had not begun yet is gone all the same.
        const auto running = syncDaemons();
        if (!running)
            return std::unexpected(running.error());
        if (std::ranges::find(*running, role, &SyncDaemon::role) == running->end())
            return {};
    }
    if (*number != 0 && *number != ESRCH)
        return std::unexpected(
            syncError(*number, {.role = role, .interface = {}, .maxLength = {}, .port = {}, .ttl = {}, .group = {}}));
    return {};
}

} // namespace lvsdeck::ipvs
