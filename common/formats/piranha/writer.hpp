// SPDX-License-Identifier: GPL-3.0-or-later
// A cluster -> Piranha's lvs.cf. Pure.
#pragma once

#include "common/formats/diagnostic.hpp"

namespace lvsdeck::formats {

/// One text for both directors. Piranha knows two directors, IPv4, one way of forwarding for all services and one check for all
/// servers of a virtual: everything of the cluster that the text does not say is in the diagnostics, with its subject as `found`.
[[nodiscard]] Exported writePiranha(const model::Cluster& cluster);

} // namespace lvsdeck::formats
