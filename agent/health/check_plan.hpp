// SPDX-License-Identifier: GPL-3.0-or-later
// One check with every default filled in: the check's own value, else the server's, else the service's, else keepalived's. Pure
// values; any thread.
#pragma once

#include "agent/ports/check_port.hpp"
#include "common/model/service.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lvsdeck::health {

/// Retry 1 (script and file 0, DNS 3); delay before retry 1 s (HTTP 3 s, DNS the delay loop); warm-up one delay loop. A file is read
/// every second at least: keepalived is told of its changes, this looks.
struct CheckPlan {
    CheckTarget target;
    std::uint32_t retry = 1;
    model::Milliseconds delayBeforeRetry{1000};
    model::Milliseconds warmup{6000};
    model::Milliseconds delayLoop{6000};
    model::Milliseconds downGap{0}; ///< HTTP: at least this long between two tries of the URL that took it down
    bool alpha = false;             ///< counts as failed until its first success
    bool http = false;
    std::size_t urls = 1;      ///< of an HTTP check, asked one by one
    bool fastRecovery = false; ///< while it is not up, the next URL comes at once
    bool logAllFailures = false;
    bool operator==(const CheckPlan&) const = default;
};

/// What checks need of the cluster besides the services.
struct Surroundings {
    std::vector<model::ServiceGroup> groups; ///< for the address of a service that is a group
    std::vector<model::TrackFile> files;
    model::ScriptSettings scripts;
    model::MassFailure massFailure = model::MassFailure::Alarm;
    bool operator==(const Surroundings&) const = default;
};

[[nodiscard]] CheckPlan resolve(const model::VirtualService& service, const model::RealServer& server,
                                const model::HealthCheck& check, const Surroundings& around = {});
/// "tcp", "http", "https" …: for people and for CheckState.
[[nodiscard]] std::string kindOf(const model::HealthCheck& check);

} // namespace lvsdeck::health
