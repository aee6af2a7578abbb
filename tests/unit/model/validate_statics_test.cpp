// SPDX-License-Identifier: GPL-3.0-or-later
// What validate() says about static addresses, routes and rules, and the groups that watch them.
#include "common/model/validate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace lvsdeck::model {
namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

/// A director with an instance, and one of each kind: nothing to complain about.
Cluster soundCluster() {
    Cluster cluster;
    cluster.name = "web";
    cluster.directors = {{"lb1", "192.0.2.1", 22, "", "", ""}, {"lb2", "192.0.2.2", 22, "", "", ""}};
    VrrpInstance& instance = cluster.instances.emplace_back();
    instance.name = "VI_1";
    instance.vrid = 51;
    instance.addresses.emplace_back().address = ip("10.0.0.1");
    for (const char* director : {"lb1", "lb2"}) {
        Member& member = instance.members.emplace_back();
        member.director = director;
        member.interface = "eth0";
    }
    instance.members[1].priority = 90;
    cluster.trackGroups = {{"uplinks", {"VI_1"}}};
    StaticAddress& address = cluster.staticAddresses.emplace_back();
    address.address.address = ip("10.55.0.1");
    address.address.prefixLength = 24;
    address.address.device = "eth1";
    address.trackGroup = "uplinks";
    StaticRoute& route = cluster.staticRoutes.emplace_back();
    route.route.destination = {ip("10.60.0.0"), 16};
    route.route.device = "eth1";
    route.trackGroup = "uplinks";
    StaticRule& rule = cluster.staticRules.emplace_back();
    rule.rule.from = {ip("10.66.0.0"), 24};
    rule.rule.inputInterface = "eth1";
    rule.rule.priority = 500;
    rule.trackGroup = "uplinks";
    rule.director = "lb1";
    return cluster;
}

struct Fault {
    const char* name;
    std::function<void(Cluster&)> make;
    Severity severity;
    const char* path;
    const char* text;
};

class StaticFaults : public testing::TestWithParam<Fault> {};

TEST(ValidateStatics, HasNothingToSayAboutASoundCluster) {
    for (const Problem& problem : validate(soundCluster()))
        ADD_FAILURE() << problem.path << ": " << problem.text;
}

TEST_P(StaticFaults, AreFound) {
    Cluster cluster = soundCluster();
    GetParam().make(cluster);
    const auto problems = validate(cluster);
    EXPECT_TRUE(std::ranges::any_of(problems, [](const Problem& problem) {
        return problem.severity == GetParam().severity && problem.path == GetParam().path &&
               problem.text.find(GetParam().text) != std::string::npos;
    }));
}

const Fault faults[] = {
    {"NoDevice", [](Cluster& c) { c.staticAddresses[0].address.device.clear(); }, Severity::Error,
     "static_addresses[0].address.device", "needs the interface"},
    {"LongPrefix", [](Cluster& c) { c.staticAddresses[0].address.prefixLength = 33; }, Severity::Error,
     "static_addresses[0].address.prefix_length", "does not fit"},
    {"Twice", [](Cluster& c) { c.staticAddresses.push_back(c.staticAddresses[0]); }, Severity::Error,
     "static_addresses[1].address.address", "twice"},
    {"VirtualToo", [](Cluster& c) { c.staticAddresses[0].address.address = ip("10.0.0.1"); }, Severity::Warning,
     "static_addresses[0].address.address", "virtual address as well"},
    {"UnknownDirector", [](Cluster& c) { c.staticRules[0].director = "lb9"; }, Severity::Error, "static_rules[0].director",
     "no director"},
    {"UnknownGroup", [](Cluster& c) { c.staticRoutes[0].trackGroup = "nobody"; }, Severity::Error,
     "static_routes[0].track_group", "no track group"},
    {"NothingToWatch",
     [](Cluster& c) {
         c.staticRoutes[0].route.device.clear();
         c.staticRoutes[0].route.via = ip("10.55.0.2");
     },
     Severity::Error, "static_routes[0].track_group", "watches an interface"},
    {"BadRoute", [](Cluster& c) { c.staticRoutes[0].route.via = ip("fd00::1"); }, Severity::Error,
     "static_routes[0].route.via", "same family"},
    {"BadRule", [](Cluster& c) { c.staticRules[0].rule.table = 0; }, Severity::Error, "static_rules[0].rule.table",
     "does not exist"},
    {"UnknownInstance", [](Cluster& c) { c.trackGroups[0].instances = {"VI_9"}; }, Severity::Error,
     "track_groups[0].instances[0]", "no VRRP instance"},
    {"EmptyGroup", [](Cluster& c) { c.trackGroups[0].instances.clear(); }, Severity::Warning, "track_groups[0].instances",
     "no instance"},
    {"GroupTwice", [](Cluster& c) { c.trackGroups.push_back(c.trackGroups[0]); }, Severity::Error, "track_groups[1].name",
     "two track groups"},
};

INSTANTIATE_TEST_SUITE_P(All, StaticFaults, testing::ValuesIn(faults), [](const auto& test) { return test.param.name; });

TEST(ValidateStatics, EachDirectorMayHaveItsOwnOfAnAddress) {
    Cluster cluster = soundCluster();
    cluster.staticAddresses.push_back(cluster.staticAddresses[0]);
    cluster.staticAddresses[0].director = "lb1";
    cluster.staticAddresses[1].director = "lb2";
    EXPECT_FALSE(hasErrors(validate(cluster)));
}

} // namespace
} // namespace lvsdeck::model
