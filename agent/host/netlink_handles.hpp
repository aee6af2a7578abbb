// SPDX-License-Identifier: GPL-3.0-or-later
// Owning handles for libnl's sockets and messages. Header only; used where netlink is spoken (agent/ipvs,
// agent/host).
#pragma once

#include <netlink/msg.h>
#include <netlink/socket.h>

#include <memory>

namespace lvsdeck::netlink {

struct SocketDeleter {
    void operator()(nl_sock* socket) const { nl_socket_free(socket); }
};
using Socket = std::unique_ptr<nl_sock, SocketDeleter>;

struct MessageDeleter {
    void operator()(nl_msg* message) const { nlmsg_free(message); }
};
using Message = std::unique_ptr<nl_msg, MessageDeleter>;

} // namespace lvsdeck::netlink
