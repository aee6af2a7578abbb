// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/foreign_change.hpp"

#include "agent/ipvs/keys.hpp"

#include <algorithm>

namespace lvsdeck::core {

namespace {

using ipvs::OperationType;

std::string differences(const ipvs::Operation& repair, const ipvs::Table& actual) {
    const auto service = actual.find(repair.service);
    if (service == actual.end())
        return "other settings";
    if (repair.type == OperationType::SetService) {
        const std::string& scheduler = service->second.settings.scheduler;
        return scheduler == repair.serviceSettings.scheduler
                   ? "other settings"
                   : "the scheduler " + scheduler + " instead of " + repair.serviceSettings.scheduler;
    }
    const auto server = service->second.destinations.find(repair.destination);
    if (server == service->second.destinations.end() || server->second.weight == repair.destinationSettings.weight)
        return "other settings";
    return "weight " + std::to_string(server->second.weight) + " instead of " +
           std::to_string(repair.destinationSettings.weight);
}

std::string oneText(const ipvs::Operation& repair, const ipvs::Table& actual) {
    const std::string service = "service " + ipvs::keyText(repair.service);
    const std::string server = "server " + ipvs::keyText(repair.destination) + " of " + ipvs::keyText(repair.service);
    switch (repair.type) {
    case OperationType::AddService: return service + " is gone";
    case OperationType::SetService: return service + " has " + differences(repair, actual);
    case OperationType::RemoveService: return service + " is there again";
    case OperationType::AddDestination: return server + " is gone";
    case OperationType::SetDestination: return server + " has " + differences(repair, actual);
    case OperationType::RemoveDestination: return server + " is there again";
    }
    return {};
}

} // namespace

std::string foreignText(const std::vector<ipvs::Operation>& repairs, const ipvs::Table& actual) {
    constexpr std::size_t shown = 3;
    if (actual.empty() && repairs.size() > 1)
        return "the whole table was emptied";
    std::string text;
    std::size_t named = 0;
    std::size_t counted = 0;
    for (const ipvs::Operation& repair : repairs) {
        // With a service its servers go; saying so for each says nothing more.
        if (repair.type == OperationType::AddDestination && !actual.contains(repair.service))
            continue;
        ++counted;
        if (named == shown)
            continue;
        text += (named == 0 ? "" : "; ") + oneText(repair, actual);
        ++named;
    }
    if (counted > named)
        text += " … and " + std::to_string(counted - named) + " more";
    return text;
}

} // namespace lvsdeck::core
