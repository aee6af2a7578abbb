// SPDX-License-Identifier: GPL-3.0-or-later
// What checks say and how they read the answers, without a socket.
#include "agent/health/body_regex.hpp"
#include "agent/health/datagram_talk.hpp"
#include "agent/health/http_judge.hpp"
#include "agent/health/packet_filters.hpp"
#include "agent/health/smtp_reader.hpp"
#include "agent/health/vip_packets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <linux/filter.h>

using namespace lvsdeck;
using namespace lvsdeck::health;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

model::HttpUrl matching(const std::string& regex) {
    model::HttpUrl url;
    url.regex = regex;
    return url;
}

CheckResult judged(const model::HttpUrl& url, std::string_view body, std::string_view status = "200 OK") {
    UrlJudge judge(url);
    const std::string answer = "HTTP/1.0 " + std::string(status) + "\r\n\r\n" + std::string(body);
    for (const char c : answer)
        EXPECT_FALSE(judge.feed({&c, 1}));
    judge.end();
    return judge.verdict();
}

bool found(const model::HttpUrl& url, std::string_view body) {
    const BodyRegex regex(url);
    EXPECT_EQ(regex.problem(), "");
    return regex.search(body) == BodyRegex::Answer::Found;
}

/// Runs a program of only the instructions that filters use; whether it takes the packet.
bool takes(const std::vector<sock_filter>& program, ByteView packet) {
    std::uint32_t a = 0;
    std::uint32_t x = 0;
    const auto load = [&packet](std::size_t at, std::size_t size) {
        std::uint32_t value = 0;
        for (std::size_t i = at; i < at + size; ++i)
            value = value << 8U | packet[i];
        return value;
    };
    for (std::size_t pc = 0; pc < program.size(); ++pc) {
        const sock_filter& step = program[pc];
        const std::size_t size = BPF_SIZE(step.code) == BPF_W ? 4 : BPF_SIZE(step.code) == BPF_H ? 2 : 1;
        switch (BPF_CLASS(step.code)) {
        case BPF_LD: {
            const std::size_t at = step.k + (BPF_MODE(step.code) == BPF_IND ? x : 0);
            if (at + size > packet.size())
                return false;
            a = load(at, size);
            break;
        }
        case BPF_LDX: x = 4U * (packet[step.k] & 0x0FU); break;
        case BPF_JMP: pc += a == step.k ? step.jt : step.jf; break;
        case BPF_RET: return step.k != 0;
        default: ADD_FAILURE() << "unknown instruction"; return false;
        }
    }
    ADD_FAILURE() << "runs past its end";
    return false;
}

TcpFlow flow(bool v4 = true) {
    return {.source = *IpAddress::parse(v4 ? "192.0.2.1" : "2001:db8::1"),
            .sourcePort = 40000,
            .destination = *IpAddress::parse(v4 ? "192.0.2.10" : "2001:db8::10"),
            .destinationPort = 80};
}

/// The answer to a SYN: ends exchanged, flags and acknowledgement set.
Bytes answerTo(const TcpFlow& f, std::uint32_t sequence, std::uint8_t flags) {
    const TcpFlow back{
        .source = f.destination, .sourcePort = f.destinationPort, .destination = f.source, .destinationPort = f.sourcePort};
    Bytes packet = tcpPacket(back, TcpFlag::Syn, 77);
    const std::size_t tcp = f.destination.isV4() ? 20 : 40;
    for (std::size_t i = 0; i < 4; ++i)
        packet[tcp + 8 + i] = static_cast<std::uint8_t>((sequence + 1) >> (24 - 8 * i));
    packet[tcp + 13] = flags;
    return packet;
}

} // namespace

TEST(BodyRegexTest, FollowsKeepalivedsOptions) {
    EXPECT_TRUE(found(matching("status: *ok"), "x status:  ok y"));
    EXPECT_FALSE(found(matching("status: *OK"), "status: ok"));
    auto url = matching("STATUS: *ok$");
    url.regexOptions = {"caseless", "multiline"};
    EXPECT_TRUE(found(url, "status: ok\nmore"));
    url.regexOptions = {"caseless", "sloppy"};
    EXPECT_THAT(BodyRegex(url).problem(), HasSubstr("sloppy"));
    EXPECT_THAT(BodyRegex(matching("a(b")).problem(), HasSubstr("at its character 4"));
}

TEST(BodyRegexTest, BeginsItsMatchBetweenTheOffsets) {
    auto url = matching("b");
    url.regexMinOffset = 2;
    EXPECT_FALSE(found(url, "aba"));
    EXPECT_TRUE(found(url, "abab"));
    EXPECT_FALSE(found(url, "b")) << "shorter than the offset";
    url = matching("b");
    url.regexMaxOffset = 2;
    EXPECT_TRUE(found(url, "aab"));
    EXPECT_FALSE(found(url, "aaab"));
}

TEST(BodyRegexTest, GivesUpOnAnExpressionThatTakesForever) {
    const BodyRegex regex(matching("(a+)+(b+)+c$"));
    std::string body(40, 'a');
    body += std::string(40, 'b') + "d";
    EXPECT_NE(regex.search(body), BodyRegex::Answer::Found);
}

TEST(UrlJudgeTest, WantsTheRegexBesidesStatusAndDigest) {
    auto url = matching("healthy");
    EXPECT_EQ(judged(url, "I am healthy").reason, CheckReason::Ok);
    const CheckResult sick = judged(url, "I am sick");
    EXPECT_EQ(sick.reason, CheckReason::Regex);
    EXPECT_EQ(sick.detail, "HTTP 200 OK, but the body does not match the regular expression");
    EXPECT_EQ(judged(url, "healthy", "500 Oops").reason, CheckReason::Status);
    url.digest = "5d41402abc4b2a76b9719d911017c592"; // of "hello"
    EXPECT_EQ(judged(url, "healthy").reason, CheckReason::Digest);
    EXPECT_EQ(judged(url, "hello", "404 Not Found").reason, CheckReason::Status) << "a digest does not excuse the status";
    url.regex = "^hello$";
    EXPECT_EQ(judged(url, "hello").reason, CheckReason::Ok);
    url = matching("fail");
    url.regexNoMatch = true;
    EXPECT_EQ(judged(url, "fine").reason, CheckReason::Ok);
    EXPECT_EQ(judged(url, "failed").reason, CheckReason::Regex);
    EXPECT_EQ(judged(matching("("), "x").reason, CheckReason::Local) << "the configuration's fault, not the server's";
}

TEST(SmtpReaderTest, ReadsRepliesOfOneAndOfSeveralLines) {
    SmtpReader reader;
    EXPECT_FALSE(reader.feed("220-mail.example\r\n220-no spam\r\n22"));
    EXPECT_EQ(reader.feed("0 ready\r\n250 left"), (SmtpReply{220, "220 ready"}));
    EXPECT_EQ(reader.feed("\r\n"), (SmtpReply{250, "250 left"}));
    EXPECT_EQ(reader.feed("354\n"), (SmtpReply{354, "354"}));
    EXPECT_EQ(reader.feed("HTTP/1.0 200 OK\r\n")->code, 0);
    EXPECT_EQ(SmtpReader().feed(std::string(9000, '2'))->code, 0) << "a line without an end";
    EXPECT_EQ(heloArgument(""), "smtpchecker.keepalived.org");
    EXPECT_EQ(heloArgument("a b\r\nRCPT"), "ab??RCPT");
}

TEST(DnsTalk, AsksAsResolversDo) {
    const auto query = dnsQuery({{}, model::DnsType::Aaaa, "a.example."}, 0x1234);
    ASSERT_TRUE(query);
    EXPECT_THAT(*query, ElementsAre(0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e',
                                    0, 0, 28, 0, 1));
    EXPECT_EQ(dnsQuery({}, 1)->size(), 17U) << "the root";
    EXPECT_FALSE(dnsQuery({{}, model::DnsType::A, std::string(70, 'x') + ".example"}, 1));
    EXPECT_FALSE(dnsQuery({{}, model::DnsType::A, "a..example"}, 1));
}

TEST(DnsTalk, TakesAnAnswerWithoutRecordsAndNamesTheErrors) {
    Bytes answer{0x12, 0x34, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(judgeDns(answer, 0x1234)->reason, CheckReason::Ok);
    EXPECT_FALSE(judgeDns(answer, 0x1235)) << "somebody else's";
    answer[3] = 0x83;
    EXPECT_EQ(judgeDns(answer, 0x1234)->reason, CheckReason::BadAnswer);
    EXPECT_EQ(judgeDns(answer, 0x1234)->detail, "DNS NXDOMAIN");
    answer[2] = 0x01;
    EXPECT_FALSE(judgeDns(answer, 0x1234)) << "a question";
    EXPECT_EQ(judgeDns(Bytes{0x12, 0x34}, 0x1234)->reason, CheckReason::BadAnswer);
}

TEST(UdpTalk, ReadsKeepalivedsHexDigits) {
    EXPECT_THAT(*hexBytes("Ab12f 3 456 546443123"), ElementsAre(0xAB, 0x12, 0x0F, 3, 0x45, 6, 0x54, 0x64, 0x43, 0x12, 3));
    EXPECT_THAT(*hexBytes(""), testing::IsEmpty());
    EXPECT_FALSE(hexBytes("xx"));
    EXPECT_FALSE(hexBytes("0g"));
    EXPECT_FALSE(hexBytes(std::string(2802, '0')));
}

TEST(UdpTalk, ComparesAsFarAsBothGo) {
    model::UdpCheck check;
    check.requireReply = true;
    check.reply = "ab xx 1x";
    const auto answers = [&check](const Bytes& bytes) { return judgeUdp(check, bytes).reason == CheckReason::Ok; };
    EXPECT_TRUE(answers({0xAB, 0x77, 0x1F}));
    EXPECT_TRUE(answers({0xAB, 0x77, 0x1F, 0x99}));
    EXPECT_TRUE(answers({0xAB}));
    EXPECT_FALSE(answers({0xAC, 0x77, 0x1F}));
    EXPECT_FALSE(answers({0xAB, 0x77, 0x2F}));
    check.minReplyLength = 2;
    check.maxReplyLength = 3;
    EXPECT_FALSE(answers({0xAB}));
    EXPECT_FALSE(answers({0xAB, 0x77, 0x1F, 0x99}));
    check.requireReply = false;
    EXPECT_TRUE(answers({})) << "any word is a sign of life";
}

TEST(PingTalk, KnowsItsOwnEcho) {
    PingPayload payload{};
    payload[5] = 9;
    Bytes message = echoRequest(Family::V4, 7, payload);
    EXPECT_EQ(message.size(), 136U);
    EXPECT_EQ(internetChecksum(message), 0) << "a correct sum sums up to nothing";
    EXPECT_FALSE(judgeEcho(Family::V4, message, payload)) << "the request itself";
    message[0] = 0;
    EXPECT_EQ(judgeEcho(Family::V4, message, payload)->reason, CheckReason::Ok);
    message[13] = 1;
    EXPECT_FALSE(judgeEcho(Family::V4, message, payload)) << "another one's";
    Bytes packet(20, 0);
    packet[0] = 0x45;
    packet.push_back(3);
    EXPECT_THAT(behindIpv4Header(packet), ElementsAre(3));
    packet[0] = 0x4F;
    EXPECT_TRUE(behindIpv4Header(packet).empty());
}

TEST(VipPackets, AreWholeAndCorrectlySummed) {
    for (const bool v4 : {true, false}) {
        const Bytes syn = tcpPacket(flow(v4), TcpFlag::Syn, 1);
        EXPECT_EQ(syn.size(), (v4 ? 20U : 40U) + 24U);
        const ByteView tcp = ByteView(syn).subspan(v4 ? 20 : 40);
        const TcpFlow ends = flow(v4);
        Bytes pseudo(ends.source.bytes().begin(), ends.source.bytes().end());
        pseudo.insert(pseudo.end(), ends.destination.bytes().begin(), ends.destination.bytes().end());
        for (const int byte : {0, 0, 0, 6, 0, 0, 0, 24})
            pseudo.push_back(static_cast<std::uint8_t>(byte));
        pseudo.insert(pseudo.end(), tcp.begin(), tcp.end());
        EXPECT_EQ(internetChecksum(pseudo), 0);
    }
    EXPECT_EQ(internetChecksum(ByteView(tcpPacket(flow(), TcpFlag::Rst, 1)).first(20)), 0);
}

TEST(VipPackets, TellAnAnswerFromEverythingElse) {
    constexpr std::uint32_t sequence = 0xFFFFFFFF; // the acknowledgement wraps
    for (const bool v4 : {true, false}) {
        const TcpFlow f = flow(v4);
        const auto filter = answerFilter(f);
        const Bytes accepted = answerTo(f, sequence, 0x12);
        EXPECT_TRUE(takes(filter, accepted));
        EXPECT_EQ(readAnswer(accepted, f, sequence), SynAnswer::Accepted);
        EXPECT_EQ(readAnswer(answerTo(f, sequence, 0x14), f, sequence), SynAnswer::Refused);
        EXPECT_EQ(readAnswer(answerTo(f, sequence, 0x10), f, sequence), std::nullopt);
        EXPECT_EQ(readAnswer(accepted, f, 5), std::nullopt) << "of another SYN";
        const Bytes own = tcpPacket(f, TcpFlag::Syn, sequence);
        EXPECT_FALSE(takes(filter, own));
        EXPECT_EQ(readAnswer(own, f, sequence), std::nullopt);
        TcpFlow other = f;
        other.sourcePort = 40001;
        EXPECT_FALSE(takes(filter, answerTo(other, sequence, 0x12)));
    }
    EXPECT_THAT(tunnelHeader(model::TunnelType::Gre, Family::V4), ElementsAre(0, 0, 8, 0));
    EXPECT_THAT(tunnelHeader(model::TunnelType::Gue, Family::V6), ElementsAre(0, 41, 0, 0));
}

TEST(VipPackets, HearWhoClaimsAnAddress) {
    const MacAddress mac{2, 0, 0, 0, 0, 7};
    Bytes message = arpRequest(mac, flow().destination, flow().source);
    EXPECT_FALSE(takes(arpReplyFilter(), message));
    EXPECT_FALSE(arpAnswer(message, flow().destination)) << "a question";
    message[7] = 2;
    EXPECT_TRUE(takes(arpReplyFilter(), message));
    EXPECT_EQ(arpAnswer(message, flow().destination), mac);
    EXPECT_FALSE(arpAnswer(message, flow().source));
}

RC_GTEST_PROP(CheckTalkProperty, SurvivesAnyBytes, (const std::vector<std::uint8_t>& bytes, const std::string& text)) {
    (void)judgeDns(bytes, 1);
    (void)judgeUdp({{}, text, true, text}, bytes);
    (void)judgeEcho(Family::V4, behindIpv4Header(bytes), {});
    (void)readAnswer(bytes, flow(), 1);
    (void)readAnswer(bytes, flow(false), 1);
    (void)arpAnswer(bytes, flow().destination);
    (void)dnsQuery({{}, model::DnsType::A, text}, 1);
    SmtpReader reader;
    (void)reader.feed({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}
