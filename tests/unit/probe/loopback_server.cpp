// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/probe/loopback_server.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace lvsdeck::test {

namespace {

int listenOn(int backlog, std::uint16_t& port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (fd < 0 || ::bind(fd, generic, length) != 0 || ::listen(fd, backlog) != 0 || ::getsockname(fd, generic, &length) != 0)
        throw std::runtime_error("no loopback listener");
    port = ntohs(address.sin_port);
    return fd;
}

void closeWithReset(int fd) {
    const linger now{.l_onoff = 1, .l_linger = 0};
    (void)::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(fd);
}

void sendAll(int fd, const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
        const ssize_t n = ::send(fd, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (n <= 0)
            return; // the client had enough
        sent += static_cast<std::size_t>(n);
    }
}

} // namespace

LoopbackServer::LoopbackServer(Behaviour behaviour)
    : m_behaviour(std::move(behaviour)), m_listener(listenOn(1024, m_port)), m_thread([this] { serve(); }) {}

void LoopbackServer::shutDown() {
    m_stop = true;
    if (m_thread.joinable())
        m_thread.join();
}

void LoopbackServer::serve() {
    std::map<int, std::string> clients;
    while (!m_stop) {
        std::vector<pollfd> waiting{{.fd = m_listener, .events = POLLIN, .revents = 0}};
        if (m_behaviour.answers)
            for (const auto& [fd, request] : clients)
                waiting.push_back({.fd = fd, .events = POLLIN, .revents = 0});
        (void)::poll(waiting.data(), waiting.size(), 10);
        if ((waiting.front().revents & POLLIN) != 0)
            for (int fd = 0; (fd = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;)
                clients[fd];
        for (std::size_t i = 1; i < waiting.size(); ++i) {
            if (waiting[i].revents == 0)
                continue;
            const int fd = waiting[i].fd;
            char buffer[4096];
            const ssize_t n = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
            if (n <= 0) {
                ::close(fd);
                clients.erase(fd);
                continue;
            }
            std::string& request = clients[fd];
            request.append(buffer, static_cast<std::size_t>(n));
            if (!request.ends_with("\r\n\r\n"))
                continue;
            m_requests.push_back(std::exchange(request, {}));
            sendAll(fd, m_behaviour.text);
            switch (m_behaviour.then) {
            case Then::Close:
                ::close(fd);
                clients.erase(fd);
                break;
            case Then::Reset:
                closeWithReset(fd);
                clients.erase(fd);
                break;
            case Then::NextRequest:
            case Then::KeepOpen: break;
            }
        }
    }
    ::close(m_listener);
    for (const auto& [fd, request] : clients)
        closeWithReset(fd);
}

std::uint16_t closedPort() {
    std::uint16_t port = 0;
    ::close(listenOn(1, port));
    return port;
}

FullBacklog::FullBacklog() : m_listener(listenOn(0, m_port)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(m_port);
    // One connection more than the queue takes; what comes then is neither accepted nor refused.
    for (int i = 0; i < 4; ++i) {
        m_clients.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        (void)::connect(m_clients.back(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
}

FullBacklog::~FullBacklog() {
    for (const int fd : m_clients)
        ::close(fd);
    ::close(m_listener);
}

} // namespace lvsdeck::test
