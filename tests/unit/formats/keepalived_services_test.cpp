// SPDX-License-Identifier: GPL-3.0-or-later
// The virtual server side of keepalived.conf: groups, checks, scripts, the sync daemon.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/writer.hpp"
#include "common/model/groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace lvsdeck::formats {
namespace {

using ::testing::HasSubstr;

Imported read(const std::string& text) { return readKeepalived({{"lb1", "one.conf", text, ""}}); }

std::string all(const Imported& imported) {
    std::string out;
    for (const Diagnostic& d : imported.diagnostics)
        out += toText(d) + "\n";
    return out;
}

std::string written(const model::Cluster& cluster) { return writeKeepalived(cluster, "lb1").value().text; }

TEST(KeepalivedGroups, ReadEveryFormOfAnEntryAndWriteItAgain) {
    const Imported in = read("virtual_server group web {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n"
                             " real_server 10.1.1.1 80 {\n }\n}\n"
                             "virtual_server group web {\n lb_algo rr\n lb_kind NAT\n protocol UDP\n"
                             " real_server 10.1.1.1 80 {\n }\n}\n"
                             "virtual_server_group web {\n 10.0.0.1\n 10.0.0.3-10 80\n 10.0.1.250-10.0.2.3 81\n"
                             " 10.0.4.8/29 443\n fwmark 7\n 10.0.4.9/29\n}\n");
    ASSERT_EQ(in.cluster.serviceGroups.size(), 1U) << all(in);
    std::vector<std::string> entries;
    for (const model::GroupEntry& entry : in.cluster.serviceGroups[0].entries)
        entries.push_back(entryText(entry));
    EXPECT_THAT(entries, ::testing::ElementsAre("10.0.0.1", "10.0.0.3-10.0.0.10 80", "10.0.1.250-10.0.2.3 81",
                                                "10.0.4.8-10.0.4.15 443", "fwmark 7"));
    EXPECT_THAT(all(in), HasSubstr("one.conf:21:2: this is not an address")); // host bits set: keepalived skips it
    ASSERT_EQ(in.cluster.services.size(), 2U);
    EXPECT_EQ(serviceKey(in.cluster.services[0]), "group web tcp");
    EXPECT_EQ(serviceKey(in.cluster.services[1]), "group web udp");
    EXPECT_EQ(in.cluster.services[0].persistenceTimeout, 360U) << "an entry without a port makes it persistent";
    const std::string text = written(in.cluster);
    EXPECT_THAT(text, HasSubstr("virtual_server_group web {\n    10.0.0.1\n    10.0.0.3-10 80\n"
                                "    10.0.1.250-10.0.2.3 81\n    10.0.4.8-15 443\n    fwmark 7\n"));
    EXPECT_THAT(text, HasSubstr("virtual_server group web {\n"));
    EXPECT_LT(text.find("virtual_server_group web"), text.find("virtual_server group web"));
}

TEST(KeepalivedGroups, GiveMarksTheFamilyOfTheirServers) {
    const Imported in = read("virtual_server_group six {\n fwmark 7\n}\n"
                             "virtual_server group six {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n"
                             " persistence_granularity 64\n real_server 2001:db8::1 80 {\n }\n}\n"
                             "virtual_server fwmark 8 {\n lb_algo rr\n lb_kind NAT\n real_server 2001:db8::1 {\n }\n}\n");
    ASSERT_EQ(in.cluster.services.size(), 2U) << all(in);
    EXPECT_EQ(familyOf(in.cluster, in.cluster.services[0]), Family::V6);
    EXPECT_EQ(in.cluster.services[0].persistencePrefix, 64);
    EXPECT_EQ(serviceKey(in.cluster.services[1]), "fwm 8 ipv6");
}

TEST(KeepalivedGroups, KeepAServiceWhoseGroupIsNotThere) {
    const Imported in = read("virtual_server group gone {\n real_server 10.1.1.1 80 {\n }\n}\n");
    EXPECT_TRUE(in.cluster.services.empty());
    ASSERT_EQ(in.cluster.passthrough.size(), 1U);
    EXPECT_THAT(all(in), HasSubstr("no virtual_server_group gone"));
}

} // namespace
} // namespace lvsdeck::formats
