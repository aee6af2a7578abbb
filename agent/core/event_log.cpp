// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/event_log.hpp"

#include <algorithm>

namespace lvsdeck::core {

void EventLog::add(rpc::Event event) {
    event.id = ++m_lastId;
    if (m_sink)
        m_sink(event);
    m_events.push_back(std::move(event));
    if (m_events.size() > kept)
        m_events.pop_front();
}

std::vector<rpc::Event> EventLog::after(std::uint64_t id, std::size_t limit) const {
    const std::uint64_t newer = m_lastId - std::min(id, m_lastId);
    const std::size_t count = std::min({m_events.size(), limit, static_cast<std::size_t>(newer)});
    return {m_events.end() - static_cast<std::ptrdiff_t>(count), m_events.end()};
}

} // namespace lvsdeck::core
