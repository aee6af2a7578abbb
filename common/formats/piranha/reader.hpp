// SPDX-License-Identifier: GPL-3.0-or-later
// Piranha's lvs.cf (Red Hat's load balancer, until release 6) -> a cluster. Linear, pure.
#pragma once

#include "common/formats/diagnostic.hpp"

namespace lvsdeck::formats {

/// The primary becomes the director lb1, the backup lb2. Both have a copy of the same file: with several sources the one with the
/// highest serial_no is read, and where the others differ from it is in the diagnostics. Whatever is not taken over is in them too.
[[nodiscard]] Imported readPiranha(const std::vector<SourceText>& sources);

} // namespace lvsdeck::formats
