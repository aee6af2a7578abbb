// SPDX-License-Identifier: GPL-3.0-or-later
// Sending and receiving VRRP advertisements (IP protocol 112). Real: raw sockets (agent/vrrp);
// simulated: a network that delays, loses and parts (agent/simulated). Control thread only.
#pragma once

#include "common/base/error.hpp"
#include "common/base/ip_address.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lvsdeck {

/// An advertisement as it came in: the VRRP message without the IP header.
struct ReceivedAdvert {
    std::vector<std::uint8_t> message;
    IpAddress source;
    IpAddress destination;
    std::uint8_t ttl = 0; ///< IPv6: hop limit
};

/// Where to listen. With a group: what is sent to it, and what is sent to one of this host's addresses. Several may listen on one
/// interface; each hears its share, so a unicast message reaches all of them.
struct Listening {
    std::string interface;
    Family family = Family::V4;
    std::optional<IpAddress> group; ///< joined, of `family`; unset: unicast only
    bool operator==(const Listening&) const = default;
};

struct Outgoing {
    IpAddress
        source; ///< an address of this host, not necessarily of the interface; IPv6 link-local ones must be the interface's
    IpAddress destination;
    std::uint8_t ttl = 255;
};

/// A place to send from and listen on: one interface. Destroying it closes it.
class VrrpEndpoint {
public:
    VrrpEndpoint() = default;
    VrrpEndpoint(const VrrpEndpoint&) = delete;
    VrrpEndpoint& operator=(const VrrpEndpoint&) = delete;
    virtual ~VrrpEndpoint() = default;
    /// IPv4 with TOS 0xC0 as keepalived. Leaves by the interface; a unicast destination may be behind a gateway.
    [[nodiscard]] virtual Result<void> send(const Outgoing& where, std::span<const std::uint8_t> message) = 0;
};

class VrrpPort {
public:
    VrrpPort() = default;
    VrrpPort(const VrrpPort&) = delete;
    VrrpPort& operator=(const VrrpPort&) = delete;
    virtual ~VrrpPort() = default;
    /// `received` gets every VRRP message that arrives there, own ones excluded. Fails when the interface does not exist
    /// or the capability is missing (CAP_NET_RAW).
    [[nodiscard]] virtual Result<std::unique_ptr<VrrpEndpoint>>
    open(const Listening& listening, std::function<void(const ReceivedAdvert&)> received) = 0;
};

} // namespace lvsdeck
