// SPDX-License-Identifier: GPL-3.0-or-later
// Virtual services, real servers and their health checks, as the admin means them. Plain values; any thread.
// Words follow keepalived and the kernel (linux/ip_vs.h); durations are milliseconds on the wire.
#pragma once

#include "common/base/ip_address.hpp"

#include <boost/describe.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lvsdeck::model {

using Milliseconds = std::chrono::milliseconds;

enum class Protocol { Tcp, Udp, Sctp };
BOOST_DESCRIBE_ENUM(Protocol, Tcp, Udp, Sctp)

/// How packets reach the real server: masquerading, direct routing, tunnel.
enum class Forwarding { Nat, Dr, Tun };
BOOST_DESCRIBE_ENUM(Forwarding, Nat, Dr, Tun)

enum class TunnelType { Ipip, Gue, Gre };
BOOST_DESCRIBE_ENUM(TunnelType, Ipip, Gue, Gre)

enum class TunnelChecksum { None, Csum, Remcsum };
BOOST_DESCRIBE_ENUM(TunnelChecksum, None, Csum, Remcsum)

/// The schedulers of the kernel; the wire word is the kernel's name.
enum class Scheduler { Rr, Wrr, Lc, Wlc, Lblc, Lblcr, Dh, Sh, Sed, Nq, Fo, Ovf, Mh, Twos };
BOOST_DESCRIBE_ENUM(Scheduler, Rr, Wrr, Lc, Wlc, Lblc, Lblcr, Dh, Sh, Sed, Nq, Fo, Ovf, Mh, Twos)

/// IP_VS_SVC_F_SCHED1..3. For sh and mh, flag-1 is "fallback" and flag-2 is "port".
enum class SchedulerFlag { Flag1, Flag2, Flag3 };
BOOST_DESCRIBE_ENUM(SchedulerFlag, Flag1, Flag2, Flag3)

/// What the admin wants of a server, apart from its health.
enum class AdminState {
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

/// What every check has. An unset value is the one of the service, and there keepalived's default (reference in §4.1 of
/// resources/docs/health.md): connect timeout 5 s, retry 1, delay before retry 1 s (HTTP 3 s).
struct CheckSettings {
    std::optional<IpAddress> connectAddress;    ///< instead of the real server's
    std::optional<std::uint16_t> connectPort;   ///< instead of the real server's
    std::optional<IpAddress> bindAddress;       ///< source address
    std::optional<Milliseconds> connectTimeout; ///< > 0
    std::optional<std::uint32_t> retry;         ///< further tries before the server counts as down
    std::optional<Milliseconds> delayBeforeRetry;
    std::optional<Milliseconds> warmup;    ///< the first check starts within this time; default delayLoop
    std::optional<Milliseconds> delayLoop; ///< > 0
    bool operator==(const CheckSettings&) const = default;
};
BOOST_DESCRIBE_STRUCT(CheckSettings, (),
                      (connectAddress, connectPort, bindAddress, connectTimeout, retry, delayBeforeRetry, warmup, delayLoop))

/// Passes when a TCP connection opens.
struct TcpCheck : CheckSettings {
    static constexpr std::string_view kind = "tcp";
    bool operator==(const TcpCheck&) const = default;
};
BOOST_DESCRIBE_STRUCT(TcpCheck, (CheckSettings), ())

struct StatusRange {
    std::uint16_t first = 200; ///< 100..599
    std::uint16_t last = 299;
    bool operator==(const StatusRange&) const = default;
};
BOOST_DESCRIBE_STRUCT(StatusRange, (), (first, last))

/// One URL of an HTTP check. With neither status nor digest, 200-299 passes.
struct HttpUrl {
    std::string path = "/";
    std::vector<StatusRange> status;
    std::string digest;      ///< MD5 of the body, 32 hex digits, or empty
    std::string virtualHost; ///< Host header; empty: of the check, then of the service, then address:port
    bool operator==(const HttpUrl&) const = default;
};
BOOST_DESCRIBE_STRUCT(HttpUrl, (), (path, status, digest, virtualHost))

/// Passes when every URL, asked in order, answers as it should. `tls` makes it HTTPS (certificate not verified, as keepalived).
struct HttpCheck : CheckSettings {
    static constexpr std::string_view kind = "http";
    bool tls = false;
    bool sni = false; ///< with tls: send the virtual host as server name
    std::string virtualHost;
    std::vector<HttpUrl> urls; ///< at least one
    bool operator==(const HttpCheck&) const = default;
};
BOOST_DESCRIBE_STRUCT(HttpCheck, (CheckSettings), (tls, sni, virtualHost, urls))

using HealthCheck = std::variant<TcpCheck, HttpCheck>;

/// The part that all kinds have.
[[nodiscard]] inline const CheckSettings& settings(const HealthCheck& check) {
    return std::visit([](const auto& c) -> const CheckSettings& { return c; }, check);
}
[[nodiscard]] inline CheckSettings& settings(HealthCheck& check) {
    return std::visit([](auto& c) -> CheckSettings& { return c; }, check);
}

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
    std::string virtualHost;
    std::vector<HealthCheck> checks; ///< all must pass; none: always up
    bool operator==(const RealServer&) const = default;
};
BOOST_DESCRIBE_STRUCT(RealServer, (),
                      (name, address, port, weight, upperThreshold, lowerThreshold, forwarding, tunnel, inhibitOnFailure,
                       alpha, admin, virtualHost, checks))

/// Takes the connections when the quorum is lost.
struct SorryServer {
    IpAddress address;
    std::uint16_t port = 0;
    std::optional<Forwarding> forwarding;
    bool inhibit = false; ///< stays in the table with weight 0 while not needed
    bool operator==(const SorryServer&) const = default;
};
BOOST_DESCRIBE_STRUCT(SorryServer, (), (address, port, forwarding, inhibit))

/// A service is known by its key: firewall mark and family, or protocol, address and port.
struct VirtualService {
    std::string name; ///< for people; may be empty
    Protocol protocol = Protocol::Tcp;
    IpAddress address;
    std::uint16_t port = 0;                    ///< 0 (all ports) only with persistence
    std::optional<std::uint32_t> firewallMark; ///< instead of protocol, address and port
    Family firewallMarkFamily = Family::V4;
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
    std::vector<RealServer> servers;
    bool operator==(const VirtualService&) const = default;
};
BOOST_DESCRIBE_STRUCT(VirtualService, (),
                      (name, protocol, address, port, firewallMark, firewallMarkFamily, scheduler, schedulerFlags,
                       forwarding, tunnel, persistenceTimeout, persistencePrefix, persistenceEngine, onePacket, delayLoop,
                       quorum, hysteresis, alpha, omega, inhibitOnFailure, haSuspend, sorryServer, virtualHost,
                       connectTimeout, retry, delayBeforeRetry, warmup, servers))

/// "tcp 192.0.2.10:80", "fwm 7", "fwm 7 ipv6": the key as everybody writes it; unique in a cluster.
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
