// SPDX-License-Identifier: GPL-3.0-or-later
// The top line: program, cluster, how it stands, and what can be done with it. Window thread.
// Object names: headerBar, headerCluster, headerSync, headerVips, headerSimulated, headerReadOnly, headerPending, addService,
// exportConfig, openDrill, applyChanges.
#pragma once

#include "console/cluster/cluster_session.hpp"

#include <QFrame>

class QLabel;
class QPushButton;

namespace lvsdeck::console {

class PillLabel;

class HeaderBar : public QFrame {
    Q_OBJECT
public:
    explicit HeaderBar(QWidget* parent = nullptr);
    /// Null: no cluster is open. `changes`: of the draft. `heldBack`: why nothing can be changed now; empty: it can.
    void show(const cluster::ClusterSession* session, int changes, bool readOnly, bool hasDrill, const QString& heldBack);

signals:
    void addServiceWanted();
    void exportWanted();
    void drillWanted();
    void applyWanted();

private:
    QLabel* m_cluster;
    PillLabel* m_simulated;
    PillLabel* m_readOnly;
    PillLabel* m_sync;
    PillLabel* m_vips;
    PillLabel* m_pending;
    QPushButton* m_add;
    QPushButton* m_export;
    QPushButton* m_drill;
    QPushButton* m_apply;
};

} // namespace lvsdeck::console
