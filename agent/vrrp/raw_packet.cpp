// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/raw_packet.hpp"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace lvsdeck::vrrp {

namespace {

constexpr std::size_t largestPacket = 8192; // 255 IPv6 addresses have 4088 bytes
constexpr std::size_t controlBytes = 128;

/// The control messages of one packet.
class Control {
public:
    explicit Control(msghdr& message) : m_message(message) {
        message.msg_control = m_bytes.data();
        message.msg_controllen = m_bytes.size();
    }
    template <class T> void put(int level, int type, const T& value) {
        auto* header = static_cast<cmsghdr*>(static_cast<void*>(m_bytes.data() + m_used));
        header->cmsg_level = level;
        header->cmsg_type = type;
        header->cmsg_len = CMSG_LEN(sizeof value);
        std::memcpy(CMSG_DATA(header), &value, sizeof value);
        m_used += CMSG_SPACE(sizeof value);
        m_message.msg_controllen = m_used;
    }
    template <class T> [[nodiscard]] std::optional<T> find(int level, int type) const {
        for (cmsghdr* header = CMSG_FIRSTHDR(&m_message); header != nullptr; header = CMSG_NXTHDR(&m_message, header))
            if (header->cmsg_level == level && header->cmsg_type == type && header->cmsg_len >= CMSG_LEN(sizeof(T))) {
                T value;
                std::memcpy(&value, CMSG_DATA(header), sizeof value);
                return value;
            }
        return std::nullopt;
    }

private:
    msghdr& m_message;
    alignas(cmsghdr) std::array<std::uint8_t, controlBytes> m_bytes{};
    std::size_t m_used = 0;
};

/// A raw IPv4 socket delivers the IP header too (RFC 791).
bool takeV4(std::span<const std::uint8_t> packet, ReceivedAdvert& advert) {
    if (packet.size() < sizeof(iphdr))
        return false;
    const std::size_t headerBytes = std::size_t{packet[0] & 0x0fU} * 4U;
    if (headerBytes < sizeof(iphdr) || headerBytes > packet.size())
        return false;
    const auto message = packet.subspan(headerBytes);
    advert.message.assign(message.begin(), message.end());
    advert.ttl = packet[8];
    advert.source = IpAddress::fromBytes(Family::V4, packet.subspan(12, 4));
    advert.destination = IpAddress::fromBytes(Family::V4, packet.subspan(16, 4));
    return true;
}

IpAddress toAddress(const in6_addr& address) { return IpAddress::fromBytes(Family::V6, address.s6_addr); }

} // namespace

bool sendPacket(int socket, int index, const Outgoing& where, std::span<const std::uint8_t> message) {
    sockaddr_storage to{};
    iovec data{const_cast<std::uint8_t*>(message.data()), message.size()};
    msghdr header{};
    header.msg_name = &to;
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    Control control(header);
    // Source and way are chosen packet by packet, so that one socket serves every instance of its interface.
    if (where.destination.isV4()) {
        auto& address = *static_cast<sockaddr_in*>(static_cast<void*>(&to));
        address.sin_family = AF_INET;
        std::memcpy(&address.sin_addr, where.destination.bytes().data(), sizeof address.sin_addr);
        header.msg_namelen = sizeof address;
        in_pktinfo from{};
        from.ipi_ifindex = index;
        std::memcpy(&from.ipi_spec_dst, where.source.bytes().data(), sizeof from.ipi_spec_dst);
        control.put(IPPROTO_IP, IP_PKTINFO, from);
        control.put(IPPROTO_IP, IP_TTL, int{where.ttl});
    } else {
        auto& address = *static_cast<sockaddr_in6*>(static_cast<void*>(&to));
        address.sin6_family = AF_INET6;
        address.sin6_scope_id = static_cast<std::uint32_t>(index);
        std::ranges::copy(where.destination.bytes(), &address.sin6_addr.s6_addr[0]);
        header.msg_namelen = sizeof address;
        in6_pktinfo from{};
        from.ipi6_ifindex = static_cast<std::uint32_t>(index);
        std::ranges::copy(where.source.bytes(), &from.ipi6_addr.s6_addr[0]);
        control.put(IPPROTO_IPV6, IPV6_PKTINFO, from);
        control.put(IPPROTO_IPV6, IPV6_HOPLIMIT, int{where.ttl});
    }
    return ::sendmsg(socket, &header, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

Took takePacket(int socket, Family family, ReceivedAdvert& advert) {
    std::array<std::uint8_t, largestPacket> packet;
    sockaddr_in6 from{};
    iovec data{packet.data(), packet.size()};
    msghdr header{};
    header.msg_name = &from;
    header.msg_namelen = sizeof from;
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    const Control control(header);
    const ssize_t size = ::recvmsg(socket, &header, MSG_DONTWAIT);
    if (size < 0)
        return Took::Nothing;
    // What did not fit is no advertisement.
    if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
        return Took::Broken;
    const auto bytes = std::span(packet).first(static_cast<std::size_t>(size));
    if (family == Family::V4)
        return takeV4(bytes, advert) ? Took::Packet : Took::Broken;
    const auto to = control.find<in6_pktinfo>(IPPROTO_IPV6, IPV6_PKTINFO);
    const auto hops = control.find<int>(IPPROTO_IPV6, IPV6_HOPLIMIT);
    if (!to || !hops || from.sin6_family != AF_INET6)
        return Took::Broken;
    advert.message.assign(bytes.begin(), bytes.end());
    advert.ttl = static_cast<std::uint8_t>(*hops);
    advert.source = toAddress(from.sin6_addr);
    advert.destination = toAddress(to->ipi6_addr);
    return Took::Packet;
}

} // namespace lvsdeck::vrrp
