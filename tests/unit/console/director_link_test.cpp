// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/director_link.hpp"

#include "event_loop.hpp"
#include "scripted_agent.hpp"

#include <QThreadPool>

#include <gmock/gmock.h>

namespace lvsdeck::cluster {
namespace {

using std::chrono::milliseconds;
using test::eventually;
using test::ScriptedAgent;
using testing::HasSubstr;

class Link : public testing::Test {
protected:
    void make(bool retry = true, milliseconds ping = milliseconds(5000)) {
        LinkOptions options;
        options.makeTransport = [this] { return std::make_unique<ssh::LoopbackTransport>(agent); };
        options.decodePool = &pool;
        options.firstRetry = milliseconds(1);
        options.lastRetry = milliseconds(4);
        options.hello = milliseconds(1000);
        options.ping = ping;
        options.retry = retry;
        link = std::make_unique<DirectorLink>(std::move(options));
        pool.setMaxThreadCount(1);
    }
    bool ready() {
        return eventually([&] { return link->phase() == LinkPhase::Ready; });
    }

    QThreadPool pool;
    std::shared_ptr<ScriptedAgent> agent = std::make_shared<ScriptedAgent>("lb1");
    std::unique_ptr<DirectorLink> link;
};

TEST_F(Link, GreetsSubscribesAndMergesWhatComes) {
    make();
    link->subscribe(rpc::SubscribeParams{});
    link->open();
    ASSERT_TRUE(ready());
    EXPECT_EQ(link->hello()->director, "lb1");
    ASSERT_TRUE(eventually([&] { return link->state() != nullptr; }));
    const auto first = link->state();
    agent->state.full = false;
    agent->state.vrrp = std::vector<rpc::VrrpState>(1);
    agent->sendState();
    ASSERT_TRUE(eventually([&] { return link->state() != first; }));
    EXPECT_TRUE(link->state()->vrrp);
    EXPECT_FALSE(first->vrrp) << "a snapshot that somebody holds does not change";
}

TEST_F(Link, AnswersEveryCallExactlyOnce) {
    make();
    agent->on("echo", [](const json::Value& params) -> Result<json::Value> { return params; });
    agent->on("no", [](const json::Value&) -> Result<json::Value> { return failure(ErrorCode::Denied, "not you", "who"); });
    agent->mute("silence");
    link->open();
    int answers = 0;
    std::optional<Error> early;
    link->call("echo", json::Object{}, milliseconds(1000), [&](auto result) { early = result.error(); });
    ASSERT_TRUE(eventually([&] { return early.has_value(); }));
    EXPECT_EQ(early->code, ErrorCode::Unavailable);
    ASSERT_TRUE(ready());
    link->call("echo", json::Object{{"a", 1}}, milliseconds(5000), [&](auto result) {
        ++answers;
        EXPECT_TRUE(result);
    });
    link->call("no", json::Object{}, milliseconds(5000), [&](auto result) {
        ++answers;
        EXPECT_EQ(result.error().code, ErrorCode::Denied);
        EXPECT_EQ(result.error().path, "who");
    });
    link->call("silence", json::Object{}, milliseconds(20), [&](auto result) {
        ++answers;
        EXPECT_EQ(result.error().code, ErrorCode::Timeout);
    });
    link->cancel(link->call("silence", json::Object{}, milliseconds(20), [&](auto) { ++answers; }));
    ASSERT_TRUE(eventually([&] { return answers == 3; }));
    link->call("silence", json::Object{}, milliseconds(5000), [&](auto result) {
        ++answers;
        EXPECT_EQ(result.error().code, ErrorCode::Unavailable);
    });
    agent->drop();
    ASSERT_TRUE(eventually([&] { return answers == 4; }));
}

TEST_F(Link, ComesBackByItselfAndSubscribesAgain) {
    make();
    link->subscribe(rpc::SubscribeParams{});
    link->open();
    ASSERT_TRUE(ready());
    agent->drop();
    ASSERT_TRUE(eventually([&] { return agent->connections == 2 && link->phase() == LinkPhase::Ready; }));
    EXPECT_TRUE(eventually([&] { return std::ranges::count(agent->asked, "state.subscribe") == 2; }));
}

TEST_F(Link, WithoutRetryALossIsFinal) {
    make(false);
    link->open();
    ASSERT_TRUE(ready());
    agent->drop();
    ASSERT_TRUE(eventually([&] { return link->phase() == LinkPhase::Failed; }));
    EXPECT_THAT(link->reason()->text, HasSubstr("cable"));
}

TEST_F(Link, DoesNotTryAgainWithAnotherProtocol) {
    make();
    agent->hello.protocol = 99;
    link->open();
    ASSERT_TRUE(eventually([&] { return link->phase() == LinkPhase::Failed; }));
    EXPECT_EQ(link->reason()->code, ErrorCode::Unsupported);
    EXPECT_THAT(link->reason()->text, HasSubstr("update"));
}

TEST_F(Link, GivesUpOnAnAgentThatDoesNotGreet) {
    make(false);
    agent->mute("hello");
    link->open();
    ASSERT_TRUE(eventually([&] { return link->phase() == LinkPhase::Failed; }));
}

TEST_F(Link, ShowsWhatCameInsteadOfTheProtocol) {
    make(false);
    agent->mute("hello");
    link->open();
    ASSERT_TRUE(eventually([&] { return agent->connectedNow && !agent->asked.empty(); }));
    agent->raw("Welcome to lb1!\n");
    ASSERT_TRUE(eventually([&] { return link->phase() == LinkPhase::Failed; }));
    EXPECT_THAT(link->reason()->text, HasSubstr("Welcome to lb1!"));
}

TEST_F(Link, NoticesAnAgentThatFellSilent) {
    make(false, milliseconds(50));
    link->open();
    ASSERT_TRUE(ready());
    agent->mute("ping");
    ASSERT_TRUE(eventually([&] { return link->phase() == LinkPhase::Failed; }));
}

TEST_F(Link, KnowsTheAgentsClockWithinItsBound) {
    make();
    const auto own = systemConsoleClock();
    agent->clock = [own] { return own() + 5'000'000; };
    link->open();
    ASSERT_TRUE(ready());
    bool measured = false;
    link->measureClock(8, [&] { measured = true; });
    ASSERT_TRUE(eventually([&] { return measured; }));
    ASSERT_TRUE(link->clock());
    EXPECT_NEAR(static_cast<double>(link->clock()->offsetUs), 5e6, static_cast<double>(link->clock()->errorUs) + 5000.0);
}

TEST_F(Link, ClosingForgetsTheConnectionAtOnce) {
    make();
    link->open();
    ASSERT_TRUE(ready());
    link->close();
    EXPECT_EQ(link->phase(), LinkPhase::Idle);
    EXPECT_FALSE(agent->connectedNow);
}

} // namespace
} // namespace lvsdeck::cluster
