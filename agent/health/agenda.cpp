// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/agenda.hpp"

#include <algorithm>
#include <vector>

namespace lvsdeck::health {

Agenda::Moment& Agenda::momentAt(Instant when) {
    // The next beat is mostly the latest moment there is, or the one after it.
    if (!m_moments.empty() && m_moments.rbegin()->first == when)
        return m_moments.rbegin()->second;
    Moment& moment = m_moments.try_emplace(m_moments.end(), when)->second;
    moment.when = when;
    return moment;
}

void Agenda::insert(Entry& entry, Instant when, void* what) {
    entry.cancel();
    Moment& moment = momentAt(when);
    entry.m_moment = &moment;
    entry.m_what = what;
    entry.m_before = moment.last;
    entry.m_after = nullptr;
    (moment.last == nullptr ? moment.first : moment.last->m_after) = &entry;
    moment.last = &entry;
    arm();
}

void Agenda::unlink(Entry& entry) {
    Moment& moment = *entry.m_moment;
    (entry.m_before == nullptr ? moment.first : entry.m_before->m_after) = entry.m_after;
    (entry.m_after == nullptr ? moment.last : entry.m_after->m_before) = entry.m_before;
    entry.m_moment = nullptr;
}

void Agenda::remove(Entry& entry) {
    const Moment& moment = *entry.m_moment;
    unlink(entry);
    if (moment.first == nullptr && !moment.running)
        m_moments.erase(moment.when);
}

void Agenda::arm() {
    if (m_running || m_moments.empty())
        return;
    const Instant next = m_moments.begin()->first;
    // A timer for something that was cancelled since fires in vain once, which is cheaper than moving it each time.
    if (m_armedFor && *m_armedFor <= next)
        return;
    m_armedFor = next;
    m_timer = m_runtime.after(std::max(next - m_runtime.now(), Duration{0}), [this] { run(); });
}

void Agenda::run() {
    m_armedFor.reset();
    m_running = true;
    // What is planned from inside belongs to the next run, or this one might never end: so all that is due leaves the tree first.
    std::vector<Moments::node_type> due;
    for (const Instant now = m_runtime.now(); !m_moments.empty() && m_moments.begin()->first <= now;) {
        m_moments.begin()->second.running = true;
        due.push_back(m_moments.extract(m_moments.begin()));
    }
    for (const auto& moment : due)
        while (Entry* const entry = moment.mapped().first) {
            unlink(*entry);
            m_due(entry->m_what);
        }
    m_running = false;
    arm();
}

} // namespace lvsdeck::health
