// SPDX-License-Identifier: GPL-3.0-or-later
// What every view of a cluster is given. A view is a QWidget that keeps these references; they outlive it (ClusterPage owns
// session, draft and views). Views never talk to each other: they ask for another one by ViewLinks.
#pragma once

#include "console/cluster/cluster_session.hpp"
#include "console/cluster/profile.hpp"
#include "console/models/cluster_draft.hpp"

#include <QObject>
#include <QString>

namespace lvsdeck::console {

/// What a view asks of the window around it.
class ViewLinks : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

signals:
    void viewWanted(const QString& id); ///< show this view
    void wizardWanted();                ///< open the new service wizard
    void reviewWanted();                ///< open the review of the draft
    void adoptWanted();                 ///< open the way from keepalived to lvsdeck
    void drillFinished();               ///< a drill record was saved: the status bar reads it again
};

struct ViewContext {
    cluster::ClusterSession& session;
    ClusterDraft& draft;
    const cluster::Profile& profile;
    ViewLinks& links;
    bool readOnly = false; ///< nothing that writes is offered
};

} // namespace lvsdeck::console
