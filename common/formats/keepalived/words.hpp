// SPDX-License-Identifier: GPL-3.0-or-later
// keepalived's vocabulary, by block: which words lvsdeck manages, which it only keeps, and what a misspelt
// one may have meant.
#pragma once

#include <string>
#include <string_view>

namespace lvsdeck::formats::keepalived {

enum class Block {
    Root,
    GlobalDefs,
    Instance,
    SyncGroup,
    Script,
    TrackFile,
    TrackProcess,
    ServiceGroup,
    Service,
    Server,
    Check,
    Url
};

enum class Knowledge {
    Managed, ///< the model has it
    Kept,    ///< keepalived 2.2 has it, the model has not
    Unknown,
};

[[nodiscard]] Knowledge knowledge(Block block, std::string_view word);

/// The nearest word of the block, empty when none is near.
[[nodiscard]] std::string nearestWord(Block block, std::string_view word);

[[nodiscard]] std::string_view blockName(Block block);

} // namespace lvsdeck::formats::keepalived
