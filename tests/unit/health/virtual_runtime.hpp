// SPDX-License-Identifier: GPL-3.0-or-later
// Virtual time for one test: timers fire in order while the test turns the clock.
#pragma once

#include "agent/ports/runtime.hpp"

#include <map>
#include <memory>
#include <utility>

namespace lvsdeck::test {

class VirtualRuntime final : public Runtime {
public:
    [[nodiscard]] Instant now() const override { return m_now; }
    [[nodiscard]] std::int64_t wallUs() const override { return 1'700'000'000'000'000 + m_now.time_since_epoch().count(); }
    [[nodiscard]] Timer after(Duration delay, std::function<void()> work) override {
        auto slot = std::make_shared<std::function<void()>>(std::move(work));
        m_queue.emplace(m_now + delay, slot);
        return Timer(std::make_unique<Entry>(slot));
    }
    void post(std::function<void()> work) override {
        m_queue.emplace(m_now, std::make_shared<std::function<void()>>(std::move(work)));
    }
    /// Runs everything due until `span` from now has passed.
    void advance(Duration span) {
        const Instant end = m_now + span;
        while (!m_queue.empty() && m_queue.begin()->first <= end) {
            const auto first = m_queue.begin();
            m_now = std::max(m_now, first->first);
            const auto slot = first->second;
            m_queue.erase(first);
            if (*slot) {
                const auto work = std::exchange(*slot, nullptr);
                work();
            }
        }
        m_now = end;
    }

private:
    class Entry final : public Timer::Pending {
    public:
        explicit Entry(std::shared_ptr<std::function<void()>> slot) : m_slot(std::move(slot)) {}
        ~Entry() override { *m_slot = nullptr; }

    private:
        std::shared_ptr<std::function<void()>> m_slot;
    };

    Instant m_now{std::chrono::hours(1)};
    std::multimap<Instant, std::shared_ptr<std::function<void()>>> m_queue;
};

} // namespace lvsdeck::test
