// SPDX-License-Identifier: GPL-3.0-or-later
// What fails in a day: servers, network, kernel, disk, clock, programs, and the agents themselves.
#include "agent/vrrp/packet.hpp"
#include "tests/simulation/pair_world.hpp"

namespace lvsdeck::simulation {

namespace {

using namespace std::chrono_literals;

IpAddress ip(const char* text) { return *IpAddress::parse(text); }

constexpr std::array servers{"192.168.50.9", "192.168.50.10", "192.168.50.11"};
constexpr std::array<std::uint16_t, 3> ports{80, 53, 443};

} // namespace

const std::vector<PairWorld::Fault>& PairWorld::faults() {
    using World = PairWorld;
    static const std::vector<Fault> all{
        {"a server fails or comes back", 14, &World::serverFails},
        {"the network is bad or good", 5, &World::networkIsBad},
        {"the network parts or is whole", 5, &World::networkParts},
        {"a cable is pulled or plugged in", 3, &World::cableIsPulled},
        {"an interface goes down or up", 4, &World::linkFails},
        {"a virtual address is taken away", 3, &World::addressIsTaken},
        {"a tracked thing fails or is good", 6, &World::trackedThingFails},
        {"the kernel refuses or takes", 3, &World::kernelRefuses},
        {"the disk is full or is not", 2, &World::diskIsFull},
        {"somebody changes entries of ours", 4, &World::tableIsChanged},
        {"a foreign service comes or goes", 4, &World::foreignServiceComes},
        {"strangers speak VRRP", 5, &World::strangersSpeak},
        {"the wall clock steps", 3, &World::clockSteps},
        {"nobody can be told, or can", 2, &World::tellingFails},
        {"the agent restarts", 3, &World::restarts},
        {"the agent dies between two steps", 3, &World::crashesInTheMiddle},
        {"somebody applies", 8, &World::somebodyApplies},
        {"somebody confirms", 5, &World::somebodyConfirms},
        {"somebody reverts", 3, &World::somebodyReverts},
        {"somebody sets a server", 6, &World::somebodySetsAServer},
        {"somebody begins or ends maintenance", 3, &World::somebodyMaintains},
        {"somebody drills", 4, &World::somebodyDrills},
        {"somebody runs checks", 2, &World::somebodyChecks},
        {"somebody looks on or away", 6, &World::somebodyLooksOn},
        {"somebody talks nonsense", 2, &World::somebodyTalksNonsense},
    };
    return all;
}

void PairWorld::serverFails(PairDirector& who) {
    const IpAddress address = ip(servers[pick(servers.size())]);
    const std::uint16_t port = ports[pick(ports.size())];
    const std::size_t how = pick(8);
    const Duration latency = between(100ms, 9s);
    // Mostly both see the same; a server that only one of them reaches is seen too.
    const bool both = pick(4) != 0;
    for (const auto& one : m_directors) {
        if (!both && one.get() != &who)
            continue;
        switch (how) {
        case 0: one->checks.setDown(address, port); break;
        case 1: one->checks.setDown(address, port, CheckReason::Timeout); break;
        case 2: one->checks.setDown(address, port, CheckReason::Status); break;
        case 3: one->checks.setDown(address, port, CheckReason::Local); break;
        case 4: one->checks.setSlow(address, port, latency); break;
        default: one->checks.setUp(address, port); break;
        }
    }
    if (how == 0)
        who.scripts.set("/usr/bin/chk_rs", {.result = {ScriptEnd::Exited, static_cast<int>(pick(9)), {}}});
    for (const auto& [key, service] : who.ipvs.table())
        for (const auto& [server, settings] : service.destinations)
            if (pick(3) == 0)
                who.ipvs.setConnections(key, server, static_cast<std::uint32_t>(pick(3)),
                                        static_cast<std::uint32_t>(pick(3)));
}

void PairWorld::networkIsBad(PairDirector&) {
    simulated::Weather weather;
    if (pick(2) == 0) {
        weather.loss = static_cast<double>(pick(60)) / 100;
        weather.duplication = static_cast<double>(pick(20)) / 100;
        weather.mostDelay = between(1ms, 300ms);
    }
    m_network.setWeather(weather);
}

void PairWorld::networkParts(PairDirector& who) {
    const PairDirector& other = who.owner == 1 ? *m_directors[1] : *m_directors[0];
    switch (pick(4)) {
    case 0: m_network.partition({{who.name}, {other.name}}); return;
    case 1: m_network.block(who.name, other.name, true); return;
    default:
        m_network.partition({});
        m_network.block(who.name, other.name, false);
        m_network.block(other.name, who.name, false);
    }
}

void PairWorld::cableIsPulled(PairDirector& who) { m_network.setCable(who.name, pick(3) != 0); }

void PairWorld::linkFails(PairDirector& who) { who.host.setLinkUp(pick(2) == 0 ? "eth0" : "dummy0", pick(2) != 0); }

void PairWorld::addressIsTaken(PairDirector& who) {
    constexpr std::array addresses{"192.168.50.8", "192.168.50.18", "fd00:50::8"};
    who.host.takeAddressAway("eth0", ip(addresses[pick(addresses.size())]));
}

void PairWorld::trackedThingFails(PairDirector& who) {
    switch (pick(6)) {
    case 0: who.scripts.setExit("/usr/bin/chk_web", 1); break;
    case 1: who.scripts.set("/usr/bin/chk_web", {.result = {}, .duration = 8s}); break;
    case 2: who.scripts.set("/usr/bin/chk_web", {.result = {ScriptEnd::NotStarted, 0, "no such file"}}); break;
    case 3: who.system.setFile("/run/load", std::to_string(-static_cast<int>(pick(120))) + "\n"); break;
    case 4:
        if (const auto running = who.system.processes())
            for (const Process& process : *running)
                who.system.endProcess(process.pid);
        break;
    default:
        who.scripts.setExit("/usr/bin/chk_web", 0);
        who.system.setFile("/run/load", "0\n");
        if (who.system.processes()->empty())
            who.system.startProcess("nginx");
    }
}

/// Not the permission to change addresses: no process loses that while it runs, and then people are asked to help.
void PairWorld::kernelRefuses(PairDirector& who) {
    const bool well = pick(3) != 0;
    if (pick(2) == 0)
        who.ipvs.setAvailable(well);
    else
        who.ipvs.setPermitted(well);
}

void PairWorld::diskIsFull(PairDirector& who) { who.persistent.setFull(pick(3) == 0); }

void PairWorld::tableIsChanged(PairDirector& who) {
    if (who.ipvs.table().empty())
        return;
    const auto service = std::next(who.ipvs.table().begin(), static_cast<std::ptrdiff_t>(pick(who.ipvs.table().size())));
    ipvs::Operation change;
    change.service = service->first;
    change.serviceSettings = service->second.settings;
    change.type = ipvs::OperationType::RemoveService;
    if (!service->second.destinations.empty() && pick(4) != 0) {
        const auto server = std::next(service->second.destinations.begin(),
                                      static_cast<std::ptrdiff_t>(pick(service->second.destinations.size())));
        change.destination = server->first;
        change.destinationSettings = server->second;
        change.destinationSettings.weight = static_cast<std::int32_t>(pick(10));
        change.type = pick(2) == 0 ? ipvs::OperationType::SetDestination : ipvs::OperationType::RemoveDestination;
    }
    who.ipvs.change(change);
}

void PairWorld::foreignServiceComes(PairDirector& who) {
    ipvs::Operation change;
    change.service = {0, Family::V4, model::Protocol::Tcp, ip("10.9.0.1"), static_cast<std::uint16_t>(1 + pick(60'000))};
    change.serviceSettings = {"rr", 0, 0, 32, ""};
    who.ipvs.change(change);
    change.type = ipvs::OperationType::AddDestination;
    change.destination = {ip("10.9.0.2"), change.service.port};
    who.ipvs.change(change);
    for (const auto& [key, service] : who.ipvs.table())
        if (key.address == ip("10.9.0.1") && pick(2) == 0) {
            change.service = key;
            change.type = ipvs::OperationType::RemoveService;
            who.ipvs.change(change);
            return;
        }
}

/// Routers that nobody configured, each from another address: wrong passwords, other addresses, ours with a priority to win.
void PairWorld::strangersSpeak(PairDirector&) {
    for (std::size_t i = 0; i < 10; ++i) {
        const IpAddress source = IpAddress::v4(0xc0a83200U + static_cast<std::uint32_t>(pick(256)));
        vrrp::Advert advert;
        advert.version = pick(2) == 0 ? 2 : 3;
        advert.vrid = static_cast<std::uint8_t>(51 + pick(3));
        advert.priority = static_cast<std::uint8_t>(pick(256));
        advert.password = advert.version == 2 ? (pick(2) == 0 ? "1111" : "2222") : "";
        advert.addresses = {ip(pick(2) == 0 ? "192.168.50.8" : "192.168.50.18")};
        const IpAddress group = vrrp::multicastGroup(Family::V4);
        auto message = vrrp::encode(advert, source, group);
        if (!message)
            continue;
        if (pick(4) == 0)
            (*message)[pick(message->size())] ^= 0x55U;
        m_network.inject("stranger", "eth0",
                         {std::move(*message), source, group, static_cast<std::uint8_t>(pick(4) == 0 ? 64 : 255)});
    }
}

void PairWorld::clockSteps(PairDirector& who) { who.runtime.setStep(pick(3) == 0 ? Duration{0} : between(-2h, 2h)); }

void PairWorld::tellingFails(PairDirector& who) {
    who.system.setReader("/run/notify.fifo", pick(2) == 0);
    who.system.setMailFailure(pick(2) == 0 ? "" : "connection refused");
    if (pick(2) == 0)
        who.scripts.set("/usr/bin/note", {.result = {ScriptEnd::NotStarted, 0, "permission denied"}});
    else
        who.scripts.setExit("/usr/bin/note", 0);
}

void PairWorld::restarts(PairDirector& who) {
    if (who.owner == 1 && !m_mayRestartFirst)
        return;
    switch (pick(4)) {
    case 0: kill(who, vrrp::Stop::Leave); break;
    case 1: kill(who, vrrp::Stop::Resign); break;
    default: kill(who);
    }
    startLater(who);
}

void PairWorld::crashesInTheMiddle(PairDirector& who) {
    if ((who.owner == 1 && !m_mayRestartFirst) || m_armed != nullptr || !who.engine)
        return;
    m_armed = &who;
    who.crash.armAfter(pick(40));
}

} // namespace lvsdeck::simulation
