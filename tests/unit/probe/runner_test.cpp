// SPDX-License-Identifier: GPL-3.0-or-later
// The real prober against small servers on the loopback interface.
#include "probe/runner.hpp"

#include "tests/unit/probe/loopback_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <vector>

using namespace lvsdeck;
using namespace lvsdeck::probe;
using namespace std::chrono_literals;
using rpc::ProbeResult;
using test::LoopbackServer;

namespace {

/// Collects what a runner delivers, and waits for conditions on it.
class Collector {
public:
    Runner::Deliver deliver() {
        return [this](const Batch& batch) {
            const std::lock_guard lock(m_mutex);
            m_all.samples.insert(m_all.samples.end(), batch.samples.begin(), batch.samples.end());
            m_all.heldAlive = batch.heldAlive;
            m_all.heldBroken = batch.heldBroken;
            m_all.heldMaxStallUs = batch.heldMaxStallUs;
            m_all.done = batch.done;
            m_all.error = batch.error;
            ++m_batches;
            m_changed.notify_all();
        };
    }
    template <class Condition> bool waitFor(Condition condition) {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, 10s, [&] { return condition(m_all); });
    }
    bool waitUntilDone() {
        return waitFor([](const Batch& all) { return all.done; });
    }
    Batch all() {
        const std::lock_guard lock(m_mutex);
        return m_all;
    }
    int batches() {
        const std::lock_guard lock(m_mutex);
        return m_batches;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    Batch m_all;
    int m_batches = 0;
};

rpc::ProbeRunParams towards(std::uint16_t port, const std::string& path = {}) {
    rpc::ProbeRunParams params;
    params.address = *IpAddress::parse("127.0.0.1");
    params.port = port;
    params.httpPath = path;
    params.intervalMs = 10;
    params.timeoutMs = 300;
    params.durationS = 1;
    return params;
}

std::size_t count(const Batch& batch, ProbeResult result) {
    std::size_t n = 0;
    for (const auto& sample : batch.samples)
        n += sample.result == result ? 1 : 0;
    return n;
}

/// Nearly all: a busy machine may make the prober miss some of its own beats, and it must then say Local, nothing else.
testing::AssertionResult mostly(const Batch& batch, ProbeResult result) {
    const std::size_t found = count(batch, result);
    const std::size_t local = count(batch, ProbeResult::Local);
    if (batch.samples.size() == 100 && found + local == 100 && found >= 30)
        return testing::AssertionSuccess();
    return testing::AssertionFailure() << found << " as wanted and " << local << " Local of " << batch.samples.size() << "; "
                                       << batch.error;
}

const std::string okAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

} // namespace

TEST(Runner, MakesOneAttemptEveryIntervalAndEndsByItself) {
    LoopbackServer server(LoopbackServer::reply(okAnswer));
    Collector seen;
    timespec wall{};
    ::clock_gettime(CLOCK_REALTIME, &wall);
    Runner runner(towards(server.port(), "/"), seen.deliver());
    ASSERT_TRUE(seen.waitUntilDone());
    const Batch all = seen.all();
    ASSERT_TRUE(mostly(all, ProbeResult::Ok));
    EXPECT_NEAR(static_cast<double>(all.samples.front().startUs), static_cast<double>(wall.tv_sec) * 1e6, 2e6);
    EXPECT_GE(seen.batches(), 5);
}

TEST(Runner, ConnectsOnlyWhenThereIsNoPath) {
    LoopbackServer server(LoopbackServer::silence());
    Collector seen;
    Runner runner(towards(server.port()), seen.deliver());
    ASSERT_TRUE(seen.waitUntilDone());
    EXPECT_TRUE(mostly(seen.all(), ProbeResult::Ok));
}

TEST(Runner, TellsRefusedConnections) {
    Collector seen;
    Runner runner(towards(test::closedPort()), seen.deliver());
    ASSERT_TRUE(seen.waitUntilDone());
    EXPECT_TRUE(mostly(seen.all(), ProbeResult::Refused));
}

TEST(Runner, GoesOnWithItsRhythmWhileEarlierAttemptsHang) {
    LoopbackServer server(LoopbackServer::silence());
    Collector seen;
    Runner runner(towards(server.port(), "/"), seen.deliver());
    ASSERT_TRUE(seen.waitUntilDone());
    const Batch all = seen.all();
    EXPECT_TRUE(mostly(all, ProbeResult::Timeout));
    for (const auto& sample : all.samples) {
        if (sample.result == ProbeResult::Timeout) {
            EXPECT_GE(sample.durationUs, 299'000);
        }
    }
}

TEST(Runner, TellsABadStatusAndNonsense) {
    LoopbackServer failing(LoopbackServer::reply("HTTP/1.0 503 No\r\n\r\n"));
    LoopbackServer strange(LoopbackServer::reply("220 mail ready\r\n"));
    for (const std::uint16_t port : {failing.port(), strange.port()}) {
        Collector seen;
        Runner runner(towards(port, "/"), seen.deliver());
        ASSERT_TRUE(seen.waitUntilDone());
        EXPECT_TRUE(mostly(seen.all(), ProbeResult::BadAnswer));
    }
}

TEST(Runner, HoldsConnectionsAndNoticesWhenTheyBreak) {
    LoopbackServer server(LoopbackServer::reply(okAnswer, LoopbackServer::Then::NextRequest));
    Collector seen;
    auto params = towards(server.port(), "/");
    params.held = 5;
    params.heartbeatMs = 20;
    params.durationS = 10;
    Runner runner(params, seen.deliver());
    ASSERT_TRUE(seen.waitFor([](const Batch& all) { return all.heldAlive == 5; }));
    EXPECT_EQ(seen.all().heldBroken, 0U);
    server.shutDown();
    EXPECT_TRUE(seen.waitFor([](const Batch& all) { return all.heldBroken == 5 && all.heldAlive == 0; }));
    EXPECT_TRUE(seen.waitFor([](const Batch& all) { return count(all, ProbeResult::Refused) > 0; }));
}

TEST(Runner, StopsWhenAskedAndSaysSo) {
    LoopbackServer server(LoopbackServer::silence());
    Collector seen;
    auto params = towards(server.port(), "/");
    params.durationS = 600;
    params.timeoutMs = 10'000;
    Runner runner(params, seen.deliver());
    runner.stop();
    ASSERT_TRUE(seen.waitUntilDone());
    EXPECT_EQ(seen.all().error.substr(0, 7), "stopped");
}

TEST(Runner, CanBeDestroyedInTheMiddle) {
    LoopbackServer server(LoopbackServer::silence());
    Collector seen;
    auto params = towards(server.port(), "/");
    params.held = 20;
    params.durationS = 600;
    params.timeoutMs = 10'000;
    {
        Runner runner(params, seen.deliver());
        (void)seen.waitFor([](const Batch& all) { return all.heldAlive > 0; });
    }
    const int batches = seen.batches();
    EXPECT_FALSE(seen.all().done);
    EXPECT_EQ(seen.batches(), batches);
}

TEST(Runner, RefusesImpossibleParameters) {
    Collector seen;
    auto params = towards(80);
    params.intervalMs = 0;
    Runner runner(params, seen.deliver());
    ASSERT_TRUE(seen.waitUntilDone());
    EXPECT_TRUE(seen.all().samples.empty());
    EXPECT_NE(seen.all().error.find("interval_ms"), std::string::npos);
}
