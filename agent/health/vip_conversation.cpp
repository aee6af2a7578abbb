// SPDX-License-Identifier: GPL-3.0-or-later
// The check on the path of clients: a SYN for the virtual address, delivered to the server as IPVS would deliver it. With direct
// routing the frame goes to the server's own link-layer address, with a tunnel the packet is wrapped and sent to the server. The
// answer comes straight from the server to the director and is seen by a packet socket, because the director itself may hold the
// virtual address and would then throw the packet away as a forgery.
#include "agent/health/conversation.hpp"
#include "agent/health/packet_filters.hpp"
#include "agent/health/path_lookup.hpp"
#include "agent/health/socket_choices.hpp"
#include "agent/health/vip_packets.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <random>
#include <sys/socket.h>
#include <unistd.h>

namespace lvsdeck::health {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
using host::Descriptor;

namespace {

constexpr auto asTuple = asio::as_tuple(asio::use_awaitable);
constexpr auto synAgain = 1s;
constexpr auto neighbourAgain = 20ms;

std::string macText(const MacAddress& mac) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const std::uint8_t byte : mac) {
        out += out.empty() ? "" : ":";
        out += {digits[byte >> 4U], digits[byte & 15U]};
    }
    return out;
}

/// A packet socket that hears only what passes the filter; -1 and errno.
int listenFor(std::uint16_t protocol, int interface, const std::vector<sock_filter>& filter) {
    const int socket = ::socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0)
        return -1;
    // Before it is bound, so that nothing else gets in.
    sockaddr_ll where{};
    where.sll_family = AF_PACKET;
    where.sll_protocol = htons(protocol);
    where.sll_ifindex = interface;
    if (!attachFilter(socket, filter) || ::bind(socket, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
        const int error = errno;
        ::close(socket);
        errno = error;
        return -1;
    }
    return socket;
}

int sendFrame(int socket, const Path& path, const MacAddress& mac, std::uint16_t protocol, const Bytes& packet) {
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_protocol = htons(protocol);
    to.sll_ifindex = path.interface;
    to.sll_halen = static_cast<unsigned char>(mac.size());
    std::ranges::copy(mac, std::begin(to.sll_addr));
    return ::sendto(socket, packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0 ? errno
                                                                                                                    : 0;
}

/// One check's sockets and words. In the frame of the coroutine that uses it.
struct Passage {
    const CheckTarget& target;
    const CheckTarget::Service& service;
    Path path = {};
    TcpFlow flow = {};
    std::uint32_t sequence = 0;
    ReservedPort port = {};
    Descriptor tunnel = {};
    Descriptor arp = {};
    MacAddress serverMac{};
    std::uint16_t etherType = ETH_P_IP;

    [[nodiscard]] bool direct() const { return service.forwarding == model::Forwarding::Dr; }
};

int openTunnel(Passage& passage) {
    const auto& [type, port, checksum] = passage.service.tunnel;
    const bool v4 = passage.flow.destination.isV4();
    const bool gue = type == model::TunnelType::Gue;
    const int inner = v4 ? int{IPPROTO_IPIP} : int{IPPROTO_IPV6};
    const int protocol = gue ? int{IPPROTO_UDP} : type == model::TunnelType::Gre ? int{IPPROTO_GRE} : inner;
    const SocketAddress to = socketAddress(passage.service.server, gue ? port : 0);
    passage.tunnel =
        Descriptor(::socket(to.storage.ss_family, (gue ? SOCK_DGRAM : SOCK_RAW) | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
    if (passage.tunnel.get() < 0)
        return errno;
    CheckTarget outer = passage.target;
    outer.bindPort.reset();
    outer.address = passage.service.server;
    if (const int refused = chooseSource(passage.tunnel.get(), outer, outer.address.family()); refused != 0)
        return refused;
    return ::connect(passage.tunnel.get(), to.get(), to.length) == 0 ? 0 : errno;
}

int send(const Passage& passage, int packets, TcpFlag flag, std::uint32_t sequence) {
    const Bytes packet = tcpPacket(passage.flow, flag, sequence);
    if (passage.direct())
        return sendFrame(packets, passage.path, passage.serverMac, passage.etherType, packet);
    Bytes wrapped = tunnelHeader(passage.service.tunnel.type, passage.flow.destination.family());
    wrapped.insert(wrapped.end(), packet.begin(), packet.end());
    return ::send(passage.tunnel.get(), wrapped.data(), wrapped.size(), MSG_NOSIGNAL) < 0 ? errno : 0;
}

/// Asks the link who has the virtual address. The server must not answer that.
void askForVip(Passage& passage) {
    const auto mac = macOf(passage.path);
    if (!mac || !passage.flow.destination.isV4())
        return;
    passage.arp = Descriptor(listenFor(ETH_P_ARP, passage.path.interface, arpReplyFilter()));
    if (passage.arp.get() < 0)
        return;
    MacAddress everybody{};
    everybody.fill(0xFF);
    (void)sendFrame(passage.arp.get(), passage.path, everybody, ETH_P_ARP,
                    arpRequest(*mac, passage.flow.source, passage.flow.destination));
}

bool serverClaimsVip(const Passage& passage) {
    std::array<std::uint8_t, 128> buffer{};
    for (;;) {
        const ssize_t length = passage.arp.get() < 0 ? -1 : ::recv(passage.arp.get(), buffer.data(), buffer.size(), 0);
        if (length < 0)
            return false;
        if (arpAnswer(ByteView(buffer).first(static_cast<std::size_t>(length)), passage.flow.destination) ==
            passage.serverMac)
            return true;
    }
}

/// Ok when the server's link-layer address is known.
asio::awaitable<CheckResult> findServer(std::shared_ptr<Conversation> conversation, Passage& passage) {
    const auto giveUp = Clock::now() + passage.target.timeout;
    asio::steady_timer pause(conversation->socket->socket().get_executor());
    for (bool provoked = false;; provoked = true) {
        if (const auto mac = neighbour(passage.path, passage.service.server)) {
            passage.serverMac = *mac;
            co_return CheckResult{};
        }
        if (Clock::now() >= giveUp || conversation->datagrams->abandoned())
            co_return CheckResult{.reason = CheckReason::Unreachable,
                                  .detail = "the server does not answer on " + passage.path.name};
        if (!provoked) {
            // Any packet makes the kernel look for the neighbour; the discard port is told least.
            constexpr std::uint16_t discard = 9;
            const SocketAddress to = socketAddress(passage.service.server, discard);
            const Descriptor socket(::socket(to.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
            (void)::sendto(socket.get(), "", 0, MSG_DONTWAIT, to.get(), to.length);
        }
        pause.expires_after(neighbourAgain);
        co_await pause.async_wait(asTuple);
    }
}

/// Everything that can be known before the first packet. Ok: go on.
CheckResult prepare(Passage& passage) {
    const CheckTarget::Service& service = passage.service;
    auto path = lookUpPath(service.server, passage.target.bindInterface, passage.target.firewallMark);
    if (!path)
        return {.reason = CheckReason::Unreachable, .detail = path.error().text.substr(0, 200)};
    passage.path = *path;
    if (passage.direct() && path->gateway)
        return {.reason = CheckReason::Unreachable,
                .detail = "the server is behind the router " + path->gateway->toString() +
                          ": direct routing needs it on a link of the director"};
    const auto source = ownAddress(*path, passage.target.bindAddress, service.address);
    if (!source)
        return {.reason = CheckReason::Local,
                .detail = "no address of this director on " + path->name + " besides the virtual one to ask from"};
    passage.flow = {.source = *source, .sourcePort = 0, .destination = service.address, .destinationPort = service.port};
    passage.flow.sourcePort = passage.port.reserve(*source);
    if (passage.flow.sourcePort == 0)
        return localFailure("no local port to ask from", errno);
    passage.sequence = std::random_device{}();
    passage.etherType = service.address.isV4() ? ETH_P_IP : ETH_P_IPV6;
    if (!passage.direct())
        if (const int refused = openTunnel(passage); refused != 0)
            return localFailure("no socket for the tunnel", refused);
    return {};
}

/// The SYN, once a second, until something comes back.
asio::awaitable<CheckResult> knock(std::shared_ptr<Conversation> conversation, const Passage& passage) {
    auto& descriptor = conversation->datagrams->descriptor();
    const std::string vip = passage.flow.destination.toString();
    const auto giveUp = Clock::now() + passage.target.timeout;
    std::array<std::uint8_t, 256> buffer{};
    for (;;) {
        // A link without a carrier drops what is queued, and says so in this way.
        const int refused = send(passage, descriptor.native_handle(), TcpFlag::Syn, passage.sequence);
        const bool dropped = refused == ENOBUFS || refused == ENETDOWN;
        if (refused != 0 && !dropped)
            co_return failureOf(refused);
        conversation->datagrams->arm(std::min<Clock::duration>(synAgain, giveUp - Clock::now()));
        while (!conversation->datagrams->expired()) {
            const auto [error] = co_await descriptor.async_wait(asio::posix::stream_descriptor::wait_read, asTuple);
            if (error)
                break;
            sockaddr_ll from{};
            socklen_t size = sizeof from;
            const ssize_t length = ::recvfrom(descriptor.native_handle(), buffer.data(), buffer.size(), MSG_TRUNC,
                                              reinterpret_cast<sockaddr*>(&from), &size);
            if (length <= 0)
                continue;
            const auto seen = std::min(static_cast<std::size_t>(length), buffer.size());
            const auto answer = readAnswer(ByteView(buffer).first(seen), passage.flow, passage.sequence);
            if (!answer)
                continue;
            if (*answer == SynAnswer::Refused)
                co_return CheckResult{.reason = CheckReason::Refused,
                                      .detail = "the server accepts " + vip + ", but refuses port " +
                                                std::to_string(passage.flow.destinationPort)};
            (void)send(passage, descriptor.native_handle(), TcpFlag::Rst, passage.sequence + 1);
            CheckResult result{.reason = CheckReason::Ok, .detail = "answers as " + vip};
            MacAddress sender{};
            std::copy_n(std::begin(from.sll_addr), sender.size(), sender.begin());
            if (passage.direct() && from.sll_halen == sender.size() && sender != passage.serverMac)
                result.warning = "The answer as " + vip + " came from " + macText(sender) + ", not from the server's " +
                                 macText(passage.serverMac) + ": does it forward packets?";
            co_return result;
        }
        const bool over = conversation->datagrams->abandoned() || Clock::now() >= giveUp;
        if (over && dropped)
            co_return CheckResult{.reason = CheckReason::Unreachable, .detail = "nothing gets out on " + passage.path.name};
        if (over)
            co_return CheckResult{.reason = CheckReason::Timeout,
                                  .detail = "the server does not accept the VIP " + vip + ": is it on its " +
                                            (passage.direct() ? "loopback?" : "tunnel interface or loopback?")};
    }
}

} // namespace

asio::awaitable<CheckResult> checkVip(std::shared_ptr<Conversation> conversation) {
    const CheckTarget& target = conversation->target;
    if (!target.service || target.service->protocol != model::Protocol::Tcp)
        co_return CheckResult{.reason = CheckReason::Local,
                              .detail = "only a TCP service with an address and a port can be checked on its clients' path"};
    if (target.service->forwarding == model::Forwarding::Nat)
        co_return CheckResult{.reason = CheckReason::Local, .detail = "with NAT a server has no VIP to accept"};
    Passage passage{.target = target, .service = *target.service};
    CheckResult result = prepare(passage);
    if (result.reason != CheckReason::Ok)
        co_return result;
    if (passage.path.toOurselves)
        co_return CheckResult{.reason = CheckReason::Ok, .detail = "the server is this director"};
    const int packets = listenFor(passage.etherType, 0, answerFilter(passage.flow));
    if (packets < 0)
        co_return localFailure("no packet socket", errno);
    if (!conversation->datagrams->adopt(packets))
        co_return CheckResult{.reason = CheckReason::Local, .detail = {}};
    if (passage.direct()) {
        result = co_await findServer(conversation, passage);
        if (result.reason != CheckReason::Ok)
            co_return result;
        askForVip(passage);
    }
    result = co_await knock(conversation, passage);
    if (result.reason == CheckReason::Ok && serverClaimsVip(passage))
        result.warning = "The server answers ARP for the VIP " + passage.flow.destination.toString() +
                         ": clients may reach it past the directors. Set arp_ignore=1 and arp_announce=2 there.";
    conversation->datagrams->abandon();
    co_return result;
}

} // namespace lvsdeck::health
