// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/packet.hpp"
#include "common/base/json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lvsdeck::vrrp {
namespace {

using std::chrono::milliseconds;

IpAddress ip(const char* text) { return *IpAddress::parse(text); }

std::vector<std::uint8_t> hex(std::string_view text) {
    std::string digits;
    for (const char c : text)
        if (c != ' ')
            digits.push_back(c);
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    return bytes;
}

struct Vector {
    const char* name;
    Advert advert;
    const char* source;
    const char* destination;
    const char* bytes;
};

const std::vector<Vector>& vectors() {
    static const std::vector<Vector> all{
        {"v2, no authentication",
         {2, 51, 100, milliseconds(1000), "", {ip("192.168.200.16")}},
         "192.168.200.1",
         "224.0.0.18",
         "21 33 64 01 00 01 f2 10 c0a8c810 0000000000000000"},
        {"v2, PASS 1111, three addresses",
         {2, 51, 100, milliseconds(1000), "1111", {ip("192.168.200.16"), ip("192.168.200.17"), ip("192.168.200.18")}},
         "192.168.200.1",
         "224.0.0.18",
         "21 33 64 03 01 01 7d 36 c0a8c810 c0a8c811 c0a8c812 31313131 00000000"},
        {"v2, resignation",
         {2, 51, 0, milliseconds(1000), "", {ip("192.168.200.16")}},
         "192.168.200.1",
         "224.0.0.18",
         "21 33 00 01 00 01 56 11 c0a8c810 0000000000000000"},
        {"v3, 100 cs",
         {3, 51, 100, milliseconds(1000), "", {ip("192.168.200.16")}},
         "192.168.200.1",
         "224.0.0.18",
         "31 33 64 01 00 64 78 74 c0a8c810"},
        {"v3, unicast destination in the pseudo header",
         {3, 51, 100, milliseconds(1000), "", {ip("192.168.200.16")}},
         "192.168.200.1",
         "192.168.200.2",
         "31 33 64 01 00 64 cf db c0a8c810"},
        {"v3 on IPv6",
         {3, 52, 150, milliseconds(1000), "", {ip("fe80::1"), ip("2001:db8::10")}},
         "fe80::a",
         "ff02::12",
         "31 34 96 02 00 64 0d e2 fe800000000000000000000000000001 20010db8000000000000000000000010"},
    };
    return all;
}

Expected expectedOf(const Advert& advert) { return {advert.version, advert.interval, advert.password, advert.addresses}; }

TEST(Packet, EncodesTheKnownVectors) {
    for (const Vector& vector : vectors()) {
        const auto bytes = encode(vector.advert, ip(vector.source), ip(vector.destination));
        ASSERT_TRUE(bytes) << vector.name;
        EXPECT_EQ(*bytes, hex(vector.bytes)) << vector.name;
    }
}

TEST(Packet, AcceptsTheKnownMulticastVectors) {
    for (const Vector& vector : vectors()) {
        if (!ip(vector.destination).isMulticast())
            continue;
        const ReceivedAdvert received{hex(vector.bytes), ip(vector.source), ip(vector.destination), 255};
        const auto advert = receive(received, expectedOf(vector.advert));
        ASSERT_TRUE(advert) << vector.name << ": " << advert.error().text;
        EXPECT_EQ(*advert, vector.advert) << vector.name;
    }
}

class Checks : public testing::Test {
protected:
    Checks() {
        v2.version = 2;
        v2.vrid = 51;
        v2.priority = 100;
        v2.password = "1111";
        v2.addresses = {ip("192.168.200.16"), ip("192.168.200.17")};
        v3 = v2;
        v3.version = 3;
        v3.password.clear();
    }

    static ReceivedAdvert wire(const Advert& advert) {
        const IpAddress source = ip("192.168.200.1");
        return {*encode(advert, source, multicastGroup(Family::V4)), source, multicastGroup(Family::V4), 255};
    }

    static std::string verdict(const ReceivedAdvert& received, const Advert& ours) {
        const auto advert = receive(received, expectedOf(ours));
        return advert ? "accepted" : json::toWord(advert.error().reason);
    }

    Advert v2;
    Advert v3;
};

TEST_F(Checks, RFC3768_7_1_TtlMustBe255) {
    ReceivedAdvert received = wire(v2);
    received.ttl = 254;
    EXPECT_EQ(verdict(received, v2), "ttl");
}

TEST_F(Checks, RFC3768_7_1_AnotherVersionIsNamedAsSuch) {
    EXPECT_EQ(verdict(wire(v3), v2), "version");
    EXPECT_EQ(verdict(wire(v2), v3), "version");
}

TEST_F(Checks, RFC3768_7_1_LengthMustMatchExactly) {
    for (const Advert& advert : {v2, v3}) {
        ReceivedAdvert longer = wire(advert);
        longer.message.push_back(0);
        EXPECT_EQ(verdict(longer, advert), "length");
        ReceivedAdvert shorter = wire(advert);
        shorter.message.pop_back();
        EXPECT_EQ(verdict(shorter, advert), "length");
        shorter.message.resize(7);
        EXPECT_EQ(verdict(shorter, advert), "length");
        shorter.message.clear();
        EXPECT_EQ(verdict(shorter, advert), "length");
    }
}

TEST_F(Checks, RFC3768_7_1_AuthenticationMustBeOurs) {
    Advert none = v2;
    none.password.clear();
    EXPECT_EQ(verdict(wire(none), v2), "authentication");
    EXPECT_EQ(verdict(wire(v2), none), "authentication");
    Advert other = v2;
    other.password = "11112";
    EXPECT_EQ(verdict(wire(other), v2), "password");
    other.password = "111";
    EXPECT_EQ(verdict(wire(other), v2), "password");
    ReceivedAdvert header = wire(v2);
    header.message[4] = 2;
    EXPECT_EQ(verdict(header, v2), "authentication");
}

TEST_F(Checks, RFC3768_7_1_IntervalMustBeOursInVersion2Only) {
    Advert slow = v2;
    slow.interval = milliseconds(2000);
    EXPECT_EQ(verdict(wire(slow), v2), "interval");
    Advert fast = v3;
    fast.interval = milliseconds(10);
    EXPECT_EQ(verdict(wire(fast), v3), "accepted");
}

TEST_F(Checks, KeepalivedAVersion3IntervalOfZeroIsNotLearned) {
    ReceivedAdvert received = wire(v3);
    received.message[4] = received.message[5] = 0;
    EXPECT_EQ(verdict(received, v3), "interval");
}

TEST_F(Checks, RFC5798_5_2_7_TheIntervalHasTwelveBits) {
    Advert slow = v3;
    slow.interval = milliseconds(40950);
    const auto advert = receive(wire(slow), expectedOf(v3));
    ASSERT_TRUE(advert);
    EXPECT_EQ(advert->interval, milliseconds(40950));
}

TEST_F(Checks, RFC3768_7_1_OnlyAdvertisementsExist) {
    ReceivedAdvert received = wire(v3);
    received.message[0] = 0x32;
    EXPECT_EQ(verdict(received, v3), "type");
}

TEST_F(Checks, RFC5798_7_1_ChecksumMustBeRight) {
    for (const Advert& advert : {v2, v3}) {
        ReceivedAdvert received = wire(advert);
        received.message[2] ^= 1U;
        EXPECT_EQ(verdict(received, advert), "checksum");
    }
}

TEST_F(Checks, RFC5798_5_2_8_TheVersion3ChecksumCoversTheSource) {
    ReceivedAdvert received = wire(v3);
    received.source = ip("192.168.200.9");
    EXPECT_EQ(verdict(received, v3), "checksum");
    received = wire(v2);
    received.source = ip("192.168.200.9");
    EXPECT_EQ(verdict(received, v2), "accepted");
}

TEST_F(Checks, KeepalivedTheListOfAddressesMustAgreeInAnyOrder) {
    Advert other = v3;
    std::swap(other.addresses[0], other.addresses[1]);
    EXPECT_EQ(verdict(wire(other), v3), "accepted");
    other.addresses[0] = ip("192.168.200.99");
    EXPECT_EQ(verdict(wire(other), v3), "address-list");
    other.addresses.pop_back();
    EXPECT_EQ(verdict(wire(other), v3), "address-count");
}

TEST_F(Checks, KeepalivedUnicastIsNotForAMulticastInstance) {
    const IpAddress source = ip("192.168.200.1");
    const IpAddress own = ip("192.168.200.2");
    EXPECT_EQ(verdict({*encode(v3, source, own), source, own, 255}, v3), "destination");
}

TEST(Packet, RefusesWhatDoesNotFitItsFields) {
    const IpAddress source = ip("192.168.200.1");
    const IpAddress group = multicastGroup(Family::V4);
    Advert advert{3, 51, 100, milliseconds(1000), "", {ip("192.168.200.16")}};
    const auto refused = [&](auto change) {
        Advert changed = advert;
        change(changed);
        return !encode(changed, source, group);
    };
    EXPECT_TRUE(refused([](Advert& a) { a.version = 4; }));
    EXPECT_TRUE(refused([](Advert& a) { a.interval = milliseconds(5); }));
    EXPECT_TRUE(refused([](Advert& a) { a.interval = milliseconds(40960); }));
    EXPECT_TRUE(refused([](Advert& a) { a.version = 2, a.interval = milliseconds(500); }));
    EXPECT_TRUE(refused([](Advert& a) { a.version = 2, a.password = "123456789"; }));
    EXPECT_TRUE(refused([](Advert& a) { a.addresses.push_back(*IpAddress::parse("fe80::1")); }));
    EXPECT_TRUE(refused([](Advert& a) { a.addresses.resize(256); }));
    EXPECT_FALSE(refused([](Advert& a) { a.addresses.resize(255); }));
}

RC_GTEST_PROP(PacketProperty, WhatOneSendsTheOtherReads, ()) {
    Advert advert;
    advert.version = *rc::gen::element<std::uint8_t>(2, 3);
    const Family family = advert.version == 3 ? *rc::gen::element(Family::V4, Family::V6) : Family::V4;
    advert.vrid = *rc::gen::inRange<std::uint8_t>(1, 255);
    advert.priority = *rc::gen::arbitrary<std::uint8_t>();
    advert.interval =
        advert.version == 2 ? milliseconds(1000 * *rc::gen::inRange(1, 256)) : milliseconds(10 * *rc::gen::inRange(1, 4096));
    if (advert.version == 2)
        advert.password = (*rc::gen::string<std::string>()).substr(0, 8);
    // A NUL ends a password on the wire.
    advert.password = advert.password.substr(0, advert.password.find('\0'));
    const std::size_t width = family == Family::V4 ? 4 : 16;
    const auto address =
        rc::gen::map(rc::gen::container<std::vector<std::uint8_t>>(width, rc::gen::arbitrary<std::uint8_t>()),
                     [&](const std::vector<std::uint8_t>& b) { return IpAddress::fromBytes(family, b); });
    advert.addresses = *rc::gen::container<std::vector<IpAddress>>(*rc::gen::inRange<std::size_t>(0, 256), address);
    const IpAddress source = *address;
    const auto bytes = encode(advert, source, multicastGroup(family));
    RC_ASSERT(bytes.has_value());
    const auto back = receive({*bytes, source, multicastGroup(family), 255}, expectedOf(advert));
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == advert);
}

RC_GTEST_PROP(PacketProperty, NoBytesDoHarm, (const std::vector<std::uint8_t>& noise)) {
    ReceivedAdvert received{noise, *IpAddress::parse("192.168.200.1"), multicastGroup(Family::V4), 255};
    const Expected ours{*rc::gen::element<std::uint8_t>(2, 3), milliseconds(1000), "1111", {}};
    if (!received.message.empty() && *rc::gen::arbitrary<bool>())
        received.message[0] = static_cast<std::uint8_t>(ours.version << 4U | 1U);
    const auto advert = receive(received, ours);
    RC_ASSERT(!advert || received.message.size() >= 8);
}

} // namespace
} // namespace lvsdeck::vrrp
