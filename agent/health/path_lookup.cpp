// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/path_lookup.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <memory>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <span>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace lvsdeck::health {

namespace {

using Raw = std::vector<std::uint8_t>;

template <class Body> Raw request(std::uint16_t type, const Body& body) {
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = NLM_F_REQUEST;
    Raw out(NLMSG_LENGTH(sizeof body));
    std::memcpy(out.data(), &header, sizeof header);
    std::memcpy(out.data() + NLMSG_HDRLEN, &body, sizeof body);
    return out;
}

void attribute(Raw& out, std::uint16_t type, std::span<const std::uint8_t> value) {
    const rtattr header{.rta_len = static_cast<std::uint16_t>(RTA_LENGTH(value.size())), .rta_type = type};
    const std::size_t at = out.size();
    out.resize(at + RTA_SPACE(value.size()));
    std::memcpy(out.data() + at, &header, sizeof header);
    std::ranges::copy(value, out.begin() + static_cast<std::ptrdiff_t>(at + RTA_LENGTH(0)));
}
void attribute(Raw& out, std::uint16_t type, std::uint32_t value) {
    std::array<std::uint8_t, sizeof value> raw{};
    std::memcpy(raw.data(), &value, sizeof value);
    attribute(out, type, raw);
}

/// The one answer to a question, or the errno that the kernel gives.
std::expected<Raw, int> ask(Raw question) {
    const std::uint32_t length = static_cast<std::uint32_t>(question.size());
    std::memcpy(question.data(), &length, sizeof length); // nlmsg_len comes first
    const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (socket < 0)
        return std::unexpected(errno);
    Raw answer(8192);
    ssize_t got = ::send(socket, question.data(), question.size(), 0);
    if (got >= 0)
        got = ::recv(socket, answer.data(), answer.size(), 0);
    const int error = errno;
    ::close(socket);
    if (got < static_cast<ssize_t>(NLMSG_HDRLEN))
        return std::unexpected(got < 0 ? error : EPROTO);
    nlmsghdr header{};
    std::memcpy(&header, answer.data(), sizeof header);
    answer.resize(std::min<std::size_t>(static_cast<std::size_t>(got), header.nlmsg_len));
    if (header.nlmsg_type == NLMSG_ERROR) {
        int code = 0;
        if (answer.size() >= NLMSG_HDRLEN + sizeof code)
            std::memcpy(&code, answer.data() + NLMSG_HDRLEN, sizeof code);
        return std::unexpected(code == 0 ? EPROTO : -code);
    }
    return answer;
}

void eachAttribute(std::span<const std::uint8_t> bytes,
                   const std::function<void(unsigned, std::span<const std::uint8_t>)>& take) {
    while (bytes.size() >= sizeof(rtattr)) {
        rtattr header{};
        std::memcpy(&header, bytes.data(), sizeof header);
        if (header.rta_len < sizeof header || header.rta_len > bytes.size())
            return;
        take(header.rta_type, bytes.subspan(RTA_LENGTH(0), header.rta_len - RTA_LENGTH(0)));
        bytes = bytes.subspan(std::min<std::size_t>(RTA_ALIGN(header.rta_len), bytes.size()));
    }
}

std::optional<IpAddress> addressIn(Family family, std::span<const std::uint8_t> bytes) {
    if (bytes.size() != (family == Family::V4 ? 4U : 16U))
        return std::nullopt;
    return IpAddress::fromBytes(family, bytes);
}

std::uint8_t kernelFamily(Family family) { return family == Family::V4 ? AF_INET : AF_INET6; }

template <class Body> std::span<const std::uint8_t> attributesOf(const Raw& message) {
    const std::size_t head = NLMSG_LENGTH(sizeof(Body));
    return message.size() > head ? std::span(message).subspan(NLMSG_ALIGN(head)) : std::span<const std::uint8_t>{};
}

struct Free {
    void operator()(ifaddrs* list) const { ::freeifaddrs(list); }
};
std::unique_ptr<ifaddrs, Free> interfaceAddresses() {
    ifaddrs* list = nullptr;
    return std::unique_ptr<ifaddrs, Free>(::getifaddrs(&list) == 0 ? list : nullptr);
}

std::optional<IpAddress> addressIn(const sockaddr* address, Family family) {
    if (address == nullptr || address->sa_family != kernelFamily(family))
        return std::nullopt;
    std::array<std::uint8_t, 16> raw{};
    if (family == Family::V4)
        std::memcpy(raw.data(), &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, 4);
    else
        std::memcpy(raw.data(), &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, 16);
    return addressIn(family, std::span<const std::uint8_t>(raw).first(family == Family::V4 ? 4 : 16));
}

bool linkLocal(const IpAddress& address) {
    return !address.isV4() && address.bytes()[0] == 0xFE && (address.bytes()[1] & 0xC0U) == 0x80;
}

} // namespace

Result<Path> lookUpPath(const IpAddress& destination, const std::string& interface, std::uint32_t mark) {
    rtmsg body{};
    body.rtm_family = kernelFamily(destination.family());
    body.rtm_dst_len = static_cast<std::uint8_t>(destination.bytes().size() * 8);
    Raw question = request(RTM_GETROUTE, body);
    attribute(question, RTA_DST, destination.bytes());
    if (mark != 0)
        attribute(question, RTA_MARK, mark);
    if (!interface.empty())
        attribute(question, RTA_OIF, ::if_nametoindex(interface.c_str()));
    const auto answer = ask(std::move(question));
    if (!answer)
        return failure(ErrorCode::NotFound,
                       "no route to " + destination.toString() + ": " + std::system_category().message(answer.error()));
    Path path;
    path.source = destination.isV4() ? IpAddress() : *IpAddress::parse("::");
    if (answer->size() >= NLMSG_LENGTH(sizeof body))
        std::memcpy(&body, answer->data() + NLMSG_HDRLEN, sizeof body);
    path.toOurselves = body.rtm_type == RTN_LOCAL;
    eachAttribute(attributesOf<rtmsg>(*answer), [&](unsigned type, std::span<const std::uint8_t> value) {
        if (type == RTA_OIF && value.size() == sizeof path.interface)
            std::memcpy(&path.interface, value.data(), sizeof path.interface);
        if (type == RTA_GATEWAY)
            path.gateway = addressIn(destination.family(), value);
        if (type == RTA_PREFSRC)
            path.source = addressIn(destination.family(), value).value_or(path.source);
    });
    std::array<char, IF_NAMESIZE> name{};
    if (::if_indextoname(static_cast<unsigned>(path.interface), name.data()) != nullptr)
        path.name = name.data();
    return path;
}

std::optional<MacAddress> neighbour(const Path& path, const IpAddress& address) {
    ndmsg body{};
    body.ndm_family = kernelFamily(address.family());
    body.ndm_ifindex = path.interface;
    Raw question = request(RTM_GETNEIGH, body);
    attribute(question, NDA_DST, address.bytes());
    const auto answer = ask(std::move(question));
    if (!answer || answer->size() < NLMSG_LENGTH(sizeof body))
        return std::nullopt;
    std::memcpy(&body, answer->data() + NLMSG_HDRLEN, sizeof body);
    if ((body.ndm_state & (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT | NUD_NOARP)) == 0)
        return std::nullopt;
    std::optional<MacAddress> found;
    eachAttribute(attributesOf<ndmsg>(*answer), [&](unsigned type, std::span<const std::uint8_t> value) {
        if (type != NDA_LLADDR || value.size() != MacAddress{}.size())
            return;
        MacAddress mac{};
        std::ranges::copy(value, mac.begin());
        found = mac;
    });
    return found;
}

std::optional<IpAddress> ownAddress(const Path& path, const std::optional<IpAddress>& wanted, const IpAddress& vip) {
    if (wanted && wanted->family() == vip.family())
        return wanted;
    if (!path.source.isUnspecified() && path.source != vip && path.source.family() == vip.family())
        return path.source;
    const auto list = interfaceAddresses();
    for (const ifaddrs* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
        if (path.name != entry->ifa_name)
            continue;
        const auto address = addressIn(entry->ifa_addr, vip.family());
        const auto mask = addressIn(entry->ifa_netmask, vip.family());
        const bool single = mask && std::ranges::all_of(mask->bytes(), [](std::uint8_t byte) { return byte == 0xFF; });
        if (address && *address != vip && !single && !linkLocal(*address))
            return address;
    }
    return std::nullopt;
}

std::optional<MacAddress> macOf(const Path& path) {
    const auto list = interfaceAddresses();
    for (const ifaddrs* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
        if (path.name != entry->ifa_name || entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_PACKET)
            continue;
        const auto* link = reinterpret_cast<const sockaddr_ll*>(entry->ifa_addr);
        if (link->sll_hatype != ARPHRD_ETHER || link->sll_halen != MacAddress{}.size())
            return std::nullopt;
        MacAddress mac{};
        std::copy_n(std::begin(link->sll_addr), mac.size(), mac.begin());
        return mac;
    }
    return std::nullopt;
}

} // namespace lvsdeck::health
