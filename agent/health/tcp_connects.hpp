// SPDX-License-Identifier: GPL-3.0-or-later
// TCP checks: connects and closes with a reset. The most frequent check by far, so it goes without coroutines and without a timer
// of its own: those that begin together are looked at once together, what is not open then goes to one epoll set for all, and there is one
// queue of deadlines for each time-out in use. A socket that has done its work at once serves the next check. Probes thread.
#pragma once

#include "agent/health/job.hpp"
#include "agent/host/descriptor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace lvsdeck::health {

class TcpConnects {
public:
    /// `finished` gets every job that was begun and not abandoned, with its result; it must not begin another from inside.
    /// `connected` gets those that pass before, with their open connection. Throws when the system has no descriptor for it.
    TcpConnects(boost::asio::io_context& io, std::function<void(std::shared_ptr<Job>)> finished,
                std::function<void(Job&)> connected);
    ~TcpConnects();
    TcpConnects(const TcpConnects&) = delete;
    TcpConnects& operator=(const TcpConnects&) = delete;

    /// Gives up after `limit`.
    void begin(const std::shared_ptr<Job>& job, std::chrono::steady_clock::duration limit);
    /// Of a job that is not here (any more): nothing.
    void abandon(Job& job);

private:
    using Clock = std::chrono::steady_clock;
    using Queue = std::list<std::shared_ptr<Job>>;

    [[nodiscard]] int open(Job& job);
    void lookAfterBegun();
    void listen();
    void collect();
    void settle(Job& job, bool failed, Clock::time_point now);
    void putAside(Job& job);
    void unwatch(Job& job);
    [[nodiscard]] std::vector<host::Descriptor>& idleAlike(const Job& job) {
        return job.request.who.address.isV4() ? m_idleV4 : m_idleV6;
    }
    void watch(Clock::time_point deadline);
    void expire();
    [[nodiscard]] std::shared_ptr<Job> take(Job& job);
    [[nodiscard]] std::shared_ptr<Job> leave(Job& job);
    void finish(Job& job, CheckResult result);

    boost::asio::posix::stream_descriptor m_ready; ///< the epoll set
    boost::asio::steady_timer m_timer;
    std::function<void(std::shared_ptr<Job>)> m_finished;
    std::function<void(Job&)> m_connected;
    std::map<Clock::duration, Queue> m_waiting; ///< by limit: so each queue is in the order of its deadlines
    std::optional<Clock::time_point> m_watchedFor;
    std::vector<std::shared_ptr<Job>> m_begun; ///< nobody has looked at them yet; with those that were abandoned since
    std::vector<host::Descriptor> m_idleV4;    ///< not connected
    std::vector<host::Descriptor> m_idleV6;
};

} // namespace lvsdeck::health
