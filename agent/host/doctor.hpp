// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with this host as a director of this cluster, and how to mend it. Pure: facts in, findings
// out.
#pragma once

#include "agent/host/facts.hpp"
#include "common/model/effective.hpp"
#include "common/rpc/messages.hpp"

#include <vector>

namespace lvsdeck::host {

/// `own` is null when no cluster was applied yet: then only the host itself is judged. Items come in a fixed
/// order with stable ids: capabilities, ip_vs, schedulers, ip_forward, ipv6_forward, rp_filter, keepalived,
/// interface:NAME, address:ADDRESS, expire_nodest_conn. Good findings are in it too, so that one sees what
/// was looked at.
[[nodiscard]] std::vector<rpc::DoctorItem> diagnose(const HostFacts& facts, const model::Effective* own);

} // namespace lvsdeck::host
