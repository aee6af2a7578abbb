// SPDX-License-Identifier: GPL-3.0-or-later
// Counters that are brought up to date in the cheap ways must be those that a dump shows: with connections in a random table of all
// kinds of services, and after somebody has changed it.
#include "agent/ipvs/counters_reader.hpp"
#include "agent/ipvs/kernel_numbers.hpp"
#include "agent/ipvs/keys.hpp"
#include "agent/ipvs/reconcile.hpp"
#include "tests/support/random_table.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

namespace lvsdeck::ipvs {
namespace {

void run(const std::string& command) { (void)!std::system(("(" + command + ") >/dev/null 2>&1").c_str()); }

/// /proc/net/ip_vs does not show persistence templates.
std::string text(const TableCounters& counters, bool withTemplates) {
    std::string out;
    for (const auto& [key, service] : *counters.traffic)
        for (const auto& [server, known] : service.destinations) {
            const Connections& now = counters.of(known);
            out += keyText(key) + " " + keyText(server) + " weight " + std::to_string(now.weight) + " active " +
                   std::to_string(now.active) + " inactive " + std::to_string(now.inactive) +
                   (withTemplates ? " templates " + std::to_string(now.persistent) : "") + "\n";
        }
    return out;
}

/// Of services and servers, without what is set of them.
std::map<ServiceKey, std::vector<DestinationKey>> entriesOf(const Table& table) {
    std::map<ServiceKey, std::vector<DestinationKey>> out;
    for (const auto& [key, service] : table) {
        auto& servers = out[key];
        for (const auto& server : service.destinations)
            servers.push_back(server.first);
    }
    return out;
}

/// One packet of a new connection through that service; nobody answers.
void knock(const ServiceKey& key, std::mt19937& random) {
    const bool tcp = key.firewallMark == 0 && key.protocol == model::Protocol::Tcp;
    const int family = key.family == Family::V4 ? AF_INET : AF_INET6;
    const host::Descriptor socket(::socket(family, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (key.firewallMark != 0)
        ::setsockopt(socket.get(), SOL_SOCKET, SO_MARK, &key.firewallMark, sizeof key.firewallMark);
    const std::uint16_t port = htons(key.firewallMark != 0 ? static_cast<std::uint16_t>(1 + random() % 60'000) : key.port);
    const IpAddress address = key.firewallMark == 0
                                  ? key.address
                                  : *IpAddress::parse(key.family == Family::V4 ? "198.51.100.99" : "2001:db8:99::1");
    sockaddr_storage to{};
    to.ss_family = static_cast<sa_family_t>(family);
    if (key.family == Family::V4) {
        auto* v4 = static_cast<sockaddr_in*>(static_cast<void*>(&to));
        v4->sin_port = port;
        v4->sin_addr.s_addr = networkOrder(address);
    } else {
        auto* v6 = static_cast<sockaddr_in6*>(static_cast<void*>(&to));
        v6->sin6_port = port;
        std::memcpy(&v6->sin6_addr, address.bytes().data(), sizeof v6->sin6_addr);
    }
    const socklen_t size = key.family == Family::V4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    (void)::connect(socket.get(), static_cast<sockaddr*>(static_cast<void*>(&to)), size);
    if (!tcp)
        (void)!::send(socket.get(), "?", 1, 0);
}

class CountersOfTheKernel : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(kernel.version());
        run("ipvsadm -C; ip link add out0 type dummy; ip link set out0 up; ip address add 198.51.100.1/24 dev out0; "
            "ip -6 address add 2001:db8:99::2/64 dev out0 nodad; ip route add 10.0.0.0/8 dev out0; "
            "ip -6 route add 2001:db8::/32 dev out0");
    }
    void TearDown() override { run("ipvsadm -C; ip link del out0"); }

    void set(const Table& wanted) {
        const Table before = *kernel.read();
        const auto failed = kernel.apply(reconcile(wanted, before, test::allOf(before)));
        ASSERT_TRUE(failed && failed->empty());
    }
    /// Whatever ends meanwhile ends between two equal dumps of the kernel.
    void expectAsDumped(CountersReader& reader, bool withTemplates, std::uint64_t& connections) {
        for (int attempt = 0; attempt < 10; ++attempt) {
            const auto before = kernel.counters();
            const auto fresh = reader.refresh();
            const auto after = kernel.counters();
            ASSERT_TRUE(before && after);
            ASSERT_TRUE(fresh) << "the same services and servers";
            if (text(*before, true) != text(*after, true))
                continue;
            ASSERT_EQ(text(*fresh, withTemplates), text(*after, withTemplates));
            for (const Connections& server : *fresh->connections)
                connections += server.inactive + server.active + server.persistent;
            return;
        }
        FAIL() << "the connections did not stand still";
    }

    NetlinkIpvs kernel;
};

/// So many IPv4 servers that the others are few: then /proc is not needed.
void addManyIpv4Servers(Table& table) {
    for (std::uint32_t s = 0; s < 4; ++s) {
        Service& service = table[{0, Family::V4, model::Protocol::Udp, IpAddress::v4(0x0a050001U + s), 53}];
        service.settings = {"wrr", 0, 0, 32, ""};
        for (std::uint32_t d = 0; d < 150; ++d)
            service.destinations[{IpAddress::v4(0x0a060001U + s * 150 + d), 53}].weight =
                1 + static_cast<std::int32_t>(d % 7);
    }
}

TEST_F(CountersOfTheKernel, AreTheSameInTheCheapWaysAsInADump) {
    std::uint64_t quick = 0;
    std::uint64_t byText = 0;
    int same = 0;
    int other = 0;
    for (std::uint32_t seed = 1; seed <= 24; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        const bool quickly = seed % 2 == 0;
        Table table = test::randomTable(random, 12, 6);
        if (quickly)
            addManyIpv4Servers(table);
        set(table);
        CountersReader reader(kernel, quickly ? "/nonexistent" : procFile);
        EXPECT_FALSE(reader.refresh()) << "nothing was dumped yet";
        ASSERT_TRUE(reader.dump());
        for (int i = 0; i < 4; ++i)
            for (const auto& entry : table)
                knock(entry.first, random);
        expectAsDumped(reader, quickly, quickly ? quick : byText);
        if (HasFatalFailure())
            return;
        const Table changed = seed % 4 < 2 ? test::changedTable(table, random) : [&] {
            Table out = table;
            for (auto& [key, service] : out)
                for (auto& [server, settings] : service.destinations)
                    settings.weight = static_cast<std::int32_t>(random() % 50);
            return out;
        }();
        set(changed);
        if (entriesOf(changed) == entriesOf(table)) {
            ++same;
            expectAsDumped(reader, quickly, quickly ? quick : byText);
        } else {
            ++other;
            EXPECT_FALSE(reader.refresh()) << "services or servers have come or gone";
        }
        if (HasFailure())
            return;
    }
    std::printf("connections compared: %llu by structs, %llu by /proc; %d tables stayed, %d became others\n",
                static_cast<unsigned long long>(quick), static_cast<unsigned long long>(byText), same, other);
    EXPECT_GT(quick, 100U);
    EXPECT_GT(byText, 20U);
    EXPECT_GT(same, 5);
    EXPECT_GT(other, 5);
}

/// One change at a time, in what each of the kernel's interfaces shows alone.
TEST_F(CountersOfTheKernel, NoticeEveryServiceAndServerThatComesOrGoes) {
    run("ipvsadm -A -t 10.1.0.1:80 -s rr; ipvsadm -a -t 10.1.0.1:80 -r 10.2.0.1:80; ipvsadm -A -f 7 -s rr; "
        "ipvsadm -a -f 7 -r 10.2.0.1; ipvsadm -A -f 8 -6 -s rr");
    for (int i = 10; i < 60; ++i)
        run("ipvsadm -a -t 10.1.0.1:80 -r 10.2.0." + std::to_string(i) + ":80");
    for (const char* change : {
             "ipvsadm -A -u 10.1.0.1:80 -s rr",
             "ipvsadm -a -f 7 -r 10.2.0.2",
             "ipvsadm -d -f 7 -r 10.2.0.1",
             "ipvsadm -d -u 10.1.0.1:80; ipvsadm -D -u 10.1.0.1:80; ipvsadm -A -u 10.1.0.2:80 -s rr",
             "ipvsadm -A -t [2001:db8::1]:80 -s rr",
             "ipvsadm -D -t [2001:db8::1]:80; ipvsadm -A -t [2001:db8::2]:80 -s rr",
             "ipvsadm -a -t [2001:db8::2]:80 -r [2001:db8::20]:80",
             "ipvsadm -a -t 10.1.0.1:80 -r [2001:db8::20]:80 -i",
             "ipvsadm -d -t 10.1.0.1:80 -r [2001:db8::20]:80; ipvsadm -a -t 10.1.0.1:80 -r [2001:db8::21]:80 -i",
             "ipvsadm -d -t 10.1.0.1:80 -r [2001:db8::21]:80",
             "ipvsadm -D -f 8 -6",
         }) {
        const auto dumped = kernel.counters();
        ASSERT_TRUE(dumped);
        CountersReader reader(kernel, QuickEntries(*dumped->traffic).othersAreMany() ? procFile : "/nonexistent");
        ASSERT_TRUE(reader.dump());
        EXPECT_TRUE(reader.refresh()) << "before " << change;
        const Table before = *kernel.read();
        run(change);
        ASSERT_NE(*kernel.read(), before) << change;
        EXPECT_FALSE(reader.refresh()) << change;
    }
}

} // namespace
} // namespace lvsdeck::ipvs
