// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/vip_packets.hpp"

#include <algorithm>
#include <linux/if_ether.h>
#include <netinet/in.h>

namespace lvsdeck::health {

namespace {

constexpr std::size_t v4Header = 20;
constexpr std::size_t v6Header = 40;

void put16(Bytes& out, std::uint32_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U & 0xFFU));
    out.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}
void put32(Bytes& out, std::uint32_t value) {
    put16(out, value >> 16U);
    put16(out, value & 0xFFFFU);
}
void put(Bytes& out, const IpAddress& address) { out.insert(out.end(), address.bytes().begin(), address.bytes().end()); }
std::uint32_t read(ByteView bytes, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8U | bytes[at + i];
    return value;
}
bool same(ByteView bytes, std::size_t at, const IpAddress& address) {
    return std::ranges::equal(bytes.subspan(at, address.bytes().size()), address.bytes());
}

void putIpHeader(Bytes& out, const TcpFlow& flow, std::size_t payload) {
    if (flow.destination.isV4()) {
        const Ipv4Header header = ipv4Header(flow, payload);
        out.insert(out.end(), header.begin(), header.end());
        return;
    }
    constexpr std::uint8_t hops = 64;
    put32(out, 0x60000000);
    put16(out, static_cast<std::uint32_t>(payload));
    out.push_back(IPPROTO_TCP);
    out.push_back(hops);
    put(out, flow.source);
    put(out, flow.destination);
}

} // namespace

Bytes tcpPacket(const TcpFlow& flow, TcpFlag flag, std::uint32_t sequence) {
    constexpr std::uint16_t segmentSize = 536;
    const TcpSegment tcp = tcpSegment(flow, flag, sequence, segmentSize);
    Bytes out;
    putIpHeader(out, flow, tcp.size);
    out.insert(out.end(), tcp.bytes.begin(), tcp.bytes.begin() + static_cast<std::ptrdiff_t>(tcp.size));
    return out;
}

std::optional<SynAnswer> readAnswer(ByteView packet, const TcpFlow& flow, std::uint32_t sequence) {
    std::size_t tcp = 0;
    if (flow.destination.isV4()) {
        if (packet.size() < v4Header || packet[0] >> 4U != 4 || packet[9] != IPPROTO_TCP ||
            !same(packet, 12, flow.destination) || !same(packet, 16, flow.source))
            return std::nullopt;
        tcp = (packet[0] & 0x0FU) * std::size_t{4};
        if (tcp < v4Header)
            return std::nullopt;
    } else {
        if (packet.size() < v6Header || packet[0] >> 4U != 6 || packet[6] != IPPROTO_TCP ||
            !same(packet, 8, flow.destination) || !same(packet, 24, flow.source))
            return std::nullopt;
        tcp = v6Header;
    }
    if (packet.size() < tcp)
        return std::nullopt;
    const auto reply = readSynReply(packet.subspan(tcp));
    if (!reply || reply->sourcePort != flow.destinationPort || reply->destinationPort != flow.sourcePort ||
        reply->acknowledged != sequence + 1)
        return std::nullopt;
    return reply->answer;
}

Bytes tunnelHeader(model::TunnelType type, Family inner) {
    switch (type) {
    case model::TunnelType::Ipip: return {};
    case model::TunnelType::Gue:
        return {0, static_cast<std::uint8_t>(inner == Family::V4 ? IPPROTO_IPIP : IPPROTO_IPV6), 0, 0};
    case model::TunnelType::Gre: {
        Bytes out;
        put32(out, inner == Family::V4 ? ETH_P_IP : ETH_P_IPV6);
        return out;
    }
    }
    return {};
}

Bytes arpRequest(const MacAddress& mac, const IpAddress& source, const IpAddress& target) {
    Bytes out;
    put16(out, 1); // Ethernet
    put16(out, ETH_P_IP);
    put16(out, 0x0604);
    put16(out, 1); // request
    out.insert(out.end(), mac.begin(), mac.end());
    put(out, source);
    out.insert(out.end(), mac.size(), 0);
    put(out, target);
    return out;
}

std::optional<MacAddress> arpAnswer(ByteView message, const IpAddress& address) {
    constexpr std::size_t size = 28;
    if (message.size() < size || read(message, 2, 2) != ETH_P_IP || read(message, 4, 2) != 0x0604 ||
        read(message, 6, 2) != 2 || !address.isV4() || !same(message, 14, address))
        return std::nullopt;
    MacAddress mac{};
    std::ranges::copy(message.subspan(8, mac.size()), mac.begin());
    return mac;
}

} // namespace lvsdeck::health
