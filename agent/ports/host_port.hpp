// SPDX-License-Identifier: GPL-3.0-or-later
// What the agent asks of the host's network: links, addresses, gratuitous ARP. Real: rtnetlink and AF_PACKET (agent/host);
// simulated: agent/simulated. Control thread only; calls are short (kernel round trips), never wait for the network.
#pragma once

#include "common/base/error.hpp"
#include "common/base/ip_address.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace lvsdeck {

struct InterfaceAddress {
    IpAddress address;
    std::uint8_t prefixLength = 0;
    std::string label;
    bool operator==(const InterfaceAddress&) const = default;
};

struct Link {
    std::string name;
    int index = 0;
    bool up = false; ///< administratively up and carrier
    bool loopback = false;
    std::vector<InterfaceAddress> addresses;
    bool operator==(const Link&) const = default;
};

class HostPort {
public:
    HostPort() = default;
    HostPort(const HostPort&) = delete;
    HostPort& operator=(const HostPort&) = delete;
    virtual ~HostPort() = default;

    [[nodiscard]] virtual Result<std::vector<Link>> links() = 0;
    /// Adding one that is there, or removing one that is not, succeeds.
    [[nodiscard]] virtual Result<void> addAddress(const std::string& device, const InterfaceAddress& address) = 0;
    [[nodiscard]] virtual Result<void> removeAddress(const std::string& device, const InterfaceAddress& address) = 0;
    /// One gratuitous ARP request (sender = target = address, broadcast); IPv6: unsolicited neighbour advertisement.
    [[nodiscard]] virtual Result<void> announce(const std::string& device, const IpAddress& address) = 0;
    /// `changed` is called on the control thread after links or addresses changed (by anybody); coalesced.
    virtual void watch(std::function<void()> changed) = 0;
};

} // namespace lvsdeck
