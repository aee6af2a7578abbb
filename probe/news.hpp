// SPDX-License-Identifier: GPL-3.0-or-later
// A batch of a prober's measurements, and the notification that carries it. Pure; any thread.
#pragma once

#include "common/rpc/messages.hpp"

#include <string>
#include <vector>

namespace lvsdeck::probe {

struct Batch {
    std::vector<rpc::ProbeSample> samples; ///< in the order of completion
    std::uint32_t heldAlive = 0;
    std::uint32_t heldBroken = 0;    ///< never reopened
    std::int64_t heldMaxStallUs = 0; ///< longest wait for the answer to a heartbeat, also of one still waiting
    bool done = false;               ///< nothing follows
    std::string error;               ///< why it ended early, or what was wrong on this side
    bool operator==(const Batch&) const = default;
};

[[nodiscard]] rpc::ProbeNews toNews(const std::string& id, const Batch& batch);
/// InvalidInput when a sample is not three numbers or its result is not one of ours.
[[nodiscard]] Result<Batch> fromNews(const rpc::ProbeNews& news);

/// InvalidInput with the member's name as path when a number is outside its limits (rpc::ProbeRunParams).
[[nodiscard]] Result<void> check(const rpc::ProbeRunParams& params);

} // namespace lvsdeck::probe
