// SPDX-License-Identifier: GPL-3.0-or-later
// The random clusters of the round trips: a field of the model that they never set would never be tested.
#include "common/base/json.hpp"

#include "tests/support/cluster_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace lvsdeck::testing {
namespace {

using Values = std::map<std::string, std::set<std::string>>;

void collect(Values& into, const std::string& path, const boost::json::value& value) {
    if (const auto* object = value.if_object())
        for (const auto& [key, member] : *object)
            collect(into, path + "." + std::string(key), member);
    else if (const auto* list = value.if_array()) {
        into[path + " (count)"].insert(std::to_string(list->size()));
        for (const auto& entry : *list)
            collect(into, path, entry);
    } else if (into[path].size() < 3) // enough to know
        into[path].insert(boost::json::serialize(value));
}

TEST(ClusterGenerator, SetsEveryField) {
    Values values;
    for (std::uint64_t seed = 1; seed <= 2000; ++seed)
        collect(values, "", json::toJson(clusterGenerator()(rc::Random(seed), 100).value()));
    // Not in any configuration file: the schema, the count of changes, and how a director is reached.
    for (const char* outside : {".schema", ".revision", ".directors.ssh_port", ".directors.ssh_user"})
        values.erase(outside);
    static const std::set<std::string> nothing{"null", "\"\"", "false", "0"};
    std::vector<std::string> never;
    for (const auto& [path, seen] : values) {
        const auto next = values.upper_bound(path);
        const bool parent = next != values.end() && next->first.starts_with(path + ".");
        // keepalived has neither for a group.
        const bool alien =
            path.starts_with(".sync_groups.notify.deleted") || path.starts_with(".sync_groups.notify.master_receives_lower");
        if (!parent && !alien && seen.size() == 1 && nothing.contains(*seen.begin()))
            never.push_back(path);
    }
    EXPECT_THAT(never, ::testing::IsEmpty());
}

} // namespace
} // namespace lvsdeck::testing
