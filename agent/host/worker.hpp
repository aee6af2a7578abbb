// SPDX-License-Identifier: GPL-3.0-or-later
// One thread that does short jobs in order, for what may block: starting programs, looking users up, mail. Signals stay with the
// other threads. Owned by whoever posts; post() from one thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace lvsdeck::host {

class Worker {
public:
    /// At most `limit` jobs wait.
    Worker(const char* name, std::size_t limit);
    /// Waits for the jobs that wait, all of them.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// False: the queue is full, and the job is dropped. A job must not throw.
    [[nodiscard]] bool post(std::function<void()> job);

private:
    void run();

    const std::size_t m_limit;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_jobs;
    bool m_ending = false;
    std::thread m_thread;
};

} // namespace lvsdeck::host
