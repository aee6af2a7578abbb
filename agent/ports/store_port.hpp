// SPDX-License-Identifier: GPL-3.0-or-later
// Where the agent keeps documents: a flat set of named texts, each replaced atomically. Real: files below the state folder
// (temporary file, fsync, rename, fsync of the folder); simulated: memory that can "crash" between any two steps.
// Control thread only.
#pragma once

#include "common/base/error.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lvsdeck {

class StorePort {
public:
    StorePort() = default;
    StorePort(const StorePort&) = delete;
    StorePort& operator=(const StorePort&) = delete;
    virtual ~StorePort() = default;

    /// Names are [a-z0-9._-]+, with at most one '/' ("revisions/42.json"). nullopt: no such document.
    [[nodiscard]] virtual Result<std::optional<std::string>> read(const std::string& name) = 0;
    /// After success the text survives a power cut; after failure or a crash the old text (or none) is there.
    [[nodiscard]] virtual Result<void> write(const std::string& name, const std::string& text) = 0;
    /// Removing what is not there succeeds.
    [[nodiscard]] virtual Result<void> remove(const std::string& name) = 0;
    /// Names below a folder, sorted, without the folder.
    [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
};

} // namespace lvsdeck
