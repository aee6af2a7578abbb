// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/api/methods.hpp"
#include "agent/api/session.hpp"

#include "common/rpc/state_delta.hpp"
#include "tests/support/simulated_director.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lvsdeck::api {
namespace {

using namespace std::chrono_literals;
using test::classicCluster;

/// A prober that a test speaks for.
class ScriptedProbes final : public ProbePort {
public:
    struct Running final : RunningProbe {
        explicit Running(ScriptedProbes& owner) : m_owner(owner) { ++m_owner.running; }
        ~Running() override { --m_owner.running; }
        ScriptedProbes& m_owner;
    };
    Result<std::unique_ptr<RunningProbe>> run(const rpc::ProbeRunParams&,
                                              std::function<void(rpc::ProbeNews)> news) override {
        deliver = std::move(news);
        return std::make_unique<Running>(*this);
    }
    std::function<void(rpc::ProbeNews)> deliver;
    int running = 0;
};

struct SessionTest : testing::Test {
    test::SimulatedDirector one;
    ScriptedProbes probes;
    std::optional<vrrp::Stop> stopped;
    std::unique_ptr<Services> services;
    std::unique_ptr<Session> session;
    std::vector<std::string> lines;
    bool closed = false;
    std::int64_t nextId = 0;

    void SetUp() override {
        ASSERT_TRUE(one.start());
        services = std::make_unique<Services>(Services{*one.engine, probes, [] { return std::vector<rpc::DoctorItem>{}; },
                                                       [this](vrrp::Stop how) { stopped = how; }});
        connect(rpc::Role::Admin);
    }
    void connect(rpc::Role role, bool greet = true) {
        lines.clear();
        closed = false;
        session =
            std::make_unique<Session>(*services, Caller{role, "olga"},
                                      Session::Wire{.send = [this](std::string line) { lines.push_back(std::move(line)); },
                                                    .close = [this] { closed = true; }});
        if (greet) {
            ASSERT_TRUE(call("hello", json::toJson(rpc::HelloParams{})));
        }
    }
    Result<json::Value> call(const std::string& method, json::Value params) {
        const std::int64_t id = ++nextId;
        session->receive(rpc::encode(rpc::Request{id, method, std::move(params)}));
        for (const auto& line : lines) {
            auto message = rpc::decode(line);
            if (auto* response = message ? std::get_if<rpc::Response>(&*message) : nullptr; response && response->id == id)
                return std::move(response->result);
        }
        return failure(ErrorCode::Internal, "no answer");
    }
    [[nodiscard]] std::vector<rpc::State> states() const {
        std::vector<rpc::State> out;
        for (const auto& line : lines) {
            const auto message = rpc::decode(line);
            if (const auto* n = message ? std::get_if<rpc::Notification>(&*message) : nullptr; n && n->method == "state")
                out.push_back(json::fromJson<rpc::State>(n->params).value());
        }
        return out;
    }
    [[nodiscard]] ErrorCode lastError() const {
        const auto message = rpc::decode(lines.back());
        const auto* response = message ? std::get_if<rpc::Response>(&*message) : nullptr;
        return response && !response->result ? response->result.error().code : ErrorCode::Internal;
    }
};

TEST_F(SessionTest, HelloTellsRoleUserAndDirector) {
    const auto hello = json::fromJson<rpc::Hello>(*call("hello", json::toJson(rpc::HelloParams{})));
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->role, rpc::Role::Admin);
    EXPECT_EQ(hello->user, "olga");
    EXPECT_EQ(hello->director, "lb1");
    EXPECT_TRUE(hello->simulated);
}

TEST_F(SessionTest, AnythingBeforeHelloIsRefused) {
    connect(rpc::Role::Admin, false);
    EXPECT_FALSE(call("state.get", json::Object{}));
    EXPECT_TRUE(call("hello", json::Object{}));
    EXPECT_TRUE(call("state.get", json::Object{}));
}

TEST_F(SessionTest, AnotherProtocolVersionIsRefusedInWords) {
    connect(rpc::Role::Admin, false);
    const auto answer = call("hello", json::toJson(rpc::HelloParams{99, "x"}));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::Unsupported);
}

TEST_F(SessionTest, EveryMethodRefusesTheRoleBelowItsOwn) {
    for (const Method& method : methods()) {
        if (method.role == rpc::Role::Viewer)
            continue;
        connect(static_cast<rpc::Role>(static_cast<int>(method.role) - 1));
        const auto answer = call(std::string(method.name), json::Object{});
        ASSERT_FALSE(answer) << method.name;
        EXPECT_EQ(answer.error().code, ErrorCode::Denied) << method.name;
        EXPECT_NE(answer.error().text.find("olga"), std::string::npos);
    }
    EXPECT_FALSE(stopped);
}

TEST_F(SessionTest, ChangesAreInTheEventLogWithWhoAndFromWhere) {
    ASSERT_TRUE(call("hello", json::toJson(rpc::HelloParams{rpc::protocolVersion, "lvsdeck 0.1.0 on desk7"})));
    ASSERT_TRUE(call("config.apply", json::toJson(one.apply(classicCluster(), 0))));
    const auto events = json::fromJson<std::vector<rpc::Event>>(*call("events.query", json::Object{}));
    ASSERT_TRUE(events);
    EXPECT_TRUE(
        std::ranges::any_of(*events, [](const rpc::Event& e) { return e.by == "olga with lvsdeck 0.1.0 on desk7"; }));
}

TEST_F(SessionTest, ViewerDoesNotSeePasswords) {
    model::Cluster cluster = classicCluster();
    cluster.passthrough.push_back({{}, "vrrp_instance VI_1", "authentication {\n    auth_pass kept\n}"});
    ASSERT_TRUE(one.engine->apply(one.apply(cluster, 0), "root"));
    using Two = std::pair<std::string, std::string>;
    const auto passwords = [&](rpc::Role role) {
        connect(role);
        const auto answer = json::fromJson<rpc::ConfigDocument>(*call("config.get", json::Value(json::Object{})));
        EXPECT_EQ(answer->hash, model::contentHash(cluster));
        const auto seen = json::fromJson<model::Cluster>(answer->cluster);
        return Two(seen->instances[0].password, seen->passthrough[0].text);
    };
    EXPECT_EQ(passwords(rpc::Role::Viewer), Two("********", "authentication {\n    auth_pass ********\n}"));
    EXPECT_EQ(passwords(rpc::Role::Operator), Two("1111", cluster.passthrough[0].text));
}

TEST_F(SessionTest, NonsenseGetsErrorsAndTheConnectionStaysUsable) {
    for (const std::string& line :
         {std::string("hello there"), std::string("{}"), std::string("[]"), std::string("{\"id\":1}"),
          std::string("{\"id\":{},\"method\":\"ping\"}"), std::string("\xff\xfe\x00\x01", 4), std::string(100'000, '['),
          std::string("{\"id\":1,\"method\":\"ping\",\"params\":7}")}) {
        const std::size_t before = lines.size();
        session->receive(line + "\n");
        ASSERT_EQ(lines.size(), before + 1) << line.substr(0, 40);
        EXPECT_EQ(lastError(), ErrorCode::InvalidInput) << line.substr(0, 40);
    }
    EXPECT_EQ(call("no.such", json::Object{}).error().code, ErrorCode::Unsupported);
    EXPECT_TRUE(call("ping", json::Object{}));
    EXPECT_FALSE(closed);
}

TEST_F(SessionTest, WrongParametersNameTheMember) {
    EXPECT_EQ(call("state.subscribe", json::Object{{"interval_ms", 5}}).error().path, "interval_ms");
    EXPECT_EQ(call("state.subscribe", json::Object{{"interval_ms", "fast"}}).error().path, "interval_ms");
    EXPECT_EQ(call("config.apply", json::Object{{"confirm_within_s", 3}}).error().path, "confirm_within_s");
    EXPECT_EQ(call("drill.begin", json::Object{{"kind", "nuclear"}}).error().path, "kind");
    EXPECT_EQ(call("probe.run", json::Object{{"address", "10.0.0.1"}, {"port", 80}, {"interval_ms", 1}}).error().path,
              "interval_ms");
    EXPECT_EQ(
        call("probe.run", json::Object{{"address", "10.0.0.1"}, {"port", 80}, {"http_path", "/\r\nX: y"}}).error().path,
        "http_path");
}

TEST_F(SessionTest, TwentyMebibyteLineGetsOneErrorAndDoesNoHarm) {
    const std::string piece(1U << 20U, 'x');
    const std::size_t before = lines.size();
    for (int i = 0; i < 20; ++i)
        session->receive(piece);
    session->receive("\n");
    ASSERT_EQ(lines.size(), before + 1);
    EXPECT_EQ(lastError(), ErrorCode::TooLarge);
    EXPECT_TRUE(call("ping", json::Object{}));
}

TEST_F(SessionTest, BytesMayArriveInAnyPieces) {
    const std::string text = rpc::encode(rpc::Request{500, "ping", {}}) + rpc::encode(rpc::Request{501, "ping", {}});
    const std::size_t before = lines.size();
    for (const char c : text)
        session->receive({&c, 1});
    EXPECT_EQ(lines.size(), before + 2);
}

TEST_F(SessionTest, SubscriptionGivesTheFullStateAfterItsAnswerThenOnlyWhatChanged) {
    ASSERT_TRUE(call("state.subscribe", json::Object{{"interval_ms", 1000}, {"parts", json::Array{"config", "drill"}}}));
    EXPECT_TRUE(states().empty());
    one.runFor(10s);
    ASSERT_EQ(states().size(), 1U);
    EXPECT_TRUE(states()[0].full);
    EXPECT_FALSE(states()[0].vrrp);
    ASSERT_TRUE(call("config.apply", json::toJson(one.apply(classicCluster(), 0))));
    one.runFor(2s);
    ASSERT_EQ(states().size(), 2U);
    EXPECT_FALSE(states()[1].full);
    EXPECT_TRUE(states()[1].config);
    EXPECT_FALSE(states()[1].drill);
}

TEST_F(SessionTest, SlowReaderMissesStatesButNeverTheLatest) {
    ASSERT_TRUE(call("config.apply", json::toJson(one.apply(classicCluster(), 0))));
    ASSERT_TRUE(call("state.subscribe", json::Object{{"interval_ms", 100}}));
    one.runFor(150ms);
    ASSERT_GE(states().size(), 1U);
    const std::size_t before = states().size();
    session->unsent(1000);
    one.runFor(20s);
    EXPECT_EQ(states().size(), before);
    session->unsent(0);
    one.runFor(100ms);
    rpc::State whole = states()[0];
    const auto all = states();
    for (std::size_t i = 1; i < all.size(); ++i)
        ASSERT_TRUE(rpc::merge(whole, all[i]));
    EXPECT_EQ(whole.vrrp->at(0).phase, rpc::VrrpPhase::Master);
    EXPECT_FALSE(closed);
}

TEST_F(SessionTest, ReaderThatTakesNothingIsDismissedWithAReason) {
    ASSERT_TRUE(call("state.subscribe", json::Object{{"interval_ms", 100}}));
    one.runFor(1s);
    session->unsent(5000);
    one.runFor(20s);
    session->unsent(4000);
    one.runFor(20s);
    EXPECT_FALSE(closed);
    one.runFor(15s);
    EXPECT_TRUE(closed);
    EXPECT_NE(lines.back().find("goodbye"), std::string::npos);
    EXPECT_NE(lines.back().find("timeout"), std::string::npos);
}

TEST_F(SessionTest, NoRequestIsTakenWhileTooMuchIsUnsent) {
    session->unsent(Session::maxUnsent + 1);
    const std::size_t before = lines.size();
    session->receive(rpc::encode(rpc::Request{900, "ping", {}}));
    EXPECT_TRUE(session->isPaused());
    EXPECT_EQ(lines.size(), before);
    session->unsent(100);
    EXPECT_EQ(lines.size(), before + 1);
}

TEST_F(SessionTest, ProbeStreamsUntilItIsDoneAndEndsWithItsSession) {
    const auto started =
        json::fromJson<rpc::ProbeStarted>(*call("probe.run", json::Object{{"address", "10.0.0.1"}, {"port", 80}}));
    ASSERT_TRUE(started);
    rpc::ProbeNews news;
    news.samples = {{1, 2, 0}};
    session->unsent(1);
    probes.deliver(news);
    probes.deliver(news);
    const std::size_t before = lines.size();
    session->unsent(0);
    ASSERT_EQ(lines.size(), before + 1);
    const auto message = rpc::decode(lines.back());
    const auto sent = json::fromJson<rpc::ProbeNews>(std::get<rpc::Notification>(*message).params);
    EXPECT_EQ(sent->id, started->id);
    EXPECT_EQ(sent->samples.size(), 2U);
    EXPECT_EQ(probes.running, 1);
    ASSERT_TRUE(call("probe.stop", json::Object{{"id", started->id}}));
    one.runFor(1ms);
    EXPECT_NE(lines.back().find("\"done\":true"), std::string::npos);
    EXPECT_EQ(probes.running, 0);
    ASSERT_TRUE(call("probe.run", json::Object{{"address", "10.0.0.1"}, {"port", 80}}));
    session.reset();
    EXPECT_EQ(probes.running, 0);
}

TEST_F(SessionTest, StopIsPassedOn) {
    ASSERT_TRUE(call("agent.stop", json::Object{{"resign", true}}));
    EXPECT_EQ(stopped, vrrp::Stop::Resign);
}

/// Whatever happens on the director: merging what a subscriber gets is always the full state.
RC_GTEST_PROP(StateSubscription, DeltasReconstructTheFullStateExactly, ()) {
    test::SimulatedDirector one;
    RC_ASSERT(one.start().has_value());
    ScriptedProbes probes;
    Services services{*one.engine, probes, {}, {}};
    std::vector<std::string> lines;
    Session session(services, {rpc::Role::Admin, "rc"},
                    {.send = [&](std::string line) { lines.push_back(std::move(line)); }, .close = [] {}});
    session.receive(rpc::encode(rpc::Request{1, "hello", json::Object{}}));
    session.receive(rpc::encode(rpc::Request{2, "state.subscribe", json::Object{{"interval_ms", 100}}}));
    const Instant subscribed = one.time.now();
    std::uint64_t revision = 0;
    std::optional<rpc::State> whole;
    const auto steps = *rc::gen::inRange(3, 25);
    for (int i = 0; i < steps; ++i) {
        model::Cluster cluster = classicCluster();
        switch (*rc::gen::inRange(0, 7)) {
        case 0:
            cluster.services[0].servers[0].weight = *rc::gen::inRange(0, 10);
            if (*rc::gen::arbitrary<bool>())
                cluster.services[0].servers.pop_back();
            if (one.engine->apply(one.apply(cluster, revision), "rc"))
                ++revision;
            break;
        case 1: one.checks.setDown(*IpAddress::parse("192.168.50.9"), 80); break;
        case 2: one.checks.setUp(*IpAddress::parse("192.168.50.9"), 80); break;
        case 3:
            (void)one.engine->setServer({"tcp 192.168.50.8:80", "192.168.50.10:80", {}, *rc::gen::inRange(0, 9)}, "rc");
            break;
        case 4:
            one.ipvs.setConnections({0, Family::V4, model::Protocol::Tcp, *IpAddress::parse("192.168.50.8"), 80},
                                    {*IpAddress::parse("192.168.50.10"), 80}, *rc::gen::inRange(0U, 50U), 3);
            break;
        case 5: (void)one.engine->beginDrill({rpc::DrillKind::Graceful, 5}, "rc"); break;
        case 6: session.unsent(*rc::gen::arbitrary<bool>() ? 1 : 0); break;
        }
        one.runFor(std::chrono::milliseconds(*rc::gen::inRange(1, 4000)));
        // A reader that takes nothing for 30 s is dismissed; that is another test's business.
        if (i % 5 == 4)
            session.unsent(0);
    }
    session.unsent(0);
    // Until the checks agree and the drill is over, and then up to the next beat: checks begin on a grid of their own that meets the
    // beats, and what changes at the same moment after a beat is told only by the next one.
    one.runFor(30s);
    constexpr Duration beat = 100ms;
    one.runFor(beat - (one.time.now() - subscribed) % beat);
    for (const auto& line : lines) {
        const auto message = rpc::decode(line);
        const auto* notification = std::get_if<rpc::Notification>(&*message);
        if (!notification)
            continue;
        const auto state = json::fromJson<rpc::State>(notification->params);
        RC_ASSERT(state.has_value());
        if (whole)
            RC_ASSERT(rpc::merge(*whole, *state));
        else
            whole = *state;
    }
    RC_ASSERT(whole.has_value());
    const std::size_t sent = lines.size();
    rpc::State now = one.engine->state({});
    RC_ASSERT(sent == lines.size());
    RC_ASSERT(whole->table == now.table);
    RC_ASSERT(whole->counts == now.counts);
    RC_ASSERT(whole->events == now.events);
    RC_ASSERT(whole->config == now.config);
    RC_ASSERT(whole->vrrp == now.vrrp);
    RC_ASSERT(whole->health == now.health);
    RC_ASSERT(whole->drill == now.drill);
}

} // namespace
} // namespace lvsdeck::api
