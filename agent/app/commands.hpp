// SPDX-License-Identifier: GPL-3.0-or-later
// The small commands that ask a running agent: call, watch, doctor.
#pragma once

#include "agent/app/options.hpp"

#include <string>

namespace lvsdeck::app {

/// `params`: a JSON object, "-" for standard input, or empty. Prints the result; of state.subscribe and probe.run also the
/// notifications, one a line, until they end.
[[nodiscard]] Exit call(const std::string& socket, const std::string& method, const std::string& params);
[[nodiscard]] Exit watch(const std::string& socket, const WatchOptions& options);
/// Asks the agent; without one it looks at the host itself.
[[nodiscard]] Exit doctor(const std::string& socket, bool asJson);

} // namespace lvsdeck::app
