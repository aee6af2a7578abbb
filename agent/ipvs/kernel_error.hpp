// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernel's refusals mean to an admin. Shared by the real and the simulated IPVS. Pure; any thread.
#pragma once

#include "agent/ipvs/kernel_settings.hpp"
#include "agent/ipvs/table.hpp"
#include "common/base/error.hpp"

namespace lvsdeck::ipvs {

/// `number` is a positive errno that the kernel gave for this operation.
[[nodiscard]] Error operationError(int number, const Operation& operation);

/// The same for starting or stopping a connection sync daemon, and for setting timeouts.
[[nodiscard]] Error syncError(int number, const SyncDaemon& daemon);
[[nodiscard]] Error timeoutsError(int number);

/// The kernel has no IPVS and could not load it.
[[nodiscard]] Error noIpvsError();
/// The caller may not use IPVS.
[[nodiscard]] Error permissionError();

} // namespace lvsdeck::ipvs
