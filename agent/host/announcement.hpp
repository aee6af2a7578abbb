// SPDX-License-Identifier: GPL-3.0-or-later
// The packets that tell the neighbours where an address now lives: gratuitous ARP (RFC 826, RFC 5227 section
// 3) and unsolicited neighbour advertisement (RFC 4861 section 7.2.6). Bytes only; pure.
#pragma once

#include "agent/ports/mac_address.hpp"
#include "common/base/ip_address.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace lvsdeck::host {

/// An ARP request without its Ethernet header: sender and target are `address` (IPv4), the target's hardware
/// address is broadcast, as keepalived sends it.
[[nodiscard]] std::array<std::uint8_t, 28> gratuitousArp(const MacAddress& sender, const IpAddress& address);

enum class Forwards { No, Yes };
/// ICMPv6 type 136 for `address` (IPv6) with the override flag and the target's link-layer address; the
/// router flag tells whether this host forwards. The checksum is left 0: the kernel fills it in.
[[nodiscard]] std::array<std::uint8_t, 32> neighbourAdvertisement(const MacAddress& sender, const IpAddress& address,
                                                                  Forwards forwards);

} // namespace lvsdeck::host
