// SPDX-License-Identifier: GPL-3.0-or-later
// The real probes against small servers on the loopback interface.
#include "agent/health/asio_checks.hpp"

#include "tests/unit/health/check_loop.hpp"
#include "tests/unit/health/small_servers.hpp"
#include "tests/unit/health/tls_server.hpp"
#include "tests/unit/probe/loopback_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sys/resource.h>

using namespace lvsdeck;
using namespace lvsdeck::health;
using namespace std::chrono_literals;
using test::Loop;
using test::LoopbackServer;

namespace {

class AsioChecksTest : public testing::Test {
protected:
    static CheckTarget tcp(std::uint16_t port, std::chrono::milliseconds timeout = 500ms) {
        CheckTarget target;
        target.address = *IpAddress::parse("127.0.0.1");
        target.port = port;
        target.timeout = timeout;
        target.check = model::TcpCheck{};
        return target;
    }
    static CheckTarget http(std::uint16_t port, const model::HttpUrl& url = {}, bool tls = false) {
        CheckTarget target = tcp(port, 2000ms);
        model::HttpCheck check;
        check.tls = tls;
        check.urls = {url};
        target.check = check;
        return target;
    }
    static std::shared_ptr<const CheckTarget> shared(const CheckTarget& target) {
        return std::make_shared<const CheckTarget>(target);
    }
    CheckResult probe(const CheckTarget& target, std::size_t url = 0) { return test::probeOnce(checks, loop, target, url); }

    Loop loop;
    AsioChecks checks{loop.post()};
};

} // namespace

TEST_F(AsioChecksTest, TcpPassesWhenTheConnectionOpens) {
    LoopbackServer server(LoopbackServer::silence());
    const CheckResult result = probe(tcp(server.port()));
    EXPECT_EQ(result.reason, CheckReason::Ok) << result.detail;
    EXPECT_GT(result.latency.count(), 0);
}

TEST_F(AsioChecksTest, TcpTellsARefusal) {
    const CheckResult result = probe(tcp(test::closedPort()));
    EXPECT_EQ(result.reason, CheckReason::Refused);
    EXPECT_EQ(result.detail, "Connection refused");
}

TEST_F(AsioChecksTest, TcpTimesOutWhenNobodyAnswers) {
    test::FullBacklog server;
    const CheckResult result = probe(tcp(server.port(), 300ms));
    EXPECT_EQ(result.reason, CheckReason::Timeout) << result.detail;
    EXPECT_GE(result.latency, 299ms);
    EXPECT_EQ(result.detail, "no answer within 300 ms");
}

TEST_F(AsioChecksTest, ASourceAddressThatIsNotOursIsOurFault) {
    LoopbackServer server(LoopbackServer::silence());
    CheckTarget target = tcp(server.port());
    target.bindAddress = *IpAddress::parse("192.0.2.77");
    EXPECT_EQ(probe(target).reason, CheckReason::Local);
    target.bindAddress = *IpAddress::parse("127.0.0.9");
    EXPECT_EQ(probe(target).reason, CheckReason::Ok);
}

TEST_F(AsioChecksTest, RunningOutOfDescriptorsIsOurFault) {
    LoopbackServer server(LoopbackServer::silence());
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    const CheckResult result = probe(tcp(server.port()));
    ::setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(result.reason, CheckReason::Local) << result.detail;
}

TEST_F(AsioChecksTest, HttpJudgesTheStatus) {
    struct Row {
        std::string answer;
        model::HttpUrl url;
        CheckReason reason;
        std::string detail;
    };
    model::HttpUrl plain;
    model::HttpUrl odd;
    odd.status = {{404, 404}, {500, 502}};
    const std::vector<Row> table{
        {"HTTP/1.0 200 OK\r\n\r\nhello", plain, CheckReason::Ok, "HTTP 200 OK"},
        {"HTTP/1.1 204 No Content\r\n\r\n", plain, CheckReason::Ok, "HTTP 204 No Content"},
        {"HTTP/1.0 302 Found\r\nLocation: /x\r\n\r\n", plain, CheckReason::Status, "HTTP 302 Found"},
        {"HTTP/1.0 404 Not Found\r\n\r\n", plain, CheckReason::Status, "HTTP 404 Not Found"},
        {"HTTP/1.0 404 Not Found\r\n\r\n", odd, CheckReason::Ok, "HTTP 404 Not Found"},
        {"HTTP/1.0 501 No\r\n\r\n", odd, CheckReason::Ok, "HTTP 501 No"},
        {"HTTP/1.0 500 Broken\r\n\r\n", plain, CheckReason::Status, "HTTP 500 Broken"},
        {"HTTP/1.0 200 OK\r\n\r\n", odd, CheckReason::Status, "HTTP 200 OK"},
        {"220 ready\r\n", plain, CheckReason::BadAnswer, ""},
        {"", plain, CheckReason::BadAnswer, "closed without an answer"},
        {"HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\nhello", plain, CheckReason::BadAnswer,
         "closed in the middle of the body"},
        {"HTTP/1.0 200 OK\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", plain, CheckReason::BadAnswer, ""},
        {"HTTP/1.0 200 OK\r\n\r\n" + std::string(3'000'000, 'x'), plain, CheckReason::Ok, "HTTP 200 OK"},
    };
    for (const Row& row : table) {
        LoopbackServer server(LoopbackServer::reply(row.answer));
        const CheckResult result = probe(http(server.port(), row.url));
        EXPECT_EQ(result.reason, row.reason) << row.answer.substr(0, 40) << ": " << result.detail;
        if (!row.detail.empty()) {
            EXPECT_EQ(result.detail, row.detail);
        }
    }
}

TEST_F(AsioChecksTest, HttpComparesTheDigestOfTheBody) {
    LoopbackServer server(LoopbackServer::reply("HTTP/1.0 200 OK\r\n\r\nhello"));
    model::HttpUrl url;
    url.digest = "5D41402ABC4B2A76B9719D911017C592"; // md5 of "hello"
    EXPECT_EQ(probe(http(server.port(), url)).reason, CheckReason::Ok);
    url.digest = std::string(32, '0');
    const CheckResult wrong = probe(http(server.port(), url));
    EXPECT_EQ(wrong.reason, CheckReason::Digest);
    EXPECT_THAT(wrong.detail, testing::HasSubstr("5d41402abc4b2a76b9719d911017c592"));
}

TEST_F(AsioChecksTest, HttpTimesOutOnASilentAndOnAHangingServer) {
    for (const auto& behaviour :
         {LoopbackServer::silence(), LoopbackServer::reply("HTTP/1.0 200 OK\r\n\r\npart", LoopbackServer::Then::KeepOpen)}) {
        LoopbackServer server(behaviour);
        CheckTarget target = http(server.port());
        target.timeout = 200ms;
        const CheckResult result = probe(target);
        EXPECT_EQ(result.reason, CheckReason::Timeout) << result.detail;
        EXPECT_LT(result.latency, 2s);
    }
}

TEST_F(AsioChecksTest, HttpGivesEachPieceOfAnAnswerItsTimeOut) {
    test::PieceServer server({"HTTP/1.0 200 OK\r\n", "\r\n", "page"}, 200ms);
    CheckTarget target = http(server.port());
    target.timeout = 500ms;
    const CheckResult result = probe(target);
    EXPECT_EQ(result.reason, CheckReason::Ok) << result.detail;
    EXPECT_GT(result.latency, 700ms);
}

TEST_F(AsioChecksTest, HttpDoesNotWaitForEverForAnAnswerThatDrips) {
    test::PieceServer server(std::vector<std::string>(40, "HTTP/1.0"), 50ms);
    CheckTarget target = http(server.port());
    target.timeout = 100ms;
    const CheckResult result = probe(target);
    EXPECT_EQ(result.reason, CheckReason::Timeout) << result.detail;
    EXPECT_GT(result.latency, 900ms); // and before it ends by itself, which would not be a time-out
}

TEST_F(AsioChecksTest, HttpTellsAReset) {
    LoopbackServer server(LoopbackServer::reply("", LoopbackServer::Then::Reset));
    EXPECT_EQ(probe(http(server.port())).reason, CheckReason::Reset);
}

TEST_F(AsioChecksTest, HttpAsksOneUrlAndNamesItWhenItFails) {
    LoopbackServer server(LoopbackServer::reply("HTTP/1.0 200 OK\r\n\r\n"));
    CheckTarget target = http(server.port());
    target.virtualHost = "service.example";
    auto& check = std::get<model::HttpCheck>(target.check);
    model::HttpUrl second;
    second.path = "/deep/health";
    second.virtualHost = "deep.example";
    model::HttpUrl third;
    third.path = "/third";
    third.status = {{299, 299}};
    check.urls = {{}, second, third};
    EXPECT_EQ(probe(target).reason, CheckReason::Ok);
    EXPECT_EQ(probe(target, 1).reason, CheckReason::Ok);
    const CheckResult result = probe(target, 2);
    EXPECT_EQ(result.reason, CheckReason::Status);
    EXPECT_EQ(result.detail, "/third: HTTP 200 OK");
    server.shutDown();
    ASSERT_EQ(server.requests().size(), 3U);
    EXPECT_EQ(server.requests()[0], "GET / HTTP/1.0\r\nUser-Agent: lvsdeck\r\nHost: service.example\r\n\r\n");
    EXPECT_THAT(server.requests()[1], testing::StartsWith("GET /deep/health HTTP/1.0\r\n"));
    EXPECT_THAT(server.requests()[1], testing::HasSubstr("Host: deep.example\r\n"));
}

TEST_F(AsioChecksTest, HttpSpeaksTheVersionAskedFor) {
    LoopbackServer server(LoopbackServer::reply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    CheckTarget target = http(server.port());
    target.virtualHost = "a.example";
    std::get<model::HttpCheck>(target.check).version = model::HttpVersion::Http10Close;
    EXPECT_EQ(probe(target).reason, CheckReason::Ok);
    std::get<model::HttpCheck>(target.check).version = model::HttpVersion::Http11;
    EXPECT_EQ(probe(target).reason, CheckReason::Ok);
    server.shutDown();
    EXPECT_EQ(server.requests().at(0),
              "GET / HTTP/1.0\r\nUser-Agent: lvsdeck\r\nHost: a.example\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(server.requests().at(1),
              "GET / HTTP/1.1\r\nUser-Agent: lvsdeck\r\nHost: a.example\r\nConnection: close\r\n\r\n");
}

TEST_F(AsioChecksTest, HttpNamesTheEndpointWhenNobodyNamesAHost) {
    LoopbackServer server(LoopbackServer::reply("HTTP/1.0 200 OK\r\n\r\n"));
    EXPECT_EQ(probe(http(server.port())).reason, CheckReason::Ok);
    server.shutDown();
    EXPECT_THAT(server.requests().at(0), testing::HasSubstr("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
}

TEST_F(AsioChecksTest, HttpsPassesWithACertificateOfItsOwn) {
    test::TlsServer server("HTTP/1.0 200 OK\r\n\r\nsecret");
    const CheckResult result = probe(http(server.port(), {}, true));
    EXPECT_EQ(result.reason, CheckReason::Ok) << result.detail;
    EXPECT_EQ(server.lastServerName(), "");
    ASSERT_TRUE(result.certificateUntilMs);
    const std::int64_t now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    EXPECT_GT(*result.certificateUntilMs, now);
}

TEST_F(AsioChecksTest, HttpsSendsTheServerNameWhenAsked) {
    test::TlsServer server("HTTP/1.0 503 Away\r\n\r\n");
    CheckTarget target = http(server.port(), {}, true);
    target.virtualHost = "www.example:8443";
    std::get<model::HttpCheck>(target.check).sni = true;
    const CheckResult result = probe(target);
    EXPECT_EQ(result.reason, CheckReason::Status);
    EXPECT_EQ(result.detail, "HTTP 503 Away");
    EXPECT_EQ(server.lastServerName(), "www.example");
}

TEST_F(AsioChecksTest, HttpsTellsAServerThatDoesNotSpeakTls) {
    LoopbackServer server(LoopbackServer::reply("HTTP/1.0 200 OK\r\n\r\n"));
    LoopbackServer silent(LoopbackServer::silence());
    CheckTarget target = http(silent.port(), {}, true);
    target.timeout = 200ms;
    EXPECT_EQ(probe(target).reason, CheckReason::Timeout);
    target = http(test::closedPort(), {}, true);
    EXPECT_EQ(probe(target).reason, CheckReason::Refused);
    test::PlainTalker mail("220 mail.example ready\r\n");
    EXPECT_EQ(probe(http(mail.port(), {}, true)).reason, CheckReason::Tls);
}

TEST_F(AsioChecksTest, WaitingForAHandshakeSlotIsNotTheServersFault) {
    AsioChecks narrow(loop.post(), {.handshakesAtOnce = 1});
    LoopbackServer silent(LoopbackServer::silence());
    test::TlsServer server("HTTP/1.0 200 OK\r\n\r\n");
    CheckTarget slow = http(silent.port(), {}, true);
    slow.timeout = 400ms;
    CheckTarget quick = http(server.port(), {}, true);
    quick.timeout = 300ms; // shorter than its wait
    std::map<std::string, CheckResult> got;
    const auto first = narrow.run(requestFor(shared(slow)), [&got](const CheckResult& r) { got["slow"] = r; });
    const auto second = narrow.run(requestFor(shared(slow)), [&got](const CheckResult& r) { got["slow too"] = r; });
    const auto third = narrow.run(requestFor(shared(quick)), [&got](const CheckResult& r) { got["quick"] = r; });
    while (got.size() < 3)
        ASSERT_TRUE(loop.runOne());
    EXPECT_EQ(got["slow"].reason, CheckReason::Timeout);
    EXPECT_EQ(got["quick"].reason, CheckReason::Ok) << got["quick"].detail;
    EXPECT_LT(got["quick"].latency, 300ms);
}

TEST_F(AsioChecksTest, ManyProbesRunAtOnce) {
    LoopbackServer server(LoopbackServer::silence());
    std::vector<std::unique_ptr<RunningCheck>> running;
    int ok = 0;
    for (int i = 0; i < 300; ++i)
        running.push_back(checks.run(requestFor(shared(tcp(server.port(), 5s))),
                                     [&ok](const CheckResult& r) { ok += r.reason == CheckReason::Ok; }));
    while (ok < 300) // answers come in batches
        ASSERT_TRUE(loop.runOne());
    EXPECT_EQ(ok, 300);
}

TEST_F(AsioChecksTest, AnAbandonedProbeNeverCallsBack) {
    LoopbackServer server(LoopbackServer::silence());
    bool called = false;
    auto abandoned = checks.run(requestFor(shared(http(server.port()))), [&called](const CheckResult&) { called = true; });
    abandoned.reset();
    while (loop.runOne(50ms)) {}
    EXPECT_FALSE(called);
}

TEST(AsioChecksLife, EndsWithProbesOnTheirWay) {
    Loop loop;
    LoopbackServer server(LoopbackServer::silence());
    std::vector<std::unique_ptr<RunningCheck>> running;
    bool called = false;
    {
        AsioChecks checks(loop.post(), {.handshakesAtOnce = 2});
        for (const bool tls : {true, false, true, true, true}) {
            CheckTarget target;
            target.address = *IpAddress::parse("127.0.0.1");
            target.port = server.port();
            model::HttpCheck check;
            check.tls = tls;
            check.urls = {{}};
            target.check = check;
            for (int i = 0; i < 10; ++i)
                running.push_back(checks.run(requestFor(std::make_shared<const CheckTarget>(target)),
                                             [&called](const CheckResult&) { called = true; }));
        }
        (void)loop.runOne(20ms);
    }
    running.clear();
    EXPECT_FALSE(called);
}
