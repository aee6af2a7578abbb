// SPDX-License-Identifier: GPL-3.0-or-later
// Two directors, a client and four real servers without a kernel, a network or root: the agent's own engine over the simulated
// ports. `lvsdeck --demo` shows it, plainly marked. Moved on by advance(); owned by DemoCluster; one thread.
#pragma once

#include "agent/api/session.hpp"
#include "agent/simulated/simulated_checks.hpp"
#include "agent/simulated/simulated_classic.hpp"
#include "agent/simulated/simulated_host.hpp"
#include "agent/simulated/simulated_ipvs.hpp"
#include "agent/simulated/simulated_network.hpp"
#include "agent/simulated/simulated_network_config.hpp"
#include "agent/simulated/simulated_scripts.hpp"
#include "agent/simulated/simulated_store.hpp"
#include "agent/simulated/simulated_system.hpp"
#include "console/demo/demo_probes.hpp"

#include <map>
#include <memory>
#include <string>

namespace lvsdeck::console {

class DemoWorld {
public:
    /// With a cluster in force on both directors, or with directors that were never configured.
    enum class Start { Configured, Bare };
    explicit DemoWorld(Start start = Start::Configured);
    ~DemoWorld();

    /// Lets this much time pass; at most two seconds at once.
    void advance(Duration elapsed);
    /// "lb1", "lb2", "client"; null for another name.
    [[nodiscard]] api::Services* services(const std::string& host);
    [[nodiscard]] core::Engine& engine(const std::string& host);
    [[nodiscard]] simulated::SimulatedChecks& servers(const std::string& host);

private:
    struct Host;
    void addHost(const std::string& name, const char* address);
    [[nodiscard]] bool reachable(const IpAddress& address, std::uint16_t port);
    void drive(double seconds);

    simulated::SimulatedTime m_time;
    simulated::SimulatedSegment m_segment;
    simulated::SimulatedNetwork m_network;
    std::map<std::string, std::unique_ptr<Host>> m_hosts;
    double m_sinceLoad = 0;
    double m_seconds = 0;
    bool m_serverDown = false;
};

/// The cluster of the demo: a web service on ports 80 and 443, and DNS.
[[nodiscard]] model::Cluster demoDocument();

} // namespace lvsdeck::console
