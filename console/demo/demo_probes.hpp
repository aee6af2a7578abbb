// SPDX-License-Identifier: GPL-3.0-or-later
// A prober inside the simulated segment: an attempt succeeds when some host answers for the address and forwards to a live
// server. Belongs to DemoWorld; its thread.
#pragma once

#include "agent/ports/probe_port.hpp"
#include "agent/ports/runtime.hpp"

#include <cstdint>
#include <functional>

namespace lvsdeck::console {

class DemoProbes final : public ProbePort {
public:
    /// Whether a client reaches the address and port now.
    using Reachable = std::function<bool(const IpAddress&, std::uint16_t)>;
    DemoProbes(Runtime& runtime, Reachable reachable) : m_runtime(runtime), m_reachable(std::move(reachable)) {}

    [[nodiscard]] Result<std::unique_ptr<RunningProbe>> run(const rpc::ProbeRunParams& params,
                                                            std::function<void(rpc::ProbeNews)> news) override;

private:
    class Running;
    Runtime& m_runtime;
    Reachable m_reachable;
};

} // namespace lvsdeck::console
