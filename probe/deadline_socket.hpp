// SPDX-License-Identifier: GPL-3.0-or-later
// A TCP socket with one deadline: when it passes, the socket closes and whatever waits on it ends with an error. Shared by the
// coroutine that talks and by whoever may abandon it; all calls on the thread of its io_context.
#pragma once

#include "common/base/ip_address.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace lvsdeck::probe {

[[nodiscard]] boost::asio::ip::tcp::endpoint toEndpoint(const IpAddress& address, std::uint16_t port);

class DeadlineSocket : public std::enable_shared_from_this<DeadlineSocket> {
public:
    explicit DeadlineSocket(boost::asio::io_context& io) : m_socket(io), m_timer(io) {}

    [[nodiscard]] boost::asio::ip::tcp::socket& socket() { return m_socket; }
    /// A new socket of the endpoint's family, bound to `source` (any port) when given.
    [[nodiscard]] boost::system::error_code open(const boost::asio::ip::tcp::endpoint& towards,
                                                 const std::optional<IpAddress>& source = {});
    /// Closes the socket `limit` from now unless disarmed or armed again before.
    void arm(std::chrono::steady_clock::duration limit);
    void disarm();
    /// Whether the last armed deadline has passed.
    [[nodiscard]] bool expired() const { return m_expired; }
    /// Ends everything for good; open() fails from now on.
    void abandon();
    [[nodiscard]] bool abandoned() const { return m_abandoned; }
    /// Closes at once with a reset, which leaves no TIME_WAIT entry and so never uses up local ports.
    void reset();

private:
    boost::asio::ip::tcp::socket m_socket;
    boost::asio::steady_timer m_timer;
    std::uint64_t m_armed = 0; ///< tells a timer that fired before it was armed again
    bool m_expired = false;
    bool m_abandoned = false;
};

} // namespace lvsdeck::probe
