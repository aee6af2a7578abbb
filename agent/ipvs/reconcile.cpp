// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/reconcile.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::ipvs {

namespace {

/// One list for each type, so that the order of the result does not depend on the order of finding.
class Groups {
public:
    void add(OperationType type, const ServiceKey& service, const ServiceSettings& settings) {
        Operation& operation = group(type).emplace_back();
        operation.type = type;
        operation.service = service;
        operation.serviceSettings = settings;
    }
    void add(OperationType type, const ServiceKey& service, const DestinationKey& destination,
             const DestinationSettings& settings) {
        Operation& operation = group(type).emplace_back();
        operation.type = type;
        operation.service = service;
        operation.destination = destination;
        operation.destinationSettings = settings;
    }
    /// Of a whole new table, growing by halves would touch three times the memory.
    void expectDestinations(std::size_t count) { group(OperationType::AddDestination).reserve(count); }
    void remove(const ServiceKey& service) { add(OperationType::RemoveService, service, {}); }
    void remove(const ServiceKey& service, const DestinationKey& destination) {
        add(OperationType::RemoveDestination, service, destination, {});
    }
    [[nodiscard]] std::vector<Operation> take() {
        constexpr std::array order{OperationType::AddService,        OperationType::SetService,
                                   OperationType::AddDestination,    OperationType::SetDestination,
                                   OperationType::RemoveDestination, OperationType::RemoveService};
        std::vector<Operation> all;
        std::size_t count = 0;
        for (const auto& operations : m_groups)
            count += operations.size();
        for (const OperationType type : order)
            if (group(type).size() == count)
                return std::move(group(type));
        all.reserve(count);
        for (const OperationType type : order)
            std::ranges::move(group(type), std::back_inserter(all));
        return all;
    }

private:
    [[nodiscard]] std::vector<Operation>& group(OperationType type) { return m_groups[static_cast<std::size_t>(type)]; }
    std::array<std::vector<Operation>, 6> m_groups;
};

void reconcileDestinations(const ServiceKey& key, const Service& wanted, const Service& actual, const Owned& owned,
                           Groups& groups) {
    for (const auto& [destination, settings] : wanted.destinations) {
        const auto found = actual.destinations.find(destination);
        if (found == actual.destinations.end())
            groups.add(OperationType::AddDestination, key, destination, settings);
        else if (!sameSettings(settings, found->second))
            groups.add(OperationType::SetDestination, key, destination, settings);
    }
    for (const auto& [destination, settings] : actual.destinations)
        if (!wanted.destinations.contains(destination) && owned.has(key, destination))
            groups.remove(key, destination);
}

void retire(const ServiceKey& key, const Service& actual, const Owned& owned, Groups& groups) {
    const auto isOurs = [&](const auto& entry) { return owned.has(key, entry.first); };
    if (owned.services.contains(key) && std::ranges::all_of(actual.destinations, isOurs)) {
        groups.remove(key);
        return;
    }
    for (const auto& entry : actual.destinations)
        if (isOurs(entry))
            groups.remove(key, entry.first);
}

} // namespace

bool sameSettings(const ServiceSettings& wanted, const ServiceSettings& actual) {
    constexpr std::uint32_t meaningful =
        serviceFlagPersistent | serviceFlagOnePacket | serviceFlagSched1 | serviceFlagSched2 | serviceFlagSched3;
    if (wanted.scheduler != actual.scheduler || (wanted.flags & meaningful) != (actual.flags & meaningful) ||
        wanted.persistenceEngine != actual.persistenceEngine)
        return false;
    return (wanted.flags & serviceFlagPersistent) == 0 ||
           (wanted.persistenceTimeout == actual.persistenceTimeout && wanted.prefixLength == actual.prefixLength);
}

bool sameSettings(const DestinationSettings& wanted, const DestinationSettings& actual) {
    if (wanted.weight != actual.weight || wanted.upperThreshold != actual.upperThreshold ||
        wanted.lowerThreshold != actual.lowerThreshold)
        return false;
    if (actual.forward == Forward::Local)
        return true;
    if (wanted.forward != actual.forward)
        return false;
    return wanted.forward != Forward::Tunnel ||
           (wanted.tunnelType == actual.tunnelType && wanted.tunnelPort == actual.tunnelPort &&
            wanted.tunnelFlags == actual.tunnelFlags);
}

std::vector<Operation> reconcile(const Table& desired, const Table& actual, const Owned& owned) {
    static const Service empty;
    Groups groups;
    std::size_t fresh = 0;
    for (const auto& [key, wanted] : desired)
        fresh += actual.contains(key) ? 0 : wanted.destinations.size();
    groups.expectDestinations(fresh);
    for (const auto& [key, wanted] : desired) {
        const auto found = actual.find(key);
        if (found == actual.end())
            groups.add(OperationType::AddService, key, wanted.settings);
        else if (!sameSettings(wanted.settings, found->second.settings))
            groups.add(OperationType::SetService, key, wanted.settings);
        reconcileDestinations(key, wanted, found == actual.end() ? empty : found->second, owned, groups);
    }
    for (const auto& [key, service] : actual)
        if (!desired.contains(key))
            retire(key, service, owned, groups);
    return groups.take();
}

} // namespace lvsdeck::ipvs
