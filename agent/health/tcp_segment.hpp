// SPDX-License-Identifier: GPL-3.0-or-later
// The first and the last packet of a TCP connection that never opens, and what comes back (RFC 9293 sections 3.1 and 3.5). Pure; any
// thread.
#pragma once

#include "agent/health/datagram_talk.hpp"
#include "common/base/ip_address.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace lvsdeck::health {

/// Both ends, as seen from us. Addresses are of one family.
struct TcpFlow {
    IpAddress source;
    std::uint16_t sourcePort = 0;
    IpAddress destination;
    std::uint16_t destinationPort = 0;
    bool operator==(const TcpFlow&) const = default;
};

enum class TcpFlag : std::uint8_t { Syn = 0x02, Rst = 0x04 };

struct TcpSegment {
    std::array<std::uint8_t, 24> bytes{};
    std::size_t size = 0;
    [[nodiscard]] ByteView view() const { return ByteView(bytes).first(size); }
};
/// Without data and with its checksum; a SYN offers this maximum segment size, a RST has none.
[[nodiscard]] TcpSegment tcpSegment(const TcpFlow& flow, TcpFlag flag, std::uint32_t sequence, std::uint16_t segmentSize);

/// What stands before `payload` bytes of TCP in an IPv4 packet: 64 hops, never in fragments.
using Ipv4Header = std::array<std::uint8_t, 20>;
[[nodiscard]] Ipv4Header ipv4Header(const TcpFlow& flow, std::size_t payload);

enum class SynAnswer { Accepted, Refused };
struct SynReply {
    std::uint16_t sourcePort = 0;
    std::uint16_t destinationPort = 0;
    std::uint32_t acknowledged = 0; ///< one more than the SYN's sequence number
    SynAnswer answer = SynAnswer::Accepted;
};
/// `segment` begins with the TCP header. Nullopt: no answer to a SYN.
[[nodiscard]] std::optional<SynReply> readSynReply(ByteView segment);

} // namespace lvsdeck::health
