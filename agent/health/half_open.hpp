// SPDX-License-Identifier: GPL-3.0-or-later
// The next TCP checks of a server that has passed one: a SYN, and its answer. connect() calls a connection open as soon as the SYN is
// answered, so this says the same; but no socket is made for it, and on the server no program is woken only to be told that the
// connection is gone again. The kernel resets what nobody here has asked for.
//
// Only good news is taken from it. What is refused, fails or stays unanswered for a second goes on as a whole connection (tcp_connects),
// within the same time-out, and whichever of the two is answered first counts. So do checks that choose an interface, a mark or a port.
// Every thirty-third check is a whole connection in any case: a program that does not accept any more is found by its full queue, which a
// SYN does not fill. Where clients do not fill it, that takes thirty-three times as many checks as the queue has places. Probes thread.
#pragma once

#include "agent/health/job.hpp"
#include "agent/health/tcp_segment.hpp"
#include "agent/host/descriptor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace lvsdeck::health {

class HalfOpen {
public:
    using Take = std::function<void(std::shared_ptr<Job>)>;

    /// `finished` gets every job that was answered well, also after it was handed over; `handOver` every other one that was not
    /// abandoned. They must not begin another from inside.
    HalfOpen(boost::asio::io_context& io, Take finished, Take handOver);
    ~HalfOpen();
    HalfOpen(const HalfOpen&) = delete;
    HalfOpen& operator=(const HalfOpen&) = delete;

    /// Whether such a check can do without a whole connection once it has had one.
    [[nodiscard]] static bool suits(const CheckTarget& target);
    /// What to remember after a whole connection from `source`, which this check asked for with `before`.
    [[nodiscard]] CheckMemo remember(const IpAddress& source, CheckMemo before, bool silent);
    /// False: it needs a whole connection. Sends with the next flush().
    [[nodiscard]] bool begin(const std::shared_ptr<Job>& job);
    void flush();
    /// Of a job that is not here (any more): nothing. Also for one that ended elsewhere after it was handed over.
    void abandon(Job& job);

private:
    using Clock = std::chrono::steady_clock;
    class Source;
    struct Due {
        Clock::time_point when;
        std::uint32_t sequence;
    };

    /// A number that no other job has, and so has a slot to itself.
    [[nodiscard]] std::uint32_t freshSequence();
    [[nodiscard]] std::shared_ptr<Job>& slotOf(std::uint32_t sequence) { return m_slots[sequence & (m_slots.size() - 1)]; }
    /// Null: nobody waits for this.
    [[nodiscard]] std::shared_ptr<Job> take(std::uint32_t sequence);
    [[nodiscard]] bool waits(std::uint32_t sequence);
    void grow();
    void listen(Source& source);
    void send(Source& source);
    void collect(const Source& source);
    void answered(const Source& source, const IpAddress& from, const SynReply& reply, Clock::time_point when);
    void handOver(const std::shared_ptr<Job>& job);
    [[nodiscard]] std::uint32_t random();
    void watch();
    void expire();

    boost::asio::io_context& m_io;
    boost::asio::steady_timer m_timer;
    Take m_finished;
    Take m_handOver;
    std::vector<std::unique_ptr<Source>> m_sources; ///< a memo's way is the place here, counted from 1
    /// Who waits for an answer, by the last bits of the sequence number; a power of two, and at most half of them are taken.
    std::vector<std::shared_ptr<Job>> m_slots;
    std::size_t m_waiting = 0;
    std::deque<Due> m_due; ///< with those that were answered
    bool m_watching = false;
    std::array<std::uint32_t, 64> m_random{};
    std::size_t m_randomLeft = 0;
};

} // namespace lvsdeck::health
