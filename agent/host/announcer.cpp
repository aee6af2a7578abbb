// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/announcer.hpp"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <span>
#include <utility>

namespace lvsdeck::host {

namespace {

Error systemError(const std::string& what) {
    if (errno == EPERM || errno == EACCES)
        return {ErrorCode::Denied,
                what + ": the kernel allows it only with CAP_NET_RAW: run the agent as root or through its "
                       "systemd unit",
                {}};
    return {ErrorCode::Io, what + ": " + std::strerror(errno), {}};
}

template <class Address> ssize_t sendTo(int socket, std::span<const std::uint8_t> packet, const Address& to) {
    return ::sendto(socket, packet.data(), packet.size(), MSG_DONTWAIT,
                    static_cast<const sockaddr*>(static_cast<const void*>(&to)), sizeof to);
}

template <class T> bool setOption(int socket, int level, int option, const T& value) {
    return ::setsockopt(socket, level, option, &value, sizeof value) == 0;
}

} // namespace

Result<void> Announcer::open(Family family) {
    Descriptor& socket = family == Family::V4 ? m_packet : m_icmp;
    if (socket)
        return {};
    if (family == Family::V4) {
        // Protocol 0: it only sends, nothing is ever queued on it.
        Descriptor opened(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        if (!opened)
            return std::unexpected(systemError("cannot open a packet socket for gratuitous ARP"));
        socket = std::move(opened);
        return {};
    }
    Descriptor opened(::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6));
    if (!opened)
        return std::unexpected(systemError("cannot open an ICMPv6 socket for neighbour advertisements"));
    icmp6_filter nothing;
    std::memset(&nothing, 0xff, sizeof nothing);
    constexpr int hops = 255;
    constexpr int off = 0;
    if (!setOption(opened.get(), IPPROTO_ICMPV6, ICMP6_FILTER, nothing) ||
        !setOption(opened.get(), IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops) ||
        !setOption(opened.get(), IPPROTO_IPV6, IPV6_MULTICAST_LOOP, off))
        return std::unexpected(systemError("cannot prepare an ICMPv6 socket for neighbour advertisements"));
    socket = std::move(opened);
    return {};
}

Result<Announcer::Device> Announcer::find(const std::string& device) const {
    ifreq request{};
    if (device.empty() || device.size() >= sizeof request.ifr_name)
        return failure(ErrorCode::NotFound, "this host has no interface " + device);
    const int socket = m_packet ? m_packet.get() : m_icmp.get();
    device.copy(&request.ifr_name[0], device.size());
    Device found;
    if (::ioctl(socket, SIOCGIFINDEX, &request) != 0)
        return failure(ErrorCode::NotFound, "this host has no interface " + device);
    found.index = request.ifr_ifindex;
    if (::ioctl(socket, SIOCGIFHWADDR, &request) != 0)
        return std::unexpected(systemError("cannot ask for the hardware address of " + device));
    found.loopback = request.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK;
    if (!found.loopback && request.ifr_hwaddr.sa_family != ARPHRD_ETHER)
        return failure(ErrorCode::Unsupported, "cannot announce on " + device + ": it is not an Ethernet interface");
    std::memcpy(found.mac.data(), &request.ifr_hwaddr.sa_data[0], found.mac.size());
    return found;
}

Result<void> Announcer::announce(const std::string& device, const IpAddress& address) {
    if (const auto opened = open(address.family()); !opened)
        return opened;
    const auto found = find(device);
    if (!found)
        return std::unexpected(found.error());
    if (found->loopback)
        return {};
    const auto sent = address.isV4() ? sendArp(*found, address) : sendAdvertisement(device, *found, address);
    if (!sent)
        return failure(sent.error().code,
                       "cannot announce " + address.toString() + " on " + device + ": " + sent.error().text);
    return {};
}

Result<void> Announcer::sendArp(const Device& device, const IpAddress& address) const {
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_protocol = htons(ETH_P_ARP);
    to.sll_ifindex = device.index;
    to.sll_halen = ETH_ALEN;
    std::memset(&to.sll_addr[0], 0xff, ETH_ALEN);
    if (sendTo(m_packet.get(), gratuitousArp(device.mac, address), to) < 0)
        return std::unexpected(systemError("gratuitous ARP"));
    return {};
}

Result<void> Announcer::sendAdvertisement(const std::string& name, const Device& device, const IpAddress& address) const {
    char forwarding = '0';
    std::ifstream("/proc/sys/net/ipv6/conf/" + name + "/forwarding") >> forwarding;
    // The source is the address itself, chosen packet by packet, so that the socket serves every address.
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_scope_id = static_cast<std::uint32_t>(device.index);
    to.sin6_addr = {{{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}};
    const auto packet = neighbourAdvertisement(device.mac, address, forwarding == '0' ? Forwards::No : Forwards::Yes);
    in6_pktinfo source{};
    std::ranges::copy(address.bytes(), &source.ipi6_addr.s6_addr[0]);
    source.ipi6_ifindex = static_cast<std::uint32_t>(device.index);
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof source)> control{};
    iovec part{const_cast<std::uint8_t*>(packet.data()), packet.size()};
    msghdr message{};
    message.msg_name = &to;
    message.msg_namelen = sizeof to;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    auto* header = static_cast<cmsghdr*>(static_cast<void*>(control.data()));
    header->cmsg_level = IPPROTO_IPV6;
    header->cmsg_type = IPV6_PKTINFO;
    header->cmsg_len = CMSG_LEN(sizeof source);
    std::memcpy(CMSG_DATA(header), &source, sizeof source);
    if (::sendmsg(m_icmp.get(), &message, MSG_DONTWAIT) < 0)
        return std::unexpected(systemError("neighbour advertisement"));
    return {};
}

} // namespace lvsdeck::host
