// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/route_socket.hpp"

#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>

#include <cerrno>
#include <cstring>
#include <new>

namespace lvsdeck::host {

namespace {

void check(int result) {
    if (result < 0)
        throw std::bad_alloc();
}

} // namespace

Result<nl_sock*> RouteSocket::open() {
    if (m_socket)
        return m_socket.get();
    netlink::Socket socket(nl_socket_alloc());
    if (!socket)
        return failure(ErrorCode::Io, "not enough memory for a netlink socket");
    if (const int result = nl_connect(socket.get(), NETLINK_ROUTE); result < 0)
        return failure(ErrorCode::Io, std::string("cannot open a netlink socket: ") + nl_geterror(result));
    m_socket = std::move(socket);
    return m_socket.get();
}

Result<int> RouteSocket::request(netlink::Message message) {
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
        return failure(ErrorCode::Io, std::string("the kernel's routing interface does not answer: ") + nl_geterror(result));
    }
    return 0;
}

Result<void> RouteSocket::dump(netlink::Message question, const std::function<void(nlmsghdr&)>& each) {
    if (const auto opened = open(); !opened)
        return std::unexpected(opened.error());
    using Each = std::function<void(nlmsghdr&)>;
    Each visit = each;
    nl_cb* callbacks = nl_cb_alloc(NL_CB_DEFAULT);
    nl_cb_set(
        callbacks, NL_CB_VALID, NL_CB_CUSTOM,
        [](nl_msg* message, void* argument) -> int {
            (*static_cast<Each*>(argument))(*nlmsg_hdr(message));
            return NL_OK;
        },
        &visit);
    int result = nl_send_auto(m_socket.get(), question.get());
    if (result >= 0)
        result = nl_recvmsgs(m_socket.get(), callbacks);
    nl_cb_put(callbacks);
    if (result >= 0)
        return {};
    m_socket.reset();
    return failure(ErrorCode::Io, std::string("the kernel's routing interface does not answer: ") + nl_geterror(result));
}

netlink::Message routeRequest(int type, int flags, std::span<const std::byte> header) {
    netlink::Message message(nlmsg_alloc_simple(type, flags));
    if (!message)
        throw std::bad_alloc();
    check(nlmsg_append(message.get(), const_cast<std::byte*>(header.data()), header.size(), NLMSG_ALIGNTO));
    return message;
}

void putBytes(nl_msg* message, int attribute, std::span<const std::uint8_t> bytes) {
    check(nla_put(message, attribute, static_cast<int>(bytes.size()), bytes.data()));
}

void putNumber(nl_msg* message, int attribute, std::uint32_t value) { check(nla_put_u32(message, attribute, value)); }

void putText(nl_msg* message, int attribute, const std::string& text) {
    check(nla_put_string(message, attribute, text.c_str()));
}

Result<void> routeOutcome(int error, const std::string& what) {
    if (error == 0)
        return {};
    if (error == EPERM)
        return failure(ErrorCode::Denied, what + ": the kernel allows it only with CAP_NET_ADMIN: run the agent as root or "
                                                 "through its systemd unit");
    return failure(ErrorCode::Io, what + ": " + std::strerror(error));
}

} // namespace lvsdeck::host
