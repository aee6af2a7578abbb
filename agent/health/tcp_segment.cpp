// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/tcp_segment.hpp"

#include <algorithm>
#include <netinet/in.h>

namespace lvsdeck::health {

namespace {

constexpr std::size_t header = 20;

/// Writes 16 bits at a time and adds them up on the way, as the checksum wants them (RFC 1071).
class Writer {
public:
    explicit Writer(TcpSegment& out) : m_out(out) {}
    void put16(std::size_t at, std::uint32_t value) {
        m_out.bytes[at] = static_cast<std::uint8_t>(value >> 8U & 0xFFU);
        m_out.bytes[at + 1] = static_cast<std::uint8_t>(value & 0xFFU);
        m_sum += value;
    }
    void put32(std::size_t at, std::uint32_t value) {
        put16(at, value >> 16U);
        put16(at + 2, value & 0xFFFFU);
    }
    /// Counts, and is not in the packet.
    void add(std::uint32_t value) { m_sum += value; }
    void add(ByteView address) {
        for (std::size_t i = 0; i + 1 < address.size(); i += 2)
            m_sum += static_cast<std::uint32_t>(address[i]) << 8U | address[i + 1];
    }
    void putChecksum(std::size_t at) {
        while (m_sum > 0xFFFFU)
            m_sum = (m_sum & 0xFFFFU) + (m_sum >> 16U);
        put16(at, ~m_sum & 0xFFFFU);
    }

private:
    TcpSegment& m_out;
    std::uint32_t m_sum = 0;
};

std::uint32_t read(ByteView bytes, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8U | bytes[at + i];
    return value;
}
} // namespace

TcpSegment tcpSegment(const TcpFlow& flow, TcpFlag flag, std::uint32_t sequence, std::uint16_t segmentSize) {
    constexpr std::uint32_t window = 8192;
    constexpr std::uint32_t segmentSizeOption = 0x0204'0000;
    TcpSegment out;
    const bool syn = flag == TcpFlag::Syn;
    out.size = syn ? header + 4 : header;
    Writer writer(out);
    writer.put16(0, flow.sourcePort);
    writer.put16(2, flow.destinationPort);
    writer.put32(4, sequence);
    writer.put16(12, static_cast<std::uint32_t>(out.size / 4) << 12U | static_cast<std::uint8_t>(flag));
    if (syn) {
        writer.put16(14, window);
        writer.put32(header, segmentSizeOption | segmentSize);
    }
    // The pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1).
    writer.add(flow.source.bytes());
    writer.add(flow.destination.bytes());
    writer.add(IPPROTO_TCP + static_cast<std::uint32_t>(out.size));
    writer.putChecksum(16);
    return out;
}

Ipv4Header ipv4Header(const TcpFlow& flow, std::size_t payload) {
    constexpr std::uint8_t hops = 64;
    Ipv4Header out{0x45};
    const std::size_t size = out.size() + payload;
    out[2] = static_cast<std::uint8_t>(size >> 8U & 0xFFU);
    out[3] = static_cast<std::uint8_t>(size & 0xFFU);
    out[6] = 0x40; // don't fragment
    out[8] = hops;
    out[9] = IPPROTO_TCP;
    std::ranges::copy(flow.source.bytes(), out.begin() + 12);
    std::ranges::copy(flow.destination.bytes(), out.begin() + 16);
    const std::uint16_t checksum = internetChecksum(out);
    out[10] = static_cast<std::uint8_t>(checksum >> 8U);
    out[11] = static_cast<std::uint8_t>(checksum & 0xFFU);
    return out;
}

std::optional<SynReply> readSynReply(ByteView segment) {
    constexpr std::uint8_t syn = 0x02;
    constexpr std::uint8_t rst = 0x04;
    constexpr std::uint8_t ack = 0x10;
    if (segment.size() < header)
        return std::nullopt;
    const std::uint8_t flags = segment[13];
    SynReply reply{.sourcePort = static_cast<std::uint16_t>(read(segment, 0, 2)),
                   .destinationPort = static_cast<std::uint16_t>(read(segment, 2, 2)),
                   .acknowledged = read(segment, 8, 4)};
    if ((flags & (syn | ack | rst)) == (syn | ack))
        return reply;
    if ((flags & rst) == 0)
        return std::nullopt;
    reply.answer = SynAnswer::Refused;
    return reply;
}

} // namespace lvsdeck::health
