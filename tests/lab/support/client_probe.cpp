// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/client_probe.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <sys/socket.h>

namespace lvsdeck::lab {
namespace {

struct Pending {
    UniqueFd socket;
    Clock::time_point start;
};

AttemptResult resultOf(int error) {
    switch (error) {
    case 0: return AttemptResult::Connected;
    case ECONNREFUSED:
    case ECONNRESET: return AttemptResult::Refused;
    case ETIMEDOUT: return AttemptResult::TimedOut;
    default: return AttemptResult::Unreachable;
    }
}

UniqueFd beginConnecting(const sockaddr_in& target, int& error) {
    UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    // Closing with a reset leaves no TIME_WAIT behind: at 200 attempts a second the ports would run out.
    const linger reset{1, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    error = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&target), sizeof target) == 0 ? 0 : errno;
    return socket;
}

int socketError(int socket) {
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
    return error;
}

} // namespace

Clock::duration longestOutage(const std::vector<Attempt>& attempts) {
    Clock::duration longest{};
    Clock::time_point latestStart{};
    for (const Attempt& attempt : attempts) {
        if (attempt.result != AttemptResult::Connected)
            continue;
        if (latestStart != Clock::time_point{})
            longest = std::max(longest, attempt.end - latestStart);
        latestStart = std::max(latestStart, attempt.start);
    }
    return longest;
}

ClientProbe::ClientProbe(const Host* host, const std::string& address, std::uint16_t port, Milliseconds interval,
                         Milliseconds patience)
    : m_interval(interval), m_patience(patience) {
    std::atomic<bool> inside = false;
    m_thread = std::thread([this, host, &inside, address, port] {
        std::optional<NetworkOf> network;
        if (host != nullptr)
            network.emplace(*host);
        inside = true;
        run(address, port);
    });
    // The host belongs to the caller and may only be looked at while the constructor runs.
    while (!inside)
        std::this_thread::yield();
}

ClientProbe::~ClientProbe() {
    m_stop = true;
    m_thread.join();
}

void ClientProbe::run(std::string address, std::uint16_t port) {
    sockaddr_in target{};
    target.sin_family = AF_INET;
    target.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &target.sin_addr);
    std::vector<Pending> pending;
    std::vector<pollfd> waits;
    auto next = Clock::now();
    const auto finish = [this](Clock::time_point start, AttemptResult result) {
        const std::lock_guard lock(m_mutex);
        m_attempts.push_back({start, Clock::now(), result});
    };
    while (!m_stop) {
        const auto now = Clock::now();
        if (now >= next) {
            // After a pause of the machine itself, missed attempts are not made up for.
            next = std::max(next + m_interval, now);
            int error = 0;
            UniqueFd socket = beginConnecting(target, error);
            if (error == EINPROGRESS)
                pending.push_back({std::move(socket), now});
            else
                finish(now, resultOf(error));
        }
        waits.clear();
        for (const Pending& one : pending)
            waits.push_back({one.socket.get(), POLLOUT, 0});
        const auto pause = std::chrono::ceil<Milliseconds>(next - Clock::now());
        ::poll(waits.data(), waits.size(), static_cast<int>(std::clamp(pause, 0ms, 50ms).count()));
        for (std::size_t i = 0; i < waits.size(); ++i)
            if (waits[i].revents != 0) {
                finish(pending[i].start, resultOf(socketError(waits[i].fd)));
                pending[i].socket.reset();
            } else if (Clock::now() - pending[i].start >= m_patience) {
                finish(pending[i].start, AttemptResult::TimedOut);
                pending[i].socket.reset();
            }
        std::erase_if(pending, [](const Pending& one) { return !one.socket; });
    }
}

std::vector<Attempt> ClientProbe::attempts(Clock::time_point since) const {
    const std::lock_guard lock(m_mutex);
    auto first = m_attempts.begin();
    while (first != m_attempts.end() && first->end < since)
        ++first;
    return {first, m_attempts.end()};
}

std::size_t ClientProbe::failures(Clock::time_point since) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(attempts(since), [](const Attempt& one) { return one.result != AttemptResult::Connected; }));
}

void ClientProbe::awaitSuccess(Clock::time_point since, Milliseconds limit) const {
    require("a client can connect", limit, [&] {
        return std::ranges::any_of(attempts(since), [&](const Attempt& one) {
            return one.start >= since && one.result == AttemptResult::Connected;
        });
    });
}

} // namespace lvsdeck::lab
