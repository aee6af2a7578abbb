// SPDX-License-Identifier: GPL-3.0-or-later
// Protocols and addresses as the kernel's IPVS interfaces have them. Any thread.
#pragma once

#include "common/base/ip_address.hpp"
#include "common/model/service.hpp"

#include <netinet/in.h>

#include <cstdint>
#include <cstring>
#include <optional>

namespace lvsdeck::ipvs {

[[nodiscard]] constexpr std::uint16_t protocolNumber(model::Protocol protocol) {
    switch (protocol) {
    case model::Protocol::Tcp: return IPPROTO_TCP;
    case model::Protocol::Udp: return IPPROTO_UDP;
    case model::Protocol::Sctp: return IPPROTO_SCTP;
    }
    return IPPROTO_TCP;
}

[[nodiscard]] constexpr std::optional<model::Protocol> protocolOf(std::optional<std::uint16_t> number) {
    if (number == IPPROTO_TCP)
        return model::Protocol::Tcp;
    if (number == IPPROTO_UDP)
        return model::Protocol::Udp;
    if (number == IPPROTO_SCTP)
        return model::Protocol::Sctp;
    return std::nullopt;
}

/// IPv4 only.
[[nodiscard]] inline std::uint32_t networkOrder(const IpAddress& address) {
    std::uint32_t out = 0;
    std::memcpy(&out, address.bytes().data(), sizeof out);
    return out;
}

} // namespace lvsdeck::ipvs
