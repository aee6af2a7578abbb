// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ipvsadm/listing.hpp"
#include "common/formats/ipvsadm/reader.hpp"

#include "tests/support/cluster_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvsdeck::formats {
namespace {

struct Sample {
    std::vector<rpc::TableService> table;
    rpc::Counts counts;
};

Sample sample() {
    Sample out;
    rpc::TableService web;
    web.row = 1;
    web.protocol = "TCP";
    web.address = "192.0.2.10:80";
    web.scheduler = "wrr";
    web.persistence = 360;
    web.mask = "255.255.255.0";
    rpc::TableServer two;
    two.row = 3;
    two.key = "192.0.2.22:80";
    two.forward = "Route";
    two.upperThreshold = 100;
    rpc::TableServer one = two;
    one.row = 2;
    one.key = "192.0.2.21:80";
    rpc::TableServer gone = two;
    gone.row = 9;
    gone.key = "192.0.2.23:80";
    gone.present = false;
    web.servers = {two, one, gone};
    rpc::TableService mark;
    mark.row = 4;
    mark.protocol = "FWM";
    mark.address = "4294967295 IPv6";
    mark.scheduler = "sh";
    mark.flags = {"sh-fallback", "sh-port"};
    rpc::TableServer tunnel;
    tunnel.row = 5;
    tunnel.key = "[2001:db8::1]:0";
    tunnel.forward = "Tunnel";
    tunnel.tunnel = "gue:6080:+c";
    tunnel.configuredWeight = 7;
    mark.servers = {tunnel};
    out.table = {mark, web};
    out.counts.columns = rpc::countColumns();
    out.counts.rows = {{1, 0, 0, 0, 0, 99999999, 100000000, 5, 123456789012, 1, 2, 3, 4, 5, 6},
                       {2, 3, 10, 20, 4, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
                       {3, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}};
    return out;
}

TEST(IpvsadmListing, LooksLikeIpvsadm) {
    const Sample s = sample();
    EXPECT_EQ(ipvsadmListing(s.table, s.counts, IpvsadmView::Connections),
              "IP Virtual Server version 1.2.1 (size=4096)\n"
              "Prot LocalAddress:Port Scheduler Flags\n"
              "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n"
              "TCP  192.0.2.10:80 wrr persistent 360 mask 255.255.255.0\n"
              "  -> 192.0.2.21:80                Route   3      10         20        \n"
              "  -> 192.0.2.22:80                Route   0      1          2         \n"
              "FWM  -1 IPv6 sh (sh-fallback,sh-port)\n"
              "  -> [2001:db8::1]:0              Tunnel  7      0          0         \n");
}

TEST(IpvsadmListing, ShortensBigNumbers) {
    const Sample s = sample();
    const std::string text = ipvsadmListing(s.table, s.counts, IpvsadmView::Stats);
    EXPECT_THAT(text,
                ::testing::HasSubstr("Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes\n"
                                     "  -> RemoteAddress:Port\n"
                                     "TCP  192.0.2.10:80                99999999  100000K        5     123G        1\n"
                                     "  -> 192.0.2.21:80                       7        8        9       10       11\n"));
}

TEST(IpvsadmListing, ShowsRatesThresholdsPersistenceAndTunnels) {
    const Sample s = sample();
    EXPECT_THAT(ipvsadmListing(s.table, s.counts, IpvsadmView::Rate),
                ::testing::HasSubstr("  -> 192.0.2.21:80                      12       13       14       15       16\n"));
    EXPECT_THAT(ipvsadmListing(s.table, s.counts, IpvsadmView::Thresholds),
                ::testing::HasSubstr("  -> 192.0.2.21:80                100        0          10         20        \n"));
    EXPECT_THAT(ipvsadmListing(s.table, s.counts, IpvsadmView::Persistent),
                ::testing::HasSubstr("  -> 192.0.2.21:80                3         4           10         20        \n"));
    EXPECT_THAT(
        ipvsadmListing(s.table, s.counts, IpvsadmView::Tunnels),
        ::testing::HasSubstr("  -> [2001:db8::1]:0              Tunnel  gue:6080:+c   7      0          0         \n"));
}

TEST(IpvsadmRules, AreWhatRestoreReads) {
    const Sample s = sample();
    EXPECT_EQ(ipvsadmRules(s.table, s.counts),
              "-A -t 192.0.2.10:80 -s wrr -p 360 -M 255.255.255.0\n"
              "-a -t 192.0.2.10:80 -r 192.0.2.21:80 -g -w 3\n"
              "-a -t 192.0.2.10:80 -r 192.0.2.22:80 -g -w 0\n"
              "-A -f -1 -6 -s sh -b sh-fallback,sh-port\n"
              "-a -f -1 -6 -r [2001:db8::1]:0 -i -w 7 --tun-type gue --tun-port 6080 --tun-csum\n");
}

TEST(IpvsadmRules, ListEachAddressOfAGroup) {
    model::Cluster cluster;
    const auto ip = [](std::string_view text) { return IpAddress::parse(text).value(); };
    cluster.serviceGroups = {
        {"web", {{ip("192.0.2.254"), ip("192.0.3.0"), 80, {}, Family::V4}, {{}, {}, 0, 7, Family::V4}}}};
    for (const auto protocol : {model::Protocol::Tcp, model::Protocol::Udp}) {
        model::VirtualService& service = cluster.services.emplace_back();
        service.group = "web";
        service.protocol = protocol;
        service.scheduler = model::Scheduler::Rr;
        service.servers.emplace_back().address = ip("192.0.2.21");
        service.servers.back().port = 8080; // for its checks: DR does not change ports
    }
    std::string expected;
    for (const char* protocol : {"-t", "-u"})
        for (const char* address : {"192.0.2.254:80", "192.0.2.255:80", "192.0.3.0:80"})
            expected += std::string("-A ") + protocol + " " + address + " -s rr\n-a " + protocol + " " + address +
                        " -r 192.0.2.21:80 -g -w 1\n";
    EXPECT_EQ(ipvsadmRules(cluster), expected + "-A -f 7 -s rr\n-a -f 7 -r 192.0.2.21:0 -g -w 1\n");
}

TEST(IpvsadmReader, ReadsItsOwnRulesBack) {
    EXPECT_TRUE(rc::check("rules, cluster, rules", [] {
        const std::string rules = ipvsadmRules(*testing::clusterGenerator());
        const Imported back = readIpvsadmRules({"", "rules", rules, ""});
        for (const Diagnostic& d : back.diagnostics)
            RC_FAIL(toText(d));
        RC_ASSERT(ipvsadmRules(back.cluster) == rules);
    }));
}

TEST(IpvsadmReader, UnderstandsLongOptionsAndThresholds) {
    const Imported in = readIpvsadmRules({"", "r",
                                          "# comment\nipvsadm --add-service --tcp-service=10.0.0.1:80 --scheduler rr -p\n"
                                          "-a -t 10.0.0.1:80 -r 10.0.0.2 -m -w 4 -x 9 -y 5\n",
                                          ""});
    EXPECT_TRUE(in.diagnostics.empty());
    ASSERT_EQ(in.cluster.services.size(), 1U);
    const model::VirtualService& service = in.cluster.services[0];
    EXPECT_EQ(service.persistenceTimeout, 360U);
    EXPECT_EQ(service.forwarding, model::Forwarding::Nat);
    ASSERT_EQ(service.servers.size(), 1U);
    EXPECT_EQ(service.servers[0].port, 80);
    EXPECT_EQ(service.servers[0].upperThreshold, 9U);
}

TEST(IpvsadmReader, ReportsEveryLineThatItLeavesOut) {
    const Imported in = readIpvsadmRules(
        {"", "r", "-A -t www:https -s rr\n-a -t 10.0.0.1:80 -r 10.0.0.2:80\nnonsense\n-A -t 10.0.0.1:80 -s best\n", ""});
    ASSERT_EQ(in.diagnostics.size(), 4U);
    for (std::uint32_t i = 0; i < 4; ++i)
        EXPECT_EQ(in.diagnostics[i].line, i + 1);
    EXPECT_THAT(in.diagnostics[0].text, ::testing::HasSubstr("-Sn"));
}

TEST(IpvsadmReader, WhatStandsBehindTheBracketIsAPortOnlyAfterAColon) {
    const auto read = [](const std::string& address) {
        return readIpvsadmRules({"", "rules", "-A -t " + address + " -s rr\n", ""});
    };
    EXPECT_EQ(read("[2001:db8::1]:80").cluster.services.at(0).port, 80);
    const Imported wrong = read("[2001:db8::1]x80");
    EXPECT_TRUE(wrong.cluster.services.empty());
    EXPECT_EQ(wrong.diagnostics.at(0).severity, Severity::Error);
}

} // namespace
} // namespace lvsdeck::formats
