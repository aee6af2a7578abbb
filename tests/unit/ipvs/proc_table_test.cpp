// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/keys.hpp"
#include "agent/ipvs/proc_table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

namespace lvsdeck::ipvs {
namespace {

std::string sample(const std::string& weight, const std::string& active, const std::string& inactive) {
    return "IP Virtual Server version 1.2.1 (size=4096)\n"
           "Prot LocalAddress:Port Scheduler Flags\n"
           "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n"
           "FWM  00000007 wlc persistent 360 FFFFFFFF\n"
           "  -> [2001:0db8:0000:0000:0000:0000:0000:0001]:0000      Route   1      0          0         \n"
           "TCP  0A000001:0050 wrr  \n"
           "  -> 0A010101:1F90      Masq    " +
           weight + "      " + active + "          " + inactive +
           "         \n"
           "UDP  [2001:0db8:0000:0000:0000:0000:0000:0010]:0035 rr ops\n";
}

TEST(ProcTable, IsReadWithAllKindsOfServices) {
    const ProcTable table = readProcTable(sample("3", "17", "4"));
    ASSERT_EQ(table.services.size(), 3U);
    EXPECT_EQ(keyText(table.services[0].key), "fwm 7 ipv6");
    EXPECT_EQ(keyText(table.services[1].key), "tcp 10.0.0.1:80");
    ASSERT_EQ(table.services[1].destinations.size(), 1U);
    const ProcDestination& server = table.services[1].destinations[0];
    EXPECT_EQ(keyText(server.key), "10.1.1.1:8080");
    EXPECT_EQ(server.weight, 3);
    EXPECT_EQ(server.active, 17U);
    EXPECT_EQ(server.inactive, 4U);
    EXPECT_EQ(keyText(table.services[2].key), "udp [2001:db8::10]:53");
}

TEST(ProcTable, ItsShapeAloneIsTheSame) {
    for (const std::string& text : {sample("3", "17", "4"), std::string("TCP nonsense\n  -> 0A000001:0050 Masq 1 0 0\n")}) {
        const ProcTable whole = readProcTable(text);
        ProcTableReader reader(ProcTableReader::Wanted::Shape);
        for (int again = 0; again < 2; ++again) {
            reader.take(text);
            const ProcTable shape = reader.finish();
            EXPECT_EQ(shape.shape, whole.shape);
            EXPECT_EQ(shape.servers, whole.servers);
            EXPECT_TRUE(shape.services.empty());
        }
    }
}

TEST(ProcTable, IsTheSameWhereverTheTextIsCut) {
    const std::string text = sample("3", "17", "4");
    const ProcTable whole = readProcTable(text);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        ProcTableReader reader;
        reader.take(std::string_view(text).substr(0, cut));
        reader.take({});
        reader.take(std::string_view(text).substr(cut));
        const ProcTable parts = reader.finish();
        ASSERT_EQ(parts.shape, whole.shape) << cut;
        ASSERT_EQ(parts.services.size(), whole.services.size()) << cut;
        for (std::size_t i = 0; i < whole.services.size(); ++i) {
            ASSERT_EQ(parts.services[i].key, whole.services[i].key) << cut;
            ASSERT_TRUE(std::ranges::equal(parts.services[i].destinations, whole.services[i].destinations,
                                           [](const ProcDestination& a, const ProcDestination& b) {
                                               return a.key == b.key && a.weight == b.weight && a.active == b.active &&
                                                      a.inactive == b.inactive;
                                           }))
                << cut;
        }
    }
}

TEST(ProcTable, ShapeFollowsWeightsButNotConnections) {
    EXPECT_EQ(readProcTable(sample("3", "1", "2")).shape, readProcTable(sample("3", "17", "400")).shape);
    EXPECT_NE(readProcTable(sample("3", "1", "2")).shape, readProcTable(sample("4", "1", "2")).shape);
    EXPECT_NE(readProcTable("TCP 0A000001:0050 wrr ab c\n").shape, readProcTable("TCP 0A000001:0050 wrr a bc\n").shape);
}

TEST(ProcTable, OverlayRenewsConnectionsAndNoticesAnotherTable) {
    CountersBuilder builder;
    for (const ProcService& service : readProcTable(sample("3", "0", "0")).services) {
        builder.add(service.key, Traffic{});
        for (const ProcDestination& destination : service.destinations)
            builder.add(service.key, destination.key, Traffic{}, {.weight = 1, .persistent = 5});
    }
    const TableCounters before = builder.finish();
    std::vector<Connections> now = *before.connections;
    ASSERT_TRUE(overlay(*before.traffic, readProcTable(sample("8", "17", "4")), now));
    const ServiceKey tcp{0, Family::V4, model::Protocol::Tcp, *IpAddress::parse("10.0.0.1"), 80};
    const DestinationKey server{*IpAddress::parse("10.1.1.1"), 8080};
    const Connections expected{.weight = 8, .active = 17, .inactive = 4, .persistent = 5};
    EXPECT_EQ(now[before.traffic->at(tcp).destinations.at(server).place], expected);
    TableTraffic fewer = *before.traffic;
    fewer[tcp].destinations.erase(server);
    EXPECT_FALSE(overlay(fewer, readProcTable(sample("3", "0", "0")), now));
}

/// The kernel's order is that of adding, which need not be ours.
RC_GTEST_PROP(ProcTable, OverlayGivesEachServerItsOwnInAnyOrder, ()) {
    std::vector<std::uint32_t> numbers(*rc::gen::inRange<std::size_t>(1, 40));
    std::iota(numbers.begin(), numbers.end(), 1U);
    const bool reversed = *rc::gen::arbitrary<bool>();
    if (reversed)
        std::ranges::reverse(numbers);
    else
        std::ranges::shuffle(numbers, std::mt19937(*rc::gen::arbitrary<std::uint32_t>()));
    CountersBuilder builder;
    ProcTable fresh;
    ProcService& service = fresh.services.emplace_back();
    service.key.port = 80;
    for (const std::uint32_t number : numbers) {
        const DestinationKey key{IpAddress::v4(0x0A000000U + number), 80};
        builder.add(service.key, key, {.conns = number}, {});
        service.destinations.push_back({key, static_cast<std::int32_t>(number), number * 2, number * 3});
    }
    const TableCounters counters = builder.finish();
    std::vector<Connections> now = *counters.connections;
    std::ranges::shuffle(service.destinations, std::mt19937(*rc::gen::arbitrary<std::uint32_t>()));
    RC_ASSERT(overlay(*counters.traffic, fresh, now));
    for (const auto& [key, known] : counters.traffic->at(service.key).destinations) {
        const auto number = static_cast<std::uint32_t>(known.traffic.conns);
        const Connections expected{
            .weight = static_cast<std::int32_t>(number), .active = number * 2, .inactive = number * 3};
        RC_ASSERT(now[known.place] == expected);
    }
}

RC_GTEST_PROP(ProcTable, AnyTextIsReadWithoutHarm, (const std::string& text)) {
    std::vector<Connections> connections;
    (void)overlay({}, readProcTable("TCP 0A000001:0050 rr\n -> " + text), connections);
    (void)readProcTable(text);
}

} // namespace
} // namespace lvsdeck::ipvs
