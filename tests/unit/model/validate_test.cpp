// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/validate.hpp"

#include "tests/support/cluster_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace lvsdeck::model {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

/// Two directors, one address, one DR service with two checked servers: nothing to complain about.
Cluster soundCluster() {
    Cluster cluster;
    cluster.name = "web";
    cluster.directors = {{"lb1", "192.0.2.1", 22, "", ""}, {"lb2", "192.0.2.2", 22, "", ""}};
    VrrpInstance instance;
    instance.name = "VI_1";
    instance.vrid = 51;
    instance.addresses = {{ip("192.168.50.8"), 24, "", ""}};
    instance.members = {{"lb1", "eth0", 100, InitialState::Backup, {}}, {"lb2", "eth0", 99, InitialState::Backup, {}}};
    cluster.instances = {instance};
    VirtualService service;
    service.address = ip("192.168.50.8");
    service.port = 80;
    for (const char* address : {"192.168.50.9", "192.168.50.10"}) {
        RealServer server;
        server.address = ip(address);
        server.port = 80;
        server.weight = 3;
        server.checks = {TcpCheck{}};
        service.servers.push_back(server);
    }
    cluster.services = {service};
    return cluster;
}

bool reports(const Cluster& cluster, Severity severity, std::string_view path, std::string_view text) {
    return std::ranges::any_of(validate(cluster), [&](const Problem& p) {
        return p.severity == severity && p.path == path && p.text.contains(text);
    });
}

struct Mistake {
    const char* name;
    std::function<void(Cluster&)> make;
    Severity severity;
    const char* path;
    const char* text;
};

class EveryMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(EveryMistake, IsReportedWithItsPlace) {
    Cluster cluster = soundCluster();
    GetParam().make(cluster);
    EXPECT_TRUE(reports(cluster, GetParam().severity, GetParam().path, GetParam().text)) << [&] {
        std::string all;
        for (const Problem& p : validate(cluster))
            all += p.path + ": " + p.text + "\n";
        return all;
    }();
}

HttpCheck httpCheck(HttpUrl url) {
    HttpCheck check;
    check.urls = {std::move(url)};
    return check;
}

HttpUrl regexUrl(std::vector<std::string> options, std::optional<std::uint32_t> from, std::optional<std::uint32_t> to) {
    HttpUrl url;
    url.regex = "ok";
    url.regexOptions = std::move(options);
    url.regexMinOffset = from;
    url.regexMaxOffset = to;
    return url;
}

/// The service of the sound cluster, moved into a group of one entry.
void useGroup(Cluster& c, GroupEntry entry) {
    c.serviceGroups = {{"web", {std::move(entry)}}};
    c.services[0].group = "web";
    c.services[0].address = {};
    c.services[0].port = 0;
}

const Mistake mistakes[] = {
    {"RangeBackwards", [](Cluster& c) { useGroup(c, {ip("192.0.2.9"), ip("192.0.2.1"), 80, {}, Family::V4}); },
     Severity::Error, "service_groups[0].entries[0].last_address", "ends before it begins"},
    {"RangeTooLong", [](Cluster& c) { useGroup(c, {ip("10.0.0.0"), ip("10.1.0.0"), 80, {}, Family::V4}); }, Severity::Error,
     "service_groups[0].entries[0].last_address", "65536"},
    {"MixedGroup",
     [](Cluster& c) {
         useGroup(c, {ip("192.0.2.9"), {}, 80, {}, Family::V4});
         c.serviceGroups[0].entries.push_back({ip("2001:db8::1"), {}, 80, {}, Family::V4});
     },
     Severity::Error, "service_groups[0].entries[1]", "cannot be mixed"},
    {"GroupWithoutPort", [](Cluster& c) { useGroup(c, {ip("192.0.2.9"), {}, 0, {}, Family::V4}); }, Severity::Error,
     "services[0].persistence_timeout", "without a port"},
    {"GroupUnknown", [](Cluster& c) { c.services[0].group = "gone"; }, Severity::Error, "services[0].group",
     "no service group"},
    {"GroupServedTwice",
     [](Cluster& c) {
         VirtualService alone = c.services[0];
         alone.address = ip("192.0.2.5");
         useGroup(c, {ip("192.0.2.1"), ip("192.0.2.9"), 80, {}, Family::V4});
         c.services.push_back(alone);
     },
     Severity::Error, "services[0].group", "served twice"},
    {"RegexOption", [](Cluster& c) { c.services[0].servers[0].checks = {httpCheck(regexUrl({"nocase"}, {}, {}))}; },
     Severity::Error, "services[0].servers[0].checks[0].urls[0].regex_options[0]", "caseless"},
    {"RegexOffsets", [](Cluster& c) { c.services[0].servers[0].checks = {httpCheck(regexUrl({}, 9, 3))}; }, Severity::Error,
     "services[0].servers[0].checks[0].urls[0].regex_max_offset", "before it begins"},
    {"UdpPayload", [](Cluster& c) { c.services[0].servers[0].checks = {UdpCheck{{}, "0g", false, "", 0, 255}}; },
     Severity::Error, "services[0].servers[0].checks[0].payload", "hex digits"},
    {"UdpLengths", [](Cluster& c) { c.services[0].servers[0].checks = {UdpCheck{{}, "", true, "", 9, 3}}; }, Severity::Error,
     "services[0].servers[0].checks[0].min_reply_length", "cannot be"},
    {"ScriptEmpty", [](Cluster& c) { c.services[0].servers[0].checks = {ScriptCheck{}}; }, Severity::Error,
     "services[0].servers[0].checks[0].script", "needs a program"},
    {"FileUnknown", [](Cluster& c) { c.services[0].servers[0].checks = {FileCheck{{}, "gone", {}, {}}}; }, Severity::Error,
     "services[0].servers[0].checks[0].track_file", "no file to track"},
    {"VipBehindNat",
     [](Cluster& c) {
         c.services[0].forwarding = Forwarding::Nat;
         c.services[0].servers[0].checks = {VipCheck{}};
     },
     Severity::Error, "services[0].servers[0].checks[0]", "with NAT"},
    {"NotifyWithoutProgram", [](Cluster& c) { c.services[0].servers[0].notifyUp.edit().user = "root"; }, Severity::Error,
     "services[0].servers[0].notify_up.command", "no program"},
    {"DrainLimitZero", [](Cluster& c) { c.services[0].drainLimit = milliseconds(0); }, Severity::Error,
     "services[0].drain_limit", "more than 0"},
    {"SorryGueWithoutPort",
     [](Cluster& c) {
         c.services[0].sorryServer =
             SorryServer{ip("192.168.50.77"), 80, Forwarding::Tun, Tunnel{TunnelType::Gue, 0, TunnelChecksum::None}, false};
     },
     Severity::Error, "services[0].sorry_server.tunnel.port", "GUE"},
    {"SyncInstance", [](Cluster& c) { c.connectionSync = ConnectionSync{"eth1", "gone", 1, {}, {}, {}, {}}; },
     Severity::Error, "connection_sync.instance", "no VRRP instance"},
    {"SyncGroup", [](Cluster& c) { c.connectionSync = ConnectionSync{"eth1", "", 1, {}, {}, {}, ip("192.0.2.1")}; },
     Severity::Error, "connection_sync.group", "multicast"},
    {"TimeoutTooLong", [](Cluster& c) { c.timeouts.tcpFin = 2678401; }, Severity::Error, "timeouts.tcp_fin", "31 days"},
    {"SysctlName", [](Cluster& c) { c.ipvsSysctls = {{"../forwarding", "1"}}; }, Severity::Error,
     "ipvs_sysctls.../forwarding", "is not a sysctl"},
    {"SysctlValue", [](Cluster& c) { c.ipvsSysctls = {{"conntrack", "yes"}}; }, Severity::Error, "ipvs_sysctls.conntrack",
     "not a number"},
    {"DuplicateDirector", [](Cluster& c) { c.directors[1].id = "lb1"; }, Severity::Error, "directors[1].id",
     "two directors"},
    {"BadDirectorId", [](Cluster& c) { c.directors[0].id = "lb 1"; }, Severity::Error, "directors[0].id", "letters"},
    {"NoVrid", [](Cluster& c) { c.instances[0].vrid = 0; }, Severity::Error, "instances[0].vrid", "1 and 255"},
    {"SameVridTwice",
     [](Cluster& c) {
         c.instances.push_back(c.instances[0]);
         c.instances[1].name = "VI_2";
     },
     Severity::Error, "instances[1].members[0].interface", "same VRID 51"},
    {"EqualPriority", [](Cluster& c) { c.instances[0].members[1].priority = 100; }, Severity::Warning,
     "instances[0].members[1].priority", "same priority"},
    {"HalfSecondInV2",
     [](Cluster& c) {
         c.instances[0].version = 2;
         c.instances[0].advertInterval = milliseconds(500);
     },
     Severity::Error, "instances[0].advert_interval", "whole seconds"},
    {"TooLongInV3", [](Cluster& c) { c.instances[0].advertInterval = seconds(41); }, Severity::Error,
     "instances[0].advert_interval", "40.95"},
    {"LongPassword",
     [](Cluster& c) {
         c.instances[0].version = 2;
         c.instances[0].password = "123456789";
     },
     Severity::Error, "instances[0].password", "8 bytes"},
    {"PasswordInV3", [](Cluster& c) { c.instances[0].password = "1111"; }, Severity::Error, "instances[0].password",
     "version 3"},
    {"V6WithoutLinkLocal", [](Cluster& c) { c.instances[0].addresses = {{ip("2001:db8::1"), 64, "", ""}}; }, Severity::Note,
     "instances[0].addresses", "link-local"},
    {"MixedFamilies", [](Cluster& c) { c.instances[0].addresses.push_back({ip("2001:db8::1"), 64, "", ""}); },
     Severity::Error, "instances[0].addresses[1].address", "all IPv4"},
    {"NoAddress", [](Cluster& c) { c.instances[0].addresses.clear(); }, Severity::Error, "instances[0].addresses",
     "no virtual address"},
    {"ManyAddresses",
     [](Cluster& c) {
         for (std::uint32_t i = 0; i < 20; ++i)
             c.instances[0].addresses.push_back({IpAddress::v4(0x0A010101U + i), 32, "", ""});
     },
     Severity::Warning, "instances[0].addresses", "21 addresses"},
    {"OneMember", [](Cluster& c) { c.instances[0].members.pop_back(); }, Severity::Note, "instances[0].members", "only one"},
    {"Loopback", [](Cluster& c) { c.instances[0].members[0].interface = "lo"; }, Severity::Error,
     "instances[0].members[0].interface", "loopback"},
    {"StrangerAsMember", [](Cluster& c) { c.instances[0].members[0].director = "lb9"; }, Severity::Error,
     "instances[0].members[0].director", "lb9"},
    {"VipOnNoInstance", [](Cluster& c) { c.services[0].address = ip("192.168.50.7"); }, Severity::Warning,
     "services[0].address", "no VRRP instance"},
    {"DrWithOtherPort", [](Cluster& c) { c.services[0].servers[1].port = 8080; }, Severity::Error,
     "services[0].servers[1].port", "DR leaves"},
    {"AllPortsWithoutPersistence", [](Cluster& c) { c.services[0].port = 0; }, Severity::Error, "services[0].port",
     "persistence"},
    {"WeightZeroEverywhere",
     [](Cluster& c) {
         for (RealServer& s : c.services[0].servers)
             s.weight = 0;
     },
     Severity::Warning, "services[0].servers", "weight 0"},
    {"OnePacketTcp", [](Cluster& c) { c.services[0].onePacket = true; }, Severity::Error, "services[0].one_packet", "UDP"},
    {"OnePacketPersistence",
     [](Cluster& c) {
         c.services[0].protocol = Protocol::Udp;
         c.services[0].onePacket = true;
         c.services[0].persistenceTimeout = 60;
     },
     Severity::Warning, "services[0].one_packet", "persistence"},
    {"GueWithoutPort",
     [](Cluster& c) {
         c.services[0].forwarding = Forwarding::Tun;
         c.services[0].tunnel.type = TunnelType::Gue;
     },
     Severity::Error, "services[0].tunnel.port", "GUE"},
    {"FamilyMix", [](Cluster& c) { c.services[0].servers[0].address = ip("2001:db8::9"); }, Severity::Error,
     "services[0].servers[0].address", "family"},
    {"DuplicateService", [](Cluster& c) { c.services.push_back(c.services[0]); }, Severity::Error, "services[1]", "twice"},
    {"DuplicateServer", [](Cluster& c) { c.services[0].servers.push_back(c.services[0].servers[0]); }, Severity::Error,
     "services[0].servers[2]", "twice"},
    {"LowerAboveUpper",
     [](Cluster& c) {
         c.services[0].servers[0].upperThreshold = 5;
         c.services[0].servers[0].lowerThreshold = 6;
     },
     Severity::Error, "services[0].servers[0].lower_threshold", "above"},
    {"QuorumTooHigh", [](Cluster& c) { c.services[0].quorum = 7; }, Severity::Warning, "services[0].quorum", "never"},
    {"HysteresisTooHigh", [](Cluster& c) { c.services[0].hysteresis = 1; }, Severity::Error, "services[0].hysteresis",
     "less than"},
    {"DelayLoopZero", [](Cluster& c) { c.services[0].delayLoop = milliseconds(0); }, Severity::Error,
     "services[0].delay_loop", "more than 0"},
    {"HttpWithoutUrl", [](Cluster& c) { c.services[0].servers[0].checks = {HttpCheck{}}; }, Severity::Error,
     "services[0].servers[0].checks[0].urls", "at least one URL"},
    {"BadStatus", [](Cluster& c) { c.services[0].servers[0].checks = {httpCheck({"/", {{300, 200}}, "", ""})}; },
     Severity::Error, "services[0].servers[0].checks[0].urls[0].status[0]", "between 100 and 599"},
    {"BadDigest", [](Cluster& c) { c.services[0].servers[0].checks = {httpCheck({"/", {}, "abc", ""})}; }, Severity::Error,
     "services[0].servers[0].checks[0].urls[0].digest", "32 digits"},
    {"ServerIsVip", [](Cluster& c) { c.services[0].servers[0].address = ip("192.168.50.8"); }, Severity::Error,
     "services[0].servers[0].address", "virtual address"},
    {"FlushAtStart", [](Cluster& c) { c.passthrough = {{"", "global_defs", "lvs_flush"}}; }, Severity::Warning,
     "passthrough[0]", "clears the whole IPVS table at the start"},
    {"StartupScript", [](Cluster& c) { c.passthrough = {{"", "global_defs", "startup_script /bin/true"}}; },
     Severity::Warning, "passthrough[0]", "runs a program before everything else"},
    {"UnicastPeer", [](Cluster& c) { c.passthrough = {{"", "vrrp_instance VI_1", "unicast_peer {\n    192.0.2.2\n}"}}; },
     Severity::Warning, "passthrough[0]", "not managed by the agent"},
};

INSTANTIATE_TEST_SUITE_P(OfAnAdmin, EveryMistake, ::testing::ValuesIn(mistakes),
                         [](const auto& mistake) { return std::string(mistake.param.name); });

TEST(Validate, FindsNothingInASoundCluster) {
    for (const Problem& p : validate(soundCluster()))
        ADD_FAILURE() << p.path << ": " << p.text;
}

TEST(Validate, HasNothingToSayAboutMailThatCanBeSent) {
    Cluster cluster = soundCluster();
    cluster.notification.to = {"admin@example.com"};
    cluster.notification.from = "lvs@example.com";
    cluster.notification.smtpServer = "192.0.2.25";
    for (const Problem& p : validate(cluster))
        ADD_FAILURE() << p.path << ": " << p.text;
}

TEST(Validate, KnowsThePlacesInsideOfInstancesAndServers) {
    Cluster cluster = soundCluster();
    const std::string server = "virtual_server tcp 192.168.50.8:80/real_server 192.168.50.9:80";
    cluster.passthrough = {{"", "vrrp_instance VI_1/virtual_ipaddress 192.168.50.8", "scope link"},
                           {"", server + "/check 0", "fwmark 3"}};
    for (const Problem& p : validate(cluster))
        EXPECT_EQ(p.severity, Severity::Note) << p.text;
    cluster.passthrough[1].place = "virtual_server tcp 192.168.50.8:80/real_server 192.168.50.11:80/check 0";
    EXPECT_TRUE(reports(cluster, Severity::Warning, "passthrough[1].place", "not exported"));
}

TEST(Validate, FindsAllTenMistakesAtOnceInDocumentOrder) {
    Cluster cluster = soundCluster();
    cluster.directors[1].id = "lb1";
    VrrpInstance& instance = cluster.instances[0];
    instance.vrid = 0;
    instance.password = "much too long";
    instance.advertInterval = milliseconds(5);
    instance.members[0].interface.clear();
    instance.members[1].priority = 0;
    VirtualService& service = cluster.services[0];
    service.onePacket = true;
    service.hysteresis = 3;
    service.servers[0].port = 81;
    service.servers[1].address = ip("192.168.50.8");
    service.servers[1].weight = -1;
    std::vector<Problem> problems = validate(cluster);
    std::erase_if(problems, [](const Problem& p) { return p.severity != Severity::Error; });
    EXPECT_GE(problems.size(), 10U);
    EXPECT_TRUE(hasErrors(problems));
    const auto part = [](const Problem& p) {
        return p.path.starts_with("directors") ? 0 : p.path.starts_with("instances") ? 1 : 2;
    };
    EXPECT_TRUE(std::ranges::is_sorted(problems, {}, part));
    for (const Problem& p : problems)
        EXPECT_THAT(p.text, ::testing::SizeIs(::testing::Gt(20U))) << p.path;
}

TEST(Validate, FindsNoErrorInAnyGeneratedCluster) {
    EXPECT_TRUE(rc::check("generated clusters can be applied", [] {
        const Cluster cluster = *testing::clusterGenerator();
        for (const Problem& p : validate(cluster))
            if (p.severity == Severity::Error)
                RC_FAIL(p.path + ": " + p.text);
    }));
}

} // namespace
} // namespace lvsdeck::model
