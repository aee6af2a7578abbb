// SPDX-License-Identifier: GPL-3.0-or-later
// Which way the kernel would send to a server: link, own address, link-layer address. Questions to rtnetlink that the kernel answers
// at once. Probes thread.
#pragma once

#include "agent/ports/network_port.hpp"
#include "common/base/ip_address.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace lvsdeck::health {

struct Path {
    int interface = 0; ///< its index
    std::string name;
    std::optional<IpAddress> gateway; ///< the server is not on the link
    IpAddress source;                 ///< which the kernel would choose; unspecified: none
    bool toOurselves = false;
};
/// Through this interface only, when it is named. NotFound: no route.
[[nodiscard]] Result<Path> lookUpPath(const IpAddress& destination, const std::string& interface, std::uint32_t mark);
/// From the kernel's neighbour table; nullopt: not known (now).
[[nodiscard]] std::optional<MacAddress> neighbour(const Path& path, const IpAddress& address);
/// An address of this director on the link, and not the virtual one: `wanted`, else what the kernel would take, else any that is not
/// just a single address (as VIPs are). Nullopt: there is none.
[[nodiscard]] std::optional<IpAddress> ownAddress(const Path& path, const std::optional<IpAddress>& wanted,
                                                  const IpAddress& vip);
/// Nullopt: no such interface, or its addresses are of another kind.
[[nodiscard]] std::optional<MacAddress> macOf(const Path& path);

} // namespace lvsdeck::health
