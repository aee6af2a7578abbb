// SPDX-License-Identifier: GPL-3.0-or-later
// The changes that the admin has made to a cluster and not applied yet: the document in force, the working copy, and the steps
// between them with undo. When a newer document comes into force the draft stays, and its changes are counted against that one.
// Owned by the page of the cluster; window thread.
#pragma once

#include "common/model/diff.hpp"
#include "console/cluster/cluster_session.hpp"

#include <QObject>
#include <QUndoStack>

#include <vector>

namespace lvsdeck::console {

class ClusterDraft : public QObject {
    Q_OBJECT
public:
    explicit ClusterDraft(cluster::ClusterSession& session, QObject* parent = nullptr);

    /// The working copy. Before anything was ever applied it holds the name and the directors only.
    [[nodiscard]] const model::Cluster& cluster() const { return m_working; }
    [[nodiscard]] const model::Cluster& inForce() const { return m_base; }
    [[nodiscard]] std::uint64_t baseRevision() const { return m_baseRevision; }
    [[nodiscard]] const std::vector<model::Change>& changes() const { return m_changes; }
    /// Changed things, as the button counts them: several fields of one server are one change.
    [[nodiscard]] int changeCount() const { return m_changeCount; }
    [[nodiscard]] QUndoStack& undoStack() { return m_stack; }

    /// One named step; `what` stands in Edit ▸ Undo.
    void edit(const QString& what, model::Cluster next);
    /// Back to the document in force, as one step.
    void discard();

signals:
    void changed();

private:
    class Step;
    void rebase();
    void setWorking(model::Cluster next);
    void recount();

    cluster::ClusterSession& m_session;
    model::Cluster m_base;
    model::Cluster m_working;
    std::uint64_t m_baseRevision = 0;
    std::vector<model::Change> m_changes;
    int m_changeCount = 0;
    QUndoStack m_stack;
};

/// A document with the directors of a saved cluster and nothing else.
[[nodiscard]] model::Cluster emptyCluster(const cluster::SavedCluster& saved);

} // namespace lvsdeck::console
