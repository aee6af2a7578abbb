// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/app/service_notify.hpp"

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace lvsdeck::app {

ServiceNotify::ServiceNotify() {
    if (const char* address = std::getenv("NOTIFY_SOCKET"))
        m_address = address;
    if (m_address.empty() || m_address.size() >= sizeof(sockaddr_un{}.sun_path))
        return;
    m_socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const char* period = std::getenv("WATCHDOG_USEC");
    std::int64_t microseconds = 0;
    if (period && std::from_chars(period, period + std::strlen(period), microseconds).ec == std::errc{} && microseconds > 0)
        m_beat = std::chrono::microseconds(microseconds / 2);
}

ServiceNotify::~ServiceNotify() {
    if (m_socket >= 0)
        ::close(m_socket);
}

void ServiceNotify::say(std::string_view message) const {
    if (m_socket < 0)
        return;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, m_address.data(), m_address.size());
    if (m_address.front() == '@') // an abstract name begins with a zero byte
        address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + m_address.size());
    (void)::sendto(m_socket, message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                   size);
}

} // namespace lvsdeck::app
