// SPDX-License-Identifier: GPL-3.0-or-later
// Documents as files below one folder: written to a temporary file, flushed, renamed over the old one, the
// folder flushed. Files are 0600, folders 0700, owned by whoever runs the agent. Control thread only.
#pragma once

#include "agent/ports/store_port.hpp"

#include <string>

namespace lvsdeck::host {

inline constexpr std::size_t maxDocumentBytes = 16U << 20U;

class FileStore final : public StorePort {
public:
    /// Nothing is touched before the first call; folders are made when something is written.
    explicit FileStore(std::string folder) : m_folder(std::move(folder)) {}

    /// TooLarge above maxDocumentBytes.
    [[nodiscard]] Result<std::optional<std::string>> read(const std::string& name) override;
    [[nodiscard]] Result<void> write(const std::string& name, const std::string& text) override;
    [[nodiscard]] Result<void> remove(const std::string& name) override;
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& folder) override;

private:
    std::string m_folder;
};

} // namespace lvsdeck::host
