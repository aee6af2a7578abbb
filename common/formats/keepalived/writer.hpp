// SPDX-License-Identifier: GPL-3.0-or-later
// Cluster -> keepalived.conf of one director, or one of all directors. Stable: equal clusters give equal texts, without a time
// stamp.
// Lines that begin with
// "#lvsdeck" carry what keepalived has no word for, so that reading the file again gives the same cluster.
// Pure; any thread.
#pragma once

#include "common/formats/diagnostic.hpp"

namespace lvsdeck::formats {

/// The oldest keepalived that has to read the text: 1.2.13, 2.0.10, 2.2.7, 2.3.3. What came later is left out or said in older
/// words; keepalived/versions.cpp has the table.
enum class KeepalivedVersion { V1_2, V2_0, V2_2, V2_3 };

struct KeepalivedOptions {
    KeepalivedVersion target = KeepalivedVersion::V2_2;
    bool maskPasswords = false; ///< for showing the text to people; keepalived takes it, but the routers
                                ///< would not understand each other
    bool conditional =
        false; ///< one file for all directors: what is one director's stands behind "@ID ", for keepalived's -i or
               ///< config_id, with the director's id for ID
};

/// "1.2", "2.0", "2.2", "2.3"; InvalidInput otherwise.
[[nodiscard]] Result<KeepalivedVersion> keepalivedVersion(std::string_view text);

/// NotFound when the cluster has no such director. With options.conditional the director is empty (InvalidInput otherwise, and
/// for a cluster without directors); Unsupported for a target that has no conditions. What the target cannot express is left out,
/// or replaced by older words or by an equivalent, and said in the diagnostics.
[[nodiscard]] Result<Exported> writeKeepalived(const model::Cluster& cluster, std::string_view directorId,
                                               const KeepalivedOptions& options = {});

} // namespace lvsdeck::formats
