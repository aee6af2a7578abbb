// SPDX-License-Identifier: GPL-3.0-or-later
// A director of the router's tests: a router with its ports simulated, and what it said. Owned by a test; one thread.
#pragma once

#include "agent/simulated/simulated_host.hpp"
#include "agent/simulated/simulated_network.hpp"
#include "agent/simulated/simulated_network_config.hpp"
#include "agent/simulated/simulated_scripts.hpp"
#include "agent/simulated/simulated_system.hpp"
#include "agent/vrrp/router.hpp"

#include <memory>
#include <string>
#include <vector>

namespace lvsdeck::vrrp {

struct Director {
    Director(simulated::SimulatedTime& time, simulated::SimulatedNetwork& wire, simulated::SimulatedSegment& segment,
             const std::string& name, const char* address)
        : runtime(time), host(segment, name, runtime), networkConfig(host, &wire), scripts(runtime), system(runtime),
          network(wire) {
        host.configureAddress("eth0", {*IpAddress::parse(address), 24, {}});
        boot();
    }
    void boot() {
        Router::Observer observer;
        observer.transition = [this](const std::string&, const rpc::Transition& t) { transitions.push_back(t); };
        observer.event = [this](rpc::EventLevel, const std::string&, const std::string& text) { events.push_back(text); };
        observer.changed = observer.advertised = [this] { memory = router->memory(); };
        observer.happened = [this](const Happening& one) { happenings.push_back(one); };
        observer.maintenance = [this]() -> Result<void> {
            maintenance = router->maintenance();
            return {};
        };
        router = std::make_unique<Router>(
            RouterPorts{runtime, network.portOf(host.name()), host, networkConfig, scripts, system}, observer);
        router->restoreMaintenance(maintenance);
    }
    void configure(std::vector<model::OwnInstance> instances) {
        own.instances = std::move(instances);
        router->configure(own, memory);
    }
    [[nodiscard]] rpc::VrrpState state(std::size_t instance = 0) const { return router->states().at(instance); }

    simulated::SimulatedRuntime runtime;
    simulated::SimulatedHost host;
    simulated::SimulatedNetworkConfig networkConfig;
    simulated::SimulatedScripts scripts;
    simulated::SimulatedSystem system;
    simulated::SimulatedNetwork& network;
    model::Effective own; ///< groups and tracking of the next configure()
    std::unique_ptr<Router> router;
    Memory memory;
    MaintenanceBook maintenance;
    std::vector<rpc::Transition> transitions;
    std::vector<std::string> events;
    std::vector<Happening> happenings;
};

} // namespace lvsdeck::vrrp
