// SPDX-License-Identifier: GPL-3.0-or-later
// What the command line can say.
#pragma once

#include <string>

namespace lvsdeck::app {

/// Exit statuses of both programs (ARCHITECTURE.md).
enum class Exit { Done = 0, Problem = 1, Usage = 2, Unreachable = 3, Refused = 4 };

struct ServeOptions {
    std::string stateDir = "/var/lib/lvsdeck";
    std::string runDir = "/run/lvsdeck";
    std::string socket;            ///< empty: agent.sock in runDir
    std::string director;          ///< empty: the stored one
    bool wholeConnections = false; ///< of TCP checks (health::AsioChecksSettings)
};

struct WatchOptions {
    bool once = false;
    std::string format = "ipvsadm"; ///< or json
};

} // namespace lvsdeck::app
