// SPDX-License-Identifier: GPL-3.0-or-later
// A configured program made ready for the port that starts it. Pure; any thread.
#pragma once

#include "agent/ports/script_port.hpp"

#include <utility>

namespace lvsdeck::vrrp {

/// With the cluster's user and group where the script names none.
[[nodiscard]] inline ScriptRun scriptRun(model::Script script, const model::ScriptSettings& settings,
                                         std::vector<std::string> arguments, std::chrono::milliseconds timeout) {
    if (script.user.empty()) {
        script.user = settings.user;
        if (script.group.empty())
            script.group = settings.group;
    }
    return {std::move(script), std::move(arguments), timeout, settings.security};
}

} // namespace lvsdeck::vrrp
