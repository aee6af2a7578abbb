// SPDX-License-Identifier: GPL-3.0-or-later
// The real probes: one thread with its own loop, one coroutine and one deadline a probe. The thread is the port's own, so that
// two thousand TLS handshakes starting together cannot make VRRP late on the control thread. TCP checks are leaner: see tcp_connects.
#pragma once

#include "agent/ports/check_port.hpp"

#include <cstddef>
#include <functional>
#include <memory>

namespace lvsdeck::health {

struct AsioChecksSettings {
    std::size_t handshakesAtOnce = 256;
    /// TCP checks open a connection every time, as connect() does, instead of only until a server has passed one (see half_open).
    bool wholeConnections = false;
};

class AsioChecks final : public CheckPort {
public:
    /// Hands work to the control thread; must be callable from any thread until this object is destroyed.
    using Post = std::function<void(std::function<void()>)>;

    /// Throws when the system has no thread or descriptors for it; from then on, a lack of descriptors is a Local result.
    explicit AsioChecks(Post postToControl, AsioChecksSettings settings = {});
    /// Drops all probes under way and waits for the thread. Destroy the monitor first.
    ~AsioChecks() override;

    /// Latency counts from the first connect to the end of the last answer, without the wait for a handshake slot.
    [[nodiscard]] std::unique_ptr<RunningCheck> run(CheckRequest request,
                                                    std::function<void(const CheckResult&)> done) override;

private:
    class Core;
    std::shared_ptr<Core> m_core; ///< only handles of probes hold it too, weakly
};

} // namespace lvsdeck::health
