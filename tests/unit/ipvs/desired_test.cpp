// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/desired.hpp"
#include "agent/ipvs/keys.hpp"
#include "agent/ipvs/words.hpp"

#include <gtest/gtest.h>

namespace lvsdeck::ipvs {
namespace {

using model::AdminState;
using rpc::ServerHealth;

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

class DesiredTable : public testing::Test {
protected:
    DesiredTable() {
        service.address = ip("192.0.2.10");
        service.port = 80;
        service.scheduler = model::Scheduler::Wrr;
        service.forwarding = model::Forwarding::Dr;
        for (const char* address : {"192.0.2.20", "192.0.2.21"}) {
            model::RealServer server;
            server.address = ip(address);
            server.port = 80;
            server.weight = 3;
            server.checks.emplace_back(model::TcpCheck{});
            service.servers.push_back(server);
        }
    }

    ServerView& view(std::size_t server) { return views[serviceKey(service)][serverKey(service.servers[server])]; }

    Service wanted() {
        desired = desiredTable({service}, {}, views, memory);
        return desired.table.at(keyOf(service));
    }

    /// Address -> weight.
    std::map<std::string, std::int32_t> weights() {
        std::map<std::string, std::int32_t> result;
        for (const auto& [key, settings] : wanted().destinations)
            result[key.address.toString()] = settings.weight;
        return result;
    }

    using Weights = std::map<std::string, std::int32_t>;
    model::VirtualService service;
    ServerViews views;
    QuorumMemory memory;
    Desired desired;
};

TEST_F(DesiredTable, TheClassicClusterBecomesItsServiceAndTwoRoutedServers) {
    service.persistenceTimeout = 60;
    const Service result = wanted();
    EXPECT_EQ(result.settings, (ServiceSettings{"wrr", serviceFlagPersistent, 60, 32, ""}));
    ASSERT_EQ(result.destinations.size(), 2U);
    EXPECT_EQ(result.destinations.begin()->second.forward, Forward::Route);
    EXPECT_EQ(weights(), (Weights{{"192.0.2.20", 3}, {"192.0.2.21", 3}}));
    EXPECT_TRUE(desired.changes.empty());
}

TEST_F(DesiredTable, ADownServerLeavesTheTableAndComesBack) {
    view(0).health = ServerHealth::Down;
    EXPECT_EQ(weights(), (Weights{{"192.0.2.21", 3}}));
    view(0).health = ServerHealth::Up;
    EXPECT_EQ(weights(), (Weights{{"192.0.2.20", 3}, {"192.0.2.21", 3}}));
}

TEST_F(DesiredTable, InhibitKeepsADownServerWithWeightZero) {
    service.inhibitOnFailure = true;
    service.servers[1].inhibitOnFailure = false;
    view(0).health = view(1).health = ServerHealth::Down;
    EXPECT_EQ(weights(), (Weights{{"192.0.2.20", 0}}));
}

TEST_F(DesiredTable, AnUncheckedServerIsInUnlessAlphaKeepsItOutUntilItsFirstSuccess) {
    EXPECT_EQ(weights().size(), 2U);
    service.alpha = true;
    service.servers[1].alpha = false;
    EXPECT_EQ(weights(), (Weights{{"192.0.2.21", 3}}));
    view(0).health = ServerHealth::Up;
    EXPECT_EQ(weights().size(), 2U);
}

TEST_F(DesiredTable, TheHealthMonitorsWordOnAnUncheckedServerCounts) {
    view(0).inService = false;
    EXPECT_EQ(weights(), (Weights{{"192.0.2.21", 3}}));
    view(0).health = ServerHealth::Up;
    EXPECT_EQ(weights().size(), 2U);
}

TEST_F(DesiredTable, AlphaDoesNotConcernAServerWithoutChecks) {
    service.alpha = true;
    service.servers[0].checks.clear();
    EXPECT_EQ(weights(), (Weights{{"192.0.2.20", 3}}));
}

TEST_F(DesiredTable, DrainedIsWeightZeroAndDisabledIsAbsentAndTheRunTimeWinsOverTheConfiguration) {
    service.servers[0].admin = AdminState::Drained;
    service.servers[1].admin = AdminState::Disabled;
    EXPECT_EQ(weights(), (Weights{{"192.0.2.20", 0}}));
    view(0).admin = AdminState::Enabled;
    view(0).weight = 7;
    view(1).admin = AdminState::Drained;
    EXPECT_EQ(weights(), (Weights{{"192.0.2.20", 7}, {"192.0.2.21", 0}}));
}

TEST_F(DesiredTable, QuorumIsLostBelowItMinusHysteresisAndWonAtItPlusHysteresis) {
    service.quorum = 4;
    service.hysteresis = 2;
    service.servers[0].weight = 6;
    service.servers[1].weight = 3;
    model::SorryServer sorry;
    sorry.address = ip("192.0.2.99");
    service.sorryServer = sorry;

    EXPECT_EQ(weights(), (Weights{{"192.0.2.20", 6}, {"192.0.2.21", 3}}));
    view(0).health = ServerHealth::Down; // 3 >= 4 - 2
    EXPECT_EQ(weights(), (Weights{{"192.0.2.21", 3}}));
    EXPECT_TRUE(desired.changes.empty());

    view(1).weight = 1; // 1 < 2
    EXPECT_EQ(weights(), (Weights{{"192.0.2.99", 1}}));
    EXPECT_EQ(desired.changes, (std::vector<QuorumChange>{{"tcp 192.0.2.10:80", false, 1, 2, true}}));

    view(1).weight = 5; // 5 < 4 + 2
    EXPECT_EQ(weights(), (Weights{{"192.0.2.99", 1}}));
    EXPECT_TRUE(desired.changes.empty());

    view(0).health = ServerHealth::Up;
    EXPECT_EQ(weights(), (Weights{{"192.0.2.20", 6}, {"192.0.2.21", 5}}));
    EXPECT_EQ(desired.changes, (std::vector<QuorumChange>{{"tcp 192.0.2.10:80", true, 11, 6, true}}));
}

TEST_F(DesiredTable, WithoutASorryServerALostQuorumOnlyIsReported) {
    service.quorum = 6;
    view(0).health = ServerHealth::Down;
    EXPECT_EQ(weights(), (Weights{{"192.0.2.21", 3}}));
    EXPECT_EQ(desired.changes, (std::vector<QuorumChange>{{"tcp 192.0.2.10:80", false, 3, 6, false}}));
    EXPECT_FALSE(memory.up.at("tcp 192.0.2.10:80"));
}

TEST_F(DesiredTable, AnInhibitedSorryServerWaitsWithWeightZero) {
    model::SorryServer sorry;
    sorry.address = ip("192.0.2.99");
    sorry.forwarding = model::Forwarding::Nat;
    sorry.inhibit = true;
    service.sorryServer = sorry;
    EXPECT_EQ(weights().at("192.0.2.99"), 0);
    view(0).health = view(1).health = ServerHealth::Down;
    EXPECT_EQ(weights(), (Weights{{"192.0.2.99", 1}}));
    const Service result = wanted();
    EXPECT_EQ(result.destinations.begin()->first.port, 80) << "port 0 stands for the service's";
    EXPECT_EQ(result.destinations.begin()->second.forward, Forward::Masq);
}

TEST_F(DesiredTable, ASorryServerThatIsAlsoARealServerServesAsWhatItIsNeededFor) {
    model::SorryServer sorry;
    sorry.address = service.servers[1].address;
    sorry.inhibit = true;
    service.sorryServer = sorry;
    service.quorum = 4;
    EXPECT_EQ(weights(), (Weights{{"192.0.2.20", 3}, {"192.0.2.21", 3}}));
    view(0).health = ServerHealth::Down;
    EXPECT_EQ(weights(), (Weights{{"192.0.2.21", 1}}));
}

TEST_F(DesiredTable, DrainedServersKeepTheirConnectionsWhenTheSorryServerTakesOver) {
    model::SorryServer sorry;
    sorry.address = ip("192.0.2.99");
    service.sorryServer = sorry;
    service.servers[0].admin = AdminState::Drained;
    view(1).health = ServerHealth::Down;
    EXPECT_EQ(weights(), (Weights{{"192.0.2.20", 0}, {"192.0.2.99", 1}}));
}

TEST_F(DesiredTable, AQuorumAboveTheConfiguredWeightIsLoweredToIt) {
    service.quorum = 100;
    service.hysteresis = 90;
    weights();
    // Quorum 6, hysteresis 5: a start needs 11, so it begins lost, as keepalived does.
    EXPECT_FALSE(memory.up.at("tcp 192.0.2.10:80"));
    service.hysteresis = 0;
    weights();
    EXPECT_TRUE(memory.up.at("tcp 192.0.2.10:80"));
}

TEST_F(DesiredTable, RoutedAndTunnelledServersUseTheServicesPort) {
    service.servers[0].port = 8080;
    service.servers[1].port = 8080;
    service.servers[1].forwarding = model::Forwarding::Nat;
    const Service result = wanted();
    EXPECT_EQ(result.destinations.begin()->first.port, 80);
    EXPECT_EQ(result.destinations.rbegin()->first.port, 8080);
}

TEST_F(DesiredTable, TunnelsMarksFlagsAndThresholdsReachTheKernelsSettings) {
    service.firewallMark = 7;
    service.firewallMarkFamily = Family::V6;
    service.scheduler = model::Scheduler::Mh;
    service.schedulerFlags = {model::SchedulerFlag::Flag1, model::SchedulerFlag::Flag2};
    service.forwarding = model::Forwarding::Tun;
    service.tunnel = {model::TunnelType::Gue, 6080, model::TunnelChecksum::Remcsum};
    service.onePacket = true;
    service.persistenceTimeout = 300;
    service.persistencePrefix = std::uint8_t{64};
    service.persistenceEngine = "sip";
    service.servers[0].upperThreshold = 100;
    service.servers[0].lowerThreshold = 50;
    service.servers[1].tunnel = model::Tunnel{model::TunnelType::Gre, 0, model::TunnelChecksum::Csum};
    const Service result = wanted();
    EXPECT_EQ(desired.table.begin()->first, (ServiceKey{7, Family::V6, model::Protocol::Tcp, {}, 0}));
    EXPECT_EQ(result.settings, (ServiceSettings{"mh", 1U | 4U | 8U | 16U, 300, 64, "sip"}));
    EXPECT_EQ(result.destinations.begin()->first.port, 0);
    EXPECT_EQ(result.destinations.begin()->second, (DestinationSettings{Forward::Tunnel, 3, 100, 50, tunnelGue, 6080, 2}));
    EXPECT_EQ(result.destinations.rbegin()->second, (DestinationSettings{Forward::Tunnel, 3, 0, 0, tunnelGre, 0, 1}));
}

TEST_F(DesiredTable, TheMemoryForgetsServicesThatAreGone) {
    weights();
    EXPECT_EQ(memory.up.size(), 1U);
    EXPECT_TRUE(desiredTable({}, {}, views, memory).table.empty());
    EXPECT_TRUE(memory.up.empty());
}

TEST_F(DesiredTable, EverythingThatCanEverBeWantedIsOwned) {
    model::SorryServer sorry;
    sorry.address = ip("192.0.2.99");
    service.sorryServer = sorry;
    const Owned owned = ownedKeys({service}, {});
    for (const bool down : {false, true}) {
        view(0).health = view(1).health = down ? ServerHealth::Down : ServerHealth::Up;
        for (const auto& [key, settings] : wanted().destinations)
            EXPECT_TRUE(owned.has(keyOf(service), key));
    }
    EXPECT_EQ(owned.services.size(), 1U);
    EXPECT_EQ(owned.destinations.at(keyOf(service)).size(), 3U);
}

model::ServiceGroup groupOf(std::vector<model::GroupEntry> entries) { return {"g", std::move(entries)}; }
model::GroupEntry range(const char* first, const char* last, std::uint16_t port) {
    return {*IpAddress::parse(first), *IpAddress::parse(last), port, std::nullopt, Family::V4};
}

TEST(KeysOfAGroup, RangesCarryOverIntoTheNextOctetAndEqualOnesCountOnce) {
    model::VirtualService service;
    service.group = "g";
    const auto keys = keysOf(service, {groupOf({range("10.0.0.254", "10.0.1.1", 80), range("10.0.1.0", "10.0.1.2", 80),
                                                range("2001:db8::fffe", "2001:db8::1:1", 80)})});
    std::vector<std::string> texts;
    for (const ServiceKey& key : keys)
        texts.push_back(keyText(key));
    EXPECT_EQ(texts,
              (std::vector<std::string>{"tcp 10.0.0.254:80", "tcp 10.0.0.255:80", "tcp 10.0.1.0:80", "tcp 10.0.1.1:80",
                                        "tcp 10.0.1.2:80", "tcp [2001:db8::fffe]:80", "tcp [2001:db8::ffff]:80",
                                        "tcp [2001:db8::1:0]:80", "tcp [2001:db8::1:1]:80"}));
}

TEST(KeysOfAGroup, RangeAtTheEndOfAllAddressesAndOneTheWrongWayRoundEnd) {
    model::VirtualService service;
    service.group = "g";
    EXPECT_EQ(keysOf(service, {groupOf({range("255.255.255.254", "255.255.255.255", 80)})}).size(), 2U);
    EXPECT_TRUE(keysOf(service, {groupOf({range("10.0.0.9", "10.0.0.1", 80)})}).empty());
    EXPECT_TRUE(keysOf(service, {groupOf({range("10.0.0.9", "2001:db8::1", 80)})}).empty());
    EXPECT_TRUE(keysOf(service, {}).empty());
    EXPECT_EQ(keysOf(service, {groupOf({range("0.0.0.0", "255.255.255.255", 80)})}).size(), 65'536U);
}

TEST(DesiredTableOfAGroup, GivesEachEntryTheServersOfItsFamilyAndAllPortsPersistence) {
    model::VirtualService service;
    service.group = "g";
    service.forwarding = model::Forwarding::Dr;
    for (const char* address : {"10.0.0.1", "2001:db8::1"}) {
        model::RealServer server;
        server.address = *IpAddress::parse(address);
        service.servers.push_back(server);
    }
    QuorumMemory memory;
    const Table table =
        desiredTable({service}, {groupOf({range("10.1.0.1", "10.1.0.1", 0), range("2001:db8:1::1", "2001:db8:1::1", 80)})},
                     {}, memory)
            .table;
    EXPECT_EQ(saveText(table), "-A -t 10.1.0.1:0 -s wlc -p 360\n-a -t 10.1.0.1:0 -r 10.0.0.1:0 -g -w 1\n"
                               "-A -t [2001:db8:1::1]:80 -s wlc\n-a -t [2001:db8:1::1]:80 -r [2001:db8::1]:80 -g -w 1\n");
    service.forwarding = model::Forwarding::Tun;
    EXPECT_EQ(desiredTable({service}, {groupOf({range("10.1.0.1", "10.1.0.1", 80)})}, {}, memory)
                  .table.begin()
                  ->second.destinations.size(),
              2U);
}

} // namespace
} // namespace lvsdeck::ipvs
