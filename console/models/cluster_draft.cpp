// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/cluster_draft.hpp"

#include <QUndoCommand>

#include <set>
#include <utility>

namespace lvsdeck::console {

class ClusterDraft::Step : public QUndoCommand {
public:
    Step(ClusterDraft& draft, const QString& what, model::Cluster after)
        : QUndoCommand(what), m_draft(draft), m_before(draft.m_working), m_after(std::move(after)) {}
    void undo() override { m_draft.setWorking(m_before); }
    void redo() override { m_draft.setWorking(m_after); }

private:
    ClusterDraft& m_draft;
    model::Cluster m_before;
    model::Cluster m_after;
};

model::Cluster emptyCluster(const cluster::SavedCluster& saved) {
    model::Cluster out;
    out.name = saved.name;
    for (const cluster::SavedDirector& director : saved.directors) {
        model::Director entry;
        entry.id = director.id;
        entry.address = director.address;
        entry.sshPort = director.port.value_or(22);
        entry.sshUser = director.user;
        out.directors.push_back(std::move(entry));
    }
    return out;
}

ClusterDraft::ClusterDraft(cluster::ClusterSession& session, QObject* parent) : QObject(parent), m_session(session) {
    connect(&session, &cluster::ClusterSession::documentChanged, this, &ClusterDraft::rebase);
    connect(&session, &cluster::ClusterSession::directorsChanged, this, &ClusterDraft::rebase);
    rebase();
}

void ClusterDraft::rebase() {
    const cluster::Document& document = m_session.document();
    const bool untouched = m_changes.empty();
    m_base = document.cluster ? *document.cluster : emptyCluster(m_session.saved());
    m_baseRevision = document.revision;
    m_base.revision = document.revision; // the stored text was written before it had its number
    if (untouched)
        m_working = m_base;
    recount();
}

void ClusterDraft::edit(const QString& what, model::Cluster next) { m_stack.push(new Step(*this, what, std::move(next))); }

void ClusterDraft::discard() {
    if (!m_changes.empty())
        edit(tr("Discard all changes"), m_base);
}

void ClusterDraft::setWorking(model::Cluster next) {
    m_working = std::move(next);
    recount();
}

void ClusterDraft::recount() {
    m_changes = model::diff(m_base, m_working);
    std::set<std::string> subjects;
    for (const model::Change& change : m_changes)
        subjects.insert(change.subject);
    m_changeCount = static_cast<int>(subjects.size());
    emit changed();
}

} // namespace lvsdeck::console
