// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/api/unix_server.hpp"

#include "agent/api/peer.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <optional>
#include <utility>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace lvsdeck::api {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;
using boost::system::error_code;

namespace {

using namespace std::chrono_literals;

std::string crowded(const Caller& caller) {
    if (caller.role == rpc::Role::Viewer)
        return std::to_string(viewerPlaces) +
               " viewers are connected already, which is the limit; close a console, or ask as an operator";
    return "too many sessions of operators are open on this director; close a console, or ask as root";
}

/// At once, unlike the role, which takes a look into the files of users and groups.
uid_t userOf(int socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return static_cast<uid_t>(-1);
    return credentials.uid;
}

constexpr auto lingering = 10s; ///< for the last line of a connection that is hung up on

rpc::Response unwelcome(const Caller& caller) {
    return {std::nullopt, failure(ErrorCode::Denied,
                                  "the user “" + caller.user +
                                      "” is in none of the groups lvsdeck (looks), lvsdeck-operator (drains, drills) and "
                                      "lvsdeck-admin (configures): usermod -aG lvsdeck " +
                                      caller.user + ", then log in again")};
}

} // namespace

class UnixServer::Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(UnixServer& server, Protocol::socket socket)
        : m_server(&server), m_socket(std::move(socket)), m_linger(server.m_context),
          m_uid(userOf(m_socket.native_handle())) {}

    /// The first step, after the worker has found out who it is.
    void begin(Caller caller) {
        if (!m_server)
            return;
        if (caller.role == rpc::Role::None) {
            send(rpc::encode(unwelcome(caller)));
            hangUp();
            return;
        }
        if (!maySit(m_server->guests(this), m_uid, caller.role)) {
            send(rpc::encode(rpc::Response{std::nullopt, failure(ErrorCode::Busy, crowded(caller))}));
            hangUp();
            return;
        }
        m_role = caller.role;
        m_session = std::make_unique<Session>(
            m_server->m_services, std::move(caller),
            Session::Wire{.send = [this](std::string line) { send(std::move(line)); }, .close = [this] { hangUp(); }});
        read();
    }

    /// The server goes; nothing of it may be touched any more.
    void abandon() {
        m_server = nullptr;
        m_session.reset();
        error_code ignored;
        m_linger.cancel();
        m_socket.close(ignored);
    }

    [[nodiscard]] int handle() { return m_socket.native_handle(); }
    [[nodiscard]] Guest guest() const { return {m_uid, m_ended ? std::nullopt : m_role}; }

private:
    void read() {
        if (m_reading || m_ended || !m_session || m_session->isPaused())
            return;
        m_reading = true;
        m_socket.async_read_some(asio::buffer(m_input), [self = shared_from_this()](error_code error, std::size_t size) {
            self->m_reading = false;
            if (!self->m_session)
                return;
            if (error) {
                // The client said all that it had to say; what it asked for is still delivered.
                self->hangUp();
                return;
            }
            self->m_session->receive({self->m_input.data(), size});
            self->read();
        });
    }

    void send(std::string line) {
        m_unsent += line.size();
        m_output.push_back(std::move(line));
        tellUnsent();
        if (!m_writing)
            write();
    }

    void write() {
        m_writing = true;
        asio::async_write(m_socket, asio::buffer(m_output.front()),
                          [self = shared_from_this()](error_code error, std::size_t) {
                              self->m_writing = false;
                              if (error) {
                                  self->m_output.clear();
                                  self->end();
                                  return;
                              }
                              self->m_unsent -= self->m_output.front().size();
                              self->m_output.pop_front();
                              if (!self->m_output.empty())
                                  self->write();
                              else if (self->m_ended)
                                  self->end();
                              self->tellUnsent();
                              self->read();
                          });
    }

    void tellUnsent() {
        if (m_session)
            m_session->unsent(m_unsent);
    }

    void hangUp() {
        if (std::exchange(m_ended, true))
            return;
        // From inside the session: it may go only after it has returned.
        asio::post(m_socket.get_executor(), [self = shared_from_this()] {
            self->m_session.reset();
            if (self->m_output.empty())
                self->end();
        });
        m_linger.expires_after(lingering);
        m_linger.async_wait([self = shared_from_this()](error_code error) {
            if (!error)
                self->end();
        });
    }

    void end() {
        m_ended = true;
        m_session.reset();
        m_linger.cancel();
        error_code ignored;
        m_socket.shutdown(Protocol::socket::shutdown_both, ignored);
        m_socket.close(ignored);
        if (UnixServer* server = std::exchange(m_server, nullptr))
            server->m_connections.erase(shared_from_this());
    }

    UnixServer* m_server;
    Protocol::socket m_socket;
    asio::steady_timer m_linger;
    std::array<char, 65'536> m_input{};
    std::deque<std::string> m_output;
    std::size_t m_unsent = 0;
    std::unique_ptr<Session> m_session;
    uid_t m_uid;
    std::optional<rpc::Role> m_role; ///< once it has a place
    bool m_reading = false;
    bool m_writing = false;
    bool m_ended = false;
};

UnixServer::UnixServer(asio::io_context& context, Services& services)
    : m_context(context), m_services(services), m_acceptor(context) {}

UnixServer::~UnixServer() { close(); }

Result<void> UnixServer::listen(const std::string& path) {
    if (path.size() >= sizeof(sockaddr_un{}.sun_path))
        return failure(ErrorCode::InvalidInput, "the socket path " + path + " is longer than the system allows (107 bytes)");
    const Protocol::endpoint endpoint(path);
    error_code error;
    {
        Protocol::socket knock(m_context);
        knock.connect(endpoint, error);
        if (!error)
            return failure(ErrorCode::Conflict, "another lvsdeck-agent already listens on " + path +
                                                    "; stop it first, or give this one another --socket and --state-dir");
        if (error == asio::error::connection_refused)
            ::unlink(path.c_str());
    }
    m_acceptor.open(endpoint.protocol(), error);
    if (!error)
        m_acceptor.bind(endpoint, error);
    if (!error && ::chmod(path.c_str(), 0666) != 0)
        error = error_code(errno, boost::system::system_category());
    if (!error)
        m_acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return failure(ErrorCode::Io,
                       "cannot listen on " + path + ": " + error.message() + "; the folder must exist and be writable");
    m_path = path;
    accept();
    return {};
}

void UnixServer::accept() {
    m_acceptor.async_accept([this](error_code error, Protocol::socket socket) {
        if (error == asio::error::operation_aborted)
            return;
        if (error) {
            // Out of descriptors, most likely: trying again at once would only turn the processor.
            auto pause = std::make_shared<asio::steady_timer>(m_context, 200ms);
            pause->async_wait([this, pause](error_code) {
                if (m_acceptor.is_open())
                    accept();
            });
            return;
        }
        if (mayKnock(guests(), userOf(socket.native_handle()))) {
            auto connection = std::make_shared<Connection>(*this, std::move(socket));
            m_connections.insert(connection);
            asio::post(m_lookups, [connection, &context = m_context] {
                Caller caller = callerOf(connection->handle());
                asio::post(context, [connection, caller = std::move(caller)] { connection->begin(caller); });
            });
        }
        accept();
    });
}

std::vector<Guest> UnixServer::guests(const Connection* without) const {
    std::vector<Guest> out;
    for (const auto& connection : m_connections)
        if (connection.get() != without)
            out.push_back(connection->guest());
    return out;
}

void UnixServer::close() {
    error_code ignored;
    m_acceptor.close(ignored);
    m_lookups.join();
    for (const auto& connection : std::exchange(m_connections, {}))
        connection->abandon();
    if (!m_path.empty())
        ::unlink(std::exchange(m_path, {}).c_str());
}

} // namespace lvsdeck::api
