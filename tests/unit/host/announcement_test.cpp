// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/announcement.hpp"

#include <gtest/gtest.h>

namespace lvsdeck::host {
namespace {

constexpr MacAddress mac{0x02, 0, 0, 0, 0, 0x2a};

TEST(Announcement, AGratuitousArpAsksForTheAddressThatItCarries) {
    const auto packet = gratuitousArp(mac, *IpAddress::parse("192.0.2.10"));
    const std::array<std::uint8_t, 28> wanted{0,   1,   8,   0,   6,   4,    0,   1,         // Ethernet, IPv4, request
                                              2,   0,   0,   0,   0,   0x2a, 192, 0, 2, 10,  // sender
                                              255, 255, 255, 255, 255, 255,  192, 0, 2, 10}; // target
    EXPECT_EQ(packet, wanted);
}

TEST(Announcement, ANeighbourAdvertisementOverridesAndSaysWhetherWeRoute) {
    const IpAddress address = *IpAddress::parse("2001:db8::10");
    const auto packet = neighbourAdvertisement(mac, address, Forwards::Yes);
    EXPECT_EQ(packet[0], 136);
    EXPECT_EQ(packet[4], 0xa0);
    EXPECT_EQ(neighbourAdvertisement(mac, address, Forwards::No)[4], 0x20);
    EXPECT_TRUE(std::equal(address.bytes().begin(), address.bytes().end(), packet.begin() + 8));
    EXPECT_EQ(packet[24], 2);
    EXPECT_EQ(packet[25], 1);
    EXPECT_TRUE(std::equal(mac.begin(), mac.end(), packet.begin() + 26));
}

} // namespace
} // namespace lvsdeck::host
