// SPDX-License-Identifier: GPL-3.0-or-later
// What stays on a director whoever is master: keepalived's static_ipaddress, static_routes and static_rules, and its track_group.
// Plain values; any thread.
#pragma once

#include "common/model/vrrp_instance.hpp"

#include <boost/describe.hpp>

#include <string>
#include <vector>

namespace lvsdeck::model {

/// Instances that are in FAULT while an interface of a static entry that names the group is down.
struct TrackGroup {
    std::string name;
    std::vector<std::string> instances; ///< names
    bool operator==(const TrackGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(TrackGroup, (), (name, instances))

/// In all three, noTrack means: not put back when somebody else removes it.
struct StaticAddress {
    VirtualAddress address; ///< with a device
    std::string trackGroup; ///< TrackGroup::name; empty: none
    std::string director;   ///< Director::id; empty: on all
    bool operator==(const StaticAddress&) const = default;
};
BOOST_DESCRIBE_STRUCT(StaticAddress, (), (address, trackGroup, director))

struct StaticRoute {
    VirtualRoute route;
    std::string trackGroup; ///< only with a device
    std::string director;
    bool operator==(const StaticRoute&) const = default;
};
BOOST_DESCRIBE_STRUCT(StaticRoute, (), (route, trackGroup, director))

struct StaticRule {
    VirtualRule rule;
    std::string trackGroup; ///< only with an input interface
    std::string director;
    bool operator==(const StaticRule&) const = default;
};
BOOST_DESCRIBE_STRUCT(StaticRule, (), (rule, trackGroup, director))

} // namespace lvsdeck::model
