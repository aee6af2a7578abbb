// SPDX-License-Identifier: GPL-3.0-or-later
// Starts one program as another user, in a process group of its own. Looks users and files up, so it may block: on a worker thread.
#pragma once

#include "agent/host/descriptor.hpp"
#include "agent/ports/script_port.hpp"
#include "common/base/error.hpp"

namespace lvsdeck::host {

struct Spawned {
    int pid = 0;       ///< also its process group
    Descriptor handle; ///< of the process: readable when it ended, which still has to be waited for
    Descriptor output; ///< reads what it prints, without waiting; none when it was not asked for
};

enum class Output { Discard, Read };
/// With Alone the program outlives this process, with Together it gets SIGTERM when the starting thread ends.
enum class Fate { Alone, Together };

/// Standard input is /dev/null, the working folder /, signals as for a fresh program, no descriptor inherited. The user's
/// supplementary groups come along. The error says what, as whom, and what to do.
[[nodiscard]] Result<Spawned> spawn(const ScriptRun& run, Output output, Fate fate);

} // namespace lvsdeck::host
