// SPDX-License-Identifier: GPL-3.0-or-later
// Sends announcements. Keeps one packet socket and one ICMPv6 socket open, because closing a packet socket
// makes the kernel wait for all processors. Owned by NetlinkHost; one thread; needs CAP_NET_RAW.
#pragma once

#include "agent/host/announcement.hpp"
#include "agent/host/descriptor.hpp"
#include "common/base/error.hpp"

#include <string>

namespace lvsdeck::host {

class Announcer {
public:
    /// One packet. On the loopback interface there is nobody to tell, and nothing happens. Unsupported on an
    /// interface that is not Ethernet.
    [[nodiscard]] Result<void> announce(const std::string& device, const IpAddress& address);

private:
    struct Device {
        int index = 0;
        bool loopback = false;
        MacAddress mac{};
    };
    [[nodiscard]] Result<void> open(Family family);
    [[nodiscard]] Result<Device> find(const std::string& device) const;
    [[nodiscard]] Result<void> sendArp(const Device& device, const IpAddress& address) const;
    [[nodiscard]] Result<void> sendAdvertisement(const std::string& name, const Device& device,
                                                 const IpAddress& address) const;

    Descriptor m_packet;
    Descriptor m_icmp;
};

} // namespace lvsdeck::host
