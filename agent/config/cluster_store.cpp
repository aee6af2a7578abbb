// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/config/cluster_store.hpp"

#include "agent/config/documents.hpp"

#include <algorithm>

namespace lvsdeck::config {

namespace {

template <class T> Result<T> parsed(const std::string& name, const std::string& text) {
    auto value = json::parse(text, documents::maxBytes);
    auto out = value ? json::fromJson<T>(*value) : Result<T>(std::unexpected(value.error()));
    if (!out)
        return failure(ErrorCode::Io,
                       "the stored document " + name + " is damaged (" + out.error().text +
                           "); put a good copy back or apply the configuration again from the console",
                       name + (out.error().path.empty() ? "" : ":" + out.error().path));
    return out;
}

std::string nameIn(const json::Value& cluster) {
    const json::Value* name = cluster.is_object() ? cluster.get_object().if_contains("name") : nullptr;
    return name != nullptr && name->is_string() ? std::string(name->get_string()) : std::string();
}

} // namespace

template <class T> Result<std::optional<T>> ClusterStore::document(const std::string& name, Loaded& loaded) {
    auto text = m_store.read(name);
    if (!text)
        return std::unexpected(text.error());
    if (!*text)
        return std::nullopt;
    auto value = parsed<T>(name, **text);
    if (!value) {
        loaded.damaged.push_back(value.error());
        return std::nullopt;
    }
    return std::move(*value);
}

Result<Loaded> ClusterStore::load() {
    Loaded loaded;
    Book book;
    auto current = document<documents::Current>(documents::current, loaded);
    if (!current)
        return std::unexpected(current.error());
    if (*current && (*current)->stored.revision != 0) {
        book.current = std::move((*current)->stored);
        book.history = std::move((*current)->history);
    }
    auto overrides = document<std::vector<Override>>(documents::overrides, loaded);
    if (!overrides)
        return std::unexpected(overrides.error());
    if (*overrides)
        book.overrides = std::move(**overrides);
    auto pending = document<PendingCluster>(documents::pending, loaded);
    if (!pending)
        return std::unexpected(pending.error());
    m_book = std::move(book);
    readNames();

    // Left over after its own confirmation, or never confirmed: in both cases `current` is what counts.
    if (*pending && (*pending)->candidate.revision > m_book.revision())
        loaded.rolledBack = std::move(**pending);
    if (loaded.damaged.empty())
        cleanUp();
    return loaded;
}

void ClusterStore::cleanUp() {
    (void)m_store.remove(documents::pending);
    if (m_book.current && !m_book.overrides.empty()) {
        auto meant = stillMeant(m_book.overrides, *m_book.current);
        if (meant != m_book.overrides)
            (void)m_store.write(documents::overrides, documents::text(meant));
        m_book.overrides = std::move(meant);
    }
    const auto names = m_store.list(documents::revisionFolder);
    if (!names)
        return;
    for (const std::string& file : *names) {
        std::string name = documents::revisionFolder;
        name += "/" + file;
        if (!std::ranges::any_of(m_book.history,
                                 [&](const rpc::Revision& r) { return documents::revision(r.revision) == name; }))
            (void)m_store.remove(name);
    }
}

Result<void> ClusterStore::take(Step step) {
    for (std::size_t i = 0; i < step.writes.size(); ++i) {
        const Write& write = step.writes[i];
        auto done = write.text ? m_store.write(write.name, *write.text) : m_store.remove(write.name);
        if (!done && i < step.decisive)
            return done;
        // What only cleans up is done again by the next load().
    }
    m_book = std::move(step.book);
    readNames();
    return {};
}

void ClusterStore::readNames() {
    // Without its text the confirmed one is called as before.
    if (!m_book.current || !m_book.current->cluster->is_null())
        m_currentName = m_book.current ? nameIn(m_book.current->cluster) : std::string();
    m_name = m_book.pending ? nameIn(m_book.pending->candidate.cluster) : m_currentName;
}

void ClusterStore::forgetText() {
    if (m_book.current)
        m_book.current->cluster = nullptr;
}

Result<StoredCluster> ClusterStore::inForce() {
    const StoredCluster* known = m_book.inForce();
    if (known == nullptr)
        return StoredCluster{};
    if (!known->cluster->is_null())
        return *known;
    auto text = m_store.read(documents::current);
    if (!text)
        return std::unexpected(text.error());
    auto read = parsed<documents::Current>(documents::current, text->value_or(""));
    if (!read)
        return std::unexpected(read.error());
    StoredCluster out = *known;
    out.cluster = std::move(read->stored.cluster);
    return out;
}

Result<StoredCluster> ClusterStore::revision(std::uint64_t number) {
    if (m_book.current && m_book.current->revision == number && !m_book.pending)
        return inForce();
    if (m_book.pending && m_book.pending->candidate.revision == number)
        return m_book.pending->candidate;
    const std::string name = documents::revision(number);
    const bool known = std::ranges::any_of(m_book.history, [&](const rpc::Revision& r) { return r.revision == number; });
    auto text = known ? m_store.read(name) : Result<std::optional<std::string>>(std::nullopt);
    if (!text)
        return std::unexpected(text.error());
    if (!*text)
        return failure(ErrorCode::NotFound,
                       "revision " + std::to_string(number) + " is not kept on this director (the last " +
                           std::to_string(keptRevisions) + " are; config.history lists them)",
                       "revision");
    return parsed<StoredCluster>(name, **text);
}

} // namespace lvsdeck::config
