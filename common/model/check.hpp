// SPDX-License-Identifier: GPL-3.0-or-later
// How a real server's health is found out: one struct per kind, keepalived's words and defaults. Plain values; any thread.
#pragma once

#include "common/base/ip_address.hpp"
#include "common/model/script.hpp"

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

/// What every check has. An unset value is the one of the service, and there keepalived's default (reference in §4.1 of
/// resources/docs/health.md): connect timeout 5 s, retry 1, delay before retry 1 s (HTTP 3 s).
struct CheckSettings {
    std::optional<IpAddress> connectAddress;    ///< instead of the real server's
    std::optional<std::uint16_t> connectPort;   ///< instead of the real server's
    std::optional<IpAddress> bindAddress;       ///< source address
    std::optional<std::uint16_t> bindPort;      ///< source port
    std::string bindInterface;                  ///< SO_BINDTODEVICE
    std::optional<std::uint32_t> firewallMark;  ///< SO_MARK of the check's packets
    std::optional<Milliseconds> connectTimeout; ///< > 0
    std::optional<std::uint32_t> retry;         ///< further tries before the server counts as down
    std::optional<Milliseconds> delayBeforeRetry;
    std::optional<Milliseconds> warmup;    ///< the first check starts within this time; default delayLoop
    std::optional<Milliseconds> delayLoop; ///< > 0
    std::optional<bool> alpha;             ///< counts as failed until its first success; unset: as the server
    std::optional<bool> logAllFailures;    ///< an event for every failed try, not only for changes
    bool operator==(const CheckSettings&) const = default;
};
BOOST_DESCRIBE_STRUCT(CheckSettings, (),
                      (connectAddress, connectPort, bindAddress, bindPort, bindInterface, firewallMark, connectTimeout,
                       retry, delayBeforeRetry, warmup, delayLoop, alpha, logAllFailures))

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
    std::string digest;                          ///< MD5 of the body, 32 hex digits, or empty
    std::string regex;                           ///< PCRE2, must be found in the body; empty: none
    bool regexNoMatch = false;                   ///< must not be found
    std::vector<std::string> regexOptions;       ///< keepalived's words: caseless, multiline …
    std::optional<std::uint32_t> regexMinOffset; ///< bytes of the body
    std::optional<std::uint32_t> regexMaxOffset;
    std::string virtualHost; ///< Host header; empty: of the check, then of the service, then address:port
    bool operator==(const HttpUrl&) const = default;
};
BOOST_DESCRIBE_STRUCT(HttpUrl, (),
                      (path, status, digest, regex, regexNoMatch, regexOptions, regexMinOffset, regexMaxOffset, virtualHost))

enum class HttpVersion { Http10, Http10Close, Http11 };
BOOST_DESCRIBE_ENUM(HttpVersion, Http10, Http10Close, Http11)

/// Passes when every URL, asked in order, answers as it should. `tls` makes it HTTPS (certificate not verified, as keepalived).
struct HttpCheck : CheckSettings {
    static constexpr std::string_view kind = "http";
    bool tls = false;
    bool sni = false; ///< with tls: send the virtual host as server name
    std::string virtualHost;
    HttpVersion version = HttpVersion::Http10;
    bool fastRecovery = false; ///< a server that comes back is asked for its further URLs at once
    std::vector<HttpUrl> urls; ///< at least one
    bool operator==(const HttpCheck&) const = default;
};
BOOST_DESCRIBE_STRUCT(HttpCheck, (CheckSettings), (tls, sni, virtualHost, version, fastRecovery, urls))

/// Passes when a mail server greets with 220, answers HELO with 250 and takes QUIT.
struct SmtpCheck : CheckSettings {
    static constexpr std::string_view kind = "smtp";
    std::string heloName; ///< empty: smtpchecker.keepalived.org
    bool operator==(const SmtpCheck&) const = default;
};
BOOST_DESCRIBE_STRUCT(SmtpCheck, (CheckSettings), (heloName))

enum class DnsType { A, Ns, Cname, Soa, Mx, Txt, Aaaa, Rrsig, Dnskey };
BOOST_DESCRIBE_ENUM(DnsType, A, Ns, Cname, Soa, Mx, Txt, Aaaa, Rrsig, Dnskey)

/// Passes when a name server answers over UDP with our id and RCODE 0; an empty answer is fine.
struct DnsCheck : CheckSettings {
    static constexpr std::string_view kind = "dns";
    DnsType type = DnsType::Soa;
    std::string name = ".";
    bool operator==(const DnsCheck&) const = default;
};
BOOST_DESCRIBE_STRUCT(DnsCheck, (CheckSettings), (type, name))

/// Sends a datagram. Fails on "port unreachable", and with requireReply on silence or a wrong answer.
struct UdpCheck : CheckSettings {
    static constexpr std::string_view kind = "udp";
    std::string payload; ///< hex digits, two a byte
    bool requireReply = false;
    std::string reply; ///< hex digits, 'x' matches any; empty: any answer
    std::uint16_t minReplyLength = 0;
    std::uint16_t maxReplyLength = 255;
    bool operator==(const UdpCheck&) const = default;
};
BOOST_DESCRIBE_STRUCT(UdpCheck, (CheckSettings), (payload, requireReply, reply, minReplyLength, maxReplyLength))

/// Passes on an ICMP echo reply.
struct PingCheck : CheckSettings {
    static constexpr std::string_view kind = "ping";
    bool operator==(const PingCheck&) const = default;
};
BOOST_DESCRIBE_STRUCT(PingCheck, (CheckSettings), ())

/// A program: exit 0 passes, 1 fails; with `dynamic` 2..255 pass and set the weight to code - 2. The timeout is `timeout`, not
/// connectTimeout: then SIGTERM, 2 s later SIGKILL.
struct ScriptCheck : CheckSettings {
    static constexpr std::string_view kind = "script";
    Script script;
    std::optional<Milliseconds> timeout; ///< unset: delayLoop
    bool dynamic = false;
    bool operator==(const ScriptCheck&) const = default;
};
BOOST_DESCRIBE_STRUCT(ScriptCheck, (CheckSettings), (script, timeout, dynamic))

/// Follows a TrackFile of the cluster: with weight 0, not 0 is down; otherwise its number * weight is added to the server's.
struct FileCheck : CheckSettings {
    static constexpr std::string_view kind = "file";
    std::string trackFile;              ///< TrackFile::name
    std::optional<std::int32_t> weight; ///< unset: the file's
    std::optional<bool> reverse;
    bool operator==(const FileCheck&) const = default;
};
BOOST_DESCRIBE_STRUCT(FileCheck, (CheckSettings), (trackFile, weight, reverse))

/// Only lvsdeck: with DR and TUN, sends a TCP SYN on the path that clients' packets take, addressed to the VIP and delivered to the
/// server. Passes when the server answers as the VIP: finds one whose loopback has lost it, or that answers ARP for it.
struct VipCheck : CheckSettings {
    static constexpr std::string_view kind = "vip";
    bool operator==(const VipCheck&) const = default;
};
BOOST_DESCRIBE_STRUCT(VipCheck, (CheckSettings), ())

using HealthCheck =
    std::variant<TcpCheck, HttpCheck, SmtpCheck, DnsCheck, UdpCheck, PingCheck, ScriptCheck, FileCheck, VipCheck>;

/// The part that all kinds have.
[[nodiscard]] inline const CheckSettings& settings(const HealthCheck& check) {
    return std::visit([](const auto& c) -> const CheckSettings& { return c; }, check);
}
[[nodiscard]] inline CheckSettings& settings(HealthCheck& check) {
    return std::visit([](auto& c) -> CheckSettings& { return c; }, check);
}

} // namespace lvsdeck::model
