// SPDX-License-Identifier: GPL-3.0-or-later
// The rules that `ipvsadm -Sn` writes (and people write by hand for `ipvsadm -R`) -> services of a cluster.
// Linear, pure.
#pragma once

#include "common/formats/diagnostic.hpp"

namespace lvsdeck::formats {

/// The cluster has no directors and no VRRP instances: the rules know nothing of them. Lines that are not
/// understood, and names instead of addresses, are in the diagnostics.
[[nodiscard]] Imported readIpvsadmRules(const SourceText& source);

} // namespace lvsdeck::formats
