// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/control/forwarder.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <vector>

namespace lvsdeck::lab {
namespace {

sockaddr_in endpoint(const std::string& address, std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &out.sin_addr);
    return out;
}

/// Both directions, until both have ended or one is broken.
void pump(const UniqueFd& left, const UniqueFd& right, const std::atomic<bool>& stop) {
    struct Direction {
        int from, to;
        bool open = true;
    };
    std::array<Direction, 2> directions{{{left.get(), right.get()}, {right.get(), left.get()}}};
    std::vector<char> buffer(65536);
    while (!stop && (directions[0].open || directions[1].open)) {
        std::array<pollfd, 2> waits{};
        for (std::size_t i = 0; i < 2; ++i)
            waits[i] = {directions[i].open ? directions[i].from : -1, POLLIN, 0};
        if (::poll(waits.data(), waits.size(), 500) <= 0)
            continue;
        for (std::size_t i = 0; i < 2; ++i) {
            if (waits[i].revents == 0)
                continue;
            const ssize_t got = ::recv(directions[i].from, buffer.data(), buffer.size(), 0);
            if (got < 0)
                return;
            if (got == 0) {
                directions[i].open = false;
                ::shutdown(directions[i].to, SHUT_WR);
            }
            for (ssize_t sent = 0; sent < got;) {
                const ssize_t now =
                    ::send(directions[i].to, buffer.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
                if (now <= 0)
                    return;
                sent += now;
            }
        }
    }
}

} // namespace

UniqueFd listenOn(const std::string& address, std::uint16_t port) {
    UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in where = endpoint(address, port);
    if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 ||
        ::listen(socket.get(), 64) != 0)
        throw LabError::fromErrno("listen on " + address + ":" + std::to_string(port));
    return socket;
}

Forwarder::Forwarder(const std::string& localAddress, std::uint16_t localPort, Host& through, std::string targetAddress,
                     std::uint16_t targetPort)
    : m_listener(listenOn(localAddress, localPort)), m_targetAddress(std::move(targetAddress)), m_targetPort(targetPort),
      m_thread([this, &through] { accept(through); }) {}

Forwarder::~Forwarder() {
    m_stop = true;
    m_thread.join();
}

void Forwarder::accept(Host& through) {
    std::vector<std::thread> carriers;
    while (!m_stop) {
        pollfd wait{m_listener.get(), POLLIN, 0};
        if (::poll(&wait, 1, 100) <= 0)
            continue;
        UniqueFd outside(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!outside)
            continue;
        carriers.emplace_back([this, &through, near = std::move(outside)] {
            UniqueFd far;
            {
                // A socket belongs for ever to the network in which it was opened.
                const NetworkOf network(through);
                far.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
            }
            const int on = 1;
            for (const int fd : {near.get(), far.get()})
                ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            const sockaddr_in target = endpoint(m_targetAddress, m_targetPort);
            if (::connect(far.get(), reinterpret_cast<const sockaddr*>(&target), sizeof target) == 0)
                pump(near, far, m_stop);
        });
    }
    for (std::thread& carrier : carriers)
        carrier.join();
}

} // namespace lvsdeck::lab
