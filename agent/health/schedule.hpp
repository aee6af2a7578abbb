// SPDX-License-Identifier: GPL-3.0-or-later
// When checks start, and when so many servers fail at once that the network is the likelier culprit. Pure: the monitor asks,
// the clock is an argument. Any thread.
#pragma once

#include "agent/ports/runtime.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace lvsdeck::health {

/// The same number for the same text in every build and on every machine (FNV-1a, 64 bits, then mixed).
[[nodiscard]] std::uint64_t stableHash(std::string_view text);

/// A check's own place in the round: it starts whenever the clock modulo `interval` equals `phase`. Since the phase comes
/// from the check's key only, a reload or a restart of the agent does not bunch checks together.
struct Beat {
    Duration interval{0}; ///< > 0
    Duration phase{0};    ///< < interval
    std::uint64_t hash = 0;
};
/// `interval` below 1 ms counts as 1 ms. Starts come in bunches: the phase of an interval from 5 s on divides by 100 ms if the interval
/// does, from 2 s on by 50 ms, and of any other by 20 ms.
[[nodiscard]] Beat beatOf(std::string_view key, Duration interval);
/// The same again, without its hash.
[[nodiscard]] Beat beatOf(Duration phase, Duration interval);

/// The first beat at or after `from`.
[[nodiscard]] Instant beatAtOrAfter(const Beat& beat, Instant from);
/// The first start: within `warmup` from now (0: at once), on a beat whenever one lies within.
[[nodiscard]] Instant firstStart(const Beat& beat, Duration warmup, Instant now);
/// The beat after the one planned at `planned`; beats that have passed by `now` are skipped, so a slow check never runs
/// twice in a row. At least `minimumGap` after `planned`, and never sooner than half an interval after it.
[[nodiscard]] Instant nextStart(const Beat& beat, Instant planned, Instant now, Duration minimumGap = Duration{0});

struct MassFailureSettings {
    bool hold = false; ///< keep the servers in the table meanwhile; keepalived has no such thing, so off by default
    std::size_t minimumServers = 4;
    unsigned percent = 90;
};

/// Notices that at least `percent` of the servers that worked failed within one window. Servers are numbers of the caller.
class MassFailure {
public:
    enum class Change { None, Began, Ended };

    explicit MassFailure(MassFailureSettings settings = {}) : m_settings(settings) {}
    /// Servers with checks, and the longest time in which all of them are looked at once.
    void configure(std::size_t checkedServers, Duration window);
    /// Holds, or no more, also those of an alarm that goes on.
    void setHold(bool hold) { m_settings.hold = hold; }
    [[nodiscard]] bool hold() const { return m_settings.hold; }
    /// The server or its checks are gone.
    [[nodiscard]] Change forget(std::uint64_t server) { return recovered(server); }
    [[nodiscard]] Change wentDown(std::uint64_t server, Instant now);
    [[nodiscard]] Change recovered(std::uint64_t server);
    [[nodiscard]] bool active() const { return m_active; }
    /// Whether this server's failure is disregarded while the network itself is suspected.
    [[nodiscard]] bool holds(std::uint64_t server) const {
        return m_active && m_settings.hold && m_suspects.contains(server);
    }
    [[nodiscard]] std::size_t suspects() const { return m_suspects.size(); }

private:
    [[nodiscard]] bool share(std::size_t failed, std::size_t population) const;
    [[nodiscard]] Change endIfFew();

    MassFailureSettings m_settings;
    std::size_t m_checked = 0;
    Duration m_window{0};
    bool m_active = false;
    std::size_t m_population = 0; ///< of the current alarm
    std::map<std::uint64_t, Instant> m_down;
    std::set<std::pair<Instant, std::uint64_t>> m_fresh; ///< went down within the window
    std::set<std::uint64_t> m_suspects;                  ///< down because of the current alarm
};

} // namespace lvsdeck::health
