// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/drill/lease.hpp"

#include "agent/simulated/simulated_runtime.hpp"

#include <gtest/gtest.h>

namespace lvsdeck::drill {
namespace {

using namespace std::chrono_literals;

struct LeaseTest : testing::Test {
    simulated::SimulatedTime time;
    simulated::SimulatedRuntime runtime{time};
    int begun = 0;
    std::vector<Ending> endings;
    Lease lease{runtime,
                {.begin = [this](rpc::DrillKind) -> Result<void> {
                     ++begun;
                     return {};
                 },
                 .restore = [this](const rpc::DrillLease&, Ending ending) { endings.push_back(ending); }}};
};

TEST_F(LeaseTest, RestoresByItselfWhenNobodyRenews) {
    ASSERT_TRUE(lease.begin({rpc::DrillKind::Crash, 30}, "root"));
    time.runFor(29s);
    EXPECT_TRUE(endings.empty());
    EXPECT_EQ(lease.state()->leaseLeftMs, 1000);
    time.runFor(2s);
    EXPECT_EQ(endings, std::vector{Ending::RanOut});
    EXPECT_FALSE(lease.isRunning());
}

TEST_F(LeaseTest, RenewingCountsFromNow) {
    const auto begun1 = lease.begin({rpc::DrillKind::Graceful, 10}, "root");
    ASSERT_TRUE(begun1);
    time.runFor(9s);
    ASSERT_TRUE(lease.renew({begun1->id, 20}));
    time.runFor(19s);
    EXPECT_TRUE(endings.empty());
    ASSERT_TRUE(lease.end(begun1->id));
    EXPECT_EQ(endings, std::vector{Ending::Asked});
    time.runFor(60s);
    EXPECT_EQ(endings.size(), 1U);
}

TEST_F(LeaseTest, SecondDrillIsRefusedAndTheFirstGoesOn) {
    ASSERT_TRUE(lease.begin({rpc::DrillKind::Graceful, 30}, "anna"));
    const auto second = lease.begin({rpc::DrillKind::Crash, 30}, "ben");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Busy);
    EXPECT_NE(second.error().text.find("anna"), std::string::npos);
    EXPECT_EQ(begun, 1);
}

TEST_F(LeaseTest, EndedDrillCannotBeRenewedOrEndedAgain) {
    const auto first = lease.begin({rpc::DrillKind::Graceful, 5}, "root");
    ASSERT_TRUE(first);
    time.runFor(6s);
    EXPECT_EQ(lease.renew({first->id, 30}).error().code, ErrorCode::NotFound);
    EXPECT_EQ(lease.end(first->id).error().code, ErrorCode::NotFound);
    EXPECT_TRUE(lease.begin({rpc::DrillKind::Graceful, 5}, "root"));
}

TEST_F(LeaseTest, LeaseTimeHasLimits) {
    EXPECT_EQ(lease.begin({rpc::DrillKind::Graceful, 4}, "root").error().path, "lease_s");
    EXPECT_EQ(lease.begin({rpc::DrillKind::Graceful, 301}, "root").error().path, "lease_s");
    EXPECT_EQ(begun, 0);
}

} // namespace
} // namespace lvsdeck::drill
