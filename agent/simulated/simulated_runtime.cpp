// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/simulated/simulated_runtime.hpp"

#include <algorithm>

namespace lvsdeck::simulated {

namespace {

template <class Queue> class SimulatedPending final : public Timer::Pending {
public:
    SimulatedPending(std::weak_ptr<Queue> queue, typename Queue::key_type key) : m_queue(std::move(queue)), m_key(key) {}
    ~SimulatedPending() override {
        if (const auto queue = m_queue.lock())
            queue->erase(m_key);
    }

private:
    std::weak_ptr<Queue> m_queue;
    typename Queue::key_type m_key;
};

} // namespace

SimulatedTime::Key SimulatedTime::enqueue(Instant when, std::function<void()> work) {
    const Key key{std::max(when, m_now), m_sequence++};
    m_queue->emplace(key, std::move(work));
    return key;
}

void SimulatedTime::at(Instant when, std::function<void()> work) { enqueue(when, std::move(work)); }

bool SimulatedTime::runNext() {
    if (m_queue->empty())
        return false;
    // Out of the queue before it runs: the work may destroy its own timer.
    auto next = m_queue->extract(m_queue->begin());
    m_now = next.key().first;
    next.mapped()();
    return true;
}

void SimulatedTime::runFor(Duration duration) {
    const Instant end = m_now + duration;
    while (!m_queue->empty() && m_queue->begin()->first.first <= end)
        runNext();
    m_now = end;
}

Timer SimulatedRuntime::after(Duration delay, std::function<void()> work) {
    const auto key = m_time.enqueue(m_time.now() + delay, std::move(work));
    return Timer(std::make_unique<SimulatedPending<SimulatedTime::Queue>>(m_time.m_queue, key));
}

void SimulatedRuntime::post(std::function<void()> work) { m_time.enqueue(m_time.now(), std::move(work)); }

} // namespace lvsdeck::simulated
