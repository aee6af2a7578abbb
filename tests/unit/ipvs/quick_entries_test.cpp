// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/quick_entries.hpp"

#include "agent/ipvs/kernel_numbers.hpp"
#include "tests/support/random_table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <arpa/inet.h>

#include <algorithm>
#include <random>

namespace lvsdeck::ipvs {
namespace {

/// A table with connections as the kernel would tell them, in an order of its own.
class Told {
public:
    Told(const Table& table, std::mt19937& random) : m_table(table), m_random(random) {
        for (const auto& [key, service] : table)
            for (const auto& [server, settings] : service.destinations)
                m_now[{key, server}] = {settings.weight, number(), number(), number()};
    }

    /// Dumped before, with other connections.
    [[nodiscard]] TableCounters dump() {
        CountersBuilder builder;
        for (const auto& [key, service] : m_table) {
            builder.add(key, {});
            for (const auto& [server, settings] : service.destinations)
                builder.add(key, server, {}, {settings.weight + 1, number(), number(), number()});
        }
        return builder.finish();
    }

    [[nodiscard]] std::vector<ip_vs_service_entry> services() {
        std::vector<ip_vs_service_entry> out;
        for (const auto& [key, service] : m_table) {
            if (key.family != Family::V4)
                continue;
            ip_vs_service_entry& entry = out.emplace_back();
            entry.fwmark = key.firewallMark;
            // What the kernel has there for a mark depends on who added it.
            entry.protocol =
                protocolNumber(key.firewallMark != 0 && m_random() % 2 == 0 ? model::Protocol::Udp : key.protocol);
            entry.addr = networkOrder(key.address);
            entry.port = htons(key.port);
            entry.num_dests = static_cast<unsigned>(service.destinations.size());
        }
        std::ranges::shuffle(out, m_random);
        return out;
    }

    [[nodiscard]] std::vector<ip_vs_dest_entry> servers(const ServiceKey& key) {
        std::vector<ip_vs_dest_entry> out;
        for (const auto& entry : m_table.at(key).destinations) {
            if (!entry.first.address.isV4())
                continue;
            const Connections& now = m_now.at({key, entry.first});
            ip_vs_dest_entry& told = out.emplace_back();
            told.addr = networkOrder(entry.first.address);
            told.port = htons(entry.first.port);
            told.weight = now.weight;
            told.activeconns = now.active;
            told.inactconns = now.inactive;
            told.persistconns = now.persistent;
        }
        std::ranges::shuffle(out, m_random);
        return out;
    }

    [[nodiscard]] const Connections& now(const ServiceKey& key, const DestinationKey& server) const {
        return m_now.at({key, server});
    }

private:
    std::uint32_t number() { return static_cast<std::uint32_t>(m_random() % 100'000); }

    Table m_table;
    std::mt19937& m_random;
    std::map<std::pair<ServiceKey, DestinationKey>, Connections> m_now;
};

bool isWhole(const ServiceKey& key, const Service& service) {
    return key.family == Family::V4 &&
           std::ranges::all_of(service.destinations, [](const auto& server) { return server.first.address.isV4(); });
}

RC_GTEST_PROP(QuickEntries, GiveEachServerItsOwnInAnyOrder, ()) {
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    const Table table = test::randomTable(random, 20, 8);
    Told told(table, random);
    const TableCounters before = told.dump();
    QuickEntries entries(*before.traffic);
    for (int round = 0; round < 2; ++round) { // the second time in the order that was learnt, or in another one
        std::vector<Connections> now = *before.connections;
        RC_ASSERT(entries.areSame(told.services()));
        for (QuickEntries::Service& service : entries.services()) {
            RC_ASSERT(service.whole == isWhole(*service.key, table.at(*service.key)));
            if (service.whole)
                RC_ASSERT(QuickEntries::take(service, told.servers(*service.key), now));
        }
        for (const auto& [key, service] : *before.traffic)
            for (const auto& [server, known] : service.destinations) {
                const bool expectNew = isWhole(key, table.at(key));
                RC_ASSERT(now[known.place] == (expectNew ? told.now(key, server) : before.of(known)));
            }
    }
    std::size_t ipv6 = 0;
    for (const auto& entry : table)
        ipv6 += entry.first.family == Family::V6 ? 1U : 0U;
    RC_ASSERT(entries.ipv6Services() == ipv6);
    RC_ASSERT(std::ranges::all_of(entries.others(), [&](const ServiceKey* key) { return !isWhole(*key, table.at(*key)); }));
}

/// Somebody else changed the table: whatever the interface shows of it is noticed.
RC_GTEST_PROP(QuickEntries, NoticeAnotherTable, ()) {
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    const Table table = test::randomTable(random, 20, 8);
    const Table changed = test::changedTable(table, random);
    const TableCounters before = Told(table, random).dump();
    Told told(changed, random);
    QuickEntries entries(*before.traffic);
    bool expectSame = true;
    for (const Table* side : {&table, &changed})
        for (const auto& entry : *side) {
            const ServiceKey& key = entry.first;
            if (key.family != Family::V4)
                continue;
            const auto a = table.find(key);
            const auto b = changed.find(key);
            expectSame = expectSame && a != table.end() && b != changed.end() &&
                         a->second.destinations.size() == b->second.destinations.size();
        }
    RC_ASSERT(entries.areSame(told.services()) == expectSame);
    std::vector<Connections> now = *before.connections;
    for (QuickEntries::Service& service : entries.services()) {
        if (!service.whole || !changed.contains(*service.key))
            continue;
        const auto keys = [&](const Table& of) {
            std::vector<DestinationKey> out;
            for (const auto& entry : of.at(*service.key).destinations)
                if (entry.first.address.isV4())
                    out.push_back(entry.first);
            return out;
        };
        RC_ASSERT(QuickEntries::take(service, told.servers(*service.key), now) == (keys(table) == keys(changed)));
    }
}

TEST(QuickEntries, AreWorthItWhereTheOthersAreFew) {
    const auto manyOthers = [](std::uint32_t ipv4Servers, std::uint16_t ipv6Services) {
        CountersBuilder builder;
        builder.add({}, Traffic{});
        for (std::uint32_t i = 0; i < ipv4Servers; ++i)
            builder.add({}, {IpAddress::v4(i), 80}, {}, {});
        const DestinationKey ipv6{*IpAddress::parse("2001:db8::1"), 80};
        for (std::uint16_t port = 0; port < ipv6Services; ++port)
            builder.add({0, Family::V6, model::Protocol::Tcp, *IpAddress::parse("2001:db8::"), port}, ipv6, {}, {});
        return QuickEntries(*builder.finish().traffic).othersAreMany();
    };
    EXPECT_FALSE(manyOthers(0, 0));
    EXPECT_FALSE(manyOthers(1000, 0));
    EXPECT_FALSE(manyOthers(1000, 10));
    EXPECT_TRUE(manyOthers(1000, 500));
    EXPECT_TRUE(manyOthers(0, 10));
}

TEST(QuickEntries, NoticeAServiceOrServerInTheOthersPlace) {
    const ServiceKey key{0, Family::V4, model::Protocol::Tcp, *IpAddress::parse("192.0.2.10"), 80};
    const DestinationKey server{*IpAddress::parse("192.0.2.20"), 80};
    CountersBuilder builder;
    builder.add(key, server, {}, {});
    const TableCounters before = builder.finish();
    QuickEntries entries(*before.traffic);
    ip_vs_service_entry service{};
    service.protocol = IPPROTO_TCP;
    service.addr = networkOrder(key.address);
    service.port = htons(80);
    service.num_dests = 1;
    EXPECT_TRUE(entries.areSame({&service, 1}));
    for (const int protocol : {IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_ICMP}) {
        ip_vs_service_entry other = service;
        other.protocol = static_cast<std::uint16_t>(protocol);
        EXPECT_FALSE(entries.areSame({&other, 1})) << protocol;
    }
    service.num_dests = 2;
    EXPECT_FALSE(entries.areSame({&service, 1}));
    service.num_dests = 1;
    service.fwmark = 1;
    EXPECT_FALSE(entries.areSame({&service, 1}));

    std::vector<Connections> now = *before.connections;
    ip_vs_dest_entry told{};
    told.addr = networkOrder(server.address);
    told.port = htons(81);
    EXPECT_FALSE(QuickEntries::take(entries.services().front(), {&told, 1}, now));
    told.port = htons(80);
    told.activeconns = 3;
    EXPECT_TRUE(QuickEntries::take(entries.services().front(), {&told, 1}, now));
    EXPECT_EQ(now.front().active, 3U);
}

} // namespace
} // namespace lvsdeck::ipvs
