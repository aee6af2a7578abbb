// SPDX-License-Identifier: GPL-3.0-or-later
// How far a director's clock is from the console's, from question and answer times, with a bound on the error: half of the
// round trip, growing with age, because clocks drift. Pure; any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace lvsdeck::cluster {

struct ClockOffset {
    std::int64_t offsetUs = 0; ///< director's clock minus console's
    std::int64_t errorUs = 0;  ///< the true offset is within ± this
    [[nodiscard]] std::int64_t toConsole(std::int64_t directorUs) const { return directorUs - offsetUs; }
    bool operator==(const ClockOffset&) const = default;
};

class ClockEstimator {
public:
    /// The director read its clock (from receivedUs to answeredUs; the same when only one is known) between the console's
    /// sentUs and arrivedUs. Impossible values are ignored. A jump of the director's clock beyond the bounds forgets the past.
    void add(std::int64_t sentUs, std::int64_t receivedUs, std::int64_t answeredUs, std::int64_t arrivedUs);
    /// The best of the last 32 exchanges at this time; nullopt before the first.
    [[nodiscard]] std::optional<ClockOffset> estimate(std::int64_t nowUs) const;
    void reset() { m_exchanges.clear(); }

private:
    struct Exchange {
        std::int64_t offsetUs;
        std::int64_t errorUs;
        std::int64_t atUs;
    };
    std::deque<Exchange> m_exchanges;
};

} // namespace lvsdeck::cluster
