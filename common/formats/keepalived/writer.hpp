// SPDX-License-Identifier: GPL-3.0-or-later
// Cluster -> keepalived.conf of one director. Stable: equal clusters give equal texts, without a time stamp.
// Lines that begin with
// "#lvsdeck" carry what keepalived has no word for, so that reading the file again gives the same cluster.
// Pure; any thread.
#pragma once

#include "common/formats/diagnostic.hpp"

namespace lvsdeck::formats {

/// The oldest keepalived that has to read the text.
enum class KeepalivedVersion { V1_2, V2_0, V2_2, V2_3 };

struct KeepalivedOptions {
    KeepalivedVersion target = KeepalivedVersion::V2_2;
    bool maskPasswords = false; ///< for showing the text to people; keepalived takes it, but the routers
                                ///< would not understand each other
};

/// "1.2", "2.0", "2.2", "2.3"; InvalidInput otherwise.
[[nodiscard]] Result<KeepalivedVersion> keepalivedVersion(std::string_view text);

/// NotFound when the cluster has no such director. What the target cannot express is left out and said in the
/// diagnostics.
[[nodiscard]] Result<Exported> writeKeepalived(const model::Cluster& cluster, std::string_view directorId,
                                               const KeepalivedOptions& options = {});

} // namespace lvsdeck::formats
