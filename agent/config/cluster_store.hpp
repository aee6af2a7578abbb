// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the book (agent/config/book.hpp) in a StorePort: reads it at the start, runs the writes of each step. Owned by the
// engine; control thread only.
#pragma once

#include "agent/config/book.hpp"
#include "agent/ports/store_port.hpp"

namespace lvsdeck::config {

/// What was noticed while reading, for the event log.
struct Loaded {
    std::optional<PendingCluster> rolledBack; ///< an apply that nobody had confirmed when the agent ended
    std::vector<Error> damaged;               ///< documents that could not be read; what they held counts as absent
};

class ClusterStore {
public:
    explicit ClusterStore(StorePort& store) : m_store(store) {}

    /// A damaged document is reported, never removed and never guessed at. The error is for a store that cannot be read at all.
    [[nodiscard]] Result<Loaded> load();
    [[nodiscard]] const Book& book() const { return m_book; }
    /// Runs the writes. After an error the book is as before (the store holds old or new, and the next load() settles it).
    [[nodiscard]] Result<void> take(Step step);
    /// NotFound when it is not among the kept ones.
    [[nodiscard]] Result<StoredCluster> revision(std::uint64_t number);
    /// What is in force, with its cluster; revision 0: nothing.
    [[nodiscard]] Result<StoredCluster> inForce();
    /// The name of the cluster in force.
    [[nodiscard]] const std::string& clusterName() const { return m_name; }
    /// Forgets the text of the confirmed cluster, which the store has: of many servers it is bigger than all else that is known of
    /// them. From then on book().current has no cluster.
    void forgetText();

private:
    template <class T> Result<std::optional<T>> document(const std::string& name, Loaded& loaded);

    /// Removes what an interrupted step left over; failing is harmless, the next start does it.
    void cleanUp();

    void readNames();

    StorePort& m_store;
    Book m_book;
    std::string m_currentName; ///< of the confirmed cluster
    std::string m_name;
};

} // namespace lvsdeck::config
