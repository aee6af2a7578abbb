// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/demo/demo_world.hpp"

#include <chrono>
#include <cmath>

namespace lvsdeck::console {

namespace {

using namespace std::chrono_literals;

IpAddress ip(const char* text) { return IpAddress::parse(text).value_or(IpAddress()); }

constexpr double loadStep = 0.25;
constexpr double failurePeriod = 150;
constexpr double failureFrom = 25;
constexpr double failureUntil = 75;

model::VirtualService service(const char* name, model::Protocol protocol, const char* address, std::uint16_t port,
                              model::Scheduler scheduler) {
    model::VirtualService out;
    out.name = name;
    out.protocol = protocol;
    out.address = ip(address);
    out.port = port;
    out.scheduler = scheduler;
    out.delayLoop = 3s;
    return out;
}

void addServer(model::VirtualService& to, const char* name, const char* address, std::int32_t weight) {
    model::RealServer server;
    server.name = name;
    server.address = ip(address);
    server.port = to.port;
    server.weight = weight;
    model::TcpCheck check;
    check.connectTimeout = 1s;
    check.retry = 1;
    check.delayBeforeRetry = 1s;
    server.checks.emplace_back(check);
    to.servers.push_back(std::move(server));
}

} // namespace

model::Cluster demoDocument() {
    model::Cluster out;
    out.name = "demo";
    model::VrrpInstance instance;
    instance.name = "VI_1";
    instance.vrid = 51;
    instance.advertInterval = 1000ms;
    for (const char* address : {"192.0.2.10", "192.0.2.11"}) {
        model::VirtualAddress entry;
        entry.address = ip(address);
        instance.addresses.push_back(entry);
    }
    std::uint8_t priority = 100;
    for (const char* id : {"lb1", "lb2"}) {
        model::Director director;
        director.id = id;
        director.address = id;
        out.directors.push_back(director);
        model::Member member;
        member.director = id;
        member.interface = "eth0";
        member.priority = priority--;
        member.initialState = out.directors.size() == 1 ? model::InitialState::Master : model::InitialState::Backup;
        instance.members.push_back(member);
    }
    out.instances.push_back(instance);
    auto web = service("web", model::Protocol::Tcp, "192.0.2.10", 80, model::Scheduler::Wrr);
    web.persistenceTimeout = 60;
    auto tls = service("web-tls", model::Protocol::Tcp, "192.0.2.10", 443, model::Scheduler::Wlc);
    for (model::VirtualService* one : {&web, &tls}) {
        addServer(*one, "web1", "192.0.2.21", 3);
        addServer(*one, "web2", "192.0.2.22", 3);
        addServer(*one, "web3", "192.0.2.23", 1);
        addServer(*one, "web4", "192.0.2.24", 2);
    }
    tls.servers[2].admin = model::AdminState::Drained;
    auto dns = service("dns", model::Protocol::Udp, "192.0.2.11", 53, model::Scheduler::Rr);
    dns.forwarding = model::Forwarding::Tun;
    addServer(dns, "dns1", "198.51.100.31", 1);
    addServer(dns, "dns2", "198.51.100.32", 1);
    out.services = {web, tls, dns};
    return out;
}

struct DemoWorld::Host {
    Host(DemoWorld& world, const std::string& name)
        : runtime(world.m_time), host(world.m_segment, name, runtime), networkConfig(host, &world.m_network),
          scripts(runtime), system(runtime), checks(runtime),
          probes(runtime,
                 [&world](const IpAddress& address, std::uint16_t port) { return world.reachable(address, port); }) {}

    simulated::SimulatedRuntime runtime;
    simulated::SimulatedIpvs ipvs;
    simulated::SimulatedClassic classic;
    simulated::SimulatedHost host;
    simulated::SimulatedNetworkConfig networkConfig;
    simulated::SimulatedScripts scripts;
    simulated::SimulatedSystem system;
    simulated::SimulatedChecks checks;
    simulated::SimulatedStore persistent;
    simulated::SimulatedStore transient;
    DemoProbes probes;
    std::unique_ptr<core::Engine> engine;
    std::unique_ptr<api::Services> services;
};

DemoWorld::DemoWorld(Start start) : m_network(m_time, 1, &m_segment) {
    addHost("lb1", "192.0.2.2");
    addHost("lb2", "192.0.2.3");
    addHost("client", "192.0.2.100");
    if (start == Start::Bare)
        return;
    rpc::ConfigApplyParams params;
    params.cluster = json::toJson(demoDocument());
    params.confirmWithinS = 0;
    params.comment = "the demo's cluster";
    for (const char* id : {"lb1", "lb2"}) {
        params.director = id;
        const auto applied = m_hosts.at(id)->engine->apply(params, "demo");
        if (!applied)
            m_hosts.at(id)->engine->note(rpc::EventLevel::Error, "config", id, applied.error().text, "demo");
    }
}

DemoWorld::~DemoWorld() {
    for (auto& [name, host] : m_hosts) {
        host->services.reset();
        host->engine.reset();
    }
}

void DemoWorld::addHost(const std::string& name, const char* address) {
    auto host = std::make_unique<Host>(*this, name);
    const auto wall = std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch());
    host->runtime.setWallOffset(wall - m_time.now().time_since_epoch());
    host->host.configureAddress("eth0", {ip(address), 24, {}});
    host->engine = std::make_unique<core::Engine>(
        core::Ports{host->runtime, host->ipvs, host->host, m_network.portOf(name), host->networkConfig, host->scripts,
                    host->system, host->checks, host->classic, host->persistent, host->transient},
        core::Identity{name == "client" ? std::string() : name, "0.1.0", "simulated-" + name, true});
    if (const auto begun = host->engine->start(); !begun)
        host->engine->note(rpc::EventLevel::Error, "agent", name, begun.error().text);
    host->services = std::make_unique<api::Services>(
        api::Services{*host->engine, host->probes, [] { return std::vector<rpc::DoctorItem>{}; }, {}});
    m_hosts.emplace(name, std::move(host));
}

void DemoWorld::advance(Duration elapsed) {
    elapsed = std::min<Duration>(elapsed, 2s);
    m_time.runFor(elapsed);
    m_sinceLoad += std::chrono::duration<double>(elapsed).count();
    if (m_sinceLoad >= loadStep)
        drive(std::exchange(m_sinceLoad, 0));
}

bool DemoWorld::reachable(const IpAddress& address, std::uint16_t port) {
    const auto owner = m_segment.reaches(address);
    const auto found = owner ? m_hosts.find(*owner) : m_hosts.end();
    if (found == m_hosts.end() || !found->second->host.holds(address))
        return false;
    for (const auto& [key, service] : found->second->ipvs.table())
        if (key.address == address && key.port == port)
            for (const auto& [server, settings] : service.destinations)
                if (settings.weight > 0)
                    return true;
    return false;
}

void DemoWorld::drive(double seconds) {
    m_seconds += seconds;
    const double place = std::fmod(m_seconds, failurePeriod);
    const bool down = place > failureFrom && place < failureUntil;
    if (down != m_serverDown) {
        m_serverDown = down;
        for (auto& [name, host] : m_hosts)
            for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{443}}) {
                if (down)
                    host->checks.setDown(ip("192.0.2.24"), port);
                else
                    host->checks.setUp(ip("192.0.2.24"), port);
            }
    }
    for (auto& [name, host] : m_hosts) {
        std::map<ipvs::ServiceKey, simulated::Load> loads;
        for (const auto& [key, service] : host->ipvs.table()) {
            if (m_segment.reaches(key.address) != name || !host->host.holds(key.address))
                continue;
            const double wave = 1.0 + 0.22 * std::sin(m_seconds / 17.0 + key.port) + 0.06 * std::sin(m_seconds / 2.3);
            simulated::Load load;
            load.connectionsPerSecond = (key.port == 443 ? 310.0 : key.port == 53 ? 90.0 : 140.0) * wave;
            load.secondsOpen = key.port == 53 ? 0.2 : 6.0;
            loads.emplace(key, load);
        }
        host->ipvs.advance(seconds, loads);
    }
}

api::Services* DemoWorld::services(const std::string& host) {
    const auto found = m_hosts.find(host);
    return found == m_hosts.end() ? nullptr : found->second->services.get();
}

core::Engine& DemoWorld::engine(const std::string& host) { return *m_hosts.at(host)->engine; }

simulated::SimulatedChecks& DemoWorld::servers(const std::string& host) { return m_hosts.at(host)->checks; }

} // namespace lvsdeck::console
