// SPDX-License-Identifier: GPL-3.0-or-later
// The packets of the check on the path of clients: a TCP SYN to the virtual address, wrapped as IPVS wraps it, and what comes back.
// Pure; any thread.
#pragma once

#include "agent/health/tcp_segment.hpp"
#include "agent/ports/check_port.hpp"
#include "agent/ports/network_port.hpp"

#include <cstdint>
#include <optional>

namespace lvsdeck::health {

/// A whole IP packet, source to VIP, without data (RFC 9293 section 3.1; a SYN offers an MSS of 536).
[[nodiscard]] Bytes tcpPacket(const TcpFlow& flow, TcpFlag flag, std::uint32_t sequence);

/// Of an IP packet, whether it is the VIP's answer to the SYN with this sequence number; nullopt: something else.
[[nodiscard]] std::optional<SynAnswer> readAnswer(ByteView packet, const TcpFlow& flow, std::uint32_t sequence);

/// What stands between the outer IP header and the packet: nothing with ipip, 4 bytes with gre and gue.
[[nodiscard]] Bytes tunnelHeader(model::TunnelType type, Family inner);

/// "Who has `target`? Tell `source`", without the link header (RFC 826).
[[nodiscard]] Bytes arpRequest(const MacAddress& mac, const IpAddress& source, const IpAddress& target);
/// Who says in this ARP message that it has `address`; nullopt: nobody.
[[nodiscard]] std::optional<MacAddress> arpAnswer(ByteView message, const IpAddress& address);

} // namespace lvsdeck::health
