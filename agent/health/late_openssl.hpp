// SPDX-License-Identifier: GPL-3.0-or-later
// OpenSSL is loaded by the first check that needs it: most directors have none, and a process that only holds the library takes 1.7 MB
// more and starts later. The functions keep their names; until openOpenssl() has succeeded, calling one ends the process.
#pragma once

#include "common/base/error.hpp"

namespace lvsdeck::health {

/// Unsupported, with the package to install, when the library is not there. Any thread; cheap when it is loaded.
[[nodiscard]] Result<void> openOpenssl();

} // namespace lvsdeck::health
