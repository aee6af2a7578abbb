// SPDX-License-Identifier: GPL-3.0-or-later
// Routes, rules, macvlans, settings and filters against the real kernel, compared with what ip(8) makes of the same words, and with
// what keepalived does. Runs in its own network namespace.
#include "agent/host/netlink_host.hpp"
#include "agent/host/netlink_network.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

namespace lvsdeck::host {
namespace {

using testing::HasSubstr;
using testing::Not;

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }
model::Prefix prefix(std::string_view text) {
    const auto slash = text.find('/');
    return {ip(text.substr(0, slash)), static_cast<std::uint8_t>(std::stoi(std::string(text.substr(slash + 1))))};
}

void run(const std::string& command) { EXPECT_EQ(std::system(command.c_str()), 0) << command; }

std::string output(const std::string& command) {
    std::string text;
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(("{ " + command + "; } 2> /dev/null").c_str(), "r"), &::pclose);
    std::array<char, 4096> buffer;
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
        text.append(buffer.data(), size);
    return text;
}

class RealNetwork : public testing::Test {
protected:
    void SetUp() override {
        run("ip link add left type veth peer name right");
        run("ip link set left up");
        run("ip link set right up");
        run("ip address add 10.1.1.1/24 dev left");
        run("ip address add 2001:db8::1/64 dev left nodad");
    }
    void TearDown() override {
        EXPECT_TRUE(network.dropTraffic({}));
        run("ip link del left");
        run("ip route flush table 100 2> /dev/null; ip -6 route flush table 100 2> /dev/null; true");
    }
    static std::string routes() {
        std::string all;
        for (const char* family : {"-4", "-6"})
            for (const char* table : {"main", "100"})
                all +=
                    output(std::string("ip -d ") + family + " route show proto 18 table " + table + " 2> /dev/null | sort");
        return all;
    }
    static std::string rules() { return output("ip -d rule") + output("ip -d -6 rule"); }

    boost::asio::io_context loop;
    NetlinkHost host{loop};
    NetlinkNetwork network{loop};
};

/// What a route is in our words and in those of ip(8), with what keepalived adds unasked.
struct RouteCase {
    const char* words;
    model::VirtualRoute route;
};

std::vector<RouteCase> routeCases() {
    std::vector<RouteCase> cases;
    const auto add = [&](const char* words, auto change, Family family = Family::V4) {
        model::VirtualRoute route;
        route.family = family;
        change(route);
        cases.push_back({words, route});
    };
    add("10.20.0.0/16 via 10.1.1.2 dev left", [](auto& r) {
        r.destination = prefix("10.20.0.0/16");
        r.via = ip("10.1.1.2");
        r.device = "left";
    });
    add("10.21.0.0/16 via 10.1.1.2 src 10.1.1.1 metric 50 table 100", [](auto& r) {
        r.destination = prefix("10.21.0.0/16");
        r.via = ip("10.1.1.2");
        r.preferredSource = ip("10.1.1.1");
        r.metric = 50;
        r.table = 100;
    });
    add("10.22.0.0/16 dev left scope link tos 0x10", [](auto& r) {
        r.destination = prefix("10.22.0.0/16");
        r.device = "left";
        r.scope = 253;
        r.tos = 16;
    });
    add("10.23.0.0/16 via 10.1.1.3 mtu 1400 advmss 1300", [](auto& r) {
        r.destination = prefix("10.23.0.0/16");
        r.via = ip("10.1.1.3");
        r.mtu = 1400;
        r.advmss = 1300;
    });
    add("10.24.0.0/16 nexthop via 10.1.1.2 dev left weight 2 nexthop via 10.9.9.9 dev left onlink", [](auto& r) {
        r.destination = prefix("10.24.0.0/16");
        r.nextHops = {{ip("10.1.1.2"), "left", 2, false}, {ip("10.9.9.9"), "left", 1, true}};
    });
    add("blackhole 10.25.0.0/16", [](auto& r) {
        r.destination = prefix("10.25.0.0/16");
        r.type = model::RouteType::Blackhole;
    });
    add("unreachable 10.26.0.0/16 metric 7", [](auto& r) {
        r.destination = prefix("10.26.0.0/16");
        r.type = model::RouteType::Unreachable;
        r.metric = 7;
    });
    add("prohibit 10.27.0.0/16 table 100", [](auto& r) {
        r.destination = prefix("10.27.0.0/16");
        r.type = model::RouteType::Prohibit;
        r.table = 100;
    });
    add("throw 10.28.0.0/16 table 100", [](auto& r) {
        r.destination = prefix("10.28.0.0/16");
        r.type = model::RouteType::Throw;
        r.table = 100;
    });
    add("default via 10.1.1.2 table 100", [](auto& r) {
        r.via = ip("10.1.1.2");
        r.table = 100;
    });
    add("10.30.0.1 via 10.9.9.9 dev left onlink", [](auto& r) {
        r.destination = prefix("10.30.0.1/32");
        r.via = ip("10.9.9.9");
        r.device = "left";
        r.onlink = true;
    });
    add("10.31.0.0/16 via inet6 2001:db8::2 dev left", [](auto& r) {
        r.destination = prefix("10.31.0.0/16");
        r.via = ip("2001:db8::2");
        r.device = "left";
    });
    const auto v6 = [&](const char* words, auto change) { add(words, change, Family::V6); };
    v6("2001:db8:1::/48 via 2001:db8::2 dev left metric 30", [](auto& r) {
        r.destination = prefix("2001:db8:1::/48");
        r.via = ip("2001:db8::2");
        r.device = "left";
        r.metric = 30;
    });
    v6("2001:db8:2::/48 dev left", [](auto& r) {
        r.destination = prefix("2001:db8:2::/48");
        r.device = "left";
    });
    v6("unreachable 2001:db8:3::/48", [](auto& r) {
        r.destination = prefix("2001:db8:3::/48");
        r.type = model::RouteType::Unreachable;
    });
    v6("2001:db8:4::/48 nexthop via 2001:db8::2 dev left weight 2 nexthop via 2001:db8::3 dev left", [](auto& r) {
        r.destination = prefix("2001:db8:4::/48");
        r.nextHops = {{ip("2001:db8::2"), "left", 2, false}, {ip("2001:db8::3"), "left", 1, false}};
    });
    v6("default via 2001:db8::2 table 100 src 2001:db8::1", [](auto& r) {
        r.via = ip("2001:db8::2");
        r.table = 100;
        r.preferredSource = ip("2001:db8::1");
    });
    return cases;
}

TEST_F(RealNetwork, RoutesAreWhatIpMakesOfTheSameWords) {
    const std::string before = routes();
    for (const RouteCase& one : routeCases()) {
        const std::string family = one.route.family == Family::V4 ? "-4" : "-6";
        const auto added = network.addRoute(one.route);
        ASSERT_TRUE(added) << one.words << ": " << added.error().text;
        EXPECT_TRUE(network.addRoute(one.route)) << one.words << ": again";
        const std::string ours = routes();
        EXPECT_NE(ours, before) << one.words;
        EXPECT_EQ(network.routingThere({one.route}, {})->routes, std::vector<bool>{true}) << one.words;
        ASSERT_TRUE(network.removeRoute(one.route)) << one.words;
        EXPECT_EQ(network.routingThere({one.route}, {})->routes, std::vector<bool>{false}) << one.words;
        EXPECT_TRUE(network.removeRoute(one.route)) << one.words << ": again";
        EXPECT_EQ(routes(), before) << one.words;
        const std::string scope = family == "-4" && !one.route.scope ? " scope global" : "";
        // A multipath route takes its scope before the hops.
        std::string words = one.words;
        const auto hops = words.find(" nexthop");
        words.insert(hops == std::string::npos ? words.size() : hops, scope + " proto 18");
        run("ip " + family + " route add " + words);
        EXPECT_EQ(ours, routes()) << one.words;
        run("ip " + family + " route del " + words);
    }
}

TEST_F(RealNetwork, AnotherRouteToTheSamePlaceIsReplacedWhenItIsOursAndLeftWhenItIsNot) {
    model::VirtualRoute route;
    route.destination = prefix("10.20.0.0/16");
    route.via = ip("10.1.1.2");
    route.device = "left";
    run("ip route add 10.20.0.0/16 via 10.1.1.9 proto 18");
    ASSERT_TRUE(network.addRoute(route));
    EXPECT_THAT(output("ip route show 10.20.0.0/16"), HasSubstr("via 10.1.1.2"));
    ASSERT_TRUE(network.removeRoute(route));
    run("ip route add 10.20.0.0/16 via 10.1.1.9 proto static");
    EXPECT_EQ(network.addRoute(route).error().code, ErrorCode::Conflict);
    EXPECT_TRUE(network.removeRoute(route)) << "not ours, not touched";
    EXPECT_THAT(output("ip route show 10.20.0.0/16"), HasSubstr("via 10.1.1.9"));
    run("ip route replace 10.20.0.0/16 via 10.1.1.2 dev left proto static");
    EXPECT_TRUE(network.addRoute(route)) << "it goes the same way";
    route.device = "eth99";
    EXPECT_EQ(network.addRoute(route).error().code, ErrorCode::NotFound);
    EXPECT_TRUE(network.removeRoute(route));
    route.device = "left";
    route.via = ip("192.168.7.7");
    route.destination = prefix("10.77.0.0/16");
    const auto unreachable = network.addRoute(route);
    ASSERT_FALSE(unreachable);
    EXPECT_THAT(unreachable.error().text, HasSubstr("10.77.0.0/16 via 192.168.7.7 dev left"));
}

TEST_F(RealNetwork, LossesOfRoutesAndRulesAreNoticed) {
    model::VirtualRoute route;
    route.destination = prefix("10.20.0.0/16");
    route.device = "left";
    model::VirtualRule rule;
    rule.from = prefix("10.1.1.0/24");
    rule.table = 100;
    rule.priority = 1000;
    ASSERT_TRUE(network.addRoute(route));
    ASSERT_TRUE(network.addRule(rule));
    int told = 0;
    network.watchRouting([&] { ++told; });
    const auto toldAfter = [&](const std::string& command) {
        told = 0;
        run(command);
        loop.restart();
        loop.run_for(std::chrono::milliseconds(100));
        return told > 0;
    };
    EXPECT_FALSE(toldAfter("ip route add 10.21.0.0/16 dev left proto static"));
    EXPECT_FALSE(toldAfter("ip route del 10.21.0.0/16")) << "somebody else's";
    EXPECT_TRUE(toldAfter("ip route del 10.20.0.0/16"));
    EXPECT_TRUE(toldAfter("ip rule del priority 1000"));
    const auto there = network.routingThere({route}, {rule});
    ASSERT_TRUE(there);
    EXPECT_EQ(*there, (RoutingThere{{false}, {false}}));
    network.watchRouting({});
    ASSERT_TRUE(network.addRoute(route));
    EXPECT_FALSE(toldAfter("ip route del 10.20.0.0/16")) << "nobody listens any more";
}

TEST_F(RealNetwork, RulesAreWhatIpMakesOfTheSameWords) {
    struct Case {
        const char* words;
        std::function<void(model::VirtualRule&)> change;
    };
    const std::vector<Case> cases{
        {"from 10.1.1.0/24 table 100",
         [](auto& r) {
             r.from = prefix("10.1.1.0/24");
             r.table = 100;
         }},
        {"to 10.2.0.0/16 fwmark 7/0xff iif left table 1000",
         [](auto& r) {
             r.to = prefix("10.2.0.0/16");
             r.firewallMark = 7;
             r.firewallMask = 255;
             r.inputInterface = "left";
             r.table = 1000;
         }},
        {"not from 10.3.0.0/16 oif left tos 0x10 table 101",
         [](auto& r) {
             r.negate = true;
             r.from = prefix("10.3.0.0/16");
             r.outputInterface = "left";
             r.tos = 16;
             r.table = 101;
         }},
        {"from 10.4.0.0/16 blackhole",
         [](auto& r) {
             r.from = prefix("10.4.0.0/16");
             r.action = model::RuleAction::Blackhole;
         }},
        {"from 10.5.0.0/16 unreachable",
         [](auto& r) {
             r.from = prefix("10.5.0.0/16");
             r.action = model::RuleAction::Unreachable;
         }},
        {"from 10.6.0.0/16 prohibit",
         [](auto& r) {
             r.from = prefix("10.6.0.0/16");
             r.action = model::RuleAction::Prohibit;
         }},
        {"from all fwmark 9 table main suppress_prefixlength 0",
         [](auto& r) {
             r.firewallMark = 9;
             r.suppressPrefixLength = 0;
         }},
        {"from 2001:db8::/64 table 100",
         [](auto& r) {
             r.family = Family::V6;
             r.from = prefix("2001:db8::/64");
             r.table = 100;
         }},
    };
    const std::string before = rules();
    for (const Case& one : cases) {
        model::VirtualRule rule;
        rule.priority = 16384;
        one.change(rule);
        const std::string family = rule.family == Family::V4 ? "-4" : "-6";
        const auto added = network.addRule(rule);
        ASSERT_TRUE(added) << one.words << ": " << added.error().text;
        EXPECT_TRUE(network.addRule(rule)) << one.words << ": again";
        EXPECT_EQ(network.routingThere({}, {rule})->rules, std::vector<bool>{true}) << one.words;
        model::VirtualRule other = rule;
        other.priority = 16383;
        EXPECT_EQ(network.routingThere({}, {other})->rules, std::vector<bool>{false}) << one.words;
        const std::string ours = rules();
        EXPECT_NE(ours, before) << one.words;
        ASSERT_TRUE(network.removeRule(rule)) << one.words;
        EXPECT_TRUE(network.removeRule(rule)) << one.words << ": again";
        EXPECT_EQ(rules(), before) << one.words;
        run("ip " + family + " rule add " + one.words + " priority 16384 protocol 18");
        EXPECT_EQ(ours, rules()) << one.words;
        run("ip " + family + " rule del " + one.words + " priority 16384 protocol 18");
    }
}

class Macvlan : public RealNetwork {
protected:
    MacAddress mac{0, 0, 0x5e, 0, 1, 51};
    MacAddress mac6{0, 0, 0x5e, 0, 2, 51};
};

TEST_F(Macvlan, IsPrivateUpAndAnswersForNothingElse) {
    const auto made = network.addMacvlan("vrrp.51", "left", mac, {Family::V4});
    ASSERT_TRUE(made) << made.error().text;
    const std::string link = output("ip -d link show vrrp.51");
    EXPECT_THAT(link, HasSubstr("vrrp.51@left: <BROADCAST,MULTICAST,UP,LOWER_UP>"));
    EXPECT_THAT(link, HasSubstr("00:00:5e:00:01:33"));
    EXPECT_THAT(link, HasSubstr("macvlan mode private"));
    EXPECT_EQ(*network.readSysctl("net.ipv4.conf.vrrp/51.arp_ignore"), "1");
    EXPECT_EQ(*network.readSysctl("net.ipv4.conf.vrrp/51.accept_local"), "1");
    EXPECT_EQ(output("ip -6 address show dev vrrp.51"), "");
    EXPECT_THAT(output("nft list table ip lvsdeck"), HasSubstr("oifname \"vrrp.51\" ip protocol igmp"));
    EXPECT_TRUE(network.addMacvlan("vrrp.51", "left", mac, {Family::V4})) << "adopted";
    EXPECT_EQ(network.addMacvlan("vrrp.51", "right", mac, {Family::V4}).error().code, ErrorCode::Conflict);
    EXPECT_EQ(network.addMacvlan("right", "left", mac, {Family::V4}).error().code, ErrorCode::Conflict);
    EXPECT_EQ(network.addMacvlan("vrrp.52", "eth99", mac, {Family::V4}).error().code, ErrorCode::NotFound);
    const auto links = host.links();
    const auto found = std::ranges::find(*links, "vrrp.51", &Link::name);
    ASSERT_NE(found, links->end());
    EXPECT_EQ(found->mac, mac);

    ASSERT_TRUE(network.removeMacvlan("vrrp.51"));
    EXPECT_TRUE(network.removeMacvlan("vrrp.51"));
    EXPECT_THAT(output("nft list ruleset"), Not(HasSubstr("lvsdeck")));
}

TEST_F(Macvlan, ForIpv6SendsFromTheLinkLocalAddressOfItsBase) {
    run("ip address add fe80::77/64 dev left nodad");
    const auto made = network.addMacvlan("vrrp6.51", "left", mac6, {Family::V6});
    ASSERT_TRUE(made) << made.error().text;
    EXPECT_THAT(output("ip -6 address show dev vrrp6.51"), HasSubstr("scope link nodad deprecated"));
    EXPECT_EQ(*network.readSysctl("net.ipv6.conf.vrrp6/51.addr_gen_mode"), "1");
    EXPECT_THAT(output("nft list table ip6 lvsdeck"), HasSubstr("nd-router-solicit"));
    EXPECT_TRUE(network.removeMacvlan("vrrp6.51"));
    ASSERT_TRUE(network.addMacvlan("vrrp6.52", "left", mac6, {.family = Family::V6, .sends = false}));
    EXPECT_THAT(output("ip -6 address show dev vrrp6.52"), Not(HasSubstr("inet6")));
    EXPECT_TRUE(network.removeMacvlan("vrrp6.52"));
}

TEST_F(RealNetwork, SettingsHaveTheNamesOfSysctl) {
    EXPECT_EQ(*network.readSysctl("net.ipv4.conf.left.rp_filter"),
              output("cat /proc/sys/net/ipv4/conf/left/rp_filter").substr(0, 1));
    ASSERT_TRUE(network.writeSysctl("net.ipv4.conf.left.promote_secondaries", "1"));
    EXPECT_EQ(*network.readSysctl("net.ipv4.conf.left.promote_secondaries"), "1");
    EXPECT_EQ(network.readSysctl("net.ipv4.vs.no_such_thing").error().code, ErrorCode::NotFound);
    EXPECT_EQ(network.writeSysctl("net.ipv4.no_such_thing", "1").error().code, ErrorCode::NotFound);
    EXPECT_EQ(network.readSysctl("net..x").error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(network.readSysctl("net.//.//.x").error().code, ErrorCode::InvalidInput);
}

TEST_F(RealNetwork, DroppedAddressesDoNotAnswerAndOthersDo) {
    run("ip address add 10.1.1.60/32 dev left");
    run("ip address add 2001:db8::60/128 dev left nodad");
    run("ip netns add far");
    run("ip link set right netns far");
    run("ip -n far link set right up");
    run("ip -n far address add 10.1.1.2/24 dev right");
    run("ip -n far address add 2001:db8::2/64 dev right nodad");
    const auto answers = [](const std::string& address) {
        return std::system(("ip netns exec far ping -c 1 -W 1 " + address + " > /dev/null").c_str()) == 0;
    };
    EXPECT_TRUE(answers("10.1.1.60"));
    EXPECT_TRUE(answers("2001:db8::60"));
    const auto dropped = network.dropTraffic({ip("10.1.1.60"), ip("2001:db8::60")});
    ASSERT_TRUE(dropped) << dropped.error().text;
    EXPECT_FALSE(answers("10.1.1.60"));
    EXPECT_FALSE(answers("2001:db8::60"));
    EXPECT_TRUE(answers("10.1.1.1"));
    EXPECT_TRUE(answers("2001:db8::1"));
    run("ip -n far -6 neigh flush dev right");
    (void)answers("2001:db8::60");
    EXPECT_THAT(output("ip -n far -6 neigh show 2001:db8::60"), HasSubstr("lladdr")) << "neighbour discovery goes on";
    ASSERT_TRUE(network.dropTraffic({}));
    EXPECT_TRUE(answers("10.1.1.60"));
    EXPECT_THAT(output("nft list ruleset"), Not(HasSubstr("lvsdeck")));
    run("ip -n far link del right && ip netns del far && ip link add left type veth peer name right");
}

TEST_F(Macvlan, WhatAProcessDropsItGoesOnDroppingBesideWhatItFiltersForAMacvlan) {
    NetlinkNetwork next{loop}; // of the next process
    ASSERT_TRUE(network.dropTraffic({ip("10.1.1.60")}));
    ASSERT_TRUE(next.dropTraffic({ip("10.1.1.60")}));
    ASSERT_TRUE(next.addMacvlan("vrrp.51", "left", mac, {Family::V4}));
    EXPECT_THAT(output("nft list table ip lvsdeck"), HasSubstr("ip daddr 10.1.1.60 drop"));
    EXPECT_THAT(output("nft list table ip lvsdeck"), HasSubstr("oifname \"vrrp.51\" ip protocol igmp"));
    ASSERT_TRUE(next.dropTraffic({}));
    ASSERT_TRUE(next.removeMacvlan("vrrp.51"));
}

/// One address in keepalived's words and ours.
struct AddressCase {
    const char* words;
    InterfaceAddress address;
    AddressOptions options;
};

std::vector<AddressCase> addressCases() {
    const auto v4 = [](const char* text, std::uint8_t length, std::string label = {}) {
        return InterfaceAddress{ip(text), length, std::move(label)};
    };
    std::vector<AddressCase> cases{
        {"10.1.1.10", v4("10.1.1.10", 32), {}},
        {"10.1.1.11/24", v4("10.1.1.11", 24), {}},
        {"10.1.1.12/24 brd +", v4("10.1.1.12", 24), {.broadcast = "+"}},
        {"10.1.1.13/24 brd 10.1.1.200 label left:x", v4("10.1.1.13", 24, "left:x"), {.broadcast = "10.1.1.200"}},
        {"10.1.1.15/24 brd -", v4("10.1.1.15", 24), {.broadcast = "-"}},
        {"10.1.1.16/32 peer 10.1.1.99", v4("10.1.1.16", 32), {.peer = ip("10.1.1.99")}},
        {"10.1.1.17/24 preferred_lft 0", v4("10.1.1.17", 24), {.preferredLifetime = 0}},
        {"10.1.1.18/24 noprefixroute", v4("10.1.1.18", 24), {.noPrefixRoute = true}},
        {"10.1.1.19/32 scope host", v4("10.1.1.19", 32), {.scope = 254}},
        {"10.1.2.20/32 scope link", v4("10.1.2.20", 32), {.scope = 253}},
        {"2001:db8::10", v4("2001:db8::10", 128), {}},
        {"2001:db8::11/64", v4("2001:db8::11", 64), {}},
        {"2001:db8::12/64 -nodad", v4("2001:db8::12", 64), {.noDad = true}},
        {"2001:db8::13/64 home mngtmpaddr noprefixroute",
         v4("2001:db8::13", 64),
         {.home = true, .managedTemporary = true, .noPrefixRoute = true}},
        {"2001:db8::15/64 preferred_lft forever", v4("2001:db8::15", 64), {.preferredLifetime = ~std::uint32_t{0}}},
        {"2001:db8::16/64 preferred_lft 0", v4("2001:db8::16", 64), {.preferredLifetime = 0}},
        {"2001:db8::17/128 preferred_lft forever", v4("2001:db8::17", 128), {.preferredLifetime = ~std::uint32_t{0}}},
    };
    return cases;
}

TEST_F(RealNetwork, AddressesAreAsKeepalivedAddsThem) {
    namespace fs = std::filesystem;
    ASSERT_EQ(std::system("command -v keepalived > /dev/null"), 0) << "the lab installs keepalived, and this compares with it";
    const auto cases = addressCases();
    const auto shown = [] {
        return output("ip -d -o address show dev left | grep -v ' fe80' | sed 's/^[0-9]*: //' 2> /dev/null | sort");
    };
    for (const AddressCase& one : cases) {
        const auto added = host.addAddress("left", one.address, one.options);
        ASSERT_TRUE(added) << one.words << ": " << added.error().text;
    }
    run("sleep 2.5"); // the one that waits for duplicate detection
    const std::string ours = shown();
    for (const AddressCase& one : cases)
        ASSERT_TRUE(host.removeAddress("left", one.address)) << one.words;
    const std::string bare = shown();
    EXPECT_EQ(bare,
              output("ip -d -o address show dev left | grep -E ' 10.1.1.1/| 2001:db8::1/' | sed 's/^[0-9]*: //' | sort"))
        << "all were removed, those with a peer too";

    const fs::path folder = fs::temp_directory_path() / ("lvsdeck_addresses_" + std::to_string(::getpid()));
    fs::create_directory(folder);
    {
        std::ofstream file(folder / "keepalived.conf");
        file << "vrrp_instance A {\n state MASTER\n interface left\n virtual_router_id 51\n priority 255\n advert_int 1\n"
                " virtual_ipaddress {\n 10.1.1.10\n }\n virtual_ipaddress_excluded {\n";
        for (const AddressCase& one : cases)
            if (std::string(one.words) != "10.1.1.10")
                file << one.words << "\n";
        file << " }\n}\n";
    }
    const pid_t keepalived = ::fork();
    if (keepalived == 0) {
        const std::string at = folder.string();
        ::execlp("keepalived", "keepalived", "-n", "-l", "-P", "-f", (at + "/keepalived.conf").c_str(), "-p",
                 (at + "/k").c_str(), "-r", (at + "/v").c_str(), nullptr);
        ::_exit(127);
    }
    std::string theirs;
    for (int i = 0; i < 100 && theirs != ours; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        theirs = shown();
    }
    ::kill(keepalived, SIGTERM);
    ::waitpid(keepalived, nullptr, 0);
    fs::remove_all(folder);
    EXPECT_EQ(ours, theirs);
}

} // namespace
} // namespace lvsdeck::host
