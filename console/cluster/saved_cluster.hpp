// SPDX-License-Identifier: GPL-3.0-or-later
// What the console remembers of a cluster between two starts: how to reach its directors, where to probe from, the limits of a
// drill. Not the cluster document: that lives on the directors. Plain values; any thread.
#pragma once

#include "common/base/json.hpp"
#include "console/ssh/target.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::cluster {

/// One host that is reached by SSH and runs lvsdeck-agent. No secrets in here.
struct SavedDirector {
    std::string id;      ///< as in the cluster document; for the probe host any name
    std::string address; ///< host name, address or ssh_config alias
    std::optional<std::uint16_t> port;
    std::string user;
    std::string identityFile;
    std::string remoteCommand; ///< empty: lvsdeck-agent attach
    bool operator==(const SavedDirector&) const = default;
};
BOOST_DESCRIBE_STRUCT(SavedDirector, (), (id, address, port, user, identityFile, remoteCommand))

/// What a drill must keep to pass. Milliseconds; unset: not judged.
struct DrillLimits {
    std::optional<std::int64_t> outageMs = 5000; ///< client outage, upper end of its uncertainty
    std::optional<std::int64_t> detectionMs;
    std::optional<std::int64_t> takeoverMs;
    std::optional<std::int64_t> overlapMs = 1000; ///< two masters at once
    std::optional<std::int64_t> failedAttempts;
    std::optional<double> heldSurvived; ///< share of held connections, 0..1
    bool operator==(const DrillLimits&) const = default;
};
BOOST_DESCRIBE_STRUCT(DrillLimits, (), (outageMs, detectionMs, takeoverMs, overlapMs, failedAttempts, heldSurvived))

struct SavedCluster {
    std::uint32_t schema = 1;
    std::string name;
    std::vector<SavedDirector> directors;
    std::optional<SavedDirector> probeFrom; ///< a host outside the pair; unset: this computer
    DrillLimits limits;
    bool readOnly = false;
    bool operator==(const SavedCluster&) const = default;
};
BOOST_DESCRIBE_STRUCT(SavedCluster, (), (schema, name, directors, probeFrom, limits, readOnly))

/// InvalidInput with the path of the first field that is wrong: names, hosts, users, doubled ids.
[[nodiscard]] Result<void> checkSaved(const SavedCluster& cluster);

/// `profileKnownHosts`: where accepted host keys go (Profile::knownHostsFile).
[[nodiscard]] ssh::SshTarget targetOf(const SavedDirector& director, const std::string& profileKnownHosts);

} // namespace lvsdeck::cluster
