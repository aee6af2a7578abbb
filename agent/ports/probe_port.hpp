// SPDX-License-Identifier: GPL-3.0-or-later
// Measuring what a client would feel (probe.run). Real: connections from a thread of its own (probe/); simulated: answers out of
// the simulated network. Called and answered on the control thread.
#pragma once

#include "common/base/error.hpp"
#include "common/rpc/messages.hpp"

#include <functional>
#include <memory>

namespace lvsdeck {

/// A running measurement; destroying it stops it, and its callback is then never called again.
class RunningProbe {
public:
    RunningProbe() = default;
    RunningProbe(const RunningProbe&) = delete;
    RunningProbe& operator=(const RunningProbe&) = delete;
    virtual ~RunningProbe() = default;
};

class ProbePort {
public:
    ProbePort() = default;
    ProbePort(const ProbePort&) = delete;
    ProbePort& operator=(const ProbePort&) = delete;
    virtual ~ProbePort() = default;
    /// The parameters are within the limits that rpc::ProbeRunParams names. `news` comes several times a second with `id` left
    /// empty, never from inside this call; the last one has `done`.
    [[nodiscard]] virtual Result<std::unique_ptr<RunningProbe>> run(const rpc::ProbeRunParams& params,
                                                                    std::function<void(rpc::ProbeNews)> news) = 0;
};

} // namespace lvsdeck
