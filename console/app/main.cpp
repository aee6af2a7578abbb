// SPDX-License-Identifier: GPL-3.0-or-later
// lvsdeck: with a subcommand it works without a display, else it opens the window.
#include "console/app/cli.hpp"
#include "console/app/gui_main.hpp"

int main(int argc, char** argv) {
    const lvsdeck::console::CommandLine line = lvsdeck::console::parseCommandLine(argc, argv);
    if (line.exitStatus)
        return *line.exitStatus;
    if (line.run)
        return line.run(argc, argv);
    return lvsdeck::console::runWindow(argc, argv, line.window);
}
