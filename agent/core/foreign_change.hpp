// SPDX-License-Identifier: GPL-3.0-or-later
// What another program did to entries of ours, in words. Pure; any thread.
#pragma once

#include "agent/ipvs/table.hpp"

#include <string>
#include <vector>

namespace lvsdeck::core {

/// `repairs` are what would put things right, `actual` is the kernel's table as it is: "server 192.0.2.20:80 of tcp 192.0.2.10:80
/// has weight 5 instead of 1; service fwm 7 is gone … and 3 more".
[[nodiscard]] std::string foreignText(const std::vector<ipvs::Operation>& repairs, const ipvs::Table& actual);

} // namespace lvsdeck::core
