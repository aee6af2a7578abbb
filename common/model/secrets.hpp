// SPDX-License-Identifier: GPL-3.0-or-later
// VRRP passwords, for whoever shows a cluster to people who are not to know them. Pure; any thread.
#pragma once

#include "common/model/cluster.hpp"

#include <string>
#include <string_view>

namespace lvsdeck::model {

inline constexpr std::string_view passwordMask = "********";

/// Text of another program: what stands behind a word that begins with auth_pass or password is masked to the end of its line; braces
/// stay, so that it is still a block.
[[nodiscard]] std::string maskedText(std::string_view text);
/// Those of instances, and those in texts that are kept for other programs.
void maskPasswords(Cluster& cluster);
[[nodiscard]] bool hasPasswords(const Cluster& cluster);

} // namespace lvsdeck::model
