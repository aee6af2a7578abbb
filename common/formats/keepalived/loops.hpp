// SPDX-License-Identifier: GPL-3.0-or-later
// keepalived's loops: ~SEQ(var,start,step,end) text and ~LST({a,b},{1,2},{3,4}) text. Private to this folder. Pure; bounded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lvsdeck::formats::keepalived {

/// What one turn of a loop sets, in order.
using Assignments = std::vector<std::pair<std::string, std::string>>;

struct Loop {
    std::vector<Assignments> turns; ///< at most maxTurns
    std::string text;               ///< what every turn reads
};

inline constexpr std::size_t maxTurns = 65536;

/// Whether the line is meant as a loop at all.
[[nodiscard]] bool isLoop(std::string_view line);
/// Nothing when the head is not understood, has no end, or would turn more than maxTurns times.
[[nodiscard]] std::optional<Loop> readLoop(std::string_view line);

} // namespace lvsdeck::formats::keepalived
