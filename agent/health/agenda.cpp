// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/agenda.hpp"

#include <algorithm>

namespace lvsdeck::health {

void Agenda::place(const Place& what, std::size_t at) {
    m_heap[at] = what;
    what.entry->m_place = at;
}

void Agenda::siftUp(std::size_t at) {
    const Place moving = m_heap[at];
    while (at > 0 && before(moving, m_heap[(at - 1) / 2])) {
        place(m_heap[(at - 1) / 2], at);
        at = (at - 1) / 2;
    }
    place(moving, at);
}

void Agenda::siftDown(std::size_t at) {
    const Place moving = m_heap[at];
    for (;;) {
        std::size_t child = 2 * at + 1;
        if (child >= m_heap.size())
            break;
        if (child + 1 < m_heap.size() && before(m_heap[child + 1], m_heap[child]))
            ++child;
        if (!before(m_heap[child], moving))
            break;
        place(m_heap[child], at);
        at = child;
    }
    place(moving, at);
}

void Agenda::insert(Entry& entry, Instant when, void* what) {
    entry.cancel();
    entry.m_when = when;
    entry.m_what = what;
    m_heap.push_back({.when = when, .order = ++m_order, .entry = &entry});
    siftUp(m_heap.size() - 1);
    arm();
}

void Agenda::remove(Entry& entry) {
    const std::size_t at = entry.m_place;
    entry.m_place = Entry::none;
    const Place last = m_heap.back();
    m_heap.pop_back();
    if (last.entry == &entry)
        return;
    place(last, at);
    siftUp(at);
    siftDown(last.entry->m_place);
}

void Agenda::arm() {
    if (m_running || m_heap.empty())
        return;
    const Instant next = m_heap.front().when;
    // A timer for something that was cancelled since fires in vain once, which is cheaper than moving it each time.
    if (m_armedFor && *m_armedFor <= next)
        return;
    m_armedFor = next;
    m_timer = m_runtime.after(std::max(next - m_runtime.now(), Duration{0}), [this] { run(); });
}

void Agenda::run() {
    m_armedFor.reset();
    m_running = true;
    const Instant now = m_runtime.now();
    // What is planned from inside belongs to the next run, or this one might never end.
    const std::uint64_t last = m_order;
    while (!m_heap.empty() && m_heap.front().when <= now && m_heap.front().order <= last) {
        Entry& entry = *m_heap.front().entry;
        void* const what = entry.m_what;
        remove(entry);
        m_due(what);
    }
    m_running = false;
    arm();
}

} // namespace lvsdeck::health
