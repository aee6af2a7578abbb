// SPDX-License-Identifier: GPL-3.0-or-later
// What the directors' keepalived read, as one cluster: the texts that adopt.scan brought, with their includes, go through the same
// reader as an import of files. Pure; any thread.
#pragma once

#include "common/formats/diagnostic.hpp"
#include "common/rpc/adopt_messages.hpp"

#include <string>
#include <vector>

namespace lvsdeck::cluster {

struct ScannedDirector {
    model::Director director; ///< as it is saved: id and how to reach it
    rpc::AdoptScan scan;
};

/// A text for each director, named "ID:PATH" so that findings say whose file they are about. NotFound when a director has no
/// configuration, Io when it cannot be read there.
[[nodiscard]] Result<std::vector<formats::SourceText>> sourcesOf(const std::vector<ScannedDirector>& scanned);
/// Finds the files that the agents found for an include line; NotFound in a text that is none of theirs. Any thread.
[[nodiscard]] formats::Resolver resolverOf(const std::vector<ScannedDirector>& scanned);
/// One cluster of all directors, called `name`, with their addresses.
[[nodiscard]] Result<formats::Imported> importScanned(const std::vector<ScannedDirector>& scanned, const std::string& name);

} // namespace lvsdeck::cluster
