// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/capture.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <optional>
#include <poll.h>
#include <span>
#include <sys/socket.h>

namespace lvsdeck::lab {
namespace {

constexpr int vrrpProtocol = 112;

std::string dotted(std::span<const std::uint8_t> bytes) {
    std::array<char, INET_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET, bytes.data(), text.data(), text.size());
    return text.data();
}

/// An IPv4 packet with a VRRP advertisement, or nothing (RFC 5798 section 5.1, RFC 3768 section 5.1).
std::optional<SeenAdvert> decode(std::span<const std::uint8_t> packet) {
    if (packet.size() < 20 || packet[0] >> 4 != 4 || packet[9] != vrrpProtocol)
        return std::nullopt;
    const std::size_t header = static_cast<std::size_t>(packet[0] & 15) * 4;
    if (packet.size() < header + 8 || (packet[header] & 15) != 1)
        return std::nullopt;
    const auto vrrp = packet.subspan(header);
    SeenAdvert advert;
    advert.source = dotted(packet.subspan(12, 4));
    advert.ttl = packet[8];
    advert.version = vrrp[0] >> 4;
    advert.vrid = vrrp[1];
    advert.priority = vrrp[2];
    for (std::size_t i = 0; i < vrrp[3] && 8 + i * 4 + 4 <= vrrp.size(); ++i)
        advert.addresses.push_back(dotted(vrrp.subspan(8 + i * 4, 4)));
    return advert;
}

/// The kernel stamps packets with the wall clock; scenarios think in the steady one.
Clock::time_point steadyFrom(const timespec& stamp) {
    const auto wall = std::chrono::seconds(stamp.tv_sec) + std::chrono::nanoseconds(stamp.tv_nsec);
    const auto age = std::chrono::system_clock::now().time_since_epoch() - wall;
    return Clock::now() - std::chrono::duration_cast<Clock::duration>(age);
}

} // namespace

Capture::Capture(Host& host, const std::string& interface) {
    const NetworkOf network(host);
    m_socket.reset(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_IP)));
    sockaddr_ll where{};
    where.sll_family = AF_PACKET;
    where.sll_protocol = htons(ETH_P_IP);
    where.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
    packet_mreq everything{};
    everything.mr_ifindex = where.sll_ifindex;
    everything.mr_type = PACKET_MR_PROMISC;
    const int on = 1;
    if (!m_socket || ::bind(m_socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 ||
        ::setsockopt(m_socket.get(), SOL_PACKET, PACKET_ADD_MEMBERSHIP, &everything, sizeof everything) != 0 ||
        ::setsockopt(m_socket.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0)
        throw LabError::fromErrno("capture on " + interface);
    m_thread = std::thread([this] { listen(); });
}

Capture::~Capture() {
    m_stop = true;
    m_thread.join();
}

void Capture::listen() {
    std::array<std::uint8_t, 2048> packet{};
    while (!m_stop) {
        pollfd wait{m_socket.get(), POLLIN, 0};
        if (::poll(&wait, 1, 50) <= 0)
            continue;
        alignas(cmsghdr) std::array<char, 128> control{};
        iovec part{packet.data(), packet.size()};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const ssize_t got = ::recvmsg(m_socket.get(), &message, MSG_DONTWAIT);
        if (got <= 0)
            continue;
        auto advert = decode(std::span(packet).first(static_cast<std::size_t>(got)));
        if (!advert)
            continue;
        advert->at = Clock::now();
        for (cmsghdr* part2 = CMSG_FIRSTHDR(&message); part2 != nullptr; part2 = CMSG_NXTHDR(&message, part2))
            if (part2->cmsg_level == SOL_SOCKET && part2->cmsg_type == SCM_TIMESTAMPNS) {
                timespec stamp{};
                std::memcpy(&stamp, CMSG_DATA(part2), sizeof stamp);
                advert->at = steadyFrom(stamp);
            }
        const std::lock_guard lock(m_mutex);
        m_adverts.push_back(std::move(*advert));
    }
}

std::vector<SeenAdvert> Capture::adverts() const {
    const std::lock_guard lock(m_mutex);
    return m_adverts;
}

std::vector<SeenAdvert> Capture::advertsSince(Clock::time_point when) const {
    auto all = adverts();
    std::erase_if(all, [&](const SeenAdvert& advert) { return advert.at < when; });
    return all;
}

SeenAdvert Capture::awaitFrom(const std::string& source, Clock::time_point when, Milliseconds limit) const {
    SeenAdvert found;
    require("an advertisement from " + source, limit, [&] {
        for (const SeenAdvert& advert : advertsSince(when))
            if (advert.source == source && advert.priority > 0) {
                found = advert;
                return true;
            }
        return false;
    });
    return found;
}

Milliseconds Capture::longestDualMaster(Clock::time_point since, Milliseconds interval) const {
    struct Reign {
        std::string source;
        Clock::time_point first, last;
    };
    std::vector<Reign> reigns;
    for (const SeenAdvert& advert : advertsSince(since)) {
        if (advert.priority == 0)
            continue;
        const auto current =
            std::find_if(reigns.rbegin(), reigns.rend(), [&](const Reign& reign) { return reign.source == advert.source; });
        if (current != reigns.rend() && advert.at - current->last <= 2 * interval)
            current->last = advert.at;
        else
            reigns.push_back({advert.source, advert.at, advert.at});
    }
    Clock::duration worst{};
    for (const Reign& one : reigns)
        for (const Reign& other : reigns)
            if (one.source != other.source)
                worst = std::max(worst, std::min(one.last, other.last) - std::max(one.first, other.first));
    return std::chrono::duration_cast<Milliseconds>(worst);
}

} // namespace lvsdeck::lab
