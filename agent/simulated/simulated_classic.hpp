// SPDX-License-Identifier: GPL-3.0-or-later
// A keepalived that is there or not, as a test says; what it does to addresses and table the test does itself. Belongs to whoever
// owns the simulated world; control thread.
#pragma once

#include "agent/ports/classic_port.hpp"

#include <deque>
#include <functional>
#include <utility>

namespace lvsdeck::simulated {

class SimulatedClassic final : public ClassicPort {
public:
    /// Runs from now on, as process 4711 and its children.
    void run(std::vector<std::string> arguments = {"keepalived"}) {
        m_program = {{4711, 4712, 4713}, std::move(arguments), {}, {}};
    }
    void end() { m_program = {}; }
    void setConfiguration(ClassicConfiguration configuration) { m_configuration = std::move(configuration); }
    /// Holds every reading back, as a slow disk does; false: those that wait are answered.
    void setSlow(bool slow) {
        m_slow = slow;
        while (!m_slow && !m_waiting.empty()) {
            const auto then = std::move(m_waiting.front());
            m_waiting.pop_front();
            then(m_configuration);
        }
    }
    void setElsewhere(std::string why) { m_program.elsewhere = std::move(why); }
    /// Not empty: it cannot be ended, with these words.
    void setKillFailure(std::string why) { m_killFailure = std::move(why); }
    /// Not empty: it does not start, with these words.
    void setStartFailure(std::string why) { m_startFailure = std::move(why); }
    /// What happens besides when it is started by the agent: its addresses, its table.
    void whenStarted(std::function<void()> then) { m_then = std::move(then); }
    [[nodiscard]] int kills() const { return m_kills; }
    [[nodiscard]] int starts() const { return m_starts; }

    [[nodiscard]] Result<ClassicProgram> find() override { return m_program; }
    void read(const ClassicProgram& /*program*/, std::function<void(Result<ClassicConfiguration>)> then) override {
        if (m_slow)
            m_waiting.push_back(std::move(then));
        else
            then(m_configuration);
    }
    [[nodiscard]] Result<void> kill(const ClassicProgram& /*program*/) override {
        if (!m_killFailure.empty())
            return failure(ErrorCode::Io, m_killFailure);
        ++m_kills;
        end();
        return {};
    }
    [[nodiscard]] Result<void> start(const ClassicProgram& program) override {
        if (!m_startFailure.empty())
            return failure(ErrorCode::Io, m_startFailure);
        ++m_starts;
        run(program.arguments);
        if (m_then)
            m_then();
        return {};
    }

private:
    ClassicProgram m_program;
    ClassicConfiguration m_configuration;
    bool m_slow = false;
    std::deque<std::function<void(Result<ClassicConfiguration>)>> m_waiting;
    std::string m_killFailure;
    std::string m_startFailure;
    std::function<void()> m_then;
    int m_kills = 0;
    int m_starts = 0;
};

} // namespace lvsdeck::simulated
