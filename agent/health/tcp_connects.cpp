// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/tcp_connects.hpp"

#include "agent/health/socket_choices.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace lvsdeck::health {

namespace {

int epollSet() {
    const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
    if (descriptor < 0)
        throw std::system_error(errno, std::system_category(), "epoll_create1");
    return descriptor;
}

} // namespace

TcpConnects::TcpConnects(boost::asio::io_context& io, std::function<void(std::shared_ptr<Job>)> finished,
                         std::function<void(Job&)> connected)
    : m_ready(io, epollSet()), m_timer(io), m_finished(std::move(finished)), m_connected(std::move(connected)) {
    listen();
}

TcpConnects::~TcpConnects() {
    for (const auto& [timeout, queue] : m_waiting)
        for (const auto& job : queue)
            ::close(job->descriptor);
}

/// The job's socket on its way: 0 or an errno, and then whether it is this host's fault is the caller's to know from `descriptor`.
int TcpConnects::open(Job& job) {
    const CheckedServer& who = job.request.who;
    const SocketAddress peer = socketAddress(who.address, who.port);
    job.descriptor = ::socket(peer.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (job.descriptor < 0)
        return errno;
    // Closing then sends a reset, which leaves no TIME_WAIT entry and so never uses up local ports.
    const linger reset{.l_onoff = 1, .l_linger = 0};
    (void)::setsockopt(job.descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    if (const int refused = chooseSource(job.descriptor, *job.request.target, who.address.family()); refused != 0)
        return refused == ENODEV ? EADDRNOTAVAIL : refused;
    if (::connect(job.descriptor, peer.get(), peer.length) != 0 && errno != EINPROGRESS)
        return errno;
    epoll_event event{};
    event.events = EPOLLOUT;
    event.data.ptr = &job;
    return ::epoll_ctl(m_ready.native_handle(), EPOLL_CTL_ADD, job.descriptor, &event) == 0 ? 0 : errno;
}

void TcpConnects::begin(const std::shared_ptr<Job>& job, Clock::duration limit) {
    if (const int error = open(*job); error != 0) {
        if (job->descriptor >= 0)
            ::close(std::exchange(job->descriptor, -1));
        job->result = failureOf(error);
        m_finished(job);
        return;
    }
    Queue& queue = m_waiting[limit];
    job->limit = limit;
    job->deadline = Clock::now() + limit;
    job->place = queue.insert(queue.end(), job);
    watch(job->deadline);
}

std::shared_ptr<Job> TcpConnects::take(Job& job) {
    ::close(std::exchange(job.descriptor, -1)); // which takes it out of the epoll set too
    std::shared_ptr<Job> held = *job.place;
    m_waiting.find(job.limit)->second.erase(job.place);
    return held;
}

void TcpConnects::abandon(Job& job) {
    if (job.descriptor >= 0)
        (void)take(job);
}

void TcpConnects::finish(Job& job, CheckResult result) {
    job.result = std::move(result);
    m_finished(take(job));
}

void TcpConnects::listen() {
    m_ready.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
        if (error)
            return;
        collect();
        listen();
    });
}

void TcpConnects::collect() {
    std::array<epoll_event, 256> events{};
    for (;;) {
        const int count = ::epoll_wait(m_ready.native_handle(), events.data(), static_cast<int>(events.size()), 0);
        const auto now = Clock::now();
        for (int i = 0; i < count; ++i) {
            Job& job = *static_cast<Job*>(events.at(static_cast<std::size_t>(i)).data.ptr);
            job.ended = now;
            int error = 0;
            // Only a failed connection has an error to ask for.
            if ((events.at(static_cast<std::size_t>(i)).events & (EPOLLERR | EPOLLHUP)) != 0) {
                socklen_t length = sizeof error;
                if (::getsockopt(job.descriptor, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
                    error = errno;
            }
            if (error != 0) {
                finish(job, failureOf(error));
                continue;
            }
            job.result = {.reason = CheckReason::Ok, .detail = "connected"};
            m_connected(job);
            m_finished(take(job));
        }
        if (count < static_cast<int>(events.size()))
            return;
    }
}

void TcpConnects::watch(Clock::time_point deadline) {
    if (m_watchedFor && *m_watchedFor <= deadline)
        return;
    m_watchedFor = deadline;
    m_timer.expires_at(deadline);
    m_timer.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            expire();
    });
}

void TcpConnects::expire() {
    m_watchedFor.reset();
    // Answers that lie ready came in time, however late we are.
    collect();
    const auto now = Clock::now();
    std::optional<Clock::time_point> next;
    for (auto entry = m_waiting.begin(); entry != m_waiting.end();) {
        Queue& queue = entry->second;
        while (!queue.empty() && queue.front()->deadline <= now)
            finish(*queue.front(), timeoutOf(*queue.front()->request.target));
        if (queue.empty()) {
            entry = m_waiting.erase(entry);
            continue;
        }
        if (!next || queue.front()->deadline < *next)
            next = queue.front()->deadline;
        ++entry;
    }
    if (next)
        watch(*next);
}

} // namespace lvsdeck::health
