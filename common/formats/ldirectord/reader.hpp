// SPDX-License-Identifier: GPL-3.0-or-later
// ldirectord.cf of one or several directors, and heartbeat's haresources (or the addresses of a crm configuration), into
// one cluster. Pure; names are never looked up. Linear in the input.
#pragma once

#include "common/formats/diagnostic.hpp"

namespace lvsdeck::formats {

/// Each source is what its content says. Several ldirectord.cf with equal content are one; where they differ the first
/// counts, and both places are told. At most maxSourceBytes each; a larger one gives an Error and is not read.
[[nodiscard]] Imported readLdirectord(const std::vector<SourceText>& sources);

/// Whether the text names a node and what it holds: "lb1 IPaddr2::192.0.2.10/24/eth0 …", or a crm primitive of an address.
[[nodiscard]] bool looksLikeHaresources(std::string_view text);

} // namespace lvsdeck::formats
