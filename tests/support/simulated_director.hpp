// SPDX-License-Identifier: GPL-3.0-or-later
// One agent on a simulated director, that can be killed and started again on the same kernel and the same disk.
#pragma once

#include "agent/core/engine.hpp"
#include "agent/simulated/simulated_checks.hpp"
#include "agent/simulated/simulated_classic.hpp"
#include "agent/simulated/simulated_host.hpp"
#include "agent/simulated/simulated_ipvs.hpp"
#include "agent/simulated/simulated_network.hpp"
#include "agent/simulated/simulated_network_config.hpp"
#include "agent/simulated/simulated_runtime.hpp"
#include "agent/simulated/simulated_scripts.hpp"
#include "agent/simulated/simulated_store.hpp"
#include "agent/simulated/simulated_system.hpp"

#include <memory>
#include <string>

namespace lvsdeck::test {

/// The classic pair: VRID 51, priorities 100 and 99, one TCP service with two servers behind it.
inline model::Cluster classicCluster() {
    const auto ip = [](const char* text) { return *IpAddress::parse(text); };
    model::Cluster cluster;
    cluster.name = "classic";
    cluster.directors = {{"lb1", "192.168.50.1", 22, "", ""}, {"lb2", "192.168.50.2", 22, "", ""}};
    model::VrrpInstance instance;
    instance.name = "VI_1";
    instance.version = 2;
    instance.vrid = 51;
    instance.password = "1111";
    instance.addresses = {{ip("192.168.50.8"), 32, "", ""}};
    instance.members = {{"lb1", "eth0", 100, model::InitialState::Backup, std::nullopt},
                        {"lb2", "eth0", 99, model::InitialState::Backup, std::nullopt}};
    cluster.instances = {instance};
    model::VirtualService service;
    service.address = ip("192.168.50.8");
    service.port = 80;
    service.scheduler = model::Scheduler::Wrr;
    service.persistenceTimeout = 60;
    for (const char* address : {"192.168.50.9", "192.168.50.10"}) {
        model::RealServer server;
        server.address = ip(address);
        server.port = 80;
        server.weight = 3;
        server.checks = {model::TcpCheck{}};
        service.servers.push_back(server);
    }
    cluster.services = {service};
    return cluster;
}

struct SimulatedDirector {
    explicit SimulatedDirector(std::string name = "lb1") : director(std::move(name)) {
        host.configureAddress("eth0", {*IpAddress::parse("192.168.50.1"), 24, ""});
    }

    /// Starts an agent on what is there.
    Result<void> start() {
        engine = std::make_unique<core::Engine>(core::Ports{runtime, ipvs, host, network.portOf(director), networkConfig,
                                                            scripts, system, checks, classic, persistent, transient},
                                                core::Identity{director, "test", "boot-1", true});
        return engine->start();
    }
    /// kill -9
    void kill() { engine.reset(); }
    void runFor(Duration duration) { time.runFor(duration); }

    [[nodiscard]] rpc::ConfigApplyParams apply(const model::Cluster& cluster, std::uint64_t base,
                                               std::uint32_t confirmWithinS = 0) const {
        rpc::ConfigApplyParams params;
        params.baseRevision = base;
        params.cluster = json::toJson(cluster);
        params.confirmWithinS = confirmWithinS;
        return params;
    }

    std::string director;
    simulated::CrashPoint crash;
    simulated::SimulatedTime time;
    simulated::SimulatedRuntime runtime{time};
    simulated::SimulatedSegment segment;
    simulated::SimulatedHost host{segment, director, runtime, &crash};
    simulated::SimulatedNetwork network{time, 1, &segment};
    simulated::SimulatedNetworkConfig networkConfig{host, &network, &crash};
    simulated::SimulatedScripts scripts{runtime};
    simulated::SimulatedSystem system{runtime};
    simulated::SimulatedChecks checks{runtime};
    simulated::SimulatedIpvs ipvs{&crash};
    simulated::SimulatedClassic classic;
    simulated::SimulatedStore persistent{&crash};
    simulated::SimulatedStore transient;
    std::unique_ptr<core::Engine> engine;
};

} // namespace lvsdeck::test
