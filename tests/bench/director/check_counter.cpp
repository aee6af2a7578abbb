// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/director/check_counter.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lvsdeck::bench {

CheckCounter::CheckCounter(const lab::Host& host) {
    {
        const lab::NetworkOf inside(host);
        m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    }
    const int on = 1;
    ::setsockopt(m_listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(80);
    if (m_listener < 0 || ::bind(m_listener, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 ||
        ::listen(m_listener, 4096) != 0)
        throw lab::LabError("cannot listen on port 80 of " + host.name());
    m_wake = ::eventfd(0, EFD_CLOEXEC);
    m_thread = std::thread([this] { work(); });
}

CheckCounter::~CheckCounter() {
    (void)::eventfd_write(m_wake, 1);
    m_thread.join();
    ::close(m_listener);
    ::close(m_wake);
}

void CheckCounter::work() {
    while (true) {
        pollfd waiting[] = {{m_listener, POLLIN, 0}, {m_wake, POLLIN, 0}};
        if (::poll(waiting, 2, -1) < 0 && errno != EINTR)
            return;
        if ((waiting[1].revents & POLLIN) != 0)
            return;
        while (true) {
            const int connection = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
            if (connection < 0)
                break;
            const auto now = Clock::now();
            sockaddr_in asked{};
            socklen_t length = sizeof asked;
            ::getsockname(connection, reinterpret_cast<sockaddr*>(&asked), &length);
            // Reset instead of TIME_WAIT: the peers ask 2,000 times a second.
            const linger abort{1, 0};
            ::setsockopt(connection, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
            ::close(connection);
            const std::lock_guard lock(m_mutex);
            m_asked[ntohl(asked.sin_addr.s_addr)].push_back(now);
        }
    }
}

void CheckCounter::reset() {
    const std::lock_guard lock(m_mutex);
    m_asked.clear();
}

CheckCounter::Rhythm CheckCounter::rhythm(std::chrono::milliseconds interval) const {
    const std::lock_guard lock(m_mutex);
    Rhythm out;
    out.servers = m_asked.size();
    std::vector<double> late;
    for (const auto& [address, times] : m_asked) {
        out.checks += times.size();
        for (std::size_t i = 1; i < times.size(); ++i) {
            const std::chrono::duration<double, std::milli> gap = times[i] - times[i - 1] - interval;
            late.push_back(std::max(0.0, gap.count()));
        }
    }
    if (late.empty())
        return out;
    std::ranges::sort(late);
    out.worstMs = late.back();
    out.medianMs = late[late.size() / 2];
    const auto beyond = std::ranges::distance(std::ranges::upper_bound(late, 100.0), late.end());
    out.lateShare = static_cast<double>(beyond) / static_cast<double>(late.size());
    return out;
}

} // namespace lvsdeck::bench
