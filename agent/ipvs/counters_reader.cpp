// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/counters_reader.hpp"

#include <memory>
#include <utility>

namespace lvsdeck::ipvs {

void CountersReader::forget() {
    m_entries.reset();
    m_last.reset();
}

Result<TableCounters> CountersReader::dump() {
    forget();
    auto dumped = m_kernel.counters();
    if (dumped) {
        m_last = *dumped;
        m_entries.emplace(*m_last->traffic);
    }
    return dumped;
}

bool CountersReader::hasSameIpv6Services() {
    const auto services = m_kernel.ipv6Services();
    if (!services || services->size() != m_entries->ipv6Services())
        return false;
    for (const ServiceKey& key : *services)
        if (!m_last->traffic->contains(key))
            return false;
    return true;
}

QuickCounts::Told CountersReader::readQuickly(std::vector<Connections>& connections) {
    using enum QuickCounts::Told;
    if (m_entries->othersAreMany())
        return Nothing;
    if (const auto told = m_quick.read(*m_entries, connections); told != Same)
        return told;
    // What the quick interface does not show.
    if (!hasSameIpv6Services())
        return Other;
    for (const ServiceKey* key : m_entries->others())
        if (const auto same = m_kernel.recount(*key, m_last->traffic->at(*key), connections); !same || !*same)
            return Other;
    return Same;
}

std::optional<TableCounters> CountersReader::refresh() {
    if (!m_last)
        return std::nullopt;
    auto connections = std::make_shared<std::vector<Connections>>(*m_last->connections);
    auto told = readQuickly(*connections);
    if (told == QuickCounts::Told::Nothing) {
        const auto proc = readProcFile(m_procFile);
        told = proc && overlay(*m_last->traffic, *proc, *connections) ? QuickCounts::Told::Same : QuickCounts::Told::Other;
    }
    if (told != QuickCounts::Told::Same)
        return std::nullopt;
    m_last->connections = std::move(connections);
    return m_last;
}

} // namespace lvsdeck::ipvs
