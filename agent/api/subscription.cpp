// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/api/subscription.hpp"

#include "common/rpc/state_delta.hpp"

namespace lvsdeck::api {

Subscription::Subscription(core::Engine& engine, std::uint64_t epoch, rpc::SubscribeParams params, Outlet outlet)
    : m_engine(engine), m_params(std::move(params)), m_outlet(std::move(outlet)) {
    m_last.epoch = epoch;
    m_timer = m_engine.runtime().after(Duration::zero(), [this] { beat(); });
}

void Subscription::beat() {
    m_timer = m_engine.runtime().after(std::chrono::milliseconds(m_params.intervalMs), [this] { beat(); });
    if (!m_outlet.isFree())
        return;
    rpc::State now = m_engine.state(m_params.parts);
    now.epoch = m_last.epoch;
    now.sequence = m_last.sequence + 1;
    if (m_last.sequence == 0)
        m_outlet.send(now);
    else if (const auto news = rpc::delta(m_last, now))
        m_outlet.send(*news);
    else
        return;
    m_last = std::move(now);
}

} // namespace lvsdeck::api
