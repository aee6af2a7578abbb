// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/simulated/simulated_scripts.hpp"

#include <algorithm>

namespace lvsdeck::simulated {

namespace {

constexpr std::size_t keptStarts = 10'000;

class Running final : public RunningScript {
public:
    Timer timer;
    std::function<void(const ScriptResult&)> done;
};

std::string joined(const std::vector<std::string>& words) {
    std::string line;
    for (const std::string& word : words)
        line += (line.empty() ? "" : " ") + word;
    return line;
}

} // namespace

std::string SimulatedScripts::Started::line() const {
    std::vector<std::string> words = run.script.command;
    words.insert(words.end(), run.arguments.begin(), run.arguments.end());
    return joined(words);
}

const SimulatedScripts::Behaviour& SimulatedScripts::behaviourOf(const model::Script& script) const {
    auto found = m_programs.find(joined(script.command));
    if (found == m_programs.end() && !script.empty())
        found = m_programs.find(script.command.front());
    return found == m_programs.end() ? m_default : found->second;
}

void SimulatedScripts::note(const ScriptRun& run, bool forgotten) {
    m_started.push_back({m_runtime.now(), run, forgotten});
    if (m_started.size() > keptStarts)
        m_started.pop_front();
}

std::unique_ptr<RunningScript> SimulatedScripts::run(const ScriptRun& run, std::function<void(const ScriptResult&)> done) {
    note(run, false);
    const Duration limit = run.timeout;
    const auto lasts = [limit](const Behaviour& behaviour) {
        return limit.count() == 0 ? behaviour.duration : std::min(behaviour.duration, limit);
    };
    auto running = std::make_unique<Running>();
    running->done = std::move(done);
    running->timer =
        m_runtime.after(lasts(behaviourOf(run.script)), [this, script = run.script, limit, self = running.get()] {
            const Behaviour& now = behaviourOf(script);
            ScriptResult result = now.result;
            if (limit.count() != 0 && now.duration >= limit)
                result = {ScriptEnd::TimedOut, 0, "still running after " + std::to_string(limit.count() / 1000) + " ms"};
            // The receiver may destroy the handle, and with it this lambda, from inside.
            const auto tell = std::move(self->done);
            tell(result);
        });
    return running;
}

void SimulatedScripts::start(const ScriptRun& run, std::function<void(const std::string& why)> failed) {
    note(run, true);
    const Behaviour& behaviour = behaviourOf(run.script);
    if (behaviour.result.end == ScriptEnd::NotStarted && failed)
        m_runtime.post([failed = std::move(failed), why = behaviour.result.detail] { failed(why); });
}

} // namespace lvsdeck::simulated
