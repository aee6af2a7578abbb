// SPDX-License-Identifier: GPL-3.0-or-later
// The packets of the check on the path of clients: a TCP SYN to the virtual address, wrapped as IPVS wraps it, and what comes back.
// Pure; any thread.
#pragma once

#include "agent/health/datagram_talk.hpp"
#include "agent/ports/check_port.hpp"
#include "agent/ports/network_port.hpp"

#include <cstdint>
#include <optional>
#include <vector>

struct sock_filter;

namespace lvsdeck::health {

/// Both ends of the connection that is asked for. Addresses are of one family.
struct VipFlow {
    IpAddress source;
    std::uint16_t sourcePort = 0;
    IpAddress vip;
    std::uint16_t vipPort = 0;
    bool operator==(const VipFlow&) const = default;
};

enum class TcpFlag : std::uint8_t { Syn = 0x02, Rst = 0x04 };
/// A whole IP packet, source to VIP, without data (RFC 9293 section 3.1; a SYN offers an MSS of 536).
[[nodiscard]] Bytes tcpPacket(const VipFlow& flow, TcpFlag flag, std::uint32_t sequence);

enum class VipAnswer { Accepted, Refused };
/// Of an IP packet, whether it is the VIP's answer to the SYN with this sequence number; nullopt: something else.
[[nodiscard]] std::optional<VipAnswer> readAnswer(ByteView packet, const VipFlow& flow, std::uint32_t sequence);

/// What stands between the outer IP header and the packet: nothing with ipip, 4 bytes with gre and gue.
[[nodiscard]] Bytes tunnelHeader(model::TunnelType type, Family inner);

/// A classic BPF program for a packet socket without link header: TCP from the VIP's port to ours.
[[nodiscard]] std::vector<sock_filter> answerFilter(const VipFlow& flow);
/// ARP replies only.
[[nodiscard]] std::vector<sock_filter> arpReplyFilter();

/// "Who has `target`? Tell `source`", without the link header (RFC 826).
[[nodiscard]] Bytes arpRequest(const MacAddress& mac, const IpAddress& source, const IpAddress& target);
/// Who says in this ARP message that it has `address`; nullopt: nobody.
[[nodiscard]] std::optional<MacAddress> arpAnswer(ByteView message, const IpAddress& address);

} // namespace lvsdeck::health
