// SPDX-License-Identifier: GPL-3.0-or-later
// A prober: one attempt after the other in a fixed rhythm, whatever became of the earlier ones, on a thread of its own. The
// agent runs one for each probe.run, the console one for "from this computer".
#pragma once

#include "probe/news.hpp"

#include <functional>
#include <memory>

namespace lvsdeck::probe {

class Runner {
public:
    /// Called on the runner's own thread, at most 100 ms after a measurement; the last batch, and only that, is `done`.
    using Deliver = std::function<void(const Batch&)>;

    /// Starts at once; throws (std::exception) when the system has no thread or descriptor left for it. Parameters outside
    /// their limits (check()) end it with a single batch that says why.
    ///
    /// Attempts that the prober could not even make (no descriptors left, too many still open, this process was not running
    /// when one was due) are samples with the result Local, so that a fault on this side is never taken for an outage.
    Runner(const rpc::ProbeRunParams& params, Deliver deliver);
    /// Ends the run and waits for its thread; nothing is delivered any more. Not to be destroyed from within Deliver.
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    /// Ends the run early: attempts under way are dropped, the last batch follows. Any thread.
    void stop();

private:
    class Run;
    std::unique_ptr<Run> m_run;
};

} // namespace lvsdeck::probe
