// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/config/documents.hpp"

namespace lvsdeck::config::documents {

std::string revision(std::uint64_t number) { return revisionFolder + "/" + std::to_string(number) + ".json"; }

std::string currentText(const Book& book) {
    Current document;
    if (book.current)
        document.stored = *book.current;
    document.history = book.history;
    return json::toPretty(json::toJson(document));
}

std::string text(const StoredCluster& stored) { return json::toPretty(json::toJson(stored)); }
std::string text(const PendingCluster& pendingCluster) { return json::toPretty(json::toJson(pendingCluster)); }
std::string text(const std::vector<Override>& list) { return json::toPretty(json::toJson(list)); }

} // namespace lvsdeck::config::documents
