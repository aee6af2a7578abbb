// SPDX-License-Identifier: GPL-3.0-or-later
// Words shared by the state machine, the router and the drill. Any thread.
#pragma once

namespace lvsdeck::vrrp {

/// Why an instance must not be master although it could. Graceful: it resigns and stays BACKUP. Silent: as if
/// the director had died, without a goodbye, and deaf as well.
enum class Hold { Graceful, Silent };

/// Resign: priority 0, addresses removed. Leave: everything stays as it is, for the next process.
enum class Stop { Resign, Leave };

} // namespace lvsdeck::vrrp
