// SPDX-License-Identifier: GPL-3.0-or-later
// Static addresses, routes and rules of keepalived.conf: what they become, how several files become one cluster, and back.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/writer.hpp"
#include "common/model/diff.hpp"
#include "common/model/effective.hpp"
#include "common/model/validate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvsdeck::formats {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Imported read(const std::string& text) { return readKeepalived({{"lb1", "one.conf", text, ""}}); }

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

std::string all(const Imported& imported) {
    std::string out;
    for (const Diagnostic& d : imported.diagnostics)
        out += toText(d) + "\n";
    return out;
}

const std::string instance = "vrrp_instance A {\n state BACKUP\n interface eth0\n virtual_router_id 7\n priority 9\n"
                             " virtual_ipaddress {\n 10.0.0.9\n }\n}\n";
const std::string uplinks = "track_group uplinks {\n group {\n A\n }\n}\n";

TEST(KeepalivedStatics, AreManaged) {
    const Imported in =
        read(uplinks + instance +
             "static_ipaddress {\n 10.55.0.1/24 dev eth1 track_group uplinks\n fd00::1/64 dev eth1 no_track\n}\n"
             "static_routes {\n 10.60.0.0/24 via 10.55.0.2 dev eth1 track_group uplinks\n blackhole 10.61.0.0/16\n}\n"
             "static_rules {\n from 10.66.0.0/24 iif eth1 table 120 priority 500 track_group uplinks\n}\n");
    EXPECT_THAT(in.cluster.passthrough, IsEmpty()) << all(in);
    EXPECT_THAT(in.cluster.trackGroups, ElementsAre(model::TrackGroup{"uplinks", {"A"}}));
    ASSERT_EQ(in.cluster.staticAddresses.size(), 2U);
    EXPECT_EQ(in.cluster.staticAddresses[0].address.address, ip("10.55.0.1"));
    EXPECT_EQ(in.cluster.staticAddresses[0].address.device, "eth1");
    EXPECT_EQ(in.cluster.staticAddresses[0].trackGroup, "uplinks");
    EXPECT_TRUE(in.cluster.staticAddresses[1].address.noTrack);
    ASSERT_EQ(in.cluster.staticRoutes.size(), 2U);
    EXPECT_EQ(in.cluster.staticRoutes[0].trackGroup, "uplinks");
    EXPECT_TRUE(in.cluster.staticRoutes[1].route.noTrack) << "there is no interface to watch";
    ASSERT_EQ(in.cluster.staticRules.size(), 1U);
    EXPECT_EQ(in.cluster.staticRules[0].trackGroup, "uplinks");
    EXPECT_FALSE(model::hasErrors(model::validate(in.cluster)));
}

TEST(KeepalivedStatics, LoseWhatKeepalivedTakesFromThem) {
    const Imported in = read("global_defs {\n default_interface eth7\n}\n" + uplinks + instance +
                             "static_ipaddress {\n 10.55.0.1/24\n 10.55.0.2/24 dev eth1 track_group nobody\n}\n"
                             "static_routes {\n 10.60.0.0/24 via 10.55.0.2 track_group uplinks\n"
                             " 10.62.0.0/24 dev eth1 protocol static\n}\n"
                             "static_rules {\n from 10.66.0.0/24 table 120 track_group uplinks\n}\n");
    EXPECT_EQ(in.cluster.staticAddresses.at(0).address.device, "eth7");
    EXPECT_EQ(in.cluster.staticAddresses.at(1).trackGroup, "");
    EXPECT_EQ(in.cluster.staticRoutes.at(0).trackGroup, "");
    EXPECT_EQ(in.cluster.staticRoutes.at(1).route.protocol, std::nullopt);
    EXPECT_EQ(in.cluster.staticRules.at(0).trackGroup, "");
    EXPECT_THAT(all(in), HasSubstr("there is no track group nobody"));
    EXPECT_THAT(all(in), HasSubstr("ignores the track group of a rule without an input interface"));
}

TEST(KeepalivedStatics, LinesThatAreNotUnderstoodAreKeptAndExported) {
    const Imported in = read("static_ipaddress {\n 10.55.0.1/24 dev eth1\n 10.55.0.2/24 dev eth1 use_vmac\n}\n");
    ASSERT_EQ(in.cluster.passthrough.size(), 1U) << all(in);
    EXPECT_EQ(in.cluster.passthrough[0].text, "static_ipaddress {\n    10.55.0.2/24 dev eth1 use_vmac\n}");
    const std::string out = writeKeepalived(in.cluster, "lb1").value().text;
    EXPECT_THAT(out, HasSubstr("\n    10.55.0.2/24 dev eth1 use_vmac\n"));
    EXPECT_THAT(out, HasSubstr("\n    10.55.0.1/24 dev eth1\n"));
}

TEST(KeepalivedStatics, EachDirectorHasItsOwn) {
    const std::string common = instance + "static_routes {\n 10.60.0.0/24 via 10.55.0.9 dev eth1\n}\n";
    const Imported in =
        readKeepalived({{"lb1", "one.conf", common + "static_ipaddress {\n 10.55.0.1/24 dev eth1\n}\n", ""},
                        {"lb2", "two.conf", common + "static_ipaddress {\n 10.55.0.2/24 dev eth1\n}\n", ""}});
    ASSERT_EQ(in.cluster.staticAddresses.size(), 2U);
    EXPECT_EQ(in.cluster.staticAddresses[0].director, "lb1");
    EXPECT_EQ(in.cluster.staticAddresses[1].director, "lb2");
    ASSERT_EQ(in.cluster.staticRoutes.size(), 1U);
    EXPECT_EQ(in.cluster.staticRoutes[0].director, "");
    const auto own = model::effective(in.cluster, "lb2").value();
    ASSERT_EQ(own.staticAddresses.size(), 1U);
    EXPECT_EQ(own.staticAddresses[0].address.address, ip("10.55.0.2"));
    EXPECT_EQ(own.staticRoutes.size(), 1U);
    const std::string out = writeKeepalived(in.cluster, "lb2").value().text;
    EXPECT_THAT(out, HasSubstr("10.55.0.2/24"));
    EXPECT_THAT(out, Not(HasSubstr("10.55.0.1/24")));
}

TEST(KeepalivedStatics, WhatOneDirectorHasMoreOftenIsItsOwn) {
    const std::string once = "static_rules {\n from 10.66.0.0/24 table 120\n}\n";
    const Imported in = readKeepalived({{"lb1", "one", instance + once + once, ""}, {"lb2", "two", instance + once, ""}});
    ASSERT_EQ(in.cluster.staticRules.size(), 2U) << all(in);
    EXPECT_EQ(in.cluster.staticRules[0].director, "");
    EXPECT_EQ(in.cluster.staticRules[1].director, "lb1");
}

TEST(KeepalivedStatics, AGroupWithoutInstancesIsKeptOnceEachTimeItStandsThere) {
    const std::string first = "track_group g {\n group {\n X\n }\n}\n";
    const std::string second = "track_group g {\n group {\n Y\n }\n}\n";
    const Imported in = read(first + second);
    std::vector<std::string> kept;
    for (const model::Passthrough& entry : in.cluster.passthrough)
        kept.push_back(entry.text);
    EXPECT_THAT(kept, ::testing::UnorderedElementsAre(HasSubstr("X"), HasSubstr("Y"))) << all(in);
}

TEST(KeepalivedStatics, AnOldTargetGetsWhatItKnows) {
    const Imported in = read(uplinks + instance +
                             "static_ipaddress {\n 10.55.0.1/24 dev eth1 no_track track_group uplinks\n}\n"
                             "static_rules {\n from 10.66.0.0/24 table 120\n}\n");
    const Exported out = writeKeepalived(in.cluster, "lb1", {.target = KeepalivedVersion::V1_2}).value();
    EXPECT_THAT(out.text, HasSubstr("\n    10.55.0.1/24 dev eth1\n"));
    EXPECT_THAT(out.text, Not(HasSubstr("track_group")));
    EXPECT_THAT(out.text, Not(HasSubstr("static_rules")));
}

TEST(KeepalivedStatics, AReviewSaysWhatChanges) {
    const auto cluster = [](const std::string& gateway) {
        return read("static_ipaddress {\n 10.55.0.1/24 dev eth1\n}\nstatic_routes {\n 10.60.0.0/24 via " + gateway +
                    " dev eth1\n}\n")
            .cluster;
    };
    const model::Cluster before = cluster("10.55.0.2");
    model::Cluster after = cluster("10.55.0.3");
    EXPECT_THAT(model::diff(before, after),
                ElementsAre(model::Change{model::ChangeKind::Changed, "static route 10.60.0.0/24", "route.via", "10.55.0.2",
                                          "10.55.0.3"}));
    after = before;
    after.staticAddresses.clear();
    EXPECT_THAT(model::diff(before, after),
                ElementsAre(model::Change{model::ChangeKind::Removed, "static address 10.55.0.1/24 dev eth1", "",
                                          "10.55.0.1/24 dev eth1", ""}));
}

} // namespace
} // namespace lvsdeck::formats
