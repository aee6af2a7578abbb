// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/announcement.hpp"

#include <algorithm>

namespace lvsdeck::host {

std::array<std::uint8_t, 28> gratuitousArp(const MacAddress& sender, const IpAddress& address) {
    std::array<std::uint8_t, 28> packet{0, 1,  // Ethernet
                                        8, 0,  // IPv4
                                        6, 4,  // their lengths
                                        0, 1}; // request
    std::ranges::copy(sender, packet.begin() + 8);
    std::ranges::copy(address.bytes().first(4), packet.begin() + 14);
    std::fill_n(packet.begin() + 18, 6, std::uint8_t{0xff});
    std::ranges::copy(address.bytes().first(4), packet.begin() + 24);
    return packet;
}

std::array<std::uint8_t, 32> neighbourAdvertisement(const MacAddress& sender, const IpAddress& address, Forwards forwards) {
    constexpr std::uint8_t router = 0x80;
    constexpr std::uint8_t override = 0x20;
    std::array<std::uint8_t, 32> packet{};
    packet[0] = 136;
    packet[4] = forwards == Forwards::Yes ? router | override : override;
    std::ranges::copy(address.bytes(), packet.begin() + 8);
    packet[24] = 2; // option: target link-layer address
    packet[25] = 1; // of 8 bytes
    std::ranges::copy(sender, packet.begin() + 26);
    return packet;
}

} // namespace lvsdeck::host
