// SPDX-License-Identifier: GPL-3.0-or-later
// What keepalived's files were when lvsdeck began to look on, so that an edit in between is noticed: a take-over would undo it, and
// a keepalived that comes back would do something else than before. Pure; any thread.
#pragma once

#include "agent/ports/classic_port.hpp"
#include "common/rpc/adopt_messages.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace lvsdeck::core {

/// Of the text, and of why there is none.
[[nodiscard]] std::string hashOf(const ClassicFile& file);

/// A document of the state folder (seenName): hashes only, since passwords are in the files.
struct SeenFiles {
    std::string cluster;        ///< the hash of the cluster that was read from them
    std::uint64_t revision = 0; ///< its number here
    std::string configId;
    std::string problem; ///< why they are not all
    std::vector<rpc::AdoptKnownFile> files;
    bool operator==(const SeenFiles&) const = default;
};
BOOST_DESCRIBE_STRUCT(SeenFiles, (), (cluster, revision, configId, problem, files))

inline const std::string seenName = "keepalived-files.json";

/// Without cluster and revision.
[[nodiscard]] SeenFiles seen(const ClassicConfiguration& configuration);

/// How the files are otherwise than they were, file by file, without a remedy. Nothing when nothing differs.
[[nodiscard]] std::vector<rpc::AdoptConcern> differences(const SeenFiles& before, const SeenFiles& now);
/// The same for what a client has read, who knows files only.
[[nodiscard]] std::vector<rpc::AdoptConcern> differences(const std::vector<rpc::AdoptKnownFile>& before,
                                                         const std::vector<rpc::AdoptKnownFile>& now);

/// Places ("PATH:LINE") of lvs_flush, which empties the IPVS table when keepalived starts. Comments do not count.
[[nodiscard]] std::vector<std::string> flushingLines(const ClassicConfiguration& configuration);

} // namespace lvsdeck::core
