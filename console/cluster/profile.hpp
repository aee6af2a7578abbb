// SPDX-License-Identifier: GPL-3.0-or-later
// The console's folder on disk: saved clusters, drill records and accepted host keys. Every file is written whole (temporary
// file, fsync, rename), so a crash leaves the old or the new text. Blocking, small files; any thread, one writer.
//   clusters/NAME.json   drills/NAME/STARTED-ID.json   known_hosts
#pragma once

#include "console/cluster/drill_record.hpp"
#include "console/cluster/saved_cluster.hpp"

#include <filesystem>
#include <vector>

namespace lvsdeck::cluster {

/// A file that was there but could not be read; the others were.
struct ProfileProblem {
    std::string file;
    Error error;
};

class Profile {
public:
    /// Nothing is made before the first save.
    explicit Profile(std::filesystem::path folder);
    /// $XDG_DATA_HOME/lvsdeck or its like on this system.
    [[nodiscard]] static std::filesystem::path defaultFolder();

    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }
    [[nodiscard]] std::string knownHostsFile() const;

    struct Clusters {
        std::vector<SavedCluster> clusters; ///< by name
        std::vector<ProfileProblem> problems;
    };
    [[nodiscard]] Clusters clusters() const;
    /// NotFound names the ones that exist.
    [[nodiscard]] Result<SavedCluster> load(const std::string& name) const;
    [[nodiscard]] Result<void> save(const SavedCluster& cluster) const;
    /// Drill records stay.
    [[nodiscard]] Result<void> remove(const std::string& name) const;

    struct Drills {
        std::vector<DrillRecord> records; ///< newest first
        std::vector<ProfileProblem> problems;
    };
    [[nodiscard]] Drills drills(const std::string& cluster, std::size_t most = 200) const;
    /// The path that it was written to.
    [[nodiscard]] Result<std::string> saveDrill(const DrillRecord& record) const;

private:
    std::filesystem::path m_folder;
};

/// Writes a whole file or nothing: temporary file beside it, fsync, rename, fsync of the folder. Makes missing folders (0700).
[[nodiscard]] Result<void> writeWhole(const std::filesystem::path& file, std::string_view text);
/// TooLarge above 64 MiB.
[[nodiscard]] Result<std::string> readWhole(const std::filesystem::path& file);

} // namespace lvsdeck::cluster
