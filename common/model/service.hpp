// SPDX-License-Identifier: GPL-3.0-or-later
// Virtual services, real servers and their health checks, as the admin means them. Plain values; any thread.
// Words follow keepalived and the kernel (linux/ip_vs.h); durations are milliseconds on the wire.
#pragma once

#include "common/base/shared.hpp"
#include "common/model/check.hpp"

#include <boost/describe.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lvsdeck::model {

enum class Protocol : std::uint8_t { Tcp, Udp, Sctp };
BOOST_DESCRIBE_ENUM(Protocol, Tcp, Udp, Sctp)

/// How packets reach the real server: masquerading, direct routing, tunnel.
enum class Forwarding : std::uint8_t { Nat, Dr, Tun };
BOOST_DESCRIBE_ENUM(Forwarding, Nat, Dr, Tun)

enum class TunnelType : std::uint8_t { Ipip, Gue, Gre };
BOOST_DESCRIBE_ENUM(TunnelType, Ipip, Gue, Gre)

enum class TunnelChecksum : std::uint8_t { None, Csum, Remcsum };
BOOST_DESCRIBE_ENUM(TunnelChecksum, None, Csum, Remcsum)

/// The schedulers of the kernel; the wire word is the kernel's name.
enum class Scheduler : std::uint8_t { Rr, Wrr, Lc, Wlc, Lblc, Lblcr, Dh, Sh, Sed, Nq, Fo, Ovf, Mh, Twos };
BOOST_DESCRIBE_ENUM(Scheduler, Rr, Wrr, Lc, Wlc, Lblc, Lblcr, Dh, Sh, Sed, Nq, Fo, Ovf, Mh, Twos)

/// IP_VS_SVC_F_SCHED1..3. For sh and mh, flag-1 is "fallback" and flag-2 is "port".
enum class SchedulerFlag : std::uint8_t { Flag1, Flag2, Flag3 };
BOOST_DESCRIBE_ENUM(SchedulerFlag, Flag1, Flag2, Flag3)

/// What the admin wants of a server, apart from its health.
enum class AdminState : std::uint8_t {
    Enabled,
    Drained,  ///< in the table with weight 0: old connections go on, new ones do not come
    Disabled, ///< not in the table
};
BOOST_DESCRIBE_ENUM(AdminState, Enabled, Drained, Disabled)

struct Tunnel {
    TunnelType type = TunnelType::Ipip;
    std::uint16_t port = 0; ///< GUE only, then not 0
    TunnelChecksum checksum = TunnelChecksum::None;
    bool operator==(const Tunnel&) const = default;
};
BOOST_DESCRIBE_STRUCT(Tunnel, (), (type, port, checksum))

struct RealServer {
    std::string name; ///< for people; may be empty
    IpAddress address;
    std::uint16_t port = 0;           ///< with DR and TUN it is the service's port
    std::int32_t weight = 1;          ///< 0..2^31-1
    std::uint32_t upperThreshold = 0; ///< connections; 0 = off
    std::uint32_t lowerThreshold = 0;
    std::optional<Forwarding> forwarding; ///< instead of the service's
    std::optional<Tunnel> tunnel;
    std::optional<bool> inhibitOnFailure; ///< weight 0 instead of removal when down
    std::optional<bool> alpha;            ///< out until the first success
    AdminState admin = AdminState::Enabled;
    Shared<std::string> virtualHost;
    SharedList<HealthCheck> checks; ///< all must pass; none: always up
    Shared<Script> notifyUp;
    Shared<Script> notifyDown;
    std::optional<bool> smtpAlert; ///< unset: as the service
    bool operator==(const RealServer&) const = default;
};
BOOST_DESCRIBE_STRUCT(RealServer, (),
                      (name, address, port, weight, upperThreshold, lowerThreshold, forwarding, tunnel, inhibitOnFailure,
                       alpha, admin, virtualHost, checks, notifyUp, notifyDown, smtpAlert))

/// Takes the connections when the quorum is lost.
struct SorryServer {
    IpAddress address;
    std::uint16_t port = 0;
    std::optional<Forwarding> forwarding; ///< instead of the service's
    std::optional<Tunnel> tunnel;
    bool inhibit = false; ///< stays in the table with weight 0 while not needed
    bool operator==(const SorryServer&) const = default;
};
BOOST_DESCRIBE_STRUCT(SorryServer, (), (address, port, forwarding, tunnel, inhibit))

/// One line of a virtual_server_group: addresses first..last with a port, or a firewall mark.
struct GroupEntry {
    IpAddress address;
    std::optional<IpAddress> lastAddress;      ///< same family, not below `address`; at most 65536 addresses
    std::uint16_t port = 0;                    ///< 0: all ports, then persistent
    std::optional<std::uint32_t> firewallMark; ///< instead of addresses
    Family firewallMarkFamily = Family::V4;
    bool operator==(const GroupEntry&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupEntry, (), (address, lastAddress, port, firewallMark, firewallMarkFamily))

/// Several addresses that are served alike: the kernel gets one service for each, their servers are checked once.
struct ServiceGroup {
    std::string name; ///< unique, no blanks
    std::vector<GroupEntry> entries;
    bool operator==(const ServiceGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(ServiceGroup, (), (name, entries))

/// A service is known by its key: firewall mark and family, or protocol, address and port.
struct VirtualService {
    std::string name; ///< for people; may be empty
    Protocol protocol = Protocol::Tcp;
    IpAddress address;
    std::uint16_t port = 0;                    ///< 0 (all ports) only with persistence
    std::optional<std::uint32_t> firewallMark; ///< instead of protocol, address and port
    Family firewallMarkFamily = Family::V4;
    std::string group; ///< ServiceGroup::name, instead of address, port and firewall mark; empty: none
    Scheduler scheduler = Scheduler::Wlc;
    std::vector<SchedulerFlag> schedulerFlags; ///< sorted, unique
    Forwarding forwarding = Forwarding::Dr;
    Tunnel tunnel;
    std::optional<std::uint32_t> persistenceTimeout; ///< seconds, 1..2678400; unset: off
    std::optional<std::uint8_t> persistencePrefix;   ///< 1..32 or 1..128; unset: the whole address
    std::string persistenceEngine;                   ///< "" or "sip"
    bool onePacket = false;                          ///< UDP only
    Milliseconds delayLoop{6000};                    ///< between two checks of a server
    std::uint32_t quorum = 1;                        ///< total weight that must be alive
    std::uint32_t hysteresis = 0;                    ///< < quorum
    bool alpha = false;
    bool omega = false;
    bool inhibitOnFailure = false;
    bool haSuspend = false; ///< no checks while the VIP is elsewhere
    std::optional<SorryServer> sorryServer;
    std::string virtualHost;
    std::optional<Milliseconds> connectTimeout; ///< defaults for the checks
    std::optional<std::uint32_t> retry;
    std::optional<Milliseconds> delayBeforeRetry;
    std::optional<Milliseconds> warmup;
    /// A server that leaves first gets weight 0, until it is empty or this has passed. Unset: it goes at once.
    std::optional<Milliseconds> drainLimit;
    Script quorumUp;
    Script quorumDown;
    std::optional<bool> smtpAlert; ///< unset: as Notification says
    std::vector<RealServer> servers;
    bool operator==(const VirtualService&) const = default;
};
BOOST_DESCRIBE_STRUCT(VirtualService, (),
                      (name, protocol, address, port, firewallMark, firewallMarkFamily, group, scheduler, schedulerFlags,
                       forwarding, tunnel, persistenceTimeout, persistencePrefix, persistenceEngine, onePacket, delayLoop,
                       quorum, hysteresis, alpha, omega, inhibitOnFailure, haSuspend, sorryServer, virtualHost,
                       connectTimeout, retry, delayBeforeRetry, warmup, drainLimit, quorumUp, quorumDown, smtpAlert,
                       servers))

/// "tcp 192.0.2.10:80", "fwm 7", "fwm 7 ipv6", "group web tcp": the key as everybody writes it; unique in a cluster.
[[nodiscard]] std::string serviceKey(const VirtualService& service);
/// "192.0.2.20:80": the key of a server within its service.
[[nodiscard]] std::string serverKey(const RealServer& server);
[[nodiscard]] inline Forwarding forwardingOf(const VirtualService& service, const RealServer& server) {
    return server.forwarding.value_or(service.forwarding);
}
[[nodiscard]] inline Family familyOf(const VirtualService& service) {
    return service.firewallMark ? service.firewallMarkFamily : service.address.family();
}

} // namespace lvsdeck::model
