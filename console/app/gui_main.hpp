// SPDX-License-Identifier: GPL-3.0-or-later
// The console with a window: builds QApplication, theme, translations and the main window, and runs until it is closed.
// Called by main() on the main thread when no subcommand was given.
#pragma once

#include <functional>
#include <string>

namespace lvsdeck::console {

struct WindowOptions {
    std::string cluster;         ///< name of a saved cluster to show first; empty: the one shown last
    std::string view;            ///< "overview", "watch", "events", "drill", "config" …; empty: the one shown last
    bool readonly = false;       ///< nothing that writes is offered
    std::string profileDir;      ///< settings and saved clusters live here; empty: the user's own folders
    bool demo = false;           ///< two agents in this process over a simulated kernel
    std::function<void()> shown; ///< called once from the event loop, when the window is on the screen; may be empty
};

/// The process's exit status.
int runWindow(int argc, char** argv, const WindowOptions& options);

} // namespace lvsdeck::console
