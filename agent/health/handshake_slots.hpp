// SPDX-License-Identifier: GPL-3.0-or-later
// Limits how many TLS handshakes are under way at once: each costs a millisecond and 88 KB, ten thousand together would starve
// all other checks. Probes thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <list>
#include <memory>
#include <utility>

namespace lvsdeck::health {

class HandshakeSlots : public std::enable_shared_from_this<HandshakeSlots> {
public:
    explicit HandshakeSlots(std::size_t limit) : m_free(limit) {}

    /// A place in the queue or a slot; leaving scope gives either back.
    class Ticket {
    public:
        Ticket(const boost::asio::any_io_executor& executor, std::shared_ptr<HandshakeSlots> slots)
            : m_slots(std::move(slots)), m_turn(executor) {
            m_turn.expires_at(boost::asio::steady_timer::time_point::max());
            if (m_slots->m_free > 0) {
                --m_slots->m_free;
                m_granted = true;
            } else {
                m_slots->m_waiting.push_back(this);
            }
        }
        ~Ticket() { giveBack(); }
        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;

        [[nodiscard]] bool granted() const { return m_granted; }
        /// Ends its wait when the turn has come: check granted() before waiting on it.
        [[nodiscard]] boost::asio::steady_timer& turn() { return m_turn; }
        void giveBack() {
            if (!m_granted) {
                m_slots->m_waiting.remove(this);
                return;
            }
            m_granted = false;
            if (m_slots->m_waiting.empty()) {
                ++m_slots->m_free;
                return;
            }
            Ticket* next = m_slots->m_waiting.front();
            m_slots->m_waiting.pop_front();
            next->m_granted = true;
            next->m_turn.cancel();
        }

    private:
        std::shared_ptr<HandshakeSlots> m_slots;
        boost::asio::steady_timer m_turn;
        bool m_granted = false;
    };

private:
    std::size_t m_free;
    std::list<Ticket*> m_waiting;
};

} // namespace lvsdeck::health
