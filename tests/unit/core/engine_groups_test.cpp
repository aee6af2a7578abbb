// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/core/engine_fixture.hpp"

namespace lvsdeck::core {
namespace {

using namespace std::chrono_literals;
using test::classicCluster;

struct EngineGroups : EngineFixture {};

model::Cluster groupCluster() {
    const auto ip = [](const char* text) { return *IpAddress::parse(text); };
    model::Cluster cluster = classicCluster();
    cluster.serviceGroups = {{"web",
                              {{ip("192.168.50.8"), std::nullopt, 80, std::nullopt, Family::V4},
                               {ip("192.168.50.20"), ip("192.168.50.21"), 443, std::nullopt, Family::V4},
                               {{}, std::nullopt, 0, 7U, Family::V4}}}};
    model::VirtualService& service = cluster.services[0];
    service.address = {};
    service.port = 0;
    service.group = "web";
    service.persistenceTimeout.reset();
    service.servers[1].forwarding = model::Forwarding::Nat;
    return cluster;
}

TEST_F(EngineGroups, GroupBecomesOneKernelServiceForEachAddressAndMark) {
    applied(groupCluster(), 0);
    EXPECT_EQ(table(), "-A -t 192.168.50.8:80 -s wrr\n"
                       "-a -t 192.168.50.8:80 -r 192.168.50.9:80 -g -w 3\n"
                       "-a -t 192.168.50.8:80 -r 192.168.50.10:80 -m -w 3\n"
                       "-A -t 192.168.50.20:443 -s wrr\n"
                       "-a -t 192.168.50.20:443 -r 192.168.50.9:443 -g -w 3\n"
                       "-a -t 192.168.50.20:443 -r 192.168.50.10:80 -m -w 3\n"
                       "-A -t 192.168.50.21:443 -s wrr\n"
                       "-a -t 192.168.50.21:443 -r 192.168.50.9:443 -g -w 3\n"
                       "-a -t 192.168.50.21:443 -r 192.168.50.10:80 -m -w 3\n"
                       "-A -f 7 -s wrr\n"
                       "-a -f 7 -r 192.168.50.9:0 -g -w 3\n"
                       "-a -f 7 -r 192.168.50.10:80 -m -w 3\n");
    one.runFor(6s);
    const auto lines = rows();
    ASSERT_EQ(lines.size(), 4U);
    for (const auto& line : lines) {
        EXPECT_EQ(line.group, "group web tcp");
        EXPECT_FALSE(line.foreign);
        EXPECT_EQ(line.servers.size(), 2U);
        EXPECT_FALSE(line.servers[0].foreign);
    }
}

TEST_F(EngineGroups, DeadServerOfAGroupLeavesAllItsServicesAndOneOrderReachesThemAll) {
    applied(groupCluster(), 0);
    one.runFor(10s);
    one.checks.setDown(*IpAddress::parse("192.168.50.9"), 80);
    one.runFor(20s);
    EXPECT_EQ(table().find("192.168.50.9:"), std::string::npos);
    one.checks.setUp(*IpAddress::parse("192.168.50.9"), 80);
    one.runFor(20s);
    // By the keys of a row of the table, as somebody sees it.
    ASSERT_TRUE(engine().setServer({"tcp 192.168.50.21:443", "192.168.50.9:443", model::AdminState::Drained, {}}, "olga"));
    for (const char* line : {"192.168.50.8:80 -r 192.168.50.9:80 -g -w 0", "192.168.50.20:443 -r 192.168.50.9:443 -g -w 0",
                             "-f 7 -r 192.168.50.9:0 -g -w 0"})
        EXPECT_NE(table().find(line), std::string::npos) << line;
    ASSERT_TRUE(engine().setServer({"group web tcp", "192.168.50.9:80", {}, {}}, "olga"));
    EXPECT_EQ(table().find("-w 0"), std::string::npos);
}

TEST_F(EngineGroups, EntriesThatLeaveAGroupLeaveTheKernel) {
    applied(groupCluster(), 0);
    model::Cluster smaller = groupCluster();
    smaller.serviceGroups[0].entries[1].lastAddress.reset();
    applied(smaller, 1);
    EXPECT_EQ(table().find("192.168.50.21:443"), std::string::npos);
    EXPECT_NE(table().find("192.168.50.20:443"), std::string::npos);
    EXPECT_NE(table().find("-f 7"), std::string::npos);
}

} // namespace
} // namespace lvsdeck::core
