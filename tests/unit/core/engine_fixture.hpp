// SPDX-License-Identifier: GPL-3.0-or-later
// An engine on a simulated director, with the questions that its tests ask again and again.
#pragma once

#include "agent/ipvs/words.hpp"
#include "tests/support/simulated_director.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace lvsdeck::core {

struct EngineFixture : testing::Test {
    test::SimulatedDirector one;

    void SetUp() override { ASSERT_TRUE(one.start()); }
    [[nodiscard]] Engine& engine() { return *one.engine; }
    [[nodiscard]] std::string table() const { return ipvs::saveText(one.ipvs.table()); }
    [[nodiscard]] bool hasEvent(const std::string& part) const {
        return std::ranges::any_of(one.engine->events().after(0),
                                   [&](const rpc::Event& event) { return event.text.find(part) != std::string::npos; });
    }
    [[nodiscard]] rpc::VrrpPhase phase() { return engine().state({rpc::Part::Vrrp}).vrrp->at(0).phase; }
    [[nodiscard]] rpc::ConfigState config() { return *engine().state({rpc::Part::Config}).config; }
    [[nodiscard]] std::vector<rpc::TableService> rows() { return *engine().state({rpc::Part::Table}).table; }
    void applied(const model::Cluster& cluster, std::uint64_t base) {
        const auto done = engine().apply(one.apply(cluster, base), "root");
        ASSERT_TRUE(done) << done.error().text;
    }
};

} // namespace lvsdeck::core
