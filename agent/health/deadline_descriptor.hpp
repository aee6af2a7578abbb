// SPDX-License-Identifier: GPL-3.0-or-later
// A descriptor that becomes readable, or whose deadline passes: for checks that are not TCP. Shared by the coroutine that waits and
// by whoever may abandon it; probes thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>

namespace lvsdeck::health {

class DeadlineDescriptor : public std::enable_shared_from_this<DeadlineDescriptor> {
public:
    explicit DeadlineDescriptor(boost::asio::io_context& io) : m_descriptor(io), m_timer(io) {}

    [[nodiscard]] boost::asio::posix::stream_descriptor& descriptor() { return m_descriptor; }
    /// Takes the descriptor and closes it at the end. False: abandoned already, and closed.
    [[nodiscard]] bool adopt(int descriptor) {
        boost::system::error_code ignored;
        m_descriptor.assign(descriptor, ignored);
        if (m_abandoned)
            m_descriptor.close(ignored);
        return !m_abandoned;
    }
    /// When it passes, waiting on the descriptor ends with an error; ask expired() before waiting again.
    void arm(std::chrono::steady_clock::duration limit) {
        m_expired = false;
        m_timer.expires_after(limit);
        m_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (error || !self)
                return;
            self->m_expired = true;
            boost::system::error_code ignored;
            self->m_descriptor.cancel(ignored);
        });
    }
    void disarm() { m_timer.cancel(); }
    void abandon() {
        m_abandoned = true;
        disarm();
        boost::system::error_code ignored;
        m_descriptor.close(ignored);
    }
    [[nodiscard]] bool expired() const { return m_expired; }
    [[nodiscard]] bool abandoned() const { return m_abandoned; }

private:
    boost::asio::posix::stream_descriptor m_descriptor;
    boost::asio::steady_timer m_timer;
    bool m_expired = false;
    bool m_abandoned = false;
};

} // namespace lvsdeck::health
