// SPDX-License-Identifier: GPL-3.0-or-later
// What happened on this director, the last thousand things. Owned by the engine; control thread only.
#pragma once

#include "common/rpc/messages.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

namespace lvsdeck::core {

class EventLog {
public:
    static constexpr std::size_t kept = 1000;

    /// `sink` also gets each event at once (the log on stderr).
    explicit EventLog(std::function<void(const rpc::Event&)> sink = {}) : m_sink(std::move(sink)) {}

    /// Numbers the event and keeps it.
    void add(rpc::Event event);
    /// Oldest first; those with a larger id, of them at most the last `limit`.
    [[nodiscard]] std::vector<rpc::Event> after(std::uint64_t id, std::size_t limit = kept) const;
    [[nodiscard]] std::uint64_t lastId() const { return m_lastId; }

private:
    std::function<void(const rpc::Event&)> m_sink;
    std::deque<rpc::Event> m_events;
    std::uint64_t m_lastId = 0;
};

} // namespace lvsdeck::core
