// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/app/background_counters.hpp"

namespace lvsdeck::app {

namespace {

using namespace std::chrono_literals;

constexpr auto shortWait = 4ms;
constexpr auto longWait = 250ms;
constexpr auto tooOld = 3s;

} // namespace

BackgroundCounters::BackgroundCounters() : m_thread([this] { work(); }) {}

BackgroundCounters::~BackgroundCounters() {
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

Result<ipvs::TableCounters> BackgroundCounters::counters() {
    std::unique_lock lock(m_mutex);
    const auto asked = Clock::now();
    const bool stale = !m_latest || asked - m_readAt > tooOld;
    m_wanted = true;
    m_changed.notify_all();
    m_changed.wait_for(lock, stale ? std::chrono::milliseconds(longWait) : std::chrono::milliseconds(shortWait),
                       [&] { return m_latest && m_readAt >= asked; });
    if (!m_latest)
        return failure(ErrorCode::Timeout, "the kernel takes long to tell its IPVS counters; they come with the next state");
    return *m_latest;
}

void BackgroundCounters::work() {
    ipvs::NetlinkIpvs kernel;
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, [this] { return m_wanted || m_stopping; });
        if (m_stopping)
            return;
        m_wanted = false;
        lock.unlock();
        auto counters = kernel.counters();
        lock.lock();
        m_latest = std::move(counters);
        m_readAt = Clock::now();
        m_changed.notify_all();
    }
}

} // namespace lvsdeck::app
