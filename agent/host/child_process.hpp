// SPDX-License-Identifier: GPL-3.0-or-later
// The real ScriptPort: child processes, started on a worker thread (looking users up and executing may block) and watched by the
// control loop. Owned by the composition root; the io_context outlives it. Control thread.
#pragma once

#include "agent/host/spawn.hpp"
#include "agent/host/worker.hpp"
#include "agent/ports/script_port.hpp"

#include <memory>

namespace boost::asio {
class io_context;
}

namespace lvsdeck::host {

class ChildProcesses final : public ScriptPort {
public:
    explicit ChildProcesses(boost::asio::io_context& loop);
    /// Starts what start() was asked for and leaves it alone; what run() began gets SIGTERM.
    ~ChildProcesses() override;

    /// A program that does not end 2 s after SIGTERM is killed; TimedOut is told then at the latest. The time counts from this call.
    [[nodiscard]] std::unique_ptr<RunningScript> run(const ScriptRun& run,
                                                     std::function<void(const ScriptResult&)> done) override;
    /// In the order of the calls. What it prints is thrown away.
    void start(const ScriptRun& run, std::function<void(const std::string& why)> failed) override;
    /// Programs that have not ended yet.
    [[nodiscard]] std::size_t running() const;

private:
    class Child;
    class Handle;
    class Children;
    std::shared_ptr<Child> begin(const ScriptRun& run, Fate fate, std::function<void(const ScriptResult&)> done);

    std::shared_ptr<Children> m_children;
    Worker m_worker;
};

} // namespace lvsdeck::host
