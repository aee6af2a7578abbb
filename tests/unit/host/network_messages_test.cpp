// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/firewall.hpp"
#include "agent/host/route_messages.hpp"
#include "agent/host/sysctl.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

namespace lvsdeck::host {
namespace {

using testing::HasSubstr;
using testing::Not;

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

TEST(Broadcast, IsWhatIpMakesOfPlusAndMinus) {
    const InterfaceAddress address{ip("10.1.1.13"), 24, {}};
    EXPECT_EQ(*broadcastOf(address, "+"), ip("10.1.1.255"));
    EXPECT_EQ(*broadcastOf(address, "-"), ip("10.1.1.0"));
    EXPECT_EQ(*broadcastOf(address, "10.1.1.200"), ip("10.1.1.200"));
    EXPECT_EQ(*broadcastOf(address, ""), std::nullopt);
    EXPECT_EQ(*broadcastOf({ip("10.1.1.13"), 32, {}}, "+"), ip("10.1.1.13"));
    EXPECT_EQ(*broadcastOf({ip("10.1.1.13"), 0, {}}, "+"), ip("255.255.255.255"));
    EXPECT_EQ(*broadcastOf({ip("2001:db8::1"), 64, {}}, "+"), std::nullopt);
    EXPECT_FALSE(broadcastOf(address, "all"));
    EXPECT_FALSE(broadcastOf(address, "2001:db8::1"));
}

/// The attribute's number; nullopt: it is not there.
std::optional<std::uint32_t> number(const netlink::Message& message, int headerBytes, int type) {
    const nlattr* found = nlmsg_find_attr(nlmsg_hdr(message.get()), headerBytes, type);
    return found == nullptr ? std::nullopt : std::optional(nla_get_u32(found));
}

TEST(AddressMessage, Ipv6HasNoDuplicateDetectionUnlessAskedForAndAHostAddressIsDeprecated) {
    const auto flags = [](const InterfaceAddress& address, const AddressOptions& options) {
        return number(*addressMessage(Change::Add, 7, address, options), sizeof(ifaddrmsg), IFA_FLAGS);
    };
    const auto deprecated = [](const InterfaceAddress& address, const AddressOptions& options) {
        const auto message = addressMessage(Change::Add, 7, address, options);
        const nlattr* found = nlmsg_find_attr(nlmsg_hdr(message->get()), sizeof(ifaddrmsg), IFA_CACHEINFO);
        return found != nullptr && static_cast<const ifa_cacheinfo*>(nla_data(found))->ifa_prefered == 0;
    };
    const InterfaceAddress v4{ip("10.1.1.1"), 32, {}};
    const InterfaceAddress host{ip("2001:db8::1"), 128, {}};
    const InterfaceAddress net{ip("2001:db8::1"), 64, {}};
    EXPECT_EQ(flags(v4, {}), std::nullopt);
    EXPECT_EQ(flags(net, {}), std::uint32_t{IFA_F_NODAD});
    EXPECT_EQ(flags(net, {.noDad = true}), std::nullopt);
    EXPECT_EQ(flags(net, {.home = true, .noPrefixRoute = true}),
              std::uint32_t{IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_NOPREFIXROUTE});
    EXPECT_FALSE(deprecated(v4, {}));
    EXPECT_FALSE(deprecated(v4, {.preferredLifetime = 0})) << "as keepalived";
    EXPECT_TRUE(deprecated(host, {}));
    EXPECT_FALSE(deprecated(host, {.preferredLifetime = ~std::uint32_t{0}}));
    EXPECT_FALSE(deprecated(net, {}));
    EXPECT_TRUE(deprecated(net, {.preferredLifetime = 0}));
    EXPECT_FALSE(addressMessage(Change::Add, 7, v4, {.peer = ip("2001:db8::1")}));
}

TEST(RouteMessage, NamesWhatIsMissing) {
    model::VirtualRoute route;
    route.device = "eth9";
    const auto none = [](const std::string&) { return 0U; };
    const auto message = routeMessage(Change::Add, route, none);
    ASSERT_FALSE(message);
    EXPECT_EQ(message.error().code, ErrorCode::NotFound);
    EXPECT_THAT(message.error().text, HasSubstr("eth9"));
    route.device.clear();
    route.nextHops = {{ip("10.1.1.1"), "eth8", 1, false}};
    EXPECT_THAT(routeMessage(Change::Add, route, none).error().text, HasSubstr("eth8"));
    route.nextHops.clear();
    route.destination = model::Prefix{ip("2001:db8::"), 32};
    EXPECT_EQ(routeMessage(Change::Add, route, none).error().code, ErrorCode::InvalidInput);
}

TEST(RouteMessage, TablesAndProtocolsHaveKeepalivedsDefaults) {
    model::VirtualRoute route;
    route.destination = model::Prefix{ip("10.0.0.0"), 8};
    const auto message = [&] { return *routeMessage(Change::Add, route, [](const std::string&) { return 3U; }); };
    const auto header = [&] {
        const auto built = message();
        return *static_cast<const rtmsg*>(nlmsg_data(nlmsg_hdr(built.get())));
    };
    EXPECT_EQ(header().rtm_protocol, 18);
    EXPECT_EQ(header().rtm_scope, RT_SCOPE_UNIVERSE);
    EXPECT_EQ(number(message(), sizeof(rtmsg), RTA_TABLE), 254U);
    route.type = model::RouteType::Local;
    EXPECT_EQ(number(message(), sizeof(rtmsg), RTA_TABLE), 255U);
    EXPECT_EQ(header().rtm_scope, RT_SCOPE_HOST);
    route.table = 1000;
    EXPECT_EQ(number(message(), sizeof(rtmsg), RTA_TABLE), 1000U);
    EXPECT_EQ(header().rtm_table, RT_TABLE_UNSPEC);
}

TEST(Firewall, IsEmptyWithoutWants) {
    const std::string script = firewallScript({}, Duplicate::Yes);
    EXPECT_EQ(script, "add table ip lvsdeck\ndelete table ip lvsdeck\nadd table ip6 lvsdeck\ndelete table ip6 lvsdeck\n");
}

TEST(Firewall, DropsByFamilyAndLetsNeighbourDiscoveryThrough) {
    const std::string script = firewallScript({{ip("10.1.1.60"), ip("2001:db8::60"), ip("10.1.1.61")}, {}}, Duplicate::Yes);
    EXPECT_THAT(script, HasSubstr("ip daddr { 10.1.1.60, 10.1.1.61 } drop"));
    EXPECT_THAT(script, HasSubstr("nd-neighbor-advert } accept\n    ip6 daddr { 2001:db8::60 } drop"));
    EXPECT_THAT(firewallScript({{ip("10.1.1.60")}, {}}, Duplicate::Yes), Not(HasSubstr("ip6 daddr")));
}

TEST(Firewall, KeepsReportsOfMacvlansOffTheWireOrSendsThemByTheBase) {
    const FirewallWants wants{{}, {{"vrrp.51", "eth0"}}};
    EXPECT_THAT(firewallScript(wants, Duplicate::Yes),
                HasSubstr("oifname \"vrrp.51\" ip protocol igmp dup to ip daddr device \"eth0\" drop"));
    EXPECT_THAT(firewallScript(wants, Duplicate::No), HasSubstr("oifname \"vrrp.51\" ip protocol igmp drop"));
    EXPECT_THAT(firewallScript({{}, {{"a\" drop; }", "eth0"}}}, Duplicate::No), Not(HasSubstr("a\"")))
        << "no way out of the quotes";
}

TEST(Sysctl, PathsFollowTheNames) {
    EXPECT_EQ(*sysctlPath("net.ipv4.vs.expire_nodest_conn"), "/proc/sys/net/ipv4/vs/expire_nodest_conn");
    EXPECT_EQ(*sysctlPath("net.ipv4.conf.eth0/100.rp_filter"), "/proc/sys/net/ipv4/conf/eth0.100/rp_filter");
    EXPECT_EQ(interfaceSysctl("ipv4", "eth0.100", "rp_filter"), "net.ipv4.conf.eth0/100.rp_filter");
    for (const char* name : {"", ".", "net..x", "net.", ".net", "net.//.x", "/.x", "x./"})
        EXPECT_FALSE(sysctlPath(name)) << name;
}

std::vector<model::VirtualRule> someRules() {
    std::vector<model::VirtualRule> out(6);
    out[0].from = model::Prefix{ip("10.66.0.0"), 24};
    out[0].table = 120;
    out[1].negate = true;
    out[1].to = model::Prefix{ip("10.70.0.0"), 16};
    out[1].inputInterface = "eth0";
    out[1].table = 70000;
    out[2].firewallMark = 9;
    out[2].firewallMask = 0xFF;
    out[2].outputInterface = "eth1";
    out[2].suppressPrefixLength = 0;
    out[3].family = Family::V6;
    out[3].from = model::Prefix{ip("2001:db8::"), 32};
    out[3].tos = 16;
    out[4].action = model::RuleAction::Prohibit;
    out[4].from = model::Prefix{ip("10.67.0.0"), 24};
    out[5].firewallMark = 7; // the kernel adds a mask of all bits
    out[5].noTrack = true;
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i].priority = static_cast<std::uint32_t>(500 + i);
    return out;
}

TEST(RuleMessage, IsReadBackAsItWasWritten) {
    for (const model::VirtualRule& rule : someRules()) {
        const auto message = ruleMessage(Change::Add, rule);
        nlmsghdr& header = *nlmsg_hdr(message.get());
        const auto back = ruleOf(header);
        ASSERT_TRUE(back) << ruleText(rule);
        EXPECT_EQ(*back, plainRule(rule)) << ruleText(rule) << " against " << ruleText(*back);
        EXPECT_EQ(nlmsg_find_attr(&header, sizeof(fib_rule_hdr), FRA_PROTOCOL) == nullptr, rule.noTrack)
            << "keepalived marks what it watches";
    }
}

TEST(RuleMessage, AMaskOfAllBitsAndNoMarkAreNothing) {
    model::VirtualRule rule;
    rule.priority = 500;
    rule.firewallMark = 7;
    rule.firewallMask = ~std::uint32_t{0};
    EXPECT_EQ(plainRule(rule).firewallMask, std::nullopt);
    rule.firewallMark = 0;
    EXPECT_EQ(plainRule(rule).firewallMark, std::nullopt);
}

TEST(Losses, AreWhatCarriesKeepalivedsMark) {
    const auto loses = [](const netlink::Message& message) { return tellsOfLoss(*nlmsg_hdr(message.get())); };
    model::VirtualRoute route;
    route.destination = model::Prefix{ip("10.9.0.0"), 16};
    const auto index = [](const std::string&) { return 1U; };
    EXPECT_TRUE(loses(*routeMessage(Change::Remove, route, index)));
    EXPECT_FALSE(loses(*routeMessage(Change::Add, route, index)));
    route.protocol = 4;
    EXPECT_FALSE(loses(*routeMessage(Change::Remove, route, index)));
    model::VirtualRule rule = someRules()[0];
    EXPECT_TRUE(loses(ruleMessage(Change::Remove, rule)));
    EXPECT_FALSE(loses(ruleMessage(Change::Add, rule)));
    rule.noTrack = true;
    EXPECT_FALSE(loses(ruleMessage(Change::Remove, rule)));
}

} // namespace
} // namespace lvsdeck::host
