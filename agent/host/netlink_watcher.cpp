// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/netlink_watcher.hpp"

#include <netlink/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace lvsdeck::host {

namespace asio = boost::asio;

NetlinkWatcher::NetlinkWatcher(asio::io_context& loop, std::function<void()> changed,
                               std::function<bool(const nlmsghdr&)> matters)
    : m_descriptor(loop), m_changed(std::move(changed)), m_matters(std::move(matters)) {}

NetlinkWatcher::~NetlinkWatcher() {
    // libnl closes the descriptor, not Asio.
    if (m_descriptor.is_open())
        m_descriptor.release();
}

bool NetlinkWatcher::start(std::initializer_list<int> groups) {
    m_socket.reset(nl_socket_alloc());
    if (!m_socket || nl_connect(m_socket.get(), NETLINK_ROUTE) < 0 || nl_socket_set_nonblocking(m_socket.get()) < 0)
        return false;
    for (const int group : groups)
        if (nl_socket_add_membership(m_socket.get(), group) < 0)
            return false;
    m_descriptor.assign(nl_socket_get_fd(m_socket.get()));
    wait();
    return true;
}

void NetlinkWatcher::wait() {
    m_descriptor.async_wait(asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
        if (error == asio::error::operation_aborted)
            return; // Perhaps we are gone already.
        const bool news = drain();
        wait();
        if (news)
            m_changed();
    });
}

/// What exactly the news are does not matter: the reader asks for the whole state.
bool NetlinkWatcher::drain() {
    alignas(nlmsghdr) std::array<char, 32768> buffer;
    bool news = false;
    for (;;) {
        const ssize_t size = ::recv(m_descriptor.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT | MSG_TRUNC);
        if (size < 0 && errno != ENOBUFS && errno != EINTR)
            return news;
        if (size < 0) {
            news = news || errno == ENOBUFS;
            continue;
        }
        if (!m_matters || size > std::ssize(buffer)) {
            news = true;
            continue;
        }
        auto left = static_cast<int>(size);
        auto* message = reinterpret_cast<nlmsghdr*>(buffer.data());
        for (; !news && nlmsg_ok(message, left) != 0; message = nlmsg_next(message, &left))
            news = m_matters(*message);
    }
}

} // namespace lvsdeck::host
