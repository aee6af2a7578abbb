// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/schedule.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::health {

namespace {

constexpr Duration shortestInterval = std::chrono::milliseconds(1);
/// Checks that start at the same moment share one waking of two threads, on the widest of these grids that suits their interval.
struct Grid {
    Duration step;
    Duration from; ///< for intervals from here on
};
constexpr std::array grids{Grid{std::chrono::milliseconds(100), std::chrono::seconds(5)},
                           Grid{std::chrono::milliseconds(50), std::chrono::seconds(2)},
                           Grid{std::chrono::milliseconds(20), std::chrono::milliseconds(20)}};

Duration modulo(std::uint64_t hash, Duration span) {
    return Duration(static_cast<Duration::rep>(hash % static_cast<std::uint64_t>(span.count())));
}

} // namespace

std::uint64_t stableHash(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ULL;
    }
    // FNV alone maps "…:80#0", "…:80#1" to neighbours; neighbours modulo an interval would start together.
    hash ^= hash >> 33U;
    hash *= 0xff51afd7ed558ccdULL;
    hash ^= hash >> 33U;
    return hash;
}

Beat beatOf(std::string_view key, Duration interval) {
    Beat beat;
    beat.interval = std::max(interval, shortestInterval);
    beat.hash = stableHash(key);
    beat.phase = modulo(beat.hash, beat.interval);
    for (const Grid& grid : grids) {
        if (beat.interval < grid.from || beat.interval % grid.step != Duration{0})
            continue;
        beat.phase -= beat.phase % grid.step;
        break;
    }
    return beat;
}

Beat beatOf(Duration phase, Duration interval) { return {std::max(interval, shortestInterval), phase, 0}; }

Instant beatAtOrAfter(const Beat& beat, Instant from) {
    const auto interval = beat.interval.count();
    const auto sinceBeat = (from.time_since_epoch() - beat.phase).count() % interval;
    const auto positive = sinceBeat < 0 ? sinceBeat + interval : sinceBeat;
    return positive == 0 ? from : from + Duration(interval - positive);
}

Instant firstStart(const Beat& beat, Duration warmup, Instant now) {
    if (warmup <= Duration{0})
        return now;
    const Instant onBeat = beatAtOrAfter(beat, now);
    if (warmup > beat.interval) {
        const auto rounds = static_cast<std::uint64_t>(warmup / beat.interval);
        return onBeat + beat.interval * static_cast<Duration::rep>((beat.hash >> 32U) % rounds);
    }
    return onBeat <= now + warmup ? onBeat : now + modulo(beat.hash, warmup);
}

Instant nextStart(const Beat& beat, Instant planned, Instant now, Duration minimumGap) {
    const Duration gap = std::max(minimumGap, beat.interval / 2);
    return beatAtOrAfter(beat, std::max(planned + gap, now));
}

bool MassFailure::share(std::size_t failed, std::size_t population) const {
    return population >= m_settings.minimumServers && failed * 100 >= population * m_settings.percent;
}

MassFailure::Change MassFailure::endIfFew() {
    if (!m_active || share(m_suspects.size(), m_population))
        return Change::None;
    m_active = false;
    m_suspects.clear();
    return Change::Ended;
}

void MassFailure::configure(std::size_t checkedServers, Duration window) {
    m_checked = checkedServers;
    m_window = window;
    m_population = std::min(m_population, checkedServers);
}

MassFailure::Change MassFailure::wentDown(std::uint64_t server, Instant now) {
    if (!m_down.emplace(server, now).second)
        return Change::None;
    m_fresh.emplace(now, server);
    m_fresh.erase(m_fresh.begin(), m_fresh.lower_bound({now - m_window, 0}));
    if (m_active) {
        m_suspects.insert(server);
        return Change::None;
    }
    const std::size_t downBefore = m_down.size() - m_fresh.size();
    const std::size_t worked = m_checked > downBefore ? m_checked - downBefore : 0;
    if (!share(m_fresh.size(), worked))
        return Change::None;
    m_active = true;
    m_population = worked;
    for (const auto& [since, id] : m_fresh)
        m_suspects.insert(id);
    return Change::Began;
}

MassFailure::Change MassFailure::recovered(std::uint64_t server) {
    const auto found = m_down.find(server);
    if (found == m_down.end())
        return Change::None;
    m_fresh.erase({found->second, server});
    m_down.erase(found);
    m_suspects.erase(server);
    return endIfFew();
}

} // namespace lvsdeck::health
