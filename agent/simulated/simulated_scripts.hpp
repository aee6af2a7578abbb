// SPDX-License-Identifier: GPL-3.0-or-later
// Programs whose answers a test or the demo sets. Nothing is executed; what was started is written down. Belongs to whoever owns the
// simulated world; control thread.
#pragma once

#include "agent/ports/runtime.hpp"
#include "agent/ports/script_port.hpp"

#include <deque>
#include <map>
#include <string>

namespace lvsdeck::simulated {

class SimulatedScripts final : public ScriptPort {
public:
    /// How a program ends, and after how long; longer than the run's limit it is TimedOut at the limit.
    struct Behaviour {
        ScriptResult result;
        Duration duration = std::chrono::milliseconds(1);
    };
    struct Started {
        Instant at;
        ScriptRun run;
        bool forgotten = false; ///< by start(), as notifications are
        /// The program and all its arguments, joined by blanks.
        [[nodiscard]] std::string line() const;
    };

    /// The runtime must outlive this.
    explicit SimulatedScripts(Runtime& runtime) : m_runtime(runtime) {}

    /// For every program without a behaviour of its own; exits with 0 at first.
    void setDefault(Behaviour behaviour) { m_default = std::move(behaviour); }
    /// `program` is the first word of the command, or the whole command with its own arguments joined by blanks, which goes first.
    void set(const std::string& program, Behaviour behaviour) { m_programs.insert_or_assign(program, std::move(behaviour)); }
    void setExit(const std::string& program, int status) { set(program, {.result = {ScriptEnd::Exited, status, {}}}); }
    /// The last 10,000, in order.
    [[nodiscard]] const std::deque<Started>& started() const { return m_started; }
    void clearStarted() { m_started.clear(); }

    /// The answer is what the program is like when the answer is due.
    [[nodiscard]] std::unique_ptr<RunningScript> run(const ScriptRun& run,
                                                     std::function<void(const ScriptResult&)> done) override;
    /// Of one that is set to NotStarted, `failed` gets the detail.
    void start(const ScriptRun& run, std::function<void(const std::string& why)> failed) override;

private:
    [[nodiscard]] const Behaviour& behaviourOf(const model::Script& script) const;
    void note(const ScriptRun& run, bool forgotten);

    Runtime& m_runtime;
    Behaviour m_default;
    std::map<std::string, Behaviour> m_programs;
    std::deque<Started> m_started;
};

} // namespace lvsdeck::simulated
