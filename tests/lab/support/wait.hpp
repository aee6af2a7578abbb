// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting with an end: the lab watches real programs, so it polls, but never without a deadline. Any thread.
#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "tests/lab/support/unique_fd.hpp"

namespace lvsdeck::lab {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;
using namespace std::chrono_literals;

/// Asks until the answer is yes or the time is over; the last answer.
template <class Predicate> [[nodiscard]] bool eventually(Milliseconds limit, Predicate&& holds, Milliseconds pause = 20ms) {
    const auto deadline = Clock::now() + limit;
    while (true) {
        if (holds())
            return true;
        if (Clock::now() >= deadline)
            return false;
        std::this_thread::sleep_for(pause);
    }
}

/// As eventually(), for things without which the lab cannot go on.
template <class Predicate> void require(const std::string& what, Milliseconds limit, Predicate&& holds) {
    if (!eventually(limit, holds))
        throw LabError("after " + std::to_string(limit.count()) + " ms still not true: " + what);
}

/// Whether it stays true for the whole time.
template <class Predicate> [[nodiscard]] bool throughout(Milliseconds time, Predicate&& holds) {
    return !eventually(time, [&] { return !holds(); });
}

} // namespace lvsdeck::lab
