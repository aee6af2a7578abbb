// SPDX-License-Identifier: GPL-3.0-or-later
// Carries sessions over a unix stream socket. Owned by main(); the control thread's io_context runs it, except the name look-ups,
// which have a worker thread.
//
// The socket is open for everybody (0666) and the role decides: three groups must get in, a socket file has only one, and a refusal
// in words ("you are in none of the groups …") helps where "Permission denied" does not. Who has no role is told so and hung up on
// before a byte of his is looked at.
#pragma once

#include "agent/api/admission.hpp"
#include "agent/api/session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/thread_pool.hpp>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace lvsdeck::api {

class UnixServer {
public:
    UnixServer(boost::asio::io_context& context, Services& services);
    UnixServer(const UnixServer&) = delete;
    UnixServer& operator=(const UnixServer&) = delete;
    ~UnixServer();

    /// Conflict: another agent listens there. A socket file that nobody listens on is replaced. Io: the path is too long or the
    /// folder cannot be written.
    [[nodiscard]] Result<void> listen(const std::string& path);
    /// Accepts nobody any more, hangs up and removes the socket file.
    void close();

private:
    class Connection;

    void accept();
    /// Everybody who is there, apart from `without`.
    [[nodiscard]] std::vector<Guest> guests(const Connection* without = nullptr) const;

    boost::asio::io_context& m_context;
    Services& m_services;
    boost::asio::local::stream_protocol::acceptor m_acceptor;
    boost::asio::thread_pool m_lookups{1};
    std::string m_path;
    std::set<std::shared_ptr<Connection>> m_connections;
};

} // namespace lvsdeck::api
