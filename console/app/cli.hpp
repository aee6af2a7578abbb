// SPDX-License-Identifier: GPL-3.0-or-later
// The console's command line. Scripts stand on it: options and exit statuses are a contract (`lvsdeck --help-all`).
// 0 done; 1 the input has problems; 2 wrong usage; 3 a director cannot be reached or refuses; 4 refused or rolled back;
// 5 a drill did not pass. Main thread.
#pragma once

#include "console/app/gui_main.hpp"

#include <functional>
#include <optional>

namespace lvsdeck::console {

enum class ExitStatus { Done = 0, Problems = 1, Usage = 2, Unreachable = 3, Refused = 4, DrillFailed = 5 };

struct CommandLine {
    std::optional<int> exitStatus;                  ///< help, version or wrong usage: everything was said already
    std::function<int(int& argc, char** argv)> run; ///< a subcommand; empty: the window
    WindowOptions window;
};

[[nodiscard]] CommandLine parseCommandLine(int argc, const char* const* argv);

} // namespace lvsdeck::console
