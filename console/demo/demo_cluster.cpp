// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/demo/demo_cluster.hpp"

#include "console/ssh/loopback_transport.hpp"

#include <utility>

namespace lvsdeck::console {

namespace {

/// The far end of a loopback: one session of one simulated agent.
class DemoPeer : public ssh::LoopbackPeer {
public:
    explicit DemoPeer(api::Services* services) : m_services(services) {}

    void connected(Wire wire) override {
        m_wire = std::move(wire);
        if (m_services == nullptr) {
            m_wire.drop({ErrorCode::Unavailable, "the demo has no such host; it has lb1, lb2 and client", {}});
            return;
        }
        m_session = std::make_unique<api::Session>(
            *m_services, api::Caller{rpc::Role::Admin, "demo"},
            api::Session::Wire{
                .send = [this](std::string line) { m_wire.send(std::move(line)); },
                .close =
                    [this] { m_wire.drop({ErrorCode::Unavailable, "the simulated agent closed the connection", {}}); }});
    }
    void received(std::string_view bytes) override {
        if (m_session)
            m_session->receive(bytes);
    }
    void disconnected() override { m_session.reset(); }

private:
    api::Services* m_services;
    Wire m_wire;
    std::unique_ptr<api::Session> m_session;
};

} // namespace

DemoCluster::DemoCluster(DemoWorld::Start start, QObject* parent) : QObject(parent), m_world(start) {
    m_clock.start();
    connect(&m_tick, &QTimer::timeout, this, [this] {
        m_world.advance(std::chrono::microseconds(m_clock.nsecsElapsed() / 1000));
        m_clock.restart();
    });
    m_tick.start(10);
}

DemoCluster::~DemoCluster() = default;

cluster::TransportFactory DemoCluster::transports() {
    return [this](const cluster::SavedDirector& director) -> std::unique_ptr<ssh::Transport> {
        return std::make_unique<ssh::LoopbackTransport>(std::make_shared<DemoPeer>(m_world.services(director.address)));
    };
}

cluster::SavedCluster DemoCluster::saved() {
    const auto host = [](const char* name) {
        cluster::SavedDirector out;
        out.id = name;
        out.address = name;
        return out;
    };
    cluster::SavedCluster out;
    out.name = "demo";
    out.directors = {host("lb1"), host("lb2")};
    out.probeFrom = host("client");
    return out;
}

} // namespace lvsdeck::console
