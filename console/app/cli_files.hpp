// SPDX-License-Identifier: GPL-3.0-or-later
// Reading and writing configuration files for the command line. Main thread.
#pragma once

#include "common/formats/formats.hpp"

#include <string>
#include <vector>

namespace lvsdeck::console {

/// "-" is standard input. Io names the file.
[[nodiscard]] Result<std::vector<formats::SourceText>> readSources(const std::vector<std::string>& files);
/// `from` may be empty: found out by its content.
[[nodiscard]] Result<formats::Imported> importFiles(const std::vector<std::string>& files, const std::string& from);

struct WrittenFile {
    std::string director; ///< empty: for the whole cluster
    std::string path;     ///< "-": standard output
    std::vector<formats::Diagnostic> diagnostics;
};
struct ExportRequest {
    std::string to;       ///< a format's word
    std::string director; ///< keepalived: whose file; empty: a file for each
    std::string version;  ///< of keepalived
    std::string output;   ///< a folder, a file, or "-"
    bool oneFile = false; ///< keepalived: one file for all directors
    /// ldirectord: heartbeat's file with the virtual addresses instead of ldirectord.cf. A folder gets both.
    bool haresources = false;
    bool maskPasswords = false;
};
[[nodiscard]] Result<std::vector<WrittenFile>> exportFiles(const model::Cluster& cluster, const ExportRequest& request);

void print(const std::vector<formats::Diagnostic>& diagnostics);

} // namespace lvsdeck::console
