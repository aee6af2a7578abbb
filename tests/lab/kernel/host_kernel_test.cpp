// SPDX-License-Identifier: GPL-3.0-or-later
// The host's part against the real kernel: addresses, news about them, and announcements as they arrive at
// the other end of a cable. Runs in its own network namespace.
#include "agent/host/netlink_host.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>

namespace lvsdeck::host {
namespace {

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

class RealHost : public testing::Test {
protected:
    void SetUp() override {
        run("ip link add left type veth peer name right");
        run("ip link set left up");
        run("ip link set right up");
        run("ip address add 192.0.2.1/24 dev left");
    }
    void TearDown() override { run("ip link del left"); }

    static void run(const std::string& command) { EXPECT_EQ(std::system(command.c_str()), 0) << command; }

    Link link(const std::string& name) {
        const auto links = host.links();
        EXPECT_TRUE(links);
        const auto found = std::ranges::find(*links, name, &Link::name);
        EXPECT_NE(found, links->end());
        return *found;
    }
    bool holds(const std::string& name, const InterfaceAddress& address) {
        const Link found = link(name);
        return std::ranges::find(found.addresses, address) != found.addresses.end();
    }

    boost::asio::io_context loop;
    NetlinkHost host{loop};
    InterfaceAddress vip{ip("192.0.2.10"), 32, ""};
    InterfaceAddress vip6{ip("2001:db8::10"), 128, ""};
};

TEST_F(RealHost, TellsLinksWithTheirAddressesAndWhetherTheyAreUp) {
    EXPECT_TRUE(link("left").up);
    EXPECT_TRUE(link("lo").loopback);
    EXPECT_EQ(link("left").index, static_cast<int>(if_nametoindex("left")));
    EXPECT_TRUE(holds("left", {ip("192.0.2.1"), 24, ""}));
    run("ip link set right down");
    EXPECT_FALSE(link("left").up) << "no carrier";
}

TEST_F(RealHost, AddsAndRemovesAddressesAndBothMayBeDoneTwice) {
    for (const InterfaceAddress& address : {vip, vip6, InterfaceAddress{ip("192.0.2.11"), 24, "left:web"}}) {
        ASSERT_TRUE(host.addAddress("left", address, {}));
        ASSERT_TRUE(host.addAddress("left", address, {}));
        EXPECT_TRUE(holds("left", address)) << address.address.toString();
        ASSERT_TRUE(host.removeAddress("left", address));
        ASSERT_TRUE(host.removeAddress("left", address));
        EXPECT_FALSE(holds("left", address));
    }
    EXPECT_TRUE(holds("left", {ip("192.0.2.1"), 24, ""}));
    run("test \"$(ip -4 -o address show dev left | grep -c brd)\" = 0");
}

TEST_F(RealHost, AnIpv6AddressServesAtOnceAndIsNotChosenAsASource) {
    ASSERT_TRUE(host.addAddress("left", vip6, {}));
    run("ip -6 -o address show dev left | grep 2001:db8::10/128 | grep nodad | grep -q deprecated");
    run("ip -6 -o address show dev left | grep 2001:db8::10/128 | grep -qv tentative");
}

TEST_F(RealHost, AnInterfaceThatIsNotThereIsNamed) {
    EXPECT_EQ(host.addAddress("eth99", vip, {}).error().code, ErrorCode::NotFound);
    EXPECT_NE(host.addAddress("eth99", vip, {}).error().text.find("eth99"), std::string::npos);
    EXPECT_TRUE(host.removeAddress("eth99", vip));
    EXPECT_EQ(host.announce("eth99", vip.address).error().code, ErrorCode::NotFound);
}

TEST_F(RealHost, HearsOfChangesByAnybody) {
    int told = 0;
    host.watch([&] { ++told; });
    const auto hears = [&](const std::string& command) {
        loop.restart();
        loop.poll();
        told = 0;
        run(command);
        for (int round = 0; round < 50 && told == 0; ++round) {
            loop.restart();
            loop.run_for(std::chrono::milliseconds(100));
        }
        return told > 0;
    };
    EXPECT_TRUE(hears("ip address add 192.0.2.77/32 dev left"));
    EXPECT_TRUE(hears("ip address del 192.0.2.77/32 dev left"));
    EXPECT_TRUE(hears("ip link set left down"));
    EXPECT_TRUE(hears("ip address add 2001:db8::77/64 dev right nodad"));
}

/// What comes out at the far end of the cable.
class Tap {
public:
    explicit Tap(std::uint16_t protocol) : m_socket(::socket(AF_PACKET, SOCK_RAW, htons(protocol))) {
        sockaddr_ll where{};
        where.sll_family = AF_PACKET;
        where.sll_protocol = htons(protocol);
        where.sll_ifindex = static_cast<int>(if_nametoindex("right"));
        EXPECT_EQ(::bind(m_socket.get(), static_cast<const sockaddr*>(static_cast<const void*>(&where)), sizeof where), 0);
        const timeval limit{5, 0};
        ::setsockopt(m_socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    /// The next frame that `wanted` accepts; empty after five seconds without.
    template <class Wanted> std::vector<std::uint8_t> next(Wanted wanted) {
        for (;;) {
            std::array<std::uint8_t, 2048> frame;
            const ssize_t size = ::recv(m_socket.get(), frame.data(), frame.size(), 0);
            if (size <= 0)
                return {};
            std::vector<std::uint8_t> bytes(frame.begin(), frame.begin() + size);
            if (wanted(bytes))
                return bytes;
        }
    }

private:
    Descriptor m_socket;
};

TEST_F(RealHost, GratuitousArpArrivesAsABroadcastForTheAddress) {
    Tap tap(ETH_P_ARP);
    ASSERT_TRUE(host.announce("left", vip.address));
    const auto frame = tap.next([](const auto& bytes) { return bytes.size() >= 42; });
    ASSERT_GE(frame.size(), 42U);
    EXPECT_TRUE(std::all_of(frame.begin(), frame.begin() + 6, [](std::uint8_t byte) { return byte == 0xff; }));
    EXPECT_TRUE(std::equal(frame.begin() + 6, frame.begin() + 12, frame.begin() + 22)) << "sender is the interface itself";
    const std::array<std::uint8_t, 4> address{192, 0, 2, 10};
    EXPECT_TRUE(std::equal(address.begin(), address.end(), frame.begin() + 28));
    EXPECT_TRUE(std::equal(address.begin(), address.end(), frame.begin() + 38));
    EXPECT_TRUE(host.announce("lo", vip.address)) << "there is nobody to tell";
}

TEST_F(RealHost, ANeighbourAdvertisementArrivesFromTheAddressWithItsChecksum) {
    Tap tap(ETH_P_IPV6);
    ASSERT_TRUE(host.addAddress("left", vip6, {}));
    const auto announced = host.announce("left", vip6.address);
    ASSERT_TRUE(announced) << announced.error().text;
    const auto frame = tap.next([&](const auto& bytes) {
        return bytes.size() >= 86 && bytes[54] == 136 &&
               std::equal(vip6.address.bytes().begin(), vip6.address.bytes().end(), bytes.begin() + 62);
    });
    ASSERT_GE(frame.size(), 86U);
    EXPECT_EQ(frame[21], 255) << "hop limit";
    EXPECT_TRUE(std::equal(vip6.address.bytes().begin(), vip6.address.bytes().end(), frame.begin() + 22));
    EXPECT_EQ(frame[58] & 0x20, 0x20);
    std::uint32_t sum = 32 + 58; // pseudo header: length and next header
    for (std::size_t i = 22; i < 86; i += 2)
        sum += static_cast<std::uint32_t>(frame[i] << 8U | frame[i + 1]);
    while (sum > 0xffff)
        sum = (sum & 0xffffU) + (sum >> 16U);
    EXPECT_EQ(sum, 0xffffU);
}

} // namespace
} // namespace lvsdeck::host
