// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/deadline_socket.hpp"

#include <algorithm>
#include <netinet/in.h>
#include <sys/socket.h>

namespace lvsdeck::probe {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

tcp::endpoint toEndpoint(const IpAddress& address, std::uint16_t port) {
    const auto bytes = address.bytes();
    if (address.isV4()) {
        asio::ip::address_v4::bytes_type raw{};
        std::ranges::copy(bytes, raw.begin());
        return {asio::ip::address_v4(raw), port};
    }
    asio::ip::address_v6::bytes_type raw{};
    std::ranges::copy(bytes, raw.begin());
    return {asio::ip::address_v6(raw), port};
}

error_code DeadlineSocket::open(const tcp::endpoint& towards, const std::optional<IpAddress>& source) {
    if (m_abandoned)
        return asio::error::operation_aborted;
    error_code ec;
    m_socket.open(towards.protocol(), ec);
    if (ec || !source)
        return ec;
    // The port is then chosen at connect, per destination, instead of being used up for all of them.
    const int on = 1;
    (void)::setsockopt(m_socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    m_socket.bind(toEndpoint(*source, 0), ec);
    return ec;
}

void DeadlineSocket::arm(std::chrono::steady_clock::duration limit) {
    m_expired = false;
    const std::uint64_t number = ++m_armed;
    m_timer.expires_after(limit);
    m_timer.async_wait([weak = weak_from_this(), number](const error_code& ec) {
        const auto self = weak.lock();
        if (ec || !self || self->m_armed != number)
            return;
        self->m_expired = true;
        self->reset();
    });
}

void DeadlineSocket::disarm() {
    ++m_armed;
    m_timer.cancel();
}

void DeadlineSocket::abandon() {
    m_abandoned = true;
    disarm();
    reset();
}

void DeadlineSocket::reset() {
    if (!m_socket.is_open())
        return;
    error_code ignored;
    m_socket.set_option(asio::socket_base::linger(true, 0), ignored);
    m_socket.close(ignored);
}

} // namespace lvsdeck::probe
