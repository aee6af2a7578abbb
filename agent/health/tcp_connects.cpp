// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/tcp_connects.hpp"

#include "agent/health/socket_choices.hpp"

#include <boost/asio/post.hpp>

#include <array>
#include <cerrno>
#include <poll.h>
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

/// As many idle sockets are kept of a family: those of a moment with very many checks.
constexpr std::size_t mostIdle = 64;

/// Its socket is as good as a new one afterwards.
bool isPlain(const CheckTarget& target) {
    return target.bindInterface.empty() && target.firewallMark == 0 && !target.bindAddress && !target.bindPort;
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
    const CheckTarget& target = *job.request.target;
    const SocketAddress peer = socketAddress(who.address, who.port);
    job.plain = isPlain(target);
    if (auto& idle = idleAlike(job); job.plain && !idle.empty()) {
        job.descriptor = idle.back().release();
        idle.pop_back();
    } else {
        job.descriptor = ::socket(peer.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
        if (job.descriptor < 0)
            return errno;
        // Closing then sends a reset, which leaves no TIME_WAIT entry and so never uses up local ports.
        const linger reset{.l_onoff = 1, .l_linger = 0};
        (void)::setsockopt(job.descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    }
    if (const int refused = chooseSource(job.descriptor, target, who.address.family()); refused != 0)
        return refused == ENODEV ? EADDRNOTAVAIL : refused;
    return ::connect(job.descriptor, peer.get(), peer.length) == 0 || errno == EINPROGRESS ? 0 : errno;
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
    m_begun.push_back(job);
    if (m_begun.size() == 1)
        boost::asio::post(m_ready.get_executor(), [this] { lookAfterBegun(); });
}

/// In a local network most are open by now, and then the epoll set need not know them.
void TcpConnects::lookAfterBegun() {
    std::vector<std::shared_ptr<Job>> begun;
    begun.swap(m_begun);
    std::erase_if(begun, [](const auto& job) { return job->descriptor < 0; }); // abandoned
    std::vector<pollfd> states;
    states.reserve(begun.size());
    for (const auto& job : begun)
        states.push_back({.fd = job->descriptor, .events = POLLOUT, .revents = 0});
    (void)::poll(states.data(), states.size(), 0);
    const auto now = Clock::now();
    for (std::size_t i = 0; i < begun.size(); ++i) {
        Job& job = *begun[i];
        if (states[i].revents != 0) {
            settle(job, (states[i].revents & ~POLLOUT) != 0, now);
            continue;
        }
        job.plain = false; // whoever waits so long pays for a new one
        epoll_event event{};
        event.events = EPOLLOUT;
        event.data.ptr = &job;
        job.watched = ::epoll_ctl(m_ready.native_handle(), EPOLL_CTL_ADD, job.descriptor, &event) == 0;
        if (!job.watched)
            finish(job, failureOf(errno));
    }
}

std::shared_ptr<Job> TcpConnects::take(Job& job) {
    unwatch(job);
    ::close(std::exchange(job.descriptor, -1));
    return leave(job);
}

/// Closing is not enough: a script that is being started holds a copy of every descriptor until it runs, and so long the set would tell
/// of a job that is gone.
void TcpConnects::unwatch(Job& job) {
    if (std::exchange(job.watched, false))
        (void)::epoll_ctl(m_ready.native_handle(), EPOLL_CTL_DEL, job.descriptor, nullptr);
}

std::shared_ptr<Job> TcpConnects::leave(Job& job) {
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
            const epoll_event& event = events.at(static_cast<std::size_t>(i));
            settle(*static_cast<Job*>(event.data.ptr), (event.events & (EPOLLERR | EPOLLHUP)) != 0, now);
        }
        if (count < static_cast<int>(events.size()))
            return;
    }
}

/// Its connection is open or has failed.
void TcpConnects::settle(Job& job, bool failed, Clock::time_point now) {
    job.ended = now;
    int error = 0;
    if (failed) { // only then there is an error to ask for
        socklen_t length = sizeof error;
        if (::getsockopt(job.descriptor, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
            error = errno;
    }
    if (error != 0) {
        finish(job, failureOf(error));
        return;
    }
    job.result = {.reason = CheckReason::Ok, .detail = "connected"};
    m_connected(job);
    putAside(job);
    m_finished(leave(job));
}

/// Ends the connection with a reset and keeps its socket for another one, where that can be.
void TcpConnects::putAside(Job& job) {
    unwatch(job);
    host::Descriptor socket(std::exchange(job.descriptor, -1));
    const sockaddr none{.sa_family = AF_UNSPEC, .sa_data = {}};
    if (auto& idle = idleAlike(job); job.plain && idle.size() < mostIdle && ::connect(socket.get(), &none, sizeof none) == 0)
        idle.push_back(std::move(socket));
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
    lookAfterBegun();
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
