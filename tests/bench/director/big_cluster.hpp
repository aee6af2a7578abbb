// SPDX-License-Identifier: GPL-3.0-or-later
// A director with a thousand services, for measuring. Values only.
#pragma once

#include "common/model/cluster.hpp"

namespace lvsdeck::bench {

/// Service n has the address 10.30.x.y:80, its servers are 10.20.x.y:80, all different, forwarded by NAT. With `checkEvery` each
/// server has a TCP check in that rhythm.
[[nodiscard]] model::Cluster bigCluster(unsigned services, unsigned serversEach,
                                        std::optional<model::Milliseconds> checkEvery);

} // namespace lvsdeck::bench
