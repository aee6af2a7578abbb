// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/vip_packets.hpp"

#include <algorithm>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <netinet/in.h>

namespace lvsdeck::health {

namespace {

constexpr std::size_t v4Header = 20;
constexpr std::size_t v6Header = 40;
constexpr std::size_t tcpHeader = 20;
constexpr std::uint8_t synAck = 0x12;
constexpr std::uint8_t rstBit = 0x04;

void put16(Bytes& out, std::uint32_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U & 0xFFU));
    out.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}
void put32(Bytes& out, std::uint32_t value) {
    put16(out, value >> 16U);
    put16(out, value & 0xFFFFU);
}
void put(Bytes& out, const IpAddress& address) { out.insert(out.end(), address.bytes().begin(), address.bytes().end()); }
void patch(Bytes& out, std::size_t at, std::uint16_t value) {
    out[at] = static_cast<std::uint8_t>(value >> 8U);
    out[at + 1] = static_cast<std::uint8_t>(value & 0xFFU);
}
std::uint32_t read(ByteView bytes, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8U | bytes[at + i];
    return value;
}
bool same(ByteView bytes, std::size_t at, const IpAddress& address) {
    return std::ranges::equal(bytes.subspan(at, address.bytes().size()), address.bytes());
}

void putIpHeader(Bytes& out, const VipFlow& flow, std::size_t payload) {
    constexpr std::uint8_t hops = 64;
    if (flow.vip.isV4()) {
        put16(out, 0x4500);
        put16(out, static_cast<std::uint32_t>(v4Header + payload));
        put16(out, 0);
        put16(out, 0x4000); // don't fragment
        out.push_back(hops);
        out.push_back(IPPROTO_TCP);
        put16(out, 0);
        put(out, flow.source);
        put(out, flow.vip);
        patch(out, 10, internetChecksum(out));
        return;
    }
    put32(out, 0x60000000);
    put16(out, static_cast<std::uint32_t>(payload));
    out.push_back(IPPROTO_TCP);
    out.push_back(hops);
    put(out, flow.source);
    put(out, flow.vip);
}

sock_filter instruction(unsigned code, std::uint32_t k, std::uint8_t jumpTrue = 0, std::uint8_t jumpFalse = 0) {
    return {.code = static_cast<std::uint16_t>(code), .jt = jumpTrue, .jf = jumpFalse, .k = k};
}

/// Each test loads (`code`, `at`) and compares; the last two instructions are "drop" and "take".
struct Test {
    unsigned load;
    std::uint32_t at;
    std::uint32_t value;
};
void append(std::vector<sock_filter>& program, const std::vector<Test>& tests) {
    for (std::size_t i = 0; i < tests.size(); ++i) {
        program.push_back(instruction(BPF_LD | tests[i].load, tests[i].at));
        const auto toDrop = static_cast<std::uint8_t>(2 * (tests.size() - 1 - i) + 1);
        program.push_back(instruction(BPF_JMP | BPF_JEQ | BPF_K, tests[i].value, 0, toDrop));
    }
    program.push_back(instruction(BPF_RET | BPF_K, 0xFFFF));
    program.push_back(instruction(BPF_RET | BPF_K, 0));
}

} // namespace

Bytes tcpPacket(const VipFlow& flow, TcpFlag flag, std::uint32_t sequence) {
    constexpr std::uint32_t segmentSize = 536;
    const bool syn = flag == TcpFlag::Syn;
    Bytes tcp;
    put16(tcp, flow.sourcePort);
    put16(tcp, flow.vipPort);
    put32(tcp, sequence);
    put32(tcp, 0);
    put16(tcp, (syn ? 0x6000U : 0x5000U) | static_cast<std::uint8_t>(flag));
    put16(tcp, syn ? 8192 : 0);
    put32(tcp, 0); // checksum, urgent pointer
    if (syn)
        put32(tcp, 0x02040000U | segmentSize);
    Bytes pseudo;
    put(pseudo, flow.source);
    put(pseudo, flow.vip);
    put32(pseudo, IPPROTO_TCP);
    put32(pseudo, static_cast<std::uint32_t>(tcp.size()));
    pseudo.insert(pseudo.end(), tcp.begin(), tcp.end());
    patch(tcp, 16, internetChecksum(pseudo));

    Bytes out;
    putIpHeader(out, flow, tcp.size());
    out.insert(out.end(), tcp.begin(), tcp.end());
    return out;
}

std::optional<VipAnswer> readAnswer(ByteView packet, const VipFlow& flow, std::uint32_t sequence) {
    std::size_t tcp = 0;
    if (flow.vip.isV4()) {
        if (packet.size() < v4Header || packet[0] >> 4U != 4 || packet[9] != IPPROTO_TCP || !same(packet, 12, flow.vip) ||
            !same(packet, 16, flow.source))
            return std::nullopt;
        tcp = (packet[0] & 0x0FU) * std::size_t{4};
        if (tcp < v4Header)
            return std::nullopt;
    } else {
        if (packet.size() < v6Header || packet[0] >> 4U != 6 || packet[6] != IPPROTO_TCP || !same(packet, 8, flow.vip) ||
            !same(packet, 24, flow.source))
            return std::nullopt;
        tcp = v6Header;
    }
    if (packet.size() < tcp + tcpHeader || read(packet, tcp, 2) != flow.vipPort ||
        read(packet, tcp + 2, 2) != flow.sourcePort || read(packet, tcp + 8, 4) != sequence + 1)
        return std::nullopt;
    const std::uint8_t flags = packet[tcp + 13];
    if ((flags & synAck) == synAck)
        return VipAnswer::Accepted;
    return (flags & rstBit) != 0 ? std::optional(VipAnswer::Refused) : std::nullopt;
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

std::vector<sock_filter> answerFilter(const VipFlow& flow) {
    std::vector<sock_filter> program;
    if (!flow.vip.isV4()) {
        append(program, {{BPF_B | BPF_ABS, 6, IPPROTO_TCP},
                         {BPF_H | BPF_ABS, v6Header, flow.vipPort},
                         {BPF_H | BPF_ABS, v6Header + 2, flow.sourcePort}});
        return program;
    }
    program.push_back(instruction(BPF_LDX | BPF_B | BPF_MSH, 0));
    append(program, {{BPF_B | BPF_ABS, 9, IPPROTO_TCP},
                     {BPF_W | BPF_ABS, 12, flow.vip.v4HostOrder()},
                     {BPF_H | BPF_IND, 0, flow.vipPort},
                     {BPF_H | BPF_IND, 2, flow.sourcePort}});
    return program;
}

std::vector<sock_filter> arpReplyFilter() {
    std::vector<sock_filter> program;
    append(program, {{BPF_H | BPF_ABS, 6, 2}});
    return program;
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
