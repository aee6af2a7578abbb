// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/load_generator.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <sys/socket.h>

namespace lvsdeck::lab {
namespace {

constexpr std::string_view request = "GET / HTTP/1.1\r\nHost: service\r\n\r\n";

/// The name in the body of a complete answer at the front of `text`, which is then removed; nothing while it is incomplete.
bool takeAnswer(std::string& text, std::string& body) {
    const std::size_t headerEnd = text.find("\r\n\r\n");
    const std::size_t field = text.find("Content-Length: ");
    if (headerEnd == std::string::npos || field == std::string::npos || field > headerEnd)
        return false;
    const std::size_t length = std::strtoul(text.c_str() + field + 16, nullptr, 10);
    if (text.size() < headerEnd + 4 + length)
        return false;
    body = text.substr(headerEnd + 4, length);
    while (!body.empty() && body.back() == '\n')
        body.pop_back();
    text.erase(0, headerEnd + 4 + length);
    return true;
}

} // namespace

struct LoadGenerator::Connection {
    std::size_t index = 0;
    UniqueFd socket;
    bool waiting = false; ///< for the answer to a request
    bool answered = false;
    Clock::time_point nextRequest;
    std::string received;
};

LoadGenerator::LoadGenerator(const Host* host, const std::string& address, std::uint16_t port, std::size_t connections,
                             Milliseconds pause, WhenBroken whenBroken)
    : m_pause(pause), m_whenBroken(whenBroken), m_lastAnswer(connections) {
    std::atomic<bool> inside = false;
    m_thread = std::thread([this, host, &inside, address, port, connections] {
        std::optional<NetworkOf> network;
        if (host != nullptr)
            network.emplace(*host);
        inside = true;
        run(address, port, connections);
    });
    while (!inside)
        std::this_thread::yield();
}

LoadGenerator::~LoadGenerator() {
    m_stop = true;
    m_thread.join();
}

void LoadGenerator::run(std::string address, std::uint16_t port, std::size_t connections) {
    sockaddr_in target{};
    target.sin_family = AF_INET;
    target.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &target.sin_addr);
    const auto begin = [&](std::size_t index) {
        Connection connection;
        connection.index = index;
        connection.socket.reset(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        (void)::connect(connection.socket.get(), reinterpret_cast<const sockaddr*>(&target), sizeof target);
        connection.nextRequest = Clock::now();
        return connection;
    };
    std::vector<Connection> all;
    for (std::size_t i = 0; i < connections; ++i)
        all.push_back(begin(i));
    std::vector<pollfd> waits(connections);
    while (!m_stop) {
        const auto now = Clock::now();
        for (std::size_t i = 0; i < connections; ++i) {
            const bool due = !all[i].waiting && now >= all[i].nextRequest;
            // A negative descriptor is one that poll() leaves alone.
            waits[i] = {all[i].socket.get(), static_cast<short>(due ? POLLOUT | POLLIN : POLLIN), 0};
        }
        ::poll(waits.data(), waits.size(), 10);
        for (std::size_t i = 0; i < connections; ++i)
            if (all[i].socket && waits[i].revents != 0)
                handle(all[i], waits[i].revents);
            else if (!all[i].socket && m_whenBroken == WhenBroken::Replace && now >= all[i].nextRequest + m_pause)
                all[i] = begin(i);
    }
}

void LoadGenerator::handle(Connection& connection, short events) {
    const auto broken = [&] {
        const std::lock_guard lock(m_mutex);
        m_summary.alive -= connection.answered ? 1 : 0;
        connection.socket.reset();
        connection.nextRequest = Clock::now();
    };
    if ((events & (POLLIN | POLLERR | POLLHUP)) != 0) {
        std::array<char, 4096> buffer{};
        const ssize_t got = ::recv(connection.socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN))
            return broken();
        connection.received.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        std::string body;
        while (takeAnswer(connection.received, body)) {
            const std::lock_guard lock(m_mutex);
            if (!connection.answered) {
                ++m_summary.established;
                ++m_summary.alive;
            }
            connection.answered = true;
            connection.waiting = false;
            connection.nextRequest = Clock::now() + m_pause;
            m_lastAnswer[connection.index] = Clock::now();
            ++m_summary.answers;
            ++m_summary.answersByServer[body];
        }
    } else if ((events & POLLOUT) != 0 && !connection.waiting) {
        if (::send(connection.socket.get(), request.data(), request.size(), MSG_NOSIGNAL | MSG_DONTWAIT) !=
            static_cast<ssize_t>(request.size()))
            return broken();
        connection.waiting = true;
    }
}

LoadSummary LoadGenerator::summary() const {
    const std::lock_guard lock(m_mutex);
    return m_summary;
}

std::size_t LoadGenerator::awaitFreshAnswers(Milliseconds limit) {
    const auto since = Clock::now();
    std::size_t fresh = 0;
    (void)eventually(limit, [&] {
        const std::lock_guard lock(m_mutex);
        fresh = static_cast<std::size_t>(std::ranges::count_if(m_lastAnswer, [&](auto at) { return at > since; }));
        return fresh == m_lastAnswer.size();
    });
    return fresh;
}

} // namespace lvsdeck::lab
