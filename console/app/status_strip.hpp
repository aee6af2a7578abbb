// SPDX-License-Identifier: GPL-3.0-or-later
// The bottom line: each director with its latency, how old the picture is, and the last drill. Window thread.
// Object names: statusStrip, statusAge, statusDrill, statusDirector_<id>.
#pragma once

#include "console/cluster/cluster_session.hpp"
#include "console/theme/pill.hpp"

#include <QFrame>

class QHBoxLayout;
class QLabel;

namespace lvsdeck::console {

class StatusStrip : public QFrame {
    Q_OBJECT
public:
    explicit StatusStrip(QWidget* parent = nullptr);
    /// Null: no cluster is open.
    void show(const cluster::ClusterSession* session, unsigned intervalMs);
    void setDrill(const QString& text);

private:
    QHBoxLayout* m_directors;
    std::vector<StateLabel*> m_labels;
    QLabel* m_age;
    QLabel* m_drill;
};

} // namespace lvsdeck::console
