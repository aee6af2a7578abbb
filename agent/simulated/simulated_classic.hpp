// SPDX-License-Identifier: GPL-3.0-or-later
// A keepalived that is there or not, as a test says; what it does to addresses and table the test does itself. Belongs to whoever
// owns the simulated world; control thread.
#pragma once

#include "agent/ports/classic_port.hpp"

#include <functional>
#include <utility>

namespace lvsdeck::simulated {

class SimulatedClassic final : public ClassicPort {
public:
    /// Runs from now on, as process 4711 and its children.
    void run(std::vector<std::string> arguments = {"keepalived"}) {
        m_program = {{4711, 4712, 4713}, std::move(arguments), {}};
    }
    void end() { m_program = {}; }
    void setConfiguration(ClassicConfiguration configuration) { m_configuration = std::move(configuration); }
    /// Not empty: it does not start, with these words.
    void setStartFailure(std::string why) { m_startFailure = std::move(why); }
    /// What happens besides when it is started by the agent: its addresses, its table.
    void whenStarted(std::function<void()> then) { m_then = std::move(then); }
    [[nodiscard]] int kills() const { return m_kills; }
    [[nodiscard]] int starts() const { return m_starts; }

    [[nodiscard]] Result<ClassicProgram> find() override { return m_program; }
    [[nodiscard]] ClassicConfiguration configuration(const ClassicProgram& /*program*/) override { return m_configuration; }
    [[nodiscard]] Result<void> kill(const ClassicProgram& /*program*/) override {
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
    std::string m_startFailure;
    std::function<void()> m_then;
    int m_kills = 0;
    int m_starts = 0;
};

} // namespace lvsdeck::simulated
