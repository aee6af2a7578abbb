// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/config/documents.hpp"

namespace lvsdeck::config::documents {

namespace {

template <class T> std::string written(const T& document) {
    const json::Value value = json::toJson(document, json::ownMemory());
    std::string line = json::toLine(value);
    return line.size() > maxIndentedBytes ? line + "\n" : json::toPretty(value);
}

} // namespace

std::string revision(std::uint64_t number) { return revisionFolder + "/" + std::to_string(number) + ".json"; }

std::string currentText(const Book& book) {
    Current document;
    if (book.current)
        document.stored = *book.current;
    document.history = book.history;
    return written(document);
}

std::string text(const StoredCluster& stored) { return written(stored); }
std::string text(const PendingCluster& pendingCluster) { return written(pendingCluster); }
std::string text(const std::vector<Override>& list) { return written(list); }

} // namespace lvsdeck::config::documents
