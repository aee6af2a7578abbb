// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of the engine that deal with a keepalived have in common. Included by engine*.cpp only.
#pragma once

#include "agent/ports/classic_port.hpp"

#include <string>

namespace lvsdeck::core::adopting {

/// While this document is there the unit of keepalived does not start (installers/systemd), whoever asks for it.
inline const std::string markName = "replaces-keepalived";
/// How keepalived ran.
inline const std::string programName = "keepalived.json";

[[nodiscard]] inline std::string processText(const ClassicProgram& program) {
    return "process " + std::to_string(program.processes.front()) +
           (program.unit.empty() ? std::string() : " of " + program.unit);
}

} // namespace lvsdeck::core::adopting
