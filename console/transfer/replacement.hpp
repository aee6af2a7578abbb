// SPDX-License-Identifier: GPL-3.0-or-later
// An imported cluster in the place of one that is there: what the files say, and what no file says (how the directors are reached,
// the cluster's name) from the old one. Pure; any thread.
#pragma once

#include "common/model/cluster.hpp"

#include <map>
#include <string>
#include <vector>

namespace lvsdeck::console {

struct Replacement {
    model::Cluster cluster;
    bool servicesOnly = false;            ///< the files know of no director: only the services were replaced
    std::vector<std::string> withoutFile; ///< directors of the old cluster that take part in no instance now
    std::vector<std::string> unknown;     ///< directors of the files that the old cluster does not have: left out
};

[[nodiscard]] Replacement replaced(const model::Cluster& old, const model::Cluster& imported);

/// Everywhere in the document; ids that are not in `names` stay.
[[nodiscard]] model::Cluster withDirectorsRenamed(model::Cluster cluster, const std::map<std::string, std::string>& names);

} // namespace lvsdeck::console
