// SPDX-License-Identifier: GPL-3.0-or-later
// A cluster as ldirectord.cf and as heartbeat's haresources. Both files are the same on every director. What the formats
// cannot say is told in the diagnostics, whose `found` is the subject (a service, a server, an instance). Pure.
#pragma once

#include "common/formats/diagnostic.hpp"

namespace lvsdeck::formats {

/// Services in the cluster's order, each setting written out whatever its default.
[[nodiscard]] Exported writeLdirectord(const model::Cluster& cluster);

/// One line for each VRRP instance: its preferred director (the highest priority) and its addresses.
[[nodiscard]] Exported writeHaresources(const model::Cluster& cluster);

} // namespace lvsdeck::formats
