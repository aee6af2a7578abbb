// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/netlink_host.hpp"

#include "agent/host/route_messages.hpp"

#include <boost/asio/io_context.hpp>

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/addr.h>
#include <netlink/cache.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>

namespace lvsdeck::host {

namespace {

namespace asio = boost::asio;

struct CacheDeleter {
    void operator()(nl_cache* cache) const { nl_cache_free(cache); }
};
using Cache = std::unique_ptr<nl_cache, CacheDeleter>;

Error netlinkError(const std::string& what, int number) { return {ErrorCode::Io, what + ": " + nl_geterror(number), {}}; }

/// Calls `visit` with every object of the cache, as the type that it holds.
template <class Object, class Visit> void forEach(nl_cache* cache, Visit&& visit) {
    for (nl_object* object = nl_cache_get_first(cache); object != nullptr; object = nl_cache_get_next(object))
        visit(static_cast<Object*>(static_cast<void*>(object)));
}

std::optional<IpAddress> toAddress(nl_addr* address) {
    if (address == nullptr)
        return std::nullopt;
    const auto* bytes = static_cast<const std::uint8_t*>(nl_addr_get_binary_addr(address));
    if (nl_addr_get_family(address) == AF_INET && nl_addr_get_len(address) == 4)
        return IpAddress::fromBytes(Family::V4, {bytes, 4});
    if (nl_addr_get_family(address) == AF_INET6 && nl_addr_get_len(address) == 16)
        return IpAddress::fromBytes(Family::V6, {bytes, 16});
    return std::nullopt;
}

} // namespace

NetlinkHost::NetlinkHost(asio::io_context& loop) : m_loop(loop) {}
NetlinkHost::~NetlinkHost() = default;

Result<std::vector<Link>> NetlinkHost::links() {
    const auto socket = m_socket.open();
    if (!socket)
        return std::unexpected(socket.error());
    nl_cache* linkCache = nullptr;
    nl_cache* addressCache = nullptr;
    int result = rtnl_link_alloc_cache(*socket, AF_UNSPEC, &linkCache);
    const Cache ownedLinks(result < 0 ? nullptr : linkCache);
    if (result >= 0)
        result = rtnl_addr_alloc_cache(*socket, &addressCache);
    const Cache ownedAddresses(result < 0 ? nullptr : addressCache);
    if (result < 0) {
        m_socket.close();
        return std::unexpected(netlinkError("cannot read this host's interfaces", result));
    }
    std::map<int, Link> byIndex;
    forEach<rtnl_link>(linkCache, [&](rtnl_link* object) {
        Link link;
        link.name = rtnl_link_get_name(object);
        link.index = rtnl_link_get_ifindex(object);
        const unsigned flags = rtnl_link_get_flags(object);
        link.up = (flags & IFF_UP) != 0 && (flags & IFF_RUNNING) != 0;
        link.loopback = (flags & IFF_LOOPBACK) != 0;
        if (nl_addr* mac = rtnl_link_get_addr(object); mac != nullptr && nl_addr_get_len(mac) == link.mac.size())
            std::memcpy(link.mac.data(), nl_addr_get_binary_addr(mac), link.mac.size());
        byIndex.emplace(link.index, std::move(link));
    });
    forEach<rtnl_addr>(addressCache, [&](rtnl_addr* object) {
        const auto link = byIndex.find(rtnl_addr_get_ifindex(object));
        const auto address = toAddress(rtnl_addr_get_local(object));
        if (link == byIndex.end() || !address)
            return;
        const char* label = rtnl_addr_get_label(object);
        link->second.addresses.push_back({*address, static_cast<std::uint8_t>(rtnl_addr_get_prefixlen(object)),
                                          label != nullptr && link->second.name != label ? label : ""});
    });
    std::vector<Link> links;
    links.reserve(byIndex.size());
    for (auto& [index, link] : byIndex)
        links.push_back(std::move(link));
    return links;
}

Result<void> NetlinkHost::addAddress(const std::string& device, const InterfaceAddress& address,
                                     const AddressOptions& options) {
    const std::string what = "cannot add " + address.address.toString() + " to " + device;
    const unsigned index = if_nametoindex(device.c_str());
    if (index == 0)
        return failure(ErrorCode::NotFound, what + ": this host has no such interface");
    auto message = addressMessage(Change::Add, index, address, options);
    if (!message)
        return failure(message.error().code, what + ": " + message.error().text);
    const auto error = m_socket.request(std::move(*message));
    if (!error)
        return std::unexpected(error.error());
    return routeOutcome(*error == EEXIST ? 0 : *error, what);
}

Result<void> NetlinkHost::removeAddress(const std::string& device, const InterfaceAddress& address) {
    const unsigned index = if_nametoindex(device.c_str());
    if (index == 0)
        return {}; // It went with the interface.
    AddressOptions options;
    auto error = m_socket.request(*addressMessage(Change::Remove, index, address, options));
    // The kernel tells IPv4 addresses apart by their peers as well.
    if (error && *error == EADDRNOTAVAIL) {
        options.peer = peerOf(static_cast<int>(index), address);
        if (options.peer)
            error = m_socket.request(*addressMessage(Change::Remove, index, address, options));
    }
    if (!error)
        return std::unexpected(error.error());
    return routeOutcome(*error == EADDRNOTAVAIL || *error == ENODEV ? 0 : *error,
                        "cannot remove " + address.address.toString() + " from " + device);
}

std::optional<IpAddress> NetlinkHost::peerOf(int index, const InterfaceAddress& address) {
    const auto socket = m_socket.open();
    nl_cache* cache = nullptr;
    if (!address.address.isV4() || !socket || rtnl_addr_alloc_cache(*socket, &cache) < 0)
        return std::nullopt;
    const Cache owned(cache);
    std::optional<IpAddress> peer;
    forEach<rtnl_addr>(cache, [&](rtnl_addr* object) {
        if (rtnl_addr_get_ifindex(object) == index && toAddress(rtnl_addr_get_local(object)) == address.address &&
            rtnl_addr_get_prefixlen(object) == address.prefixLength && rtnl_addr_get_peer(object) != nullptr)
            peer = toAddress(rtnl_addr_get_peer(object));
    });
    return peer;
}

Result<void> NetlinkHost::announce(const std::string& device, const IpAddress& address) {
    return m_announcer.announce(device, address);
}

void NetlinkHost::watch(std::function<void()> changed) {
    m_watcher.reset();
    auto watcher = std::make_unique<NetlinkWatcher>(m_loop, std::move(changed));
    if (watcher->start({RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR}))
        m_watcher = std::move(watcher);
}

} // namespace lvsdeck::host
