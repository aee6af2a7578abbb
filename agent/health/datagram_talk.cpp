// SPDX-License-Identifier: GPL-3.0-or-later
// Names of DNS questions are encoded by libresolv (ns_name_pton knows the escapes and limits). The rest is 12 bytes of header: the
// library's own query builder reads resolv.conf and keeps state per thread, and its parser refuses the truncated answers that count
// as good here.
#include "agent/health/datagram_talk.hpp"

#include "probe/http_answer.hpp"

#include <algorithm>
#include <arpa/nameser.h>
#include <resolv.h>

namespace lvsdeck::health {

namespace {

constexpr std::size_t mostPayload = 1400;

std::uint16_t word(ByteView bytes, std::size_t at) { return static_cast<std::uint16_t>(bytes[at] << 8U | bytes[at + 1]); }

void put(Bytes& out, std::uint16_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U));
    out.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

std::uint16_t typeCode(model::DnsType type) {
    switch (type) {
    case model::DnsType::A: return 1;
    case model::DnsType::Ns: return 2;
    case model::DnsType::Cname: return 5;
    case model::DnsType::Soa: return 6;
    case model::DnsType::Mx: return 15;
    case model::DnsType::Txt: return 16;
    case model::DnsType::Aaaa: return 28;
    case model::DnsType::Rrsig: return 46;
    case model::DnsType::Dnskey: return 48;
    }
    return 1;
}

std::string rcodeText(unsigned rcode) {
    static constexpr std::array<const char*, 6> names{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};
    return rcode < names.size() ? names.at(rcode) : "RCODE " + std::to_string(rcode);
}

int nibble(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

} // namespace

Result<Bytes> dnsQuery(const model::DnsCheck& check, std::uint16_t id) {
    std::array<unsigned char, NS_MAXCDNAME> name{};
    if (ns_name_pton(check.name.empty() ? "." : check.name.c_str(), name.data(), name.size()) < 0)
        return failure(ErrorCode::InvalidInput, "'" + probe::printable(check.name, 100) + "' is not a domain name");
    Bytes out;
    put(out, id);
    put(out, 0x0100); // recursion desired
    put(out, 1);      // one question
    put(out, 0);
    put(out, 0);
    put(out, 0);
    std::size_t length = 0;
    while (name.at(length) != 0)
        length += name.at(length) + std::size_t{1};
    out.insert(out.end(), name.begin(), name.begin() + static_cast<std::ptrdiff_t>(length) + 1);
    put(out, typeCode(check.type));
    put(out, 1); // Internet
    return out;
}

std::optional<CheckResult> judgeDns(ByteView answer, std::uint16_t id) {
    constexpr std::size_t header = 12;
    constexpr std::uint16_t response = 0x8000;
    if (answer.size() < header)
        return CheckResult{.reason = CheckReason::BadAnswer, .detail = "the answer is not a DNS message"};
    if (word(answer, 0) != id || (word(answer, 2) & response) == 0)
        return std::nullopt;
    const unsigned rcode = word(answer, 2) & 0x0FU;
    if (rcode != 0)
        return CheckResult{.reason = CheckReason::BadAnswer, .detail = "DNS " + rcodeText(rcode)};
    return CheckResult{.reason = CheckReason::Ok, .detail = "DNS NOERROR, " + std::to_string(word(answer, 6)) + " records"};
}

std::optional<ReplyPattern> replyPattern(std::string_view text) {
    ReplyPattern out;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == ' ' || text[at] == '\t') {
            ++at;
            continue;
        }
        // A digit without a partner is a byte by itself, its upper half is 0.
        unsigned value = 0;
        unsigned mask = 0xFF;
        const std::size_t end = std::min(at + 2, text.size());
        for (; at < end && text[at] != ' ' && text[at] != '\t'; ++at) {
            const bool open = text[at] == 'x' || text[at] == 'X';
            const int digit = open ? 0 : nibble(text[at]);
            if (digit < 0)
                return std::nullopt;
            value = value << 4U | static_cast<unsigned>(digit);
            mask = (mask << 4U | (open ? 0U : 0xFU)) & 0xFFU;
        }
        out.value.push_back(static_cast<std::uint8_t>(value));
        out.mask.push_back(static_cast<std::uint8_t>(mask));
        if (out.value.size() > mostPayload)
            return std::nullopt;
    }
    return out;
}

std::optional<Bytes> hexBytes(std::string_view text) {
    if (std::ranges::any_of(text, [](char c) { return c == 'x' || c == 'X'; }))
        return std::nullopt;
    auto pattern = replyPattern(text);
    return pattern ? std::optional(std::move(pattern->value)) : std::nullopt;
}

CheckResult judgeUdp(const model::UdpCheck& check, ByteView answer) {
    const std::string size = std::to_string(answer.size()) + " bytes";
    if (!check.requireReply)
        return {.reason = CheckReason::Ok, .detail = "answered with " + size};
    if (answer.size() < check.minReplyLength || answer.size() > check.maxReplyLength)
        return {.reason = CheckReason::BadAnswer,
                .detail = "answered with " + size + ", wanted are " + std::to_string(check.minReplyLength) + " to " +
                          std::to_string(check.maxReplyLength)};
    const auto pattern = replyPattern(check.reply);
    if (!pattern)
        return {.reason = CheckReason::Local, .detail = "the wanted reply is not written in hex digits"};
    for (std::size_t i = 0; i < std::min(answer.size(), pattern->value.size()); ++i)
        if ((answer[i] & pattern->mask[i]) != (pattern->value[i] & pattern->mask[i]))
            return {.reason = CheckReason::BadAnswer,
                    .detail = "the answer differs from the wanted one at byte " + std::to_string(i + 1)};
    return {.reason = CheckReason::Ok, .detail = "answered with " + size};
}

std::uint16_t internetChecksum(ByteView bytes, std::uint32_t start) {
    std::uint32_t sum = start;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        sum += i % 2 == 0 ? static_cast<std::uint32_t>(bytes[i]) << 8U : bytes[i];
    while (sum > 0xFFFFU)
        sum = (sum & 0xFFFFU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~sum);
}

Bytes echoRequest(Family family, std::uint16_t id, const PingPayload& payload) {
    Bytes out;
    put(out, family == Family::V4 ? 0x0800 : 0x8000);
    put(out, 0);
    put(out, id);
    put(out, 1);
    out.insert(out.end(), payload.begin(), payload.end());
    if (family == Family::V4) { // with IPv6 the kernel fills it in: it knows the source address
        const std::uint16_t sum = internetChecksum(out);
        out[2] = static_cast<std::uint8_t>(sum >> 8U);
        out[3] = static_cast<std::uint8_t>(sum & 0xFFU);
    }
    return out;
}

std::optional<CheckResult> judgeEcho(Family family, ByteView message, const PingPayload& payload) {
    constexpr std::size_t header = 8;
    const std::uint8_t reply = family == Family::V4 ? 0 : 129;
    if (message.size() < header + payload.size() || message[0] != reply ||
        !std::ranges::equal(message.subspan(header, payload.size()), payload))
        return std::nullopt;
    return CheckResult{.reason = CheckReason::Ok, .detail = "echo reply"};
}

ByteView behindIpv4Header(ByteView packet) {
    if (packet.empty())
        return {};
    const std::size_t length = (packet[0] & 0x0FU) * std::size_t{4};
    return packet[0] >> 4U == 4 && length >= 20 && length <= packet.size() ? packet.subspan(length) : ByteView{};
}

} // namespace lvsdeck::health
