// SPDX-License-Identifier: GPL-3.0-or-later
// Sending and receiving VRRP advertisements (IP protocol 112). Real: raw sockets joined to 224.0.0.18 (agent/vrrp);
// simulated: a network that delays, loses and parts (agent/simulated). Control thread only.
#pragma once

#include "common/base/error.hpp"
#include "common/base/ip_address.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lvsdeck {

/// An advertisement as it came in: the VRRP message without the IP header.
struct ReceivedAdvert {
    std::vector<std::uint8_t> message;
    IpAddress source;
    IpAddress destination;
    std::uint8_t ttl = 0;
};

/// A place to send from and listen on: one interface. Destroying it closes it.
class VrrpEndpoint {
public:
    VrrpEndpoint() = default;
    VrrpEndpoint(const VrrpEndpoint&) = delete;
    VrrpEndpoint& operator=(const VrrpEndpoint&) = delete;
    virtual ~VrrpEndpoint() = default;
    /// TTL 255, TOS 0xC0 (RFC 5798 section 5.1.1). `source` must be an address of the interface.
    [[nodiscard]] virtual Result<void> send(const IpAddress& source, const IpAddress& destination,
                                            std::span<const std::uint8_t> message) = 0;
};

class VrrpPort {
public:
    VrrpPort() = default;
    VrrpPort(const VrrpPort&) = delete;
    VrrpPort& operator=(const VrrpPort&) = delete;
    virtual ~VrrpPort() = default;
    /// `received` gets every VRRP message that arrives on the interface, own ones excluded. Fails when the interface does not exist
    /// or the capability is missing (CAP_NET_RAW).
    [[nodiscard]] virtual Result<std::unique_ptr<VrrpEndpoint>>
    open(const std::string& interface, Family family, std::function<void(const ReceivedAdvert&)> received) = 0;
};

} // namespace lvsdeck
