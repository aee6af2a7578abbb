// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/announcer.hpp"

namespace lvsdeck::vrrp {

void Announcer::announce(const std::vector<Memory::Address>& addresses, std::uint32_t repeat, const model::Garp& garp) {
    // When a burst lasts longer than the time to the next one, what waits is enough.
    if (!m_waiting.empty() && m_waiting.size() >= addresses.size() * repeat)
        return;
    for (std::uint32_t i = 0; i < repeat; ++i)
        for (const Memory::Address& address : addresses)
            m_waiting.push_back({address, address.address.isV4() ? garp.interval : garp.neighbourInterval});
    if (!m_pausing)
        sendOn();
}

void Announcer::sendOn() {
    m_pausing = false;
    while (!m_waiting.empty() && !m_pausing) {
        const Waiting one = std::move(m_waiting.front());
        m_waiting.pop_front();
        if (const auto sent = m_host.announce(one.address.device, one.address.address); !sent)
            m_failed(one.address, sent.error().text);
        if (one.pause.count() > 0) {
            m_pausing = true;
            m_next = m_runtime.after(one.pause, [this] { sendOn(); });
        }
    }
}

void Announcer::cancel() {
    m_waiting.clear();
    m_next.cancel();
    m_pausing = false;
}

} // namespace lvsdeck::vrrp
