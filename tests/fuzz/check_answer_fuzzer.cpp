// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever a checked server may answer: mail, names, datagrams, echoes, HTTP bodies and the packets of the VIP's path.
#include "agent/health/datagram_talk.hpp"
#include "agent/health/http_judge.hpp"
#include "agent/health/smtp_reader.hpp"
#include "agent/health/vip_packets.hpp"

#include <cstdint>
#include <cstdlib>

using namespace lvsdeck;
using namespace lvsdeck::health;

namespace {

void require(bool holds) {
    if (!holds)
        std::abort();
}

void smtp(std::string_view text) {
    SmtpReader reader;
    for (std::size_t at = 0; at < text.size(); at += 7)
        if (const auto reply = reader.feed(text.substr(at, 7)))
            require(reply->text.size() <= 150 && (reply->code == 0 || (reply->code >= 200 && reply->code < 600)));
}

void http(std::string_view text) {
    const auto line = text.find('\n');
    model::HttpUrl url;
    url.regex = line == std::string_view::npos ? "ok" : std::string(text.substr(0, std::min<std::size_t>(line, 40)));
    url.regexMaxOffset = 64;
    UrlJudge judge(url);
    if (!judge.feed(line == std::string_view::npos ? text : text.substr(line + 1)))
        judge.end();
    require(judge.verdict().detail.size() <= 200);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const ByteView bytes(data + 1, size - 1);
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    const TcpFlow v4{*IpAddress::parse("192.0.2.1"), 40000, *IpAddress::parse("192.0.2.10"), 80};
    const TcpFlow v6{*IpAddress::parse("2001:db8::1"), 40000, *IpAddress::parse("2001:db8::10"), 80};
    switch (data[0] % 6) {
    case 0: smtp(text); break;
    case 1: http(text); break;
    case 2:
        if (const auto result = judgeDns(bytes, 0x4141))
            require(result->detail.size() <= 200);
        (void)dnsQuery({{}, model::DnsType::Txt, std::string(text)}, 1);
        break;
    case 3: {
        const std::size_t half = text.size() / 2;
        model::UdpCheck check;
        check.requireReply = true;
        check.reply = text.substr(0, half);
        require(judgeUdp(check, bytes.subspan(half)).detail.size() <= 200);
        (void)hexBytes(text);
        break;
    }
    case 4: (void)judgeEcho(Family::V4, behindIpv4Header(bytes), {}); break;
    default:
        (void)readAnswer(bytes, v4, 1);
        (void)readAnswer(bytes, v6, 1);
        (void)arpAnswer(bytes, v4.destination);
    }
    return 0;
}
