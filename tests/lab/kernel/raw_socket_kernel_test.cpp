// SPDX-License-Identifier: GPL-3.0-or-later
// VRRP through raw sockets over a real cable: groups, unicast, both families, macvlans. Both ends are in one network namespace, with
// what that needs (accept_local) set.
#include "agent/host/netlink_network.hpp"
#include "agent/vrrp/packet.hpp"
#include "agent/vrrp/raw_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>

namespace lvsdeck::vrrp {
namespace {

using namespace std::chrono_literals;

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }
void run(const std::string& command) { EXPECT_EQ(std::system(command.c_str()), 0) << command; }

struct Ear {
    std::unique_ptr<VrrpEndpoint> endpoint;
    std::vector<ReceivedAdvert> heard;
};

class RawSockets : public testing::Test {
protected:
    void SetUp() override {
        run("ip link add left type veth peer name right");
        for (const std::string name : {"left", "right"}) {
            run("ip link set " + name + " up");
            run("sysctl -qw net.ipv4.conf." + name + ".accept_local=1 net.ipv4.conf." + name + ".rp_filter=0");
        }
        run("ip address add 10.1.1.1/24 dev left");
        run("ip address add 10.1.1.2/24 dev right");
        run("ip address flush dev left scope link; ip address flush dev right scope link");
        run("ip -6 address add fe80::a/64 dev left nodad; ip -6 address add fe80::b/64 dev right nodad");
        run("ip -6 address add 2001:db8::1/64 dev left nodad; ip -6 address add 2001:db8::2/64 dev right nodad");
    }
    void TearDown() override { run("ip link del left"); }

    void open(Ear& ear, const std::string& interface, Family family, std::optional<IpAddress> group) {
        auto opened = port.open({interface, family, group}, [&ear](const ReceivedAdvert& one) { ear.heard.push_back(one); });
        ASSERT_TRUE(opened) << opened.error().text;
        ear.endpoint = std::move(*opened);
    }
    /// Lets packets arrive; until `ear` heard something, or 300 ms of silence.
    void wait(const Ear& ear) {
        for (int i = 0; i < 30 && ear.heard.empty(); ++i) {
            loop.restart();
            loop.run_for(10ms);
        }
    }
    static Advert advert(Family family) {
        Advert out;
        out.vrid = 51;
        out.priority = 100;
        out.addresses = {family == Family::V4 ? ip("10.1.1.10") : ip("fe80::10")};
        return out;
    }

    boost::asio::io_context loop;
    RawSocketPort port{loop};
};

TEST_F(RawSockets, MulticastArrivesWithItsTtlAndNotAtTheSender) {
    for (const Family family : {Family::V4, Family::V6}) {
        Ear left;
        Ear right;
        const IpAddress group = multicastGroup(family);
        open(left, "left", family, group);
        open(right, "right", family, group);
        const IpAddress source = family == Family::V4 ? ip("10.1.1.1") : ip("fe80::a");
        const auto message = encode(advert(family), source, group);
        const auto sent = left.endpoint->send({source, group}, *message);
        ASSERT_TRUE(sent) << sent.error().text;
        wait(right);
        ASSERT_EQ(right.heard.size(), 1U);
        EXPECT_TRUE(left.heard.empty());
        const ReceivedAdvert& one = right.heard.front();
        EXPECT_EQ(one.ttl, 255);
        EXPECT_EQ(one.source, source);
        EXPECT_EQ(one.destination, group);
        EXPECT_EQ(one.message, *message);
        Expected ours;
        ours.addresses = advert(family).addresses;
        EXPECT_TRUE(receive(one, ours)) << "its checksum is right";
        ASSERT_TRUE(left.endpoint->send({source, group, 254}, *message));
        right.heard.clear();
        wait(right);
        ASSERT_EQ(right.heard.size(), 1U);
        EXPECT_EQ(right.heard.front().ttl, 254);
    }
}

TEST_F(RawSockets, OnlyTheGroupAskedForIsHeard) {
    for (const Family family : {Family::V4, Family::V6}) {
        const bool v4 = family == Family::V4;
        const IpAddress other = v4 ? ip("224.0.0.77") : ip("ff02::77");
        const IpAddress source = v4 ? ip("10.1.1.1") : ip("fe80::a");
        Ear left;
        Ear usual;
        Ear special;
        Ear unicast;
        open(left, "left", family, {});
        open(usual, "right", family, multicastGroup(family));
        open(special, "right", family, other);
        open(unicast, "right", family, {});
        ASSERT_TRUE(left.endpoint->send({source, other}, *encode(advert(family), source, other)));
        wait(special);
        EXPECT_EQ(special.heard.size(), 1U);
        EXPECT_TRUE(usual.heard.empty());
        EXPECT_TRUE(unicast.heard.empty());
    }
}

TEST_F(RawSockets, IPv6UnicastAndMulticastComeFromTheSourceAskedFor) {
    Ear left;
    Ear right;
    open(left, "left", Family::V6, {});
    open(right, "right", Family::V6, multicastGroup(Family::V6));
    const auto sent = left.endpoint->send({ip("2001:db8::1"), multicastGroup(Family::V6)},
                                          *encode(advert(Family::V6), ip("2001:db8::1"), multicastGroup(Family::V6)));
    ASSERT_TRUE(sent) << sent.error().text;
    wait(right);
    ASSERT_EQ(right.heard.size(), 1U);
    EXPECT_EQ(right.heard.front().source, ip("2001:db8::1"));
    EXPECT_FALSE(left.endpoint->send({ip("2001:db8::99"), multicastGroup(Family::V6)},
                                     *encode(advert(Family::V6), ip("2001:db8::99"), multicastGroup(Family::V6))))
        << "not an address of this host";
}

/// The far end in a namespace of its own; what it receives is seen by tcpdump, what it sends comes from keepalived's own words.
TEST_F(RawSockets, UnicastReachesAnotherHostAndItsAnswerComesBack) {
    run("ip netns add far && ip link set right netns far && ip -n far link set right up && ip -n far address add "
        "10.1.1.2/24 dev right "
        "&& ip -n far -6 address add 2001:db8::2/64 dev right nodad");
    Ear left;
    Ear left6;
    open(left, "left", Family::V4, {});
    open(left6, "left", Family::V6, {});
    run("(timeout 10 ip netns exec far tcpdump -c 2 -vni right 'ip proto 112 or ip6 proto 112' > /tmp/lvsdeck_unicast 2> "
        "/dev/null &) ; sleep 1.5");
    const auto sent = left.endpoint->send({ip("10.1.1.1"), ip("10.1.1.2"), 64},
                                          *encode(advert(Family::V4), ip("10.1.1.1"), ip("10.1.1.2")));
    ASSERT_TRUE(sent) << sent.error().text;
    const auto sent6 = left6.endpoint->send({ip("2001:db8::1"), ip("2001:db8::2")},
                                            *encode(advert(Family::V6), ip("2001:db8::1"), ip("2001:db8::2")));
    ASSERT_TRUE(sent6) << sent6.error().text;
    run("for i in $(seq 40); do [ $(grep -c VRRP /tmp/lvsdeck_unicast) -ge 2 ] && break; sleep 0.1; done; cat "
        "/tmp/lvsdeck_unicast; "
        "grep -q 'ttl 64' /tmp/lvsdeck_unicast && grep -q 'tos 0xc0' /tmp/lvsdeck_unicast && grep -q 'hlim 255' "
        "/tmp/lvsdeck_unicast; s=$?; "
        "rm -f /tmp/lvsdeck_unicast; exit $s");
    run("cat > /tmp/lvsdeck_peer.conf << 'E'\n"
        "vrrp_instance A {\n state BACKUP\n interface right\n virtual_router_id 7\n priority 100\n version 3\n advert_int "
        "0.1\n"
        " unicast_src_ip 10.1.1.2\n unicast_peer {\n 10.1.1.1\n }\n virtual_ipaddress {\n 10.1.1.10\n }\n}\n"
        "vrrp_instance B {\n state BACKUP\n interface right\n virtual_router_id 8\n priority 100\n version 3\n advert_int "
        "0.1\n"
        " unicast_src_ip 2001:db8::2\n unicast_peer {\n 2001:db8::1\n }\n virtual_ipaddress {\n 2001:db8::10\n }\n}\nE\n"
        "(timeout 20 ip netns exec far keepalived -n -l -P -f /tmp/lvsdeck_peer.conf -p /tmp/lvsdeck_peer.p -r "
        "/tmp/lvsdeck_peer.r "
        "> /dev/null 2>&1 & echo $! > /tmp/lvsdeck_peer.pid)");
    for (int i = 0; i < 100 && (left.heard.empty() || left6.heard.empty()); ++i) {
        loop.restart();
        loop.run_for(100ms);
    }
    run("kill $(cat /tmp/lvsdeck_peer.pid); rm -f /tmp/lvsdeck_peer.*; ip -n far link del right; ip netns del far; ip link "
        "add left type veth peer name right");
    ASSERT_FALSE(left.heard.empty());
    ASSERT_FALSE(left6.heard.empty());
    EXPECT_TRUE(receive(left.heard.front(), {3, 100ms, {}, {ip("10.1.1.10")}}).has_value() ||
                left.heard.front().destination == ip("10.1.1.1"));
    EXPECT_EQ(left.heard.front().source, ip("10.1.1.2"));
    EXPECT_EQ(left.heard.front().destination, ip("10.1.1.1"));
    EXPECT_EQ(left6.heard.front().source, ip("2001:db8::2"));
    EXPECT_EQ(left6.heard.front().destination, ip("2001:db8::1"));
    EXPECT_EQ(left6.heard.front().ttl, 64) << "keepalived leaves the hop limit of IPv6 unicast to the kernel";
    EXPECT_EQ(peekVrid(left6.heard.front().message), 8);
}

TEST_F(RawSockets, TwoMacvlansWithTheSameMacHearEachOther) {
    host::NetlinkNetwork network(loop);
    for (const Family family : {Family::V4, Family::V6}) {
        const bool v4 = family == Family::V4;
        const MacAddress mac{0, 0, 0x5e, 0, static_cast<std::uint8_t>(v4 ? 1 : 2), 51};
        const auto first = network.addMacvlan("vrrp.51", "left", mac, {family});
        ASSERT_TRUE(first) << first.error().text;
        const auto second = network.addMacvlan("peer.51", "right", mac, {family});
        ASSERT_TRUE(second) << second.error().text;
        Ear left;
        Ear right;
        const IpAddress group = multicastGroup(family);
        open(left, "vrrp.51", family, group);
        open(right, "peer.51", family, group);
        Ear below;
        open(below, "right", family, group);
        const IpAddress source = v4 ? ip("10.1.1.1") : ip("fe80::a");
        const auto sent = left.endpoint->send({source, group}, *encode(advert(family), source, group));
        ASSERT_TRUE(sent) << sent.error().text;
        wait(right);
        ASSERT_EQ(right.heard.size(), 1U);
        EXPECT_EQ(right.heard.front().source, source);
        EXPECT_TRUE(left.heard.empty());
        EXPECT_TRUE(below.heard.empty()) << "a frame from the own virtual MAC is the macvlan's alone: listen there";
        left.endpoint.reset();
        right.endpoint.reset();
        EXPECT_TRUE(network.removeMacvlan("vrrp.51"));
        EXPECT_TRUE(network.removeMacvlan("peer.51"));
    }
}

TEST_F(RawSockets, MembershipReportsOfAMacvlanLeaveByItsBase) {
    host::NetlinkNetwork network(loop);
    const auto made = network.addMacvlan("vrrp.51", "left", {0, 0, 0x5e, 0, 1, 51}, {Family::V4});
    ASSERT_TRUE(made) << made.error().text;
    const auto sender = [this](const IpAddress& group) {
        run("(timeout 5 tcpdump -c 1 -eni right 'igmp' > /tmp/lvsdeck_igmp 2> /dev/null &) ; sleep 1.2");
        Ear ear;
        open(ear, "vrrp.51", Family::V4, group);
        run("for i in $(seq 40); do grep -q igmp /tmp/lvsdeck_igmp && break; sleep 0.1; done; grep -q igmp "
            "/tmp/lvsdeck_igmp");
        const bool virtualMac = std::system("grep -q '00:00:5e:00:01:33 >' /tmp/lvsdeck_igmp") == 0;
        run("rm -f /tmp/lvsdeck_igmp");
        return virtualMac ? "macvlan" : "base";
    };
    EXPECT_STREQ(sender(multicastGroup(Family::V4)), "base");
    run("nft delete table ip lvsdeck");
    EXPECT_STREQ(sender(ip("224.0.0.77")), "macvlan") << "or this test would see nothing";
    EXPECT_TRUE(network.removeMacvlan("vrrp.51"));
}

TEST_F(RawSockets, WhatCannotBeListenedToIsSaid) {
    EXPECT_EQ(port.open({"eth99", Family::V4, {}}, {}).error().code, ErrorCode::NotFound);
    EXPECT_EQ(port.open({"left", Family::V4, ip("10.1.1.7")}, {}).error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(port.open({"left", Family::V4, ip("ff02::12")}, {}).error().code, ErrorCode::InvalidInput);
}

} // namespace
} // namespace lvsdeck::vrrp
