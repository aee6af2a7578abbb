// SPDX-License-Identifier: GPL-3.0-or-later
// The real probes other than TCP and HTTP, against small servers on the loopback interface.
#include "tests/unit/health/check_loop.hpp"
#include "tests/unit/health/small_servers.hpp"
#include "tests/unit/probe/loopback_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

using namespace lvsdeck;
using namespace lvsdeck::health;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

class OtherChecksTest : public testing::Test {
protected:
    static CheckTarget target(model::HealthCheck check, std::uint16_t port, const char* address = "127.0.0.1") {
        CheckTarget out;
        out.address = *IpAddress::parse(address);
        out.port = port;
        out.timeout = 1000ms;
        out.check = std::move(check);
        return out;
    }
    CheckResult probe(const CheckTarget& what) { return test::probeOnce(checks, loop, what); }

    test::Loop loop;
    AsioChecks checks{loop.post()};
};

} // namespace

TEST_F(OtherChecksTest, SmtpGreetsAndTakesItsLeave) {
    test::LineServer server({"220-mail.example\r\n220 ready\r\n", "250 hello\r\n", "221 bye\r\n"});
    model::SmtpCheck check;
    check.heloName = "lb1.example";
    const CheckResult result = probe(target(check, server.port()));
    EXPECT_EQ(result.reason, CheckReason::Ok) << result.detail;
    EXPECT_EQ(result.detail, "220 ready");
    EXPECT_EQ(server.heard(), "HELO lb1.example\r\nQUIT\r\n");
}

TEST_F(OtherChecksTest, SmtpTellsWhatWentWrong) {
    test::LineServer busy({"421 too busy\r\n"});
    const CheckResult greeting = probe(target(model::SmtpCheck{}, busy.port()));
    EXPECT_EQ(greeting.reason, CheckReason::BadAnswer);
    EXPECT_EQ(greeting.detail, "greeting: answered '421 too busy'");
    test::LineServer rude({"220 ready\r\n", "550 not you\r\n"});
    EXPECT_THAT(probe(target(model::SmtpCheck{}, rude.port())).detail, HasSubstr("HELO: answered '550 not you'"));
    test::LineServer shy({"220 ready\r\n", ""});
    EXPECT_EQ(probe(target(model::SmtpCheck{}, shy.port())).reason, CheckReason::Reset);
    test::LoopbackServer silent(test::LoopbackServer::silence());
    auto slow = target(model::SmtpCheck{}, silent.port());
    slow.timeout = 200ms;
    EXPECT_EQ(probe(slow).reason, CheckReason::Timeout);
    EXPECT_EQ(probe(target(model::SmtpCheck{}, test::closedPort())).reason, CheckReason::Refused);
}

TEST_F(OtherChecksTest, DnsPassesWithoutRecordsAndFailsWithAnError) {
    test::DatagramServer good([](const std::string& query) {
        std::string answer = query;
        answer[2] = '\x81';
        return answer;
    });
    const CheckResult ok = probe(target(model::DnsCheck{}, good.port()));
    EXPECT_EQ(ok.reason, CheckReason::Ok) << ok.detail;
    test::DatagramServer bad([](const std::string& query) {
        std::string answer = query;
        answer[2] = '\x81';
        answer[3] = '\x02';
        return answer;
    });
    EXPECT_EQ(probe(target(model::DnsCheck{}, bad.port())).detail, "DNS SERVFAIL");
    test::DatagramServer silent([](const std::string&) { return std::string(); });
    auto quick = target(model::DnsCheck{}, silent.port());
    quick.timeout = 200ms;
    EXPECT_EQ(probe(quick).reason, CheckReason::Timeout);
    EXPECT_EQ(probe(target(model::DnsCheck{}, test::closedPort())).reason, CheckReason::Refused);
}

TEST_F(OtherChecksTest, UdpTakesSilenceForConsentUnlessItWantsAReply) {
    test::DatagramServer silent([](const std::string&) { return std::string(); });
    model::UdpCheck check;
    auto what = target(check, silent.port());
    what.timeout = 200ms;
    EXPECT_EQ(probe(what).reason, CheckReason::Ok);
    EXPECT_EQ(probe(target(check, test::closedPort())).reason, CheckReason::Refused) << "port unreachable";
    check.requireReply = true;
    what.check = check;
    EXPECT_EQ(probe(what).reason, CheckReason::Timeout);
    test::DatagramServer echo([](const std::string& payload) { return payload + "!"; });
    check.payload = "70696e67";
    check.reply = "70 x9 6e 67 21";
    EXPECT_EQ(probe(target(check, echo.port())).reason, CheckReason::Ok);
    check.reply = "70 x8";
    EXPECT_EQ(probe(target(check, echo.port())).reason, CheckReason::BadAnswer);
}

TEST_F(OtherChecksTest, PingHearsItsEchoOnBothFamilies) {
    const CheckResult v4 = probe(target(model::PingCheck{}, 0));
    if (v4.reason == CheckReason::Local)
        GTEST_SKIP() << "no ICMP socket for us here: " << v4.detail;
    EXPECT_EQ(v4.reason, CheckReason::Ok) << v4.detail;
    const CheckResult v6 = probe(target(model::PingCheck{}, 0, "::1"));
    if (v6.detail.find("Cannot assign") != std::string::npos)
        return; // this machine has no ::1
    EXPECT_EQ(v6.reason, CheckReason::Ok) << v6.detail;
}

TEST_F(OtherChecksTest, LeavesFromThePortAndInterfaceAskedFor) {
    test::LoopbackServer server(test::LoopbackServer::silence());
    auto what = target(model::TcpCheck{}, server.port());
    what.bindPort = test::closedPort();
    EXPECT_EQ(probe(what).reason, CheckReason::Ok);
    EXPECT_EQ(probe(what).reason, CheckReason::Ok) << "the same port again";
    what.bindPort.reset();
    what.bindInterface = "nosuchlink0";
    EXPECT_EQ(probe(what).reason, CheckReason::Local);
    what.bindInterface = "lo";
    what.firewallMark = 7;
    EXPECT_EQ(probe(what).reason, ::geteuid() == 0 ? CheckReason::Ok : CheckReason::Local);
}

TEST_F(OtherChecksTest, WhatIsNoMatterOfTheNetworkIsOurOwnFault) {
    EXPECT_EQ(probe(target(model::ScriptCheck{}, 80)).reason, CheckReason::Local);
    EXPECT_EQ(probe(target(model::VipCheck{}, 80)).reason, CheckReason::Local) << "no service";
}
