// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/news.hpp"

#include <gtest/gtest.h>

using namespace lvsdeck;
using namespace lvsdeck::probe;

namespace {

rpc::ProbeRunParams goodParams() {
    rpc::ProbeRunParams params;
    params.address = *IpAddress::parse("127.0.0.1");
    params.port = 80;
    return params;
}

} // namespace

TEST(ProbeNews, SurvivesTheWayThereAndBack) {
    const Batch batch{.samples = {{1'700'000'000'000'000, 1234, rpc::ProbeResult::Ok},
                                  {1'700'000'000'010'000, 99, rpc::ProbeResult::Local}},
                      .heldAlive = 3,
                      .heldBroken = 1,
                      .heldMaxStallUs = 77,
                      .done = true,
                      .error = "stopped"};
    const auto back = fromNews(toNews("p1", batch));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, batch);
    EXPECT_EQ(toNews("p1", batch).id, "p1");
}

TEST(ProbeNews, RefusesSamplesThatAreNoSamples) {
    rpc::ProbeNews news;
    for (const std::vector<std::int64_t>& row :
         {std::vector<std::int64_t>{1, 2}, {1, 2, 7}, {1, 2, -1}, {1, -2, 0}, {}, {1, 2, 0, 0}}) {
        news.samples = {row};
        EXPECT_FALSE(fromNews(news));
    }
}

TEST(ProbeParams, AreRefusedOutsideTheirLimitsWithTheNameOfTheMember) {
    EXPECT_TRUE(check(goodParams()));
    auto params = goodParams();
    params.intervalMs = 1;
    EXPECT_EQ(check(params).error().path, "interval_ms");
    params = goodParams();
    params.port = 0;
    EXPECT_EQ(check(params).error().path, "port");
    params = goodParams();
    params.held = 1;
    EXPECT_EQ(check(params).error().path, "held");
    params = goodParams();
    params.timeoutMs = 10'001;
    EXPECT_EQ(check(params).error().path, "timeout_ms");
    params = goodParams();
    params.durationS = 601;
    EXPECT_EQ(check(params).error().path, "duration_s");
    params = goodParams();
    params.address = {};
    EXPECT_EQ(check(params).error().path, "address");
}
