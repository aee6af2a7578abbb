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
/// keepalived: a file for each director, or the one of `director`, or with `oneFile` one for all; others: one. `output` is a folder, a file, or "-".
[[nodiscard]] Result<std::vector<WrittenFile>> exportFiles(const model::Cluster& cluster, const std::string& to,
                                                           const std::string& director, const std::string& version,
                                                           const std::string& output, bool oneFile = false);

void print(const std::vector<formats::Diagnostic>& diagnostics);

} // namespace lvsdeck::console
