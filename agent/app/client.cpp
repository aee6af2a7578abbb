// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/app/client.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace lvsdeck::app {

namespace {

Result<void> sendAll(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return failure(ErrorCode::Unavailable, std::string("the agent hung up: ") + std::strerror(errno));
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

} // namespace

Result<Client> Client::connect(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return failure(ErrorCode::InvalidInput, "the socket path " + path + " is longer than the system allows");
    std::memcpy(address.sun_path, path.data(), path.size());
    Client client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (client.m_socket < 0)
        return failure(ErrorCode::Io, std::string("no socket: ") + std::strerror(errno));
    if (::connect(client.m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return client;
    switch (errno) {
    case ENOENT:
    case ECONNREFUSED:
        return failure(ErrorCode::Unavailable, "the agent is not running on this host (nobody listens on " + path +
                                                   "): systemctl start lvsdeck-agent");
    case EACCES:
        return failure(ErrorCode::Denied, "the user may not reach " + path + ": the folders above it must be open to all");
    default: return failure(ErrorCode::Unavailable, "cannot reach the agent on " + path + ": " + std::strerror(errno));
    }
}

Client::Client(Client&& other) noexcept
    : m_socket(std::exchange(other.m_socket, -1)), m_lines(std::move(other.m_lines)), m_lastId(other.m_lastId),
      m_greeted(other.m_greeted) {}

Client::~Client() {
    if (m_socket >= 0)
        ::close(m_socket);
}

Result<json::Value> Client::call(const std::string& method, json::Value params) {
    if (!m_greeted && method != "hello") {
        auto greeted = ask("hello", json::toJson(rpc::HelloParams{rpc::protocolVersion, "lvsdeck-agent call"}));
        if (!greeted)
            return greeted;
    }
    m_greeted = true;
    return ask(method, std::move(params));
}

Result<json::Value> Client::ask(const std::string& method, json::Value params) {
    const std::int64_t id = ++m_lastId;
    if (auto sent = sendAll(m_socket, rpc::encode(rpc::Request{id, method, std::move(params)})); !sent)
        return std::unexpected(sent.error());
    while (true) {
        auto message = receive();
        if (!message)
            return std::unexpected(message.error());
        // Without an id it is about something that the agent could not read, or about our being unwelcome.
        if (auto* response = std::get_if<rpc::Response>(&*message); response && (!response->id || *response->id == id))
            return std::move(response->result);
    }
}

Result<rpc::Notification> Client::next() {
    while (true) {
        auto message = receive();
        if (!message)
            return std::unexpected(message.error());
        if (auto* notification = std::get_if<rpc::Notification>(&*message))
            return std::move(*notification);
    }
}

Result<rpc::Message> Client::receive() {
    while (true) {
        if (auto line = m_lines.next()) {
            if (!*line)
                return std::unexpected(line->error());
            return rpc::decode(**line);
        }
        std::array<char, 65'536> bytes{};
        const ssize_t size = ::recv(m_socket, bytes.data(), bytes.size(), 0);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return failure(ErrorCode::Unavailable, "the agent hung up");
        m_lines.append({bytes.data(), static_cast<std::size_t>(size)});
    }
}

} // namespace lvsdeck::app
