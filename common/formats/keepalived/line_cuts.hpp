// SPDX-License-Identifier: GPL-3.0-or-later
// Where keepalived cuts a line before it looks at keywords. Pure.
#pragma once

#include <string_view>

namespace lvsdeck::formats::keepalived {

/// Where something begins behind a brace that keepalived looks for at the beginning of a line (a condition, a definition, a loop, an
/// include); npos: nowhere.
[[nodiscard]] std::size_t restBegin(std::string_view code);
/// Whether there is one outside of quotation marks and names.
[[nodiscard]] bool hasBrace(std::string_view code);

} // namespace lvsdeck::formats::keepalived
