// SPDX-License-Identifier: GPL-3.0-or-later
// DNS, UDP and ping: one datagram out, the answer or the network's word that there is nobody.
#include "agent/health/conversation.hpp"
#include "agent/health/datagram_talk.hpp"
#include "agent/health/deadline_descriptor.hpp"
#include "agent/health/socket_choices.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <netinet/in.h>
#include <random>
#include <sys/socket.h>

namespace lvsdeck::health {

namespace asio = boost::asio;

namespace {

constexpr auto asTuple = asio::as_tuple(asio::use_awaitable);

/// One check's words. Made and used within one coroutine.
struct Talk {
    int type = SOCK_DGRAM;
    int protocol = 0;
    std::uint16_t port = 0;
    Bytes request = {};
    std::function<std::optional<CheckResult>(ByteView)> judge = {};
    std::optional<CheckResult> silence = {}; ///< unset: a time-out
    std::optional<CheckResult> problem = {}; ///< it cannot even begin
};

Talk dnsTalk(const CheckTarget& target, const model::DnsCheck& check, std::uint16_t id) {
    Talk talk{.port = target.port};
    auto query = dnsQuery(check, id);
    if (!query) {
        talk.problem = CheckResult{.reason = CheckReason::Local, .detail = query.error().text};
        return talk;
    }
    talk.request = *query;
    talk.judge = [id](ByteView answer) { return judgeDns(answer, id); };
    return talk;
}

Talk udpTalk(const CheckTarget& target, const model::UdpCheck& check, const PingPayload& random) {
    Talk talk{.port = target.port};
    auto payload = hexBytes(check.payload);
    if (!payload)
        talk.problem = CheckResult{.reason = CheckReason::Local, .detail = "the payload is not written in hex digits"};
    else
        talk.request = payload->empty() ? Bytes(random.begin(), random.begin() + 16) : *payload;
    talk.judge = [&check](ByteView answer) { return judgeUdp(check, answer); };
    if (!check.requireReply)
        talk.silence = CheckResult{.reason = CheckReason::Ok, .detail = "no objection"};
    return talk;
}

Talk pingTalk(Family family, std::uint16_t id, const PingPayload& payload, bool raw) {
    const bool headed = raw && family == Family::V4;
    return {.type = raw ? SOCK_RAW : SOCK_DGRAM,
            .protocol = family == Family::V4 ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6},
            .request = echoRequest(family, id, payload),
            .judge = [family, headed, payload](ByteView message) {
                return judgeEcho(family, headed ? behindIpv4Header(message) : message, payload);
            }};
}

int openSocket(const CheckTarget& target, const Talk& talk) {
    const int family = target.address.isV4() ? AF_INET : AF_INET6;
    return ::socket(family, talk.type | SOCK_NONBLOCK | SOCK_CLOEXEC, talk.protocol);
}

/// Also the network's softer words ("host unreachable") end a wait.
void hearErrors(int descriptor, Family family) {
    const int on = 1;
    if (family == Family::V4)
        (void)::setsockopt(descriptor, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
    else
        (void)::setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
}

asio::awaitable<CheckResult> talkOver(std::shared_ptr<Conversation> conversation, const Talk& talk) {
    const CheckTarget& target = conversation->target;
    auto& descriptor = conversation->datagrams->descriptor();
    const int socket = descriptor.native_handle();
    hearErrors(socket, target.address.family());
    if (const int refused = chooseSource(socket, target, target.address.family()); refused != 0)
        co_return localFailure("the source of this check", refused);
    const SocketAddress peer = socketAddress(target.address, talk.port);
    if (::connect(socket, peer.get(), peer.length) != 0 ||
        ::send(socket, talk.request.data(), talk.request.size(), MSG_NOSIGNAL) < 0)
        co_return failureOf(errno);
    conversation->datagrams->arm(target.timeout);
    std::array<std::uint8_t, 2048> buffer{};
    for (;;) {
        const auto [error] = co_await descriptor.async_wait(asio::posix::stream_descriptor::wait_read, asTuple);
        if (error || conversation->datagrams->expired())
            co_return talk.silence.value_or(timeoutOf(target));
        const ssize_t length = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (length < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (length < 0)
            co_return failureOf(errno);
        if (auto result = talk.judge(ByteView(buffer).first(static_cast<std::size_t>(length))))
            co_return *result;
    }
}

} // namespace

asio::awaitable<CheckResult> checkDatagram(std::shared_ptr<Conversation> conversation) {
    const CheckTarget& target = conversation->target;
    std::random_device random;
    const auto id = static_cast<std::uint16_t>(random());
    PingPayload payload{};
    std::ranges::generate(payload, [&random] { return static_cast<std::uint8_t>(random()); });

    Talk talk;
    const auto* udp = std::get_if<model::UdpCheck>(&target.check);
    const auto* dns = std::get_if<model::DnsCheck>(&target.check);
    if (dns != nullptr)
        talk = dnsTalk(target, *dns, id);
    else if (udp != nullptr)
        talk = udpTalk(target, *udp, payload);
    else
        talk = pingTalk(target.address.family(), id, payload, false);
    if (talk.problem)
        co_return *talk.problem;
    int socket = openSocket(target, talk);
    if (socket < 0 && dns == nullptr && udp == nullptr && (errno == EACCES || errno == EPERM)) {
        // net.ipv4.ping_group_range leaves us out; with CAP_NET_RAW the old way works.
        talk = pingTalk(target.address.family(), id, payload, true);
        socket = openSocket(target, talk);
    }
    if (socket < 0)
        co_return localFailure("no socket for this check", errno);
    if (!conversation->datagrams->adopt(socket))
        co_return CheckResult{.reason = CheckReason::Local, .detail = {}};
    CheckResult result = co_await talkOver(conversation, talk);
    conversation->datagrams->abandon();
    co_return result;
}

} // namespace lvsdeck::health
