// SPDX-License-Identifier: GPL-3.0-or-later
// Virtual time: one queue of work for all simulated hosts, and a Runtime per host on it. Nothing ever waits;
// equal moments run in the order in which they were asked for, so a run repeats exactly. Owned by the test or
// demo; one thread. The time must outlive its runtimes, the runtimes their timers' owners.
#pragma once

#include "agent/ports/runtime.hpp"

#include <map>
#include <memory>

namespace lvsdeck::simulated {

class SimulatedTime {
public:
    [[nodiscard]] Instant now() const { return m_now; }
    /// Work for later, without a way to take it back.
    void at(Instant when, std::function<void()> work);
    /// Runs everything that is due within `duration`, and everything that follows from it within that time.
    void runFor(Duration duration);
    /// Runs the next piece of work; false when there is none.
    bool runNext();
    [[nodiscard]] std::size_t pending() const { return m_queue->size(); }

private:
    friend class SimulatedRuntime;
    using Key = std::pair<Instant, std::uint64_t>;
    using Queue = std::map<Key, std::function<void()>>;
    Key enqueue(Instant when, std::function<void()> work);

    std::shared_ptr<Queue> m_queue = std::make_shared<Queue>();
    Instant m_now{std::chrono::hours(1)};
    std::uint64_t m_sequence = 0;
};

/// One host's clocks on the common time.
class SimulatedRuntime final : public Runtime {
public:
    explicit SimulatedRuntime(SimulatedTime& time) : m_time(time) {}

    [[nodiscard]] Instant now() const override { return m_time.now(); }
    [[nodiscard]] std::int64_t wallUs() const override {
        return m_time.now().time_since_epoch().count() + m_wallOffset.count();
    }
    [[nodiscard]] Timer after(Duration delay, std::function<void()> work) override;
    void post(std::function<void()> work) override;

    /// The wall clock steps, as by NTP or an administrator.
    void setWallOffset(Duration offset) { m_wallOffset = offset; }

private:
    SimulatedTime& m_time;
    Duration m_wallOffset{std::chrono::hours(24 * 365 * 55)};
};

} // namespace lvsdeck::simulated
