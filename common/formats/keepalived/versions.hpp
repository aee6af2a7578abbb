// SPDX-License-Identifier: GPL-3.0-or-later
// Since which release keepalived knows a word. One table for the writer and for those who check it. Pure; any thread.
#pragma once

#include "common/formats/keepalived/words.hpp"
#include "common/formats/keepalived/writer.hpp"

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lvsdeck::formats::keepalived {

struct Release {
    std::uint8_t major = 0;
    std::uint8_t minor = 0;
    std::uint8_t patch = 0;
    auto operator<=>(const Release&) const = default;
};
/// "2.0.11"
[[nodiscard]] std::string toText(Release release);

/// What stands for a target: the release that most hosts of its time run. A word that came later in the same series counts as
/// missing.
[[nodiscard]] Release releaseOf(KeepalivedVersion target);
/// The first release of the target's series.
[[nodiscard]] Release firstOf(KeepalivedVersion target);

/// A keyword of a block; with more words a form of its value ("lb_kind TUN type"). A block that the model has no name for counts
/// as its parent: words of a virtual_ipaddress stand as "virtual_ipaddress WORD".
struct Since {
    Block block;
    std::string_view word;
    Release release;
};
[[nodiscard]] std::span<const Since> sinceTable();
/// 0.0.0 for a word that is not in the table: it is older than every target.
[[nodiscard]] Release since(Block block, std::string_view word);

} // namespace lvsdeck::formats::keepalived
