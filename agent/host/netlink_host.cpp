// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/netlink_host.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/addr.h>
#include <netlink/attr.h>
#include <netlink/cache.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <new>
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

void check(int result) {
    if (result < 0)
        throw std::bad_alloc();
}

netlink::Message addressMessage(int type, int flags, int index, const InterfaceAddress& address) {
    netlink::Message message(nlmsg_alloc_simple(type, flags));
    if (!message)
        throw std::bad_alloc();
    ifaddrmsg header{};
    header.ifa_family = address.address.isV4() ? AF_INET : AF_INET6;
    header.ifa_prefixlen = address.prefixLength;
    header.ifa_scope = RT_SCOPE_UNIVERSE;
    header.ifa_index = static_cast<std::uint32_t>(index);
    check(nlmsg_append(message.get(), &header, sizeof header, NLMSG_ALIGNTO));
    const auto bytes = address.address.bytes();
    check(nla_put(message.get(), IFA_LOCAL, static_cast<int>(bytes.size()), bytes.data()));
    check(nla_put(message.get(), IFA_ADDRESS, static_cast<int>(bytes.size()), bytes.data()));
    return message;
}

constexpr std::uint8_t wholeV6 = 128;

} // namespace

/// Listens on a socket of its own, so that answers and news never mix.
class NetlinkHost::Watcher {
public:
    Watcher(asio::io_context& loop, std::function<void()> changed) : m_descriptor(loop), m_changed(std::move(changed)) {}
    ~Watcher() {
        // libnl closes the descriptor, not Asio.
        if (m_descriptor.is_open())
            m_descriptor.release();
    }
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

    bool start() {
        m_socket.reset(nl_socket_alloc());
        if (!m_socket || nl_connect(m_socket.get(), NETLINK_ROUTE) < 0 || nl_socket_set_nonblocking(m_socket.get()) < 0)
            return false;
        if (nl_socket_add_memberships(m_socket.get(), RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, 0) < 0)
            return false;
        m_descriptor.assign(nl_socket_get_fd(m_socket.get()));
        wait();
        return true;
    }

private:
    void wait() {
        m_descriptor.async_wait(asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
            if (error == asio::error::operation_aborted)
                return; // Perhaps we are gone already.
            drain();
            wait();
            m_changed();
        });
    }

    /// What the news are does not matter: the reader asks for the whole state. A full queue (ENOBUFS) is news
    /// as well.
    void drain() {
        std::array<char, 8192> buffer;
        for (;;) {
            const ssize_t size = ::recv(m_descriptor.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (size < 0 && errno != ENOBUFS && errno != EINTR)
                return;
        }
    }

    netlink::Socket m_socket;
    asio::posix::stream_descriptor m_descriptor;
    std::function<void()> m_changed;
};

NetlinkHost::NetlinkHost(asio::io_context& loop) : m_loop(loop) {}
NetlinkHost::~NetlinkHost() = default;

Result<void> NetlinkHost::open() {
    if (m_socket)
        return {};
    netlink::Socket socket(nl_socket_alloc());
    if (!socket)
        return failure(ErrorCode::Io, "not enough memory for a netlink socket");
    if (const int result = nl_connect(socket.get(), NETLINK_ROUTE); result < 0)
        return std::unexpected(netlinkError("cannot open a netlink socket", result));
    m_socket = std::move(socket);
    return {};
}

Result<std::vector<Link>> NetlinkHost::links() {
    if (const auto opened = open(); !opened)
        return std::unexpected(opened.error());
    nl_cache* linkCache = nullptr;
    nl_cache* addressCache = nullptr;
    int result = rtnl_link_alloc_cache(m_socket.get(), AF_UNSPEC, &linkCache);
    const Cache ownedLinks(result < 0 ? nullptr : linkCache);
    if (result >= 0)
        result = rtnl_addr_alloc_cache(m_socket.get(), &addressCache);
    const Cache ownedAddresses(result < 0 ? nullptr : addressCache);
    if (result < 0) {
        m_socket.reset();
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
    for (auto& [index, link] : byIndex)
        links.push_back(std::move(link));
    return links;
}

Result<int> NetlinkHost::request(netlink::Message message) {
    if (const auto opened = open(); !opened)
        return std::unexpected(opened.error());
    // The raw errno matters (EADDRNOTAVAIL), which libnl folds into its own numbers.
    int error = 0;
    nl_cb* callbacks = nl_cb_alloc(NL_CB_DEFAULT);
    nl_cb_err(
        callbacks, NL_CB_CUSTOM,
        [](sockaddr_nl*, nlmsgerr* answer, void* argument) -> int {
            *static_cast<int*>(argument) = -answer->error;
            return NL_STOP;
        },
        &error);
    nl_cb_set(callbacks, NL_CB_ACK, NL_CB_CUSTOM, [](nl_msg*, void*) -> int { return NL_STOP; }, nullptr);
    int result = nl_send_auto(m_socket.get(), message.get());
    if (result >= 0)
        result = nl_recvmsgs(m_socket.get(), callbacks);
    nl_cb_put(callbacks);
    if (error != 0)
        return error;
    if (result < 0) {
        m_socket.reset();
        return std::unexpected(netlinkError("the kernel's routing interface does not answer", result));
    }
    return 0;
}

namespace {

Result<void> outcome(int error, const std::string& what) {
    if (error == 0)
        return {};
    if (error == EPERM)
        return failure(ErrorCode::Denied, what + ": the kernel allows it only with CAP_NET_ADMIN: run the "
                                                 "agent as root or through its systemd unit");
    return failure(ErrorCode::Io, what + ": " + std::strerror(error));
}

} // namespace

Result<void> NetlinkHost::addAddress(const std::string& device, const InterfaceAddress& address,
                                     const AddressOptions& options) {
    (void)options;
    const std::string what = "cannot add " + address.address.toString() + " to " + device;
    const unsigned index = if_nametoindex(device.c_str());
    if (index == 0)
        return failure(ErrorCode::NotFound, what + ": this host has no such interface");
    netlink::Message message = addressMessage(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, static_cast<int>(index), address);
    if (address.address.isV4()) {
        if (!address.label.empty())
            check(nla_put_string(message.get(), IFA_LABEL, address.label.c_str()));
    } else {
        check(nla_put_u32(message.get(), IFA_FLAGS, IFA_F_NODAD));
        if (address.prefixLength == wholeV6) {
            ifa_cacheinfo lifetime{};
            lifetime.ifa_prefered = 0;
            lifetime.ifa_valid = ~std::uint32_t{0};
            check(nla_put(message.get(), IFA_CACHEINFO, sizeof lifetime, &lifetime));
        }
    }
    const auto error = request(std::move(message));
    if (!error)
        return std::unexpected(error.error());
    return outcome(*error == EEXIST ? 0 : *error, what);
}

Result<void> NetlinkHost::removeAddress(const std::string& device, const InterfaceAddress& address) {
    const unsigned index = if_nametoindex(device.c_str());
    if (index == 0)
        return {}; // It went with the interface.
    const auto error = request(addressMessage(RTM_DELADDR, 0, static_cast<int>(index), address));
    if (!error)
        return std::unexpected(error.error());
    return outcome(*error == EADDRNOTAVAIL || *error == ENODEV ? 0 : *error,
                   "cannot remove " + address.address.toString() + " from " + device);
}

Result<void> NetlinkHost::announce(const std::string& device, const IpAddress& address) {
    return m_announcer.announce(device, address);
}

void NetlinkHost::watch(std::function<void()> changed) {
    m_watcher.reset();
    auto watcher = std::make_unique<Watcher>(m_loop, std::move(changed));
    if (watcher->start())
        m_watcher = std::move(watcher);
}

} // namespace lvsdeck::host
