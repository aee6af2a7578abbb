// SPDX-License-Identifier: GPL-3.0-or-later
// The checks that are one datagram and its answer: DNS, UDP, ping. What to send and whether the answer is the wanted one; pure
// but for the random numbers, which are arguments. Any thread.
#pragma once

#include "agent/ports/check_port.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lvsdeck::health {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// A question with recursion desired (RFC 1035 section 4.1). InvalidInput when the name is none.
[[nodiscard]] Result<Bytes> dnsQuery(const model::DnsCheck& check, std::uint16_t id);
/// Nullopt: not the answer to this question, wait on. Passes with RCODE 0, also without records.
[[nodiscard]] std::optional<CheckResult> judgeDns(ByteView answer, std::uint16_t id);

/// "Ab12 f 3" is AB 12 0F 03; nullopt: not hex digits. At most 1400 bytes.
[[nodiscard]] std::optional<Bytes> hexBytes(std::string_view text);
/// Value and mask of each byte; 'x' leaves four bits open.
struct ReplyPattern {
    Bytes value;
    Bytes mask;
};
[[nodiscard]] std::optional<ReplyPattern> replyPattern(std::string_view text);
/// An answer has to agree with the pattern as far as both go.
[[nodiscard]] CheckResult judgeUdp(const model::UdpCheck& check, ByteView answer);

/// 128 bytes that tell this echo from any other.
using PingPayload = std::array<std::uint8_t, 128>;
[[nodiscard]] Bytes echoRequest(Family family, std::uint16_t id, const PingPayload& payload);
/// `message` begins with the ICMP header. Nullopt: not the reply to this request.
[[nodiscard]] std::optional<CheckResult> judgeEcho(Family family, ByteView message, const PingPayload& payload);
/// What follows the IPv4 header (raw sockets show it); empty when there is none.
[[nodiscard]] ByteView behindIpv4Header(ByteView packet);

/// RFC 1071, over an even or odd number of bytes; the result is in host order.
[[nodiscard]] std::uint16_t internetChecksum(ByteView bytes, std::uint32_t start = 0);

} // namespace lvsdeck::health
