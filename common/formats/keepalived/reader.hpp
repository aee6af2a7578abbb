// SPDX-License-Identifier: GPL-3.0-or-later
// keepalived.conf -> cluster. One text for each director; equal parts become common, what differs by nature
// (interface, priority, state, source address, router_id) becomes the director's part, contradictions are
// reported with both places. What lvsdeck does not manage is kept as Passthrough and reported. Bounded,
// linear, pure; any thread.
#pragma once

#include "common/formats/diagnostic.hpp"

namespace lvsdeck::formats {

/// Never fails; what could not be taken over is in the diagnostics. Without a resolver, `include` lines are
/// kept and reported.
[[nodiscard]] Imported readKeepalived(const std::vector<SourceText>& sources, const Resolver& resolver = {});

} // namespace lvsdeck::formats
