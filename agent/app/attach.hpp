// SPDX-License-Identifier: GPL-3.0-or-later
// `lvsdeck-agent attach`: what an SSH session runs. Copies bytes between the standard streams and the agent's socket.
#pragma once

#include "agent/app/options.hpp"

#include <string>

namespace lvsdeck::app {

/// Ends when the agent hangs up. The end of standard input is passed on as such: answers under way still come.
[[nodiscard]] Exit attach(const std::string& socket);

} // namespace lvsdeck::app
