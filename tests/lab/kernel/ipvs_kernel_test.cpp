// SPDX-License-Identifier: GPL-3.0-or-later
// The real kernel, the simulated kernel and ipvsadm, asked the same questions. Runs in its own network
// namespace.
#include "agent/ipvs/netlink_ipvs.hpp"

#include "agent/host/descriptor.hpp"
#include "agent/ipvs/reconcile.hpp"
#include "agent/ipvs/words.hpp"
#include "agent/simulated/simulated_ipvs.hpp"
#include "tests/support/random_table.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <sstream>
#include <thread>

namespace lvsdeck::ipvs {

void PrintTo(const Table& table, std::ostream* out) { *out << "\n" << saveText(table); }

namespace {

std::string output(const std::string& command) {
    std::string text;
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr)
        return text;
    std::array<char, 4096> part{};
    while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe))
        text.append(part.data(), size);
    pclose(pipe);
    return text;
}

std::string sortedLines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(line);
    }
    std::ranges::sort(lines);
    return std::accumulate(lines.begin(), lines.end(), std::string(),
                           [](std::string all, const std::string& line) { return std::move(all) + line + "\n"; });
}

double seconds(std::chrono::steady_clock::time_point since) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

class RealKernel : public testing::Test {
protected:
    void SetUp() override {
        const auto version = kernel.version();
        ASSERT_TRUE(version) << version.error().text;
        output("ipvsadm -C");
    }
    void TearDown() override { output("ipvsadm -C"); }

    Table mustRead() {
        auto table = kernel.read();
        EXPECT_TRUE(table) << (table ? "" : table.error().text);
        return table.value_or(Table{});
    }
    std::vector<IpvsPort::Failed> mustApply(const std::vector<Operation>& operations) {
        auto failed = kernel.apply(operations);
        EXPECT_TRUE(failed) << (failed ? "" : failed.error().text);
        return failed.value_or(std::vector<IpvsPort::Failed>{});
    }

    NetlinkIpvs kernel;
    simulated::SimulatedIpvs simulated;
};

TEST_F(RealKernel, TellsItsVersion) {
    EXPECT_EQ(kernel.version()->version, "1.2.1");
    EXPECT_GE(kernel.version()->connectionTableSize, 256U);
}

TEST_F(RealKernel, HoldsTheSameAsTheSimulatedOneAndAsIpvsadmShows) {
    Table wanted;
    for (std::uint32_t seed = 1; seed <= 24; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        const Owned owned = test::allOf(wanted);
        wanted = seed % 4 == 1 ? test::randomTable(random, 20, 8) : test::changedTable(wanted, random);
        const auto operations = reconcile(wanted, mustRead(), owned);
        for (const auto& failed : mustApply(operations))
            ADD_FAILURE() << operationText(operations[failed.index]) << ": " << failed.error.text;
        ASSERT_TRUE(simulated.apply(operations)->empty());
        const Table actual = mustRead();
        ASSERT_EQ(actual, simulated.table());
        ASSERT_EQ(actual, wanted);
        ASSERT_TRUE(reconcile(wanted, actual, test::allOf(wanted)).empty());
        ASSERT_EQ(sortedLines(output("ipvsadm -Sn")), sortedLines(saveText(wanted)));
    }
}

TEST_F(RealKernel, RefusesWhatTheSimulatedOneRefusesAndGoesOn) {
    Operation service;
    service.service = {0, Family::V4, model::Protocol::Tcp, *IpAddress::parse("192.0.2.10"), 80};
    service.serviceSettings = {"wrr", 0, 0, 32, ""};
    Operation server = service;
    server.type = OperationType::AddDestination;
    server.destination = {*IpAddress::parse("192.0.2.20"), 80};

    std::vector<Operation> operations;
    const auto add = [&](Operation operation, const std::function<void(Operation&)>& change) {
        change(operation);
        operations.push_back(operation);
    };
    add(server, [](auto&) {});
    add(service, [](auto& o) { o.type = OperationType::SetService; });
    add(service, [](auto& o) { o.serviceSettings.scheduler = "nosuch"; });
    add(service, [](auto& o) { o.serviceSettings.persistenceEngine = "nosuch"; });
    add(service, [](auto& o) {
        o.service.family = Family::V6;
        o.service.address = *IpAddress::parse("2001:db8::1");
        o.serviceSettings.prefixLength = 0;
    });
    add(service, [](auto&) {});
    add(service, [](auto&) {});
    add(server, [](auto& o) { o.type = OperationType::SetDestination; });
    add(server, [](auto& o) { o.type = OperationType::RemoveDestination; });
    add(server, [](auto& o) { o.destinationSettings.weight = -1; });
    add(server, [](auto& o) {
        o.destinationSettings.upperThreshold = 1;
        o.destinationSettings.lowerThreshold = 2;
    });
    add(server, [](auto& o) { o.destination.address = *IpAddress::parse("224.0.0.1"); });
    add(server, [](auto& o) { o.destination.address = *IpAddress::parse("2001:db8::2"); });
    add(server, [](auto& o) {
        o.destinationSettings.forward = Forward::Tunnel;
        o.destinationSettings.tunnelType = tunnelGue;
    });
    add(server, [](auto&) {});
    add(server, [](auto&) {});
    add(server, [](auto& o) {
        o.type = OperationType::SetDestination;
        o.destinationSettings.weight = -1;
    });
    add(server, [](auto& o) {
        o.type = OperationType::SetDestination;
        o.destinationSettings.weight = 65535;
    });
    add(server, [](auto& o) {
        o.destination.address = *IpAddress::parse("2001:db8::2");
        o.destinationSettings.forward = Forward::Tunnel;
    });

    const auto real = mustApply(operations);
    const auto simulatedFailed = simulated.apply(operations);
    ASSERT_EQ(real.size(), simulatedFailed->size());
    for (std::size_t i = 0; i < real.size(); ++i) {
        EXPECT_EQ(real[i].index, (*simulatedFailed)[i].index);
        EXPECT_EQ(real[i].error, (*simulatedFailed)[i].error) << operationText(operations[real[i].index]);
    }
    EXPECT_EQ(mustRead(), simulated.table());
}

TEST_F(RealKernel, ReportsEveryRefusalOfALargeBatch) {
    std::vector<Operation> operations;
    for (std::uint16_t port = 1; port <= 1500; ++port) {
        Operation operation;
        operation.type = OperationType::RemoveService;
        operation.service = {0, Family::V4, model::Protocol::Tcp, *IpAddress::parse("192.0.2.10"), port};
        operations.push_back(operation);
    }
    const auto failed = mustApply(operations);
    ASSERT_EQ(failed.size(), operations.size());
    for (std::size_t i = 0; i < failed.size(); ++i)
        ASSERT_EQ(failed[i].index, i);
}

TEST_F(RealKernel, LeavesForeignEntriesAlone) {
    output("ipvsadm -A -t 203.0.113.1:80 -s rr && ipvsadm -a -t 203.0.113.1:80 -r 203.0.113.2 -g -w 5");
    output("ipvsadm -A -t 203.0.113.9:80 -s rr && ipvsadm -a -t 203.0.113.9:80 -r 203.0.113.3 -g -w 6");
    const std::string before = output("ipvsadm -Sn");

    // One service is ours as well; of its servers the one that was there is somebody else's.
    Table wanted;
    const ServiceKey shared{0, Family::V4, model::Protocol::Tcp, *IpAddress::parse("203.0.113.9"), 80};
    wanted[shared].settings = {"rr", 0, 0, 32, ""};
    wanted[shared].destinations[{*IpAddress::parse("203.0.113.4"), 80}] = {};
    Owned owned = test::allOf(wanted);
    EXPECT_TRUE(mustApply(reconcile(wanted, mustRead(), owned)).empty());
    EXPECT_EQ(sortedLines(output("ipvsadm -Sn")), sortedLines(before + "-a -t 203.0.113.9:80 -r 203.0.113.4:80 -g -w 1\n"));
    EXPECT_TRUE(mustApply(reconcile({}, mustRead(), owned)).empty());
    EXPECT_EQ(sortedLines(output("ipvsadm -Sn")), sortedLines(before));
}

Table largeTable(std::uint32_t services) {
    Table table;
    for (std::uint32_t s = 0; s < services; ++s) {
        const ServiceKey key{0, Family::V4, model::Protocol::Tcp, IpAddress::v4(0x0a010000U + s), 80};
        table[key].settings = {"wrr", 0, 0, 32, ""};
        for (std::uint32_t d = 0; d < 20; ++d)
            table[key].destinations[{IpAddress::v4(0x0a020000U + s * 20 + d), 80}].weight = static_cast<std::int32_t>(d + 1);
    }
    return table;
}

TEST_F(RealKernel, TakesAThousandServicesOfTwentyServers) {
    const Table wanted = largeTable(1000);
    auto since = std::chrono::steady_clock::now();
    EXPECT_TRUE(mustApply(reconcile(wanted, {}, {})).empty());
    const double applying = seconds(since);
    since = std::chrono::steady_clock::now();
    EXPECT_TRUE(mustRead() == wanted);
    const double reading = seconds(since);
    since = std::chrono::steady_clock::now();
    EXPECT_EQ(kernel.counters()->traffic->size(), 1000U);
    const double counting = seconds(since);
    EXPECT_TRUE(reconcile(wanted, mustRead(), {}).empty());
    since = std::chrono::steady_clock::now();
    EXPECT_TRUE(mustApply(reconcile({}, wanted, test::allOf(wanted))).empty());
    std::printf("1,000 services x 20 servers: apply %.2f s, read %.2f s, counters %.2f s, remove %.2f s\n", applying,
                reading, counting, seconds(since));
}

TEST_F(RealKernel, IsFilledManyTimesFasterThanByIpvsadm) {
    const Table wanted = largeTable(50);
    const std::string file = testing::TempDir() + "ipvs_kernel_test.rules";
    std::ofstream(file) << saveText(wanted);
    auto since = std::chrono::steady_clock::now();
    output("ipvsadm -R < " + file);
    const double theirs = seconds(since);
    std::remove(file.c_str());
    EXPECT_TRUE(mustRead() == wanted);
    output("ipvsadm -C");
    since = std::chrono::steady_clock::now();
    EXPECT_TRUE(mustApply(reconcile(wanted, {}, {})).empty());
    const double ours = seconds(since);
    std::printf("50 services x 20 servers: apply %.3f s, ipvsadm -R %.3f s: %.0f times as long\n", ours, theirs,
                theirs / ours);
    EXPECT_LT(ours * 3, theirs);
}

/// A TCP socket of this process, closed with it.
class TcpSocket {
public:
    explicit TcpSocket(int number = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) : m_descriptor(number) {
        const timeval limit{10, 0};
        ::setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    bool listen(const char* address) { return at(address, ::bind) && ::listen(m_descriptor.get(), 8) == 0; }
    bool connect(const char* address) { return at(address, ::connect); }
    TcpSocket accept() { return TcpSocket(::accept(m_descriptor.get(), nullptr, nullptr)); }
    bool send() { return ::send(m_descriptor.get(), "x", 1, MSG_NOSIGNAL) == 1; }
    bool receive() {
        char byte = 0;
        return ::recv(m_descriptor.get(), &byte, 1, 0) == 1;
    }

private:
    bool at(const char* address, int (*call)(int, const sockaddr*, socklen_t)) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(8080);
        where.sin_addr.s_addr = inet_addr(address);
        return call(m_descriptor.get(), static_cast<const sockaddr*>(static_cast<const void*>(&where)), sizeof where) == 0;
    }
    host::Descriptor m_descriptor;
};

TEST_F(RealKernel, KeepsAConnectionWhileItsServerIsDrained) {
    output("ip address add 203.0.113.1/32 dev lo; ip address add 203.0.113.2/32 dev lo");
    const ServiceKey key{0, Family::V4, model::Protocol::Tcp, *IpAddress::parse("203.0.113.1"), 8080};
    const DestinationKey server{*IpAddress::parse("203.0.113.2"), 8080};
    Table wanted;
    wanted[key].settings = {"rr", 0, 0, 32, ""};
    wanted[key].destinations[server] = {Forward::Masq, 1, 0, 0, 0, 0, 0};
    ASSERT_TRUE(mustApply(reconcile(wanted, mustRead(), {})).empty());
    EXPECT_TRUE(reconcile(wanted, mustRead(), {}).empty()) << "an address of this host itself is shown differently";

    TcpSocket listener;
    ASSERT_TRUE(listener.listen("203.0.113.2"));
    TcpSocket client;
    ASSERT_TRUE(client.connect("203.0.113.1"));
    TcpSocket served = listener.accept();
    EXPECT_TRUE(client.send() && served.receive());
    const auto connections = [&](const TableCounters& counters) { return *counters.find(key, server); };
    EXPECT_EQ(connections(*kernel.counters()).active, 1U);

    wanted[key].destinations[server].weight = 0;
    const auto operations = reconcile(wanted, mustRead(), {});
    ASSERT_EQ(operations.size(), 1U);
    EXPECT_TRUE(mustApply(operations).empty());
    EXPECT_TRUE(client.send() && served.receive() && served.send() && client.receive());
    TcpSocket late;
    EXPECT_FALSE(late.connect("203.0.113.1")) << "a drained server takes no new connections";
    // The kernel brings its totals up to date every two seconds.
    TableCounters counters = *kernel.counters();
    const auto total = [&] { return counters.traffic->at(key).total; };
    for (const auto since = std::chrono::steady_clock::now(); total().inPackets < 3 && seconds(since) < 20;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        counters = *kernel.counters();
    }
    EXPECT_EQ(connections(counters).weight, 0);
    EXPECT_EQ(connections(counters).active, 1U);
    EXPECT_EQ(counters.traffic->at(key).destinations.at(server).traffic.conns, 1U);
    EXPECT_EQ(total().conns, 1U);
    EXPECT_GE(total().inPackets, 3U);
    output("ip address del 203.0.113.1/32 dev lo; ip address del 203.0.113.2/32 dev lo");
}

} // namespace
} // namespace lvsdeck::ipvs
