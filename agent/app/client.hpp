// SPDX-License-Identifier: GPL-3.0-or-later
// The other end of the agent's socket, for the small commands: blocking, one request after the other. One thread.
#pragma once

#include "common/rpc/jsonrpc.hpp"
#include "common/rpc/messages.hpp"

#include <string>

namespace lvsdeck::app {

class Client {
public:
    /// Unavailable: nobody listens; the sentence says how to start the agent.
    [[nodiscard]] static Result<Client> connect(const std::string& socket);
    Client(Client&& other) noexcept;
    Client& operator=(Client&&) = delete;
    Client(const Client&) = delete;
    ~Client();

    /// Sends and waits for the answer; notifications that come in between are dropped. `hello` goes first by itself.
    [[nodiscard]] Result<json::Value> call(const std::string& method, json::Value params);
    /// Waits for the next notification. Unavailable: the agent hung up.
    [[nodiscard]] Result<rpc::Notification> next();
    /// The bare socket, for whoever copies bytes.
    [[nodiscard]] int descriptor() const { return m_socket; }

private:
    explicit Client(int socket) : m_socket(socket), m_lines(rpc::maxLineBytes * 4) {}
    [[nodiscard]] Result<json::Value> ask(const std::string& method, json::Value params);
    [[nodiscard]] Result<rpc::Message> receive();

    int m_socket;
    rpc::LineSplitter m_lines;
    std::int64_t m_lastId = 0;
    bool m_greeted = false;
};

} // namespace lvsdeck::app
