// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/simulated/simulated_ipvs.hpp"

#include "agent/ipvs/kernel_error.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>

namespace lvsdeck::simulated {

using ipvs::Operation;
using ipvs::OperationType;

namespace {

constexpr double estimatorSeconds = 2;
constexpr double inactiveSeconds = 30;

/// The checks of ip_vs_add_service and ip_vs_edit_service.
int checkService(const Operation& operation, const std::set<std::string>& schedulers) {
    const ipvs::ServiceSettings& settings = operation.serviceSettings;
    if (settings.scheduler != "none" && !schedulers.contains(settings.scheduler))
        return ENOENT;
    if (!settings.persistenceEngine.empty() && settings.persistenceEngine != "sip")
        return ENOENT;
    if (operation.service.family == Family::V6 && (settings.prefixLength < 1 || settings.prefixLength > 128))
        return EINVAL;
    return 0;
}

/// The checks of ip_vs_genl_set_cmd, ip_vs_add_dest and ip_vs_edit_dest.
int checkDestination(const Operation& operation) {
    const ipvs::DestinationSettings& settings = operation.destinationSettings;
    if (operation.destination.address.family() != operation.service.family && settings.forward != ipvs::Forward::Tunnel)
        return EINVAL;
    if (settings.weight < 0 || settings.lowerThreshold > settings.upperThreshold)
        return ERANGE;
    if (settings.tunnelType == ipvs::tunnelGue && settings.tunnelPort == 0)
        return EINVAL;
    return 0;
}

/// The kernel takes unicast addresses and its own.
bool usableAddress(const IpAddress& address) {
    if (address.isUnspecified() || address.isMulticast())
        return false;
    if (!address.isV4())
        return !(address.bytes()[0] == 0xfe && (address.bytes()[1] & 0xc0U) == 0x80);
    return address.v4HostOrder() != 0xffffffffU && (address.v4HostOrder() >> 24U) != 0;
}

/// What the kernel keeps of what it is given.
ipvs::ServiceSettings kept(const Operation& operation) {
    ipvs::ServiceSettings settings = operation.serviceSettings;
    settings.flags &= ~std::uint32_t{2};
    return settings;
}

void estimate(double& rate, double measured, double seconds) {
    rate += (measured - rate) * (1 - std::exp(-seconds / estimatorSeconds));
}

} // namespace

SimulatedIpvs::SimulatedIpvs(CrashPoint* crash)
    : m_crash(crash),
      m_schedulers{"rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos"} {}

Result<void> SimulatedIpvs::usable() const {
    if (!m_available)
        return std::unexpected(ipvs::noIpvsError());
    if (!m_permitted)
        return std::unexpected(ipvs::permissionError());
    return {};
}

Result<IpvsVersion> SimulatedIpvs::version() {
    if (const auto ok = usable(); !ok)
        return std::unexpected(ok.error());
    return IpvsVersion{"1.2.1", 4096};
}

Result<ipvs::Table> SimulatedIpvs::read() {
    if (const auto ok = usable(); !ok)
        return std::unexpected(ok.error());
    return m_table;
}

Result<std::vector<IpvsPort::Failed>> SimulatedIpvs::apply(const std::vector<Operation>& operations) {
    if (const auto ok = usable(); !ok)
        return std::unexpected(ok.error());
    std::vector<Failed> failed;
    for (std::size_t i = 0; i < operations.size(); ++i) {
        if (m_crash != nullptr)
            m_crash->step();
        if (const int number = change(operations[i]); number != 0)
            failed.push_back({i, ipvs::operationError(number, operations[i])});
        else
            ++m_applied;
    }
    return failed;
}

int SimulatedIpvs::change(const Operation& operation) {
    switch (operation.type) {
    case OperationType::AddService:
    case OperationType::SetService:
    case OperationType::RemoveService: return changeService(operation);
    case OperationType::AddDestination:
    case OperationType::SetDestination:
    case OperationType::RemoveDestination: return changeDestination(operation);
    }
    return EINVAL;
}

int SimulatedIpvs::changeService(const Operation& operation) {
    const auto found = m_table.find(operation.service);
    if (operation.type == OperationType::AddService) {
        if (found != m_table.end())
            return EEXIST;
        if (const int number = checkService(operation, m_schedulers); number != 0)
            return number;
        m_table[operation.service].settings = kept(operation);
        m_flows[operation.service] = {};
        return 0;
    }
    if (found == m_table.end())
        return ESRCH;
    if (operation.type == OperationType::RemoveService) {
        m_flows.erase(operation.service);
        m_table.erase(found);
        return 0;
    }
    if (const int number = checkService(operation, m_schedulers); number != 0)
        return number;
    found->second.settings = kept(operation);
    return 0;
}

int SimulatedIpvs::changeDestination(const Operation& operation) {
    const auto service = m_table.find(operation.service);
    if (service == m_table.end())
        return ESRCH;
    auto& destinations = service->second.destinations;
    const auto found = destinations.find(operation.destination);
    auto& flows = m_flows[operation.service].destinations;
    if (operation.type == OperationType::RemoveDestination) {
        if (found == destinations.end())
            return ENOENT;
        destinations.erase(found);
        flows.erase(operation.destination);
        return 0;
    }
    // Before all else that is wrong with it: synchronisation and servers of another family exclude each other.
    if (!m_daemons.empty() && operation.destination.address.family() != operation.service.family)
        return EINVAL;
    if (const int number = checkDestination(operation); number != 0)
        return number;
    if (operation.type == OperationType::AddDestination) {
        if (found != destinations.end())
            return EEXIST;
        if (!usableAddress(operation.destination.address))
            return EINVAL;
        destinations.emplace(operation.destination, operation.destinationSettings);
        flows[operation.destination] = {};
        return 0;
    }
    if (found == destinations.end())
        return ENOENT;
    found->second = operation.destinationSettings;
    return 0;
}

Result<ipvs::TableCounters> SimulatedIpvs::counters() {
    if (const auto ok = usable(); !ok)
        return std::unexpected(ok.error());
    const auto whole = [](double value) { return static_cast<std::uint64_t>(std::llround(std::max(0.0, value))); };
    const auto counted = [&](const Flow& flow) {
        ipvs::Traffic traffic = flow.traffic;
        traffic.cps = whole(flow.cps);
        traffic.inPps = whole(flow.inPps);
        traffic.outPps = whole(flow.outPps);
        traffic.inBps = whole(flow.inBps);
        traffic.outBps = whole(flow.outBps);
        return traffic;
    };
    ipvs::CountersBuilder all;
    for (const auto& [key, service] : m_table) {
        const Flows& flows = m_flows[key];
        all.add(key, counted(flows.total));
        for (const auto& [destination, settings] : service.destinations) {
            const Flow& flow = flows.destinations.at(destination);
            all.add(key, destination, counted(flow),
                    {.weight = settings.weight,
                     .active = static_cast<std::uint32_t>(whole(flow.active)),
                     .inactive = static_cast<std::uint32_t>(whole(flow.inactive))});
        }
    }
    return all.finish();
}

void SimulatedIpvs::setConnections(const ipvs::ServiceKey& service, const ipvs::DestinationKey& destination,
                                   std::uint32_t active, std::uint32_t inactive) {
    Flow& flow = m_flows[service].destinations[destination];
    flow.active = active;
    flow.inactive = inactive;
}

void SimulatedIpvs::advance(double seconds, const std::map<ipvs::ServiceKey, Load>& load) {
    static const Load none;
    for (const auto& [key, service] : m_table) {
        const auto found = load.find(key);
        advanceService(seconds, service, m_flows[key], found == load.end() ? none : found->second);
    }
}

void SimulatedIpvs::advanceService(double seconds, const ipvs::Service& service, Flows& flows, const Load& load) {
    double weights = 0;
    for (const auto& [destination, settings] : service.destinations)
        weights += settings.weight;
    const auto age = [seconds](Flow& flow, double open) {
        const double ended = flow.active * (1 - std::exp(-seconds / std::max(0.05, open)));
        flow.active -= ended;
        flow.inactive = flow.inactive * std::exp(-seconds / inactiveSeconds) + ended;
    };
    const auto receive = [&](Flow& flow, double connections, std::uint64_t whole) {
        flow.traffic.conns += whole;
        flow.traffic.inPackets += whole * load.inPackets;
        flow.traffic.inBytes += whole * load.inBytes;
        const double rate = connections / seconds;
        estimate(flow.cps, rate, seconds);
        estimate(flow.inPps, rate * static_cast<double>(load.inPackets), seconds);
        estimate(flow.inBps, rate * static_cast<double>(load.inBytes), seconds);
    };
    const auto reply = [&](Flow& flow, double connections, std::uint64_t whole) {
        flow.traffic.outPackets += whole * load.outPackets;
        flow.traffic.outBytes += whole * load.outBytes;
        estimate(flow.outPps, connections / seconds * static_cast<double>(load.outPackets), seconds);
        estimate(flow.outBps, connections / seconds * static_cast<double>(load.outBytes), seconds);
    };
    double arrived = 0;
    double replied = 0;
    std::uint64_t arrivedWhole = 0;
    std::uint64_t repliedWhole = 0;
    for (const auto& [destination, settings] : service.destinations) {
        Flow& flow = flows.destinations[destination];
        age(flow, load.secondsOpen);
        const double share = weights > 0 ? load.connectionsPerSecond * seconds * settings.weight / weights : 0;
        flow.rest += share;
        const double whole = std::floor(flow.rest);
        flow.rest -= whole;
        flow.active += share;
        receive(flow, share, static_cast<std::uint64_t>(whole));
        arrived += share;
        arrivedWhole += static_cast<std::uint64_t>(whole);
        // Only masqueraded replies come back through the director.
        const bool masqueraded = settings.forward == ipvs::Forward::Masq;
        reply(flow, masqueraded ? share : 0, masqueraded ? static_cast<std::uint64_t>(whole) : 0);
        replied += masqueraded ? share : 0;
        repliedWhole += masqueraded ? static_cast<std::uint64_t>(whole) : 0;
    }
    receive(flows.total, arrived, arrivedWhole);
    reply(flows.total, replied, repliedWhole);
}

} // namespace lvsdeck::simulated
