// SPDX-License-Identifier: GPL-3.0-or-later
// The probes as coroutines on the probes thread. Each is a file of its own because TLS is dear to compile. Internal to
// agent/health; only asio_checks runs them.
#pragma once

#include "agent/health/deadline_descriptor.hpp"
#include "agent/health/handshake_slots.hpp"
#include "agent/ports/check_port.hpp"
#include "probe/deadline_socket.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace boost::asio::ssl {
class context;
}

namespace lvsdeck::health {

/// One probe under way. The coroutine owns it; whoever abandons it holds it weakly.
struct Conversation {
    Conversation(boost::asio::io_context& io, std::shared_ptr<const CheckTarget> what, std::size_t whichUrl)
        : held(std::move(what)), target(*held), url(whichUrl), socket(std::make_shared<probe::DeadlineSocket>(io)),
          datagrams(std::make_shared<DeadlineDescriptor>(io)) {}
    void abandon() const {
        socket->abandon();
        datagrams->abandon();
    }
    std::shared_ptr<const CheckTarget> held;
    const CheckTarget& target;
    std::size_t url; ///< of an HTTP check
    std::shared_ptr<probe::DeadlineSocket> socket;
    std::shared_ptr<DeadlineDescriptor> datagrams;
    std::chrono::steady_clock::duration waited{0}; ///< for a handshake slot; not the server's fault
};

/// Why an operation failed, in words; a passed deadline comes first.
[[nodiscard]] CheckResult failureOf(const Conversation& conversation, const boost::system::error_code& ec);

/// Ok: connected. Within the target's time-out.
[[nodiscard]] boost::asio::awaitable<CheckResult> connect(std::shared_ptr<Conversation> conversation);
/// One URL; the time-out holds for connecting and for answering, each.
[[nodiscard]] boost::asio::awaitable<CheckResult> checkHttp(std::shared_ptr<Conversation> conversation);
/// The same over TLS, no certificate verified; the time-out holds for the handshake too.
[[nodiscard]] boost::asio::awaitable<CheckResult> checkHttps(std::shared_ptr<Conversation> conversation,
                                                             std::shared_ptr<boost::asio::ssl::context> tls,
                                                             std::shared_ptr<HandshakeSlots> slots);
/// Greeting, HELO, QUIT; the time-out holds for each.
[[nodiscard]] boost::asio::awaitable<CheckResult> checkSmtp(std::shared_ptr<Conversation> conversation);
/// DNS, UDP, ping.
[[nodiscard]] boost::asio::awaitable<CheckResult> checkDatagram(std::shared_ptr<Conversation> conversation);
/// Whether the server takes the service's address, on the path of clients' packets (see vip_conversation.cpp).
[[nodiscard]] boost::asio::awaitable<CheckResult> checkVip(std::shared_ptr<Conversation> conversation);
/// For what is no matter of the network: Local, and why.
[[nodiscard]] boost::asio::awaitable<CheckResult> cannotCheck(std::shared_ptr<Conversation> conversation, std::string why);
/// The settings that all HTTPS checks share; after openOpenssl().
[[nodiscard]] std::shared_ptr<boost::asio::ssl::context> makeTlsContext();

} // namespace lvsdeck::health
