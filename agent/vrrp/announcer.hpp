// SPDX-License-Identifier: GPL-3.0-or-later
// Sends gratuitous ARP and unsolicited neighbour advertisements in bursts, spaced when the configuration says so. Owned by an
// instance; control thread.
#pragma once

#include "agent/ports/host_port.hpp"
#include "agent/ports/runtime.hpp"
#include "agent/vrrp/memory.hpp"
#include "common/model/vrrp_instance.hpp"

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace lvsdeck::vrrp {

class Announcer {
public:
    using Failed = std::function<void(const Memory::Address& address, const std::string& why)>;
    Announcer(Runtime& runtime, HostPort& host, Failed failed)
        : m_runtime(runtime), m_host(host), m_failed(std::move(failed)) {}

    /// All addresses, `repeat` times; the first goes out at once. Behind what is still on its way.
    void announce(const std::vector<Memory::Address>& addresses, std::uint32_t repeat, const model::Garp& garp);
    /// Forgets what is not yet sent: somebody else is master.
    void cancel();

private:
    struct Waiting {
        Memory::Address address;
        Duration pause{0}; ///< after it
    };
    void sendOn();

    Runtime& m_runtime;
    HostPort& m_host;
    Failed m_failed;
    std::deque<Waiting> m_waiting;
    Timer m_next;
    bool m_pausing = false;
};

} // namespace lvsdeck::vrrp
