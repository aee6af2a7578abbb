// SPDX-License-Identifier: GPL-3.0-or-later
// What an errno of a TCP conversation says about the other side, and when it says something about this side only. Pure.
#pragma once

#include "common/rpc/messages.hpp"

namespace lvsdeck::probe {

/// `errnoValue` as sockets report it. No descriptors, no memory, no free local port, a source address that is not ours, a
/// local firewall's veto or a missing address family are Local.
[[nodiscard]] rpc::ProbeResult classify(int errnoValue);

} // namespace lvsdeck::probe
