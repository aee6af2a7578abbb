// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated counterparts of the ports answer as the real ones do.
#include "agent/simulated/simulated_network_config.hpp"
#include "agent/simulated/simulated_scripts.hpp"
#include "agent/simulated/simulated_system.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvsdeck::simulated {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

class Simulated : public testing::Test {
protected:
    SimulatedTime time;
    SimulatedRuntime runtime{time};
    SimulatedSegment segment;
    SimulatedNetwork network{time, 1, &segment};
    SimulatedHost lb1{segment, "lb1", runtime};
    SimulatedHost lb2{segment, "lb2", runtime};
    SimulatedNetworkConfig config1{lb1, &network};
    SimulatedNetworkConfig config2{lb2, &network};
};

TEST_F(Simulated, UnicastReachesItsHolderAndGroupsTheirMembers) {
    lb1.configureAddress("eth0", {ip("10.1.1.1"), 24, {}});
    lb2.configureAddress("eth0", {ip("10.1.1.2"), 24, {}});
    int group = 0;
    int other = 0;
    int unicast = 0;
    int ttl = 0;
    const auto sender = *network.portOf("lb1").open({"eth0", Family::V4, {}}, [](const ReceivedAdvert&) {});
    const auto one =
        *network.portOf("lb2").open({"eth0", Family::V4, ip("224.0.0.18")}, [&](const ReceivedAdvert&) { ++group; });
    const auto two =
        *network.portOf("lb2").open({"eth0", Family::V4, ip("224.0.0.77")}, [&](const ReceivedAdvert&) { ++other; });
    const auto three = *network.portOf("lb2").open({"eth0", Family::V4, {}}, [&](const ReceivedAdvert& advert) {
        ++unicast;
        ttl = advert.ttl;
    });
    ASSERT_TRUE(sender->send({ip("10.1.1.1"), ip("224.0.0.18")}, {}));
    time.runFor(1s);
    EXPECT_EQ(std::tuple(group, other, unicast), std::tuple(1, 0, 0));
    ASSERT_TRUE(sender->send({ip("10.1.1.1"), ip("10.1.1.2"), 64}, {}));
    time.runFor(1s);
    EXPECT_EQ(std::tuple(group, other, unicast), std::tuple(2, 1, 1)) << "all of the host hear unicast";
    EXPECT_EQ(ttl, 64);
    ASSERT_TRUE(sender->send({ip("10.1.1.1"), ip("10.1.1.9")}, {}));
    time.runFor(1s);
    EXPECT_EQ(unicast, 1);
}

TEST_F(Simulated, AMacvlanIsALinkOnItsBasesWire) {
    const MacAddress mac{0, 0, 0x5e, 0, 1, 51};
    ASSERT_TRUE(config1.addMacvlan("vrrp.51", "eth0", mac, {Family::V4}));
    EXPECT_TRUE(config1.addMacvlan("vrrp.51", "eth0", mac, {Family::V4})) << "adopted";
    EXPECT_EQ(config1.addMacvlan("eth0", "eth0", mac, {Family::V4}).error().code, ErrorCode::Conflict);
    EXPECT_EQ(config1.addMacvlan("vrrp.52", "eth9", mac, {Family::V4}).error().code, ErrorCode::NotFound);
    const auto link = [&] {
        const auto links = lb1.links();
        const auto found = std::ranges::find(*links, "vrrp.51", &Link::name);
        return found == links->end() ? std::optional<Link>() : std::optional(*found);
    };
    ASSERT_TRUE(link());
    EXPECT_EQ(link()->mac, mac);
    lb1.setLinkUp("eth0", false);
    EXPECT_FALSE(link()->up) << "with its base";
    lb1.setLinkUp("eth0", true);
    EXPECT_TRUE(link()->up);
    int heard = 0;
    const auto above = *network.portOf("lb1").open({"vrrp.51", Family::V4, ip("224.0.0.18")}, [](const ReceivedAdvert&) {});
    const auto below =
        *network.portOf("lb2").open({"eth0", Family::V4, ip("224.0.0.18")}, [&](const ReceivedAdvert&) { ++heard; });
    ASSERT_TRUE(above->send({ip("10.1.1.1"), ip("224.0.0.18")}, {}));
    time.runFor(1s);
    EXPECT_EQ(heard, 1);
    ASSERT_TRUE(config1.removeMacvlan("vrrp.51"));
    EXPECT_TRUE(config1.removeMacvlan("vrrp.51"));
    EXPECT_FALSE(link());
    ASSERT_TRUE(config1.addMacvlan("vrrp.51", "eth0", mac, {Family::V4}));
    lb1.removeLink("eth0");
    EXPECT_FALSE(link());
}

TEST_F(Simulated, SettingsAreTheKernelsUntilWritten) {
    EXPECT_EQ(*config1.readSysctl("net.ipv4.vs.expire_nodest_conn"), "0");
    ASSERT_TRUE(config1.writeSysctl("net.ipv4.vs.expire_nodest_conn", "1"));
    EXPECT_EQ(*config1.readSysctl("net.ipv4.vs.expire_nodest_conn"), "1");
    EXPECT_EQ(config1.writeSysctl("net.ipv4.vs.none", "1").error().code, ErrorCode::NotFound);
    EXPECT_EQ(*config1.readSysctl("net.ipv4.conf.eth0.promote_secondaries"), "0");
    lb1.setPermitted(false);
    EXPECT_EQ(config1.writeSysctl("net.ipv4.vs.expire_nodest_conn", "0").error().code, ErrorCode::Denied);
}

TEST_F(Simulated, RoutesAreToldApartAsTheKernelTellsThem) {
    model::VirtualRoute route;
    route.destination = model::Prefix{ip("10.0.0.0"), 8};
    route.device = "eth0";
    ASSERT_TRUE(config1.addRoute(route));
    ASSERT_TRUE(config1.addRoute(route));
    EXPECT_EQ(config1.routes().size(), 1U);
    route.metric = 5;
    ASSERT_TRUE(config1.addRoute(route));
    EXPECT_EQ(config1.routes().size(), 2U);
    ASSERT_TRUE(config1.removeRoute(route));
    ASSERT_TRUE(config1.removeRoute(route));
    EXPECT_EQ(config1.routes().size(), 1U);
    route.device = "eth7";
    EXPECT_EQ(config1.addRoute(route).error().code, ErrorCode::NotFound);
}

TEST_F(Simulated, ProgramsEndAsSetAndAtTheirLimit) {
    SimulatedScripts scripts(runtime);
    scripts.setExit("/bin/check", 3);
    scripts.set("/bin/check slow", {.result = {}, .duration = 5s});
    std::vector<ScriptResult> ended;
    const auto note = [&](const ScriptResult& result) { ended.push_back(result); };
    const auto first = scripts.run({{{"/bin/check", "fast"}, "", ""}, {}, 1s, false}, note);
    const auto second = scripts.run({{{"/bin/check", "slow"}, "", ""}, {"x"}, 1s, false}, note);
    auto third = scripts.run({{{"/bin/other"}, "", ""}, {}, 0s, false}, note);
    third.reset();
    EXPECT_TRUE(ended.empty());
    time.runFor(2s);
    ASSERT_EQ(ended.size(), 2U);
    EXPECT_EQ(ended[0].status, 3);
    EXPECT_EQ(ended[1].end, ScriptEnd::TimedOut);
    EXPECT_EQ(scripts.started()[1].line(), "/bin/check slow x");
    scripts.set("/bin/gone", {.result = {ScriptEnd::NotStarted, 0, "there is no such program"}});
    std::string why;
    scripts.start({{{"/bin/gone"}, "", ""}, {}, 0s, false}, [&](const std::string& text) { why = text; });
    time.runFor(1s);
    EXPECT_EQ(why, "there is no such program");
}

TEST_F(Simulated, PipesAndMailsAreKept) {
    SimulatedSystem system(runtime);
    ASSERT_TRUE(system.writeFifo("/run/fifo", "INSTANCE \"VI_1\" MASTER 100"));
    system.setReader("/run/fifo", false);
    EXPECT_EQ(system.writeFifo("/run/fifo", "x").error().code, ErrorCode::Busy);
    EXPECT_THAT(system.fifoLines("/run/fifo"), ElementsAre("INSTANCE \"VI_1\" MASTER 100"));
    system.sendMail({{}, "subject", "body"}, {});
    ASSERT_EQ(system.mails().size(), 1U);
    std::string why;
    system.setMailFailure("connection refused");
    system.sendMail({{}, "subject", "body"}, [&](const std::string& text) { why = text; });
    time.runFor(1s);
    EXPECT_EQ(why, "connection refused");
    const int pid = system.startProcess("nginx");
    EXPECT_EQ(system.processes()->size(), 1U);
    system.endProcess(pid);
    EXPECT_TRUE(system.processes()->empty());
}

} // namespace
} // namespace lvsdeck::simulated
