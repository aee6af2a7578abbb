// SPDX-License-Identifier: GPL-3.0-or-later
// What can be made of a cluster for others. The export window shows a list of these and asks each only for what it understands;
// another kind of text (a real server's set-up, say) is one more class in the list. Pure but for translation; any thread.
#pragma once

#include "common/formats/formats.hpp"
#include "common/model/secrets.hpp"

#include <memory>
#include <string>
#include <vector>

namespace lvsdeck::console {

struct ExportChoice {
    std::string director; ///< empty: all
    formats::KeepalivedVersion version = formats::KeepalivedVersion::V2_2;
    bool passwords = false; ///< in clear; otherwise masked
};

struct ExportFile {
    std::string director; ///< empty: of the whole cluster
    std::string name;     ///< "lb1.keepalived.conf"
    std::string text;
    std::vector<formats::Diagnostic> diagnostics; ///< what could not be written; `file` is the name
    bool secret = false;                          ///< holds a password in clear: is saved for its owner only
};

class ExportKind {
public:
    ExportKind() = default;
    ExportKind(const ExportKind&) = delete;
    ExportKind& operator=(const ExportKind&) = delete;
    virtual ~ExportKind() = default;

    /// For the list of kinds, translated.
    [[nodiscard]] virtual std::string title() const = 0;
    /// One sentence about what it is for, translated.
    [[nodiscard]] virtual std::string purpose() const = 0;
    [[nodiscard]] virtual bool perDirector() const { return false; }
    [[nodiscard]] virtual bool hasVersions() const { return false; }
    [[nodiscard]] virtual bool hasPasswords() const { return false; }
    /// At least one file, or the reason why there is none.
    [[nodiscard]] virtual Result<std::vector<ExportFile>> make(const model::Cluster& cluster,
                                                               const ExportChoice& choice) const = 0;
};

using ExportKinds = std::vector<std::shared_ptr<const ExportKind>>;

/// One for each format.
[[nodiscard]] ExportKinds formatExports();

/// Whole or not at all; mode 0600 when it is secret, else 0644.
[[nodiscard]] Result<void> saveExport(const std::string& path, const ExportFile& file);

} // namespace lvsdeck::console
