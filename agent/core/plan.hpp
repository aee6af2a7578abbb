// SPDX-License-Identifier: GPL-3.0-or-later
// What an apply would do on this director, in words that an admin would type or read. Pure; any thread.
#pragma once

#include "agent/core/kernel_notes.hpp"
#include "agent/ipvs/counters.hpp"
#include "common/model/effective.hpp"
#include "common/rpc/messages.hpp"

#include <vector>

namespace lvsdeck::core {

/// Each with the established connections that it touches now: those of a removed or changed entry.
[[nodiscard]] std::vector<rpc::PlannedOperation> tablePlan(const std::vector<ipvs::Operation>& operations,
                                                           const ipvs::TableCounters& counters);
/// Instances that come, go or change, and their addresses, routes and rules one by one.
[[nodiscard]] std::vector<rpc::PlannedOperation> vrrpPlan(const std::vector<model::OwnInstance>& before,
                                                          const std::vector<model::OwnInstance>& after);
/// Static addresses, routes and rules.
[[nodiscard]] std::vector<rpc::PlannedOperation> staticPlan(const KeptStatics& before, const KeptStatics& after);
/// Servers whose checks come, go or change.
[[nodiscard]] std::vector<rpc::PlannedOperation> healthPlan(const std::vector<model::VirtualService>& before,
                                                            const std::vector<model::VirtualService>& after);

} // namespace lvsdeck::core
