// SPDX-License-Identifier: GPL-3.0-or-later
// Who is on the other end of a unix socket, by the kernel's word. Asking the name service may block, so this runs on a worker
// thread; nothing here is shared.
#pragma once

#include "agent/api/session.hpp"

namespace lvsdeck::api {

/// Role and user of the process at the other end: root and members of lvsdeck-admin are Admin, of lvsdeck-operator Operator, of
/// lvsdeck Viewer, everybody else None. Groups count when the process has them (SO_PEERCRED, SO_PEERGROUPS) or, for a login that
/// is older than the membership, when the group database says so.
[[nodiscard]] Caller callerOf(int socket);

} // namespace lvsdeck::api
