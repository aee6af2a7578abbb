// SPDX-License-Identifier: GPL-3.0-or-later
// The longest delay of the last minute, in slices of ten seconds. A value; the clock is an argument.
#pragma once

#include "agent/ports/runtime.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::health {

class Lateness {
public:
    void add(Instant now, Duration late) {
        Slice& slice = m_slices[static_cast<std::size_t>(number(now)) % m_slices.size()];
        if (slice.number != number(now))
            slice = {.number = number(now), .worst = Duration{0}};
        slice.worst = std::max(slice.worst, late);
    }
    [[nodiscard]] Duration worst(Instant now) const {
        Duration worst{0};
        for (const Slice& slice : m_slices)
            if (number(now) - slice.number < static_cast<Duration::rep>(m_slices.size()))
                worst = std::max(worst, slice.worst);
        return worst;
    }

private:
    struct Slice {
        Duration::rep number = -1000;
        Duration worst{0};
    };
    [[nodiscard]] static Duration::rep number(Instant now) { return now.time_since_epoch() / std::chrono::seconds(10); }
    std::array<Slice, 6> m_slices;
};

} // namespace lvsdeck::health
