// SPDX-License-Identifier: GPL-3.0-or-later
// The names and texts of the documents that make up the book on disk. Pure; any thread.
#pragma once

#include "agent/config/book.hpp"

namespace lvsdeck::config::documents {

/// What a store gives back (agent/host/file_store.hpp). Documents are indented for people, large ones are one line.
inline constexpr std::size_t maxBytes = 16U << 20U;
inline constexpr std::size_t maxIndentedBytes = 2U << 20U;

inline const std::string current = "current.json";
inline const std::string pending = "pending.json";
inline const std::string overrides = "overrides.json";
inline const std::string revisionFolder = "revisions";

[[nodiscard]] std::string revision(std::uint64_t number); ///< "revisions/42.json"

/// What `current` holds: cluster and history in one document, so that they change in one step.
struct Current {
    StoredCluster stored;
    std::vector<rpc::Revision> history;
};
BOOST_DESCRIBE_STRUCT(Current, (), (stored, history))

[[nodiscard]] std::string currentText(const Book& book);
[[nodiscard]] std::string text(const StoredCluster& stored);
[[nodiscard]] std::string text(const PendingCluster& pending);
[[nodiscard]] std::string text(const std::vector<Override>& overrides);

} // namespace lvsdeck::config::documents
