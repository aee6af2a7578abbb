// SPDX-License-Identifier: GPL-3.0-or-later
// Starting programs: notifications, tracking, script checks. Real: child processes with the user, group, process group and time
// limit asked for (agent/host); simulated: answers that a test sets (agent/simulated). Control thread only; never waits.
#pragma once

#include "common/model/script.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lvsdeck {

struct ScriptRun {
    model::Script script;                 ///< user and group already resolved against the cluster's ScriptSettings
    std::vector<std::string> arguments;   ///< after the script's own
    std::chrono::milliseconds timeout{0}; ///< 0: none. After it SIGTERM to the process group, 2 s later SIGKILL
    bool security = false;                ///< ScriptSettings::security
};

enum class ScriptEnd { Exited, Signalled, TimedOut, NotStarted };

struct ScriptResult {
    ScriptEnd end = ScriptEnd::Exited;
    int status = 0;     ///< exit status, or the signal's number
    std::string detail; ///< why it was not started, or the last line that it printed: at most 200 bytes of valid UTF-8
};

/// A program on its way; destroying it sends SIGTERM to its process group, and `done` is then never called.
class RunningScript {
public:
    RunningScript() = default;
    RunningScript(const RunningScript&) = delete;
    RunningScript& operator=(const RunningScript&) = delete;
    virtual ~RunningScript() = default;
};

class ScriptPort {
public:
    ScriptPort() = default;
    ScriptPort(const ScriptPort&) = delete;
    ScriptPort& operator=(const ScriptPort&) = delete;
    virtual ~ScriptPort() = default;
    /// `done` is called exactly once, later, on the control thread, unless the handle is destroyed before.
    [[nodiscard]] virtual std::unique_ptr<RunningScript> run(const ScriptRun& run,
                                                             std::function<void(const ScriptResult&)> done) = 0;
    /// Starts it and forgets it: notifications outlive what caused them. A failure to start is told to `failed`, later.
    virtual void start(const ScriptRun& run, std::function<void(const std::string& why)> failed) = 0;
};

} // namespace lvsdeck
