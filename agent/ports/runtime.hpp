// SPDX-License-Identifier: GPL-3.0-or-later
// Time as the agent's parts see it: a monotonic clock, the wall clock, timers and posted work. The real one runs on Asio's
// loop (agent/app), the simulated one on virtual time (agent/simulated). All calls on the control thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace lvsdeck {

struct MonotonicClock {
    using duration = std::chrono::microseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<MonotonicClock>;
    static constexpr bool is_steady = true;
};

using Instant = MonotonicClock::time_point;
using Duration = MonotonicClock::duration;

/// A running timer; destroying or resetting it cancels. Empty by default.
class Timer {
public:
    /// What a Runtime hands out; destruction cancels.
    class Pending {
    public:
        Pending() = default;
        Pending(const Pending&) = delete;
        Pending& operator=(const Pending&) = delete;
        virtual ~Pending() = default;
    };

    Timer() = default;
    explicit Timer(std::unique_ptr<Pending> pending) : m_pending(std::move(pending)) {}
    void cancel() { m_pending.reset(); }

private:
    std::unique_ptr<Pending> m_pending;
};

class Runtime {
public:
    Runtime() = default;
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;
    virtual ~Runtime() = default;

    [[nodiscard]] virtual Instant now() const = 0;
    /// CLOCK_REALTIME in µs; may step.
    [[nodiscard]] virtual std::int64_t wallUs() const = 0;
    /// Calls `work` once, not before `delay` has passed, never from inside this call.
    [[nodiscard]] virtual Timer after(Duration delay, std::function<void()> work) = 0;
    /// Calls `work` soon, never from inside this call.
    virtual void post(std::function<void()> work) = 0;
};

} // namespace lvsdeck
