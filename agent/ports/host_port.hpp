// SPDX-License-Identifier: GPL-3.0-or-later
// What the agent asks of the host's network: links, addresses, gratuitous ARP. Real: rtnetlink and AF_PACKET (agent/host);
// simulated: agent/simulated. Control thread only; calls are short (kernel round trips), never wait for the network.
#pragma once

#include "agent/ports/mac_address.hpp"
#include "common/base/error.hpp"
#include "common/base/ip_address.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck {

struct InterfaceAddress {
    IpAddress address;
    std::uint8_t prefixLength = 0;
    std::string label;
    bool operator==(const InterfaceAddress&) const = default;
};

/// How an address is added, besides the address itself; unset is what keepalived does when its configuration says nothing. The names
/// are those of ip-address(8).
struct AddressOptions {
    std::string broadcast;             ///< IPv4: "": none; "+": all host bits set; "-": all clear; or an address
    std::optional<std::uint8_t> scope; ///< IPv4: rtnetlink's number; unset: global
    std::optional<IpAddress> peer;     ///< the other end of a point-to-point link; the prefix is then the peer's
    std::optional<std::uint32_t> preferredLifetime; ///< IPv6, seconds, ~0: forever; unset: forever, 0 for a /128
    bool home = false;
    bool noDad = false; ///< keepalived's "-nodad": duplicate detection after all, which IPv6 addresses otherwise do without
    bool managedTemporary = false;
    bool noPrefixRoute = false;
    bool autojoin = false;
    bool operator==(const AddressOptions&) const = default;
};

struct Link {
    std::string name;
    int index = 0;
    bool up = false; ///< administratively up and carrier
    bool loopback = false;
    std::vector<InterfaceAddress> addresses;
    MacAddress mac{}; ///< zeros where there is none
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
    [[nodiscard]] virtual Result<void> addAddress(const std::string& device, const InterfaceAddress& address,
                                                  const AddressOptions& options) = 0;
    /// With or without a peer.
    [[nodiscard]] virtual Result<void> removeAddress(const std::string& device, const InterfaceAddress& address) = 0;
    /// One gratuitous ARP request (sender = target = address, broadcast); IPv6: unsolicited neighbour advertisement.
    [[nodiscard]] virtual Result<void> announce(const std::string& device, const IpAddress& address) = 0;
    /// `changed` is called on the control thread after links or addresses changed (by anybody); coalesced.
    virtual void watch(std::function<void()> changed) = 0;
};

} // namespace lvsdeck
