// SPDX-License-Identifier: GPL-3.0-or-later
// `lvsdeck-agent serve`: builds the agent out of its real parts and runs it. SIGTERM leaves addresses and table to the next
// process, SIGINT resigns.
#pragma once

#include "agent/app/options.hpp"

namespace lvsdeck::app {

[[nodiscard]] Exit serve(const ServeOptions& options);

} // namespace lvsdeck::app
