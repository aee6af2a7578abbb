// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated world on the window's event loop: time goes by as on the wall, and connections to "lb1", "lb2" and "client" are
// loopbacks to the agents' sessions. Used by `lvsdeck --demo` and by window tests. Window thread; outlives its connections.
#pragma once

#include "console/cluster/cluster_session.hpp"
#include "console/demo/demo_world.hpp"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace lvsdeck::console {

class DemoCluster : public QObject {
    Q_OBJECT
public:
    explicit DemoCluster(DemoWorld::Start start = DemoWorld::Start::Configured, QObject* parent = nullptr);
    ~DemoCluster() override;

    [[nodiscard]] cluster::TransportFactory transports();
    [[nodiscard]] static cluster::SavedCluster saved();
    [[nodiscard]] DemoWorld& world() { return m_world; }

private:
    DemoWorld m_world;
    QElapsedTimer m_clock;
    QTimer m_tick;
};

} // namespace lvsdeck::console
