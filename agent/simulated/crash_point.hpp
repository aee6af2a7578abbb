// SPDX-License-Identifier: GPL-3.0-or-later
// Kills a simulated agent between two steps that reach the outside world: the simulated kernel, host and
// store count their steps here, and the armed one throws. The owner catches SimulatedCrash, drops the agent
// as it is and builds a new one on the same simulated parts. Owned by the test or demo; one thread.
#pragma once

#include <cstdint>
#include <optional>

namespace lvsdeck::simulated {

struct SimulatedCrash {};

class CrashPoint {
public:
    /// The next `steps` steps happen, the one after them does not: it throws.
    void armAfter(std::uint64_t steps) { m_left = steps; }
    void disarm() { m_left.reset(); }
    /// Steps since the beginning, to learn how many there are to crash at.
    [[nodiscard]] std::uint64_t steps() const { return m_steps; }
    /// Called before each step. After a crash it is disarmed.
    void step() {
        if (m_left && (*m_left)-- == 0) {
            m_left.reset();
            throw SimulatedCrash{};
        }
        ++m_steps;
    }

private:
    std::optional<std::uint64_t> m_left;
    std::uint64_t m_steps = 0;
};

} // namespace lvsdeck::simulated
