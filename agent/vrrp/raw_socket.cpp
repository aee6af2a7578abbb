// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/raw_socket.hpp"

#include <boost/asio/generic/raw_protocol.hpp>

#include <array>
#include <cerrno>
#include <cstring>

#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lvsdeck::vrrp {

namespace {

constexpr int vrrpProtocol = 112;
constexpr int requiredTtl = 255;      // RFC 5798 section 5.1.1.3
constexpr int internetControl = 0xc0; // DSCP CS6, as keepalived
constexpr std::size_t largestPacket = 4096;
constexpr int packetsAtOnce = 64;

using Socket = boost::asio::generic::raw_protocol::socket;

in_addr toIn(const IpAddress& address) {
    in_addr out{};
    std::memcpy(&out, address.bytes().data(), sizeof out);
    return out;
}

std::unexpected<Error> systemError(const std::string& what) {
    const int code = errno;
    const bool denied = code == EPERM || code == EACCES;
    return failure(denied ? ErrorCode::Denied : ErrorCode::Io,
                   what + ": " + std::strerror(code) +
                       (denied ? "; run the agent as root, or with CAP_NET_RAW and without a firewall rule "
                                 "against protocol 112"
                               : ""));
}

template <class T> bool set(int socket, int level, int option, const T& value) {
    return ::setsockopt(socket, level, option, &value, sizeof value) == 0;
}

/// Everything that makes the socket one for VRRP on this interface; false with errno set when the kernel
/// refuses.
bool prepare(int socket, const std::string& interface, int index) {
    ip_mreqn group{};
    group.imr_multiaddr.s_addr = htonl(0xe0000012U);
    group.imr_ifindex = index;
    return ::setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(),
                        static_cast<socklen_t>(interface.size() + 1)) == 0 &&
           set(socket, IPPROTO_IP, IP_MULTICAST_ALL, 0) && set(socket, IPPROTO_IP, IP_MULTICAST_LOOP, 0) &&
           set(socket, IPPROTO_IP, IP_MULTICAST_TTL, requiredTtl) && set(socket, IPPROTO_IP, IP_TTL, requiredTtl) &&
           set(socket, IPPROTO_IP, IP_TOS, internetControl) &&
           set(socket, IPPROTO_IP, IP_MTU_DISCOVER, int{IP_PMTUDISC_DONT}) &&
           set(socket, IPPROTO_IP, IP_MULTICAST_IF, group) && set(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, group);
}

class RawEndpoint final : public VrrpEndpoint, public std::enable_shared_from_this<RawEndpoint> {
public:
    RawEndpoint(boost::asio::io_context& context, int socket, int index, std::function<void(const ReceivedAdvert&)> received)
        : m_socket(context, boost::asio::generic::raw_protocol(AF_INET, vrrpProtocol), socket), m_index(index),
          m_received(std::move(received)) {}

    Result<void> send(const Outgoing& where, std::span<const std::uint8_t> message) override;
    void listen();
    void close() {
        m_closed = true;
        boost::system::error_code ignored;
        m_socket.close(ignored);
    }

private:
    void drain();
    void take(std::span<const std::uint8_t> packet);

    Socket m_socket;
    int m_index;
    std::function<void(const ReceivedAdvert&)> m_received;
    bool m_closed = false;
};

/// The owner's handle; the endpoint itself lives on while one of its callbacks runs, which may close it.
class Handle final : public VrrpEndpoint {
public:
    explicit Handle(std::shared_ptr<RawEndpoint> endpoint) : m_endpoint(std::move(endpoint)) {}
    ~Handle() override { m_endpoint->close(); }
    Result<void> send(const Outgoing& where, std::span<const std::uint8_t> message) override {
        return m_endpoint->send(where, message);
    }

private:
    std::shared_ptr<RawEndpoint> m_endpoint;
};

Result<void> RawEndpoint::send(const Outgoing& where, std::span<const std::uint8_t> message) {
    const auto& [source, destination, ttl] = where;
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr = toIn(destination);
    in_pktinfo from{};
    from.ipi_ifindex = m_index;
    from.ipi_spec_dst = toIn(source);
    alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof from)> control{};
    iovec data{const_cast<std::uint8_t*>(message.data()), message.size()};
    msghdr header{};
    header.msg_name = &to;
    header.msg_namelen = sizeof to;
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* info = CMSG_FIRSTHDR(&header);
    info->cmsg_level = IPPROTO_IP;
    info->cmsg_type = IP_PKTINFO;
    info->cmsg_len = CMSG_LEN(sizeof from);
    std::memcpy(CMSG_DATA(info), &from, sizeof from);
    if (::sendmsg(m_socket.native_handle(), &header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return systemError("cannot send to " + destination.toString() + " from " + source.toString());
    return {};
}

void RawEndpoint::listen() {
    m_socket.async_wait(Socket::wait_read, [weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (!self || self->m_closed || error)
            return;
        self->drain();
        if (!self->m_closed)
            self->listen();
    });
}

void RawEndpoint::drain() {
    std::array<std::uint8_t, largestPacket> packet{};
    for (int i = 0; i < packetsAtOnce && !m_closed; ++i) {
        const ssize_t size = ::recv(m_socket.native_handle(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_TRUNC);
        if (size < 0)
            return;
        // MSG_TRUNC gives the real size: what did not fit is no advertisement.
        if (static_cast<std::size_t>(size) <= packet.size())
            take(std::span(packet).first(static_cast<std::size_t>(size)));
    }
}

/// A raw IPv4 socket delivers the IP header too (RFC 791).
void RawEndpoint::take(std::span<const std::uint8_t> packet) {
    if (packet.size() < sizeof(iphdr))
        return;
    const std::size_t headerBytes = (packet[0] & 0x0fU) * 4U;
    if (headerBytes < sizeof(iphdr) || headerBytes > packet.size())
        return;
    ReceivedAdvert advert;
    const auto message = packet.subspan(headerBytes);
    advert.message.assign(message.begin(), message.end());
    advert.ttl = packet[8];
    advert.source = IpAddress::fromBytes(Family::V4, packet.subspan(12, 4));
    advert.destination = IpAddress::fromBytes(Family::V4, packet.subspan(16, 4));
    m_received(advert);
}

} // namespace

Result<std::unique_ptr<VrrpEndpoint>> RawSocketPort::open(const Listening& listening,
                                                          std::function<void(const ReceivedAdvert&)> received) {
    const std::string& interface = listening.interface;
    if (listening.family != Family::V4)
        return failure(ErrorCode::Unsupported, "VRRP over IPv6 is not supported by this version; use IPv4 addresses");
    const unsigned index = ::if_nametoindex(interface.c_str());
    if (index == 0)
        return failure(ErrorCode::NotFound, "there is no interface " + interface);
    const int socket = ::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, vrrpProtocol);
    if (socket < 0)
        return systemError("cannot open a raw socket for VRRP");
    if (!prepare(socket, interface, static_cast<int>(index))) {
        auto error = systemError("cannot prepare a VRRP socket on " + interface);
        ::close(socket);
        return error;
    }
    auto endpoint = std::make_shared<RawEndpoint>(m_context, socket, static_cast<int>(index), std::move(received));
    endpoint->listen();
    return std::make_unique<Handle>(std::move(endpoint));
}

} // namespace lvsdeck::vrrp
