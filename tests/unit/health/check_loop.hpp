// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for the control thread of tests with real probes.
#pragma once

#include "agent/health/asio_checks.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace lvsdeck::test {

/// Runs what was posted when the test says so.
class Loop {
public:
    health::AsioChecks::Post post() {
        return [this](std::function<void()> work) {
            const std::lock_guard lock(m_mutex);
            m_queue.push_back(std::move(work));
            m_come.notify_one();
        };
    }
    /// False when nothing came within `limit`.
    bool runOne(std::chrono::milliseconds limit = std::chrono::seconds(10)) {
        std::unique_lock lock(m_mutex);
        if (!m_come.wait_for(lock, limit, [this] { return !m_queue.empty(); }))
            return false;
        const auto work = std::move(m_queue.front());
        m_queue.pop_front();
        lock.unlock();
        work();
        return true;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_come;
    std::deque<std::function<void()>> m_queue;
};

/// The answer of one probe.
inline CheckResult probeOnce(health::AsioChecks& checks, Loop& loop, CheckRequest request) {
    std::optional<CheckResult> got;
    const auto running = checks.run(std::move(request), [&got](const CheckResult& result) { got = result; });
    if (!loop.runOne() || !got)
        return {.reason = CheckReason::Local, .detail = "no answer of the prober"};
    return *got;
}
inline CheckResult probeOnce(health::AsioChecks& checks, Loop& loop, const CheckTarget& target, std::size_t url = 0) {
    return probeOnce(checks, loop, requestFor(std::make_shared<const CheckTarget>(target), url));
}

} // namespace lvsdeck::test
