// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/raw_socket.hpp"

#include "agent/vrrp/raw_packet.hpp"

#include <boost/asio/generic/raw_protocol.hpp>

#include <algorithm>
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
constexpr int internetControl = 0xc0; // DSCP CS6, as keepalived
constexpr int packetsAtOnce = 64;

using Socket = boost::asio::generic::raw_protocol::socket;

int familyNumber(Family family) { return family == Family::V4 ? AF_INET : AF_INET6; }

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

bool prepareV4(int socket, int index, const std::optional<IpAddress>& group) {
    ip_mreqn membership{};
    membership.imr_ifindex = index;
    if (!set(socket, IPPROTO_IP, IP_MULTICAST_ALL, 0) || !set(socket, IPPROTO_IP, IP_MULTICAST_LOOP, 0) ||
        !set(socket, IPPROTO_IP, IP_TOS, internetControl) || !set(socket, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT) ||
        !set(socket, IPPROTO_IP, IP_MULTICAST_IF, membership))
        return false;
    if (!group)
        return true;
    std::memcpy(&membership.imr_multiaddr, group->bytes().data(), sizeof membership.imr_multiaddr);
    return set(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership);
}

bool prepareV6(int socket, int index, const std::optional<IpAddress>& group) {
    if (!set(socket, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0) || !set(socket, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0) ||
        !set(socket, IPPROTO_IPV6, IPV6_MULTICAST_IF, index) || !set(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) ||
        !set(socket, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1))
        return false;
    if (!group)
        return true;
    ipv6_mreq membership{};
    membership.ipv6mr_interface = static_cast<unsigned>(index);
    std::ranges::copy(group->bytes(), &membership.ipv6mr_multiaddr.s6_addr[0]);
    return set(socket, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, membership);
}

/// Everything that makes the socket one for VRRP on this interface; false with errno set when the kernel refuses.
bool prepare(int socket, const Listening& listening, int index) {
    return ::setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, listening.interface.c_str(),
                        static_cast<socklen_t>(listening.interface.size() + 1)) == 0 &&
           (listening.family == Family::V4 ? prepareV4(socket, index, listening.group)
                                           : prepareV6(socket, index, listening.group));
}

class RawEndpoint final : public VrrpEndpoint, public std::enable_shared_from_this<RawEndpoint> {
public:
    RawEndpoint(boost::asio::io_context& context, int socket, int index, const Listening& listening,
                std::function<void(const ReceivedAdvert&)> received)
        : m_socket(context, boost::asio::generic::raw_protocol(familyNumber(listening.family), vrrpProtocol), socket),
          m_index(index), m_family(listening.family), m_group(listening.group), m_received(std::move(received)) {}

    Result<void> send(const Outgoing& where, std::span<const std::uint8_t> message) override {
        if (where.source.family() != m_family || where.destination.family() != m_family)
            return failure(ErrorCode::InvalidInput, "an advertisement's addresses must be of its socket's family");
        if (sendPacket(m_socket.native_handle(), m_index, where, message))
            return {};
        return systemError("cannot send to " + where.destination.toString() + " from " + where.source.toString());
    }
    void listen() {
        m_socket.async_wait(Socket::wait_read, [weak = weak_from_this()](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (!self || self->m_closed || error)
                return;
            self->drain();
            if (!self->m_closed)
                self->listen();
        });
    }
    void close() {
        m_closed = true;
        boost::system::error_code ignored;
        m_socket.close(ignored);
    }

private:
    void drain() {
        ReceivedAdvert advert;
        for (int i = 0; i < packetsAtOnce && !m_closed; ++i)
            switch (takePacket(m_socket.native_handle(), m_family, advert)) {
            case Took::Nothing: return;
            case Took::Packet:
                // IPv6 gives a raw socket the groups of others too, IP_MULTICAST_ALL or not.
                if (!advert.destination.isMulticast() || advert.destination == m_group)
                    m_received(advert);
                break;
            case Took::Broken: break;
            }
    }

    Socket m_socket;
    int m_index;
    Family m_family;
    std::optional<IpAddress> m_group;
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

} // namespace

Result<std::unique_ptr<VrrpEndpoint>> RawSocketPort::open(const Listening& listening,
                                                          std::function<void(const ReceivedAdvert&)> received) {
    if (listening.group && (listening.group->family() != listening.family || !listening.group->isMulticast()))
        return failure(ErrorCode::InvalidInput, listening.group->toString() + " is no multicast group to listen to");
    const unsigned index = ::if_nametoindex(listening.interface.c_str());
    if (index == 0)
        return failure(ErrorCode::NotFound, "there is no interface " + listening.interface);
    const int socket = ::socket(familyNumber(listening.family), SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, vrrpProtocol);
    if (socket < 0)
        return systemError("cannot open a raw socket for VRRP");
    if (!prepare(socket, listening, static_cast<int>(index))) {
        auto error = systemError("cannot prepare a VRRP socket on " + listening.interface);
        ::close(socket);
        return error;
    }
    // What came before the socket was bound may be from anywhere.
    std::uint8_t thrownAway = 0;
    while (::recv(socket, &thrownAway, sizeof thrownAway, MSG_DONTWAIT) >= 0) {}
    auto endpoint =
        std::make_shared<RawEndpoint>(m_context, socket, static_cast<int>(index), listening, std::move(received));
    endpoint->listen();
    return std::make_unique<Handle>(std::move(endpoint));
}

} // namespace lvsdeck::vrrp
