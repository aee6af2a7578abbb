// SPDX-License-Identifier: GPL-3.0-or-later
// How one message goes through a raw socket: the kernel's structures around it, in and out. Used by the raw sockets only.
#pragma once

#include "agent/ports/vrrp_port.hpp"

#include <optional>

namespace lvsdeck::vrrp {

/// Sends `message` by the interface `index`, from `where.source`; false with errno set when the kernel refuses. Never waits.
[[nodiscard]] bool sendPacket(int socket, int index, const Outgoing& where, std::span<const std::uint8_t> message);

enum class Took { Packet, Nothing, Broken };
/// Takes the next waiting packet; Broken: it was too long or had no address, and is dropped. `advert` keeps its memory.
[[nodiscard]] Took takePacket(int socket, Family family, ReceivedAdvert& advert);

} // namespace lvsdeck::vrrp
