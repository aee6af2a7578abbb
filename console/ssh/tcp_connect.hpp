// SPDX-License-Identifier: GPL-3.0-or-later
// A TCP connection to a name: all its addresses, the next one a quarter of a second after the one before (RFC 8305, section 5),
// the first that answers wins. For worker threads: it blocks.
#pragma once

#include "common/base/error.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace lvsdeck::ssh {

/// A connected, blocking, close-on-exec socket that the caller closes. `wakeFd` becoming readable ends the attempt (Unavailable).
/// The resolver's time is not part of the limit.
[[nodiscard]] Result<int> connectTcp(const std::string& host, std::uint16_t port, std::chrono::milliseconds limit,
                                     int wakeFd);

} // namespace lvsdeck::ssh
