// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ssh/tcp_connect.hpp"

#include "console/ssh/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lvsdeck::ssh {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds stagger{250};
constexpr int silenceMs = 20000; ///< unacknowledged data for this long ends the connection

/// The attempts that are under way; closes what is left.
class Attempts {
public:
    Attempts() = default;
    Attempts(const Attempts&) = delete;
    Attempts& operator=(const Attempts&) = delete;
    ~Attempts() {
        for (const pollfd& p : m_polls)
            ::close(p.fd);
    }
    void start(const addrinfo& address) {
        const int fd = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
        if (fd < 0) {
            m_lastErrno = errno;
            return;
        }
        if (::connect(fd, address.ai_addr, address.ai_addrlen) == 0 || errno == EINPROGRESS) {
            m_polls.push_back({fd, POLLOUT, 0});
            return;
        }
        m_lastErrno = errno;
        ::close(fd);
    }
    /// A connected socket, or -1; `woken` when wakeFd was readable.
    int wait(milliseconds limit, int wakeFd, bool& woken) {
        std::vector<pollfd> polls = m_polls;
        polls.push_back({wakeFd, POLLIN, 0});
        if (::poll(polls.data(), polls.size(), static_cast<int>(std::max<std::int64_t>(limit.count(), 0))) <= 0)
            return -1;
        woken = polls.back().revents != 0;
        for (std::size_t i = 0; i + 1 < polls.size(); ++i) {
            if (polls[i].revents == 0)
                continue;
            const int fd = polls[i].fd;
            int error = 0;
            socklen_t size = sizeof error;
            ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
            std::erase_if(m_polls, [&](const pollfd& p) { return p.fd == fd; });
            if (error == 0)
                return fd;
            m_lastErrno = error;
            ::close(fd);
        }
        return -1;
    }
    [[nodiscard]] bool empty() const { return m_polls.empty(); }
    [[nodiscard]] int lastErrno() const { return m_lastErrno; }

private:
    std::vector<pollfd> m_polls;
    int m_lastErrno = ETIMEDOUT;
};

void setUp(int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    ::fcntl(fd, F_SETFL, flags & ~O_NONBLOCK); // libssh takes EAGAIN for the end of the connection
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silenceMs, sizeof silenceMs);
}

} // namespace

Result<int> connectTcp(const std::string& host, std::uint16_t port, milliseconds limit, int wakeFd) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    int rc = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (rc == EAI_NONAME || rc == EAI_ADDRFAMILY) { // a host with nothing but loopback has no configured family
        hints.ai_flags = AI_NUMERICSERV;
        rc = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    }
    if (rc != 0)
        return failure(
            ErrorCode::Unavailable,
            Text::tr(
                "the name “%1” was not found (%2); check its spelling, or give an IP address or a Host of your ssh_config")
                .arg(q(host), QString::fromUtf8(::gai_strerror(rc)))
                .toStdString(),
            "host");
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);

    Attempts attempts;
    const Clock::time_point end = Clock::now() + limit;
    const addrinfo* next = found;
    bool woken = false;
    while (Clock::now() < end && !woken && (next != nullptr || !attempts.empty())) {
        if (next != nullptr) {
            attempts.start(*next);
            next = next->ai_next;
        }
        const Clock::time_point until = next != nullptr ? std::min(end, Clock::now() + stagger) : end;
        while (!woken && !attempts.empty() && Clock::now() < until) {
            const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
            if (const int fd = attempts.wait(left, wakeFd, woken); fd >= 0) {
                setUp(fd);
                return fd;
            }
        }
    }
    if (woken)
        return failure(ErrorCode::Unavailable, Text::tr("closed").toStdString());
    if (!attempts.empty())
        return failure(ErrorCode::Timeout,
                       Text::tr("%1 does not answer on port %2 within %3 s; check the address, the network and the firewall")
                           .arg(q(host))
                           .arg(port)
                           .arg(static_cast<double>(limit.count()) / 1000.0)
                           .toStdString(),
                       "host");
    return failure(ErrorCode::Unavailable,
                   Text::tr("no connection to %1 port %2: %3; check that sshd runs there and the port is right")
                       .arg(q(host))
                       .arg(port)
                       .arg(QString::fromUtf8(std::strerror(attempts.lastErrno())))
                       .toStdString(),
                   "host");
}

} // namespace lvsdeck::ssh
