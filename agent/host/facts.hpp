// SPDX-License-Identifier: GPL-3.0-or-later
// What the doctor needs to know of this host: plain facts, read once from /proc, /sys and /lib/modules.
// Reading takes some milliseconds. Any thread.
#pragma once

#include "agent/ports/host_port.hpp"
#include "agent/ports/ipvs_port.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lvsdeck::host {

struct Process {
    int id = 0;
    bool sameNetwork = true; ///< in our network namespace, or in one that we may not see
};

struct HostFacts {
    std::optional<IpvsVersion> ipvs;
    Error ipvsError; ///< when there is no IPVS
    std::optional<std::set<std::string>>
        schedulers; ///< loaded, built in, or in a module file; unset: this host hides its modules
    std::map<std::string, std::string> sysctls; ///< "net.ipv4.ip_forward" -> "1"; what does not exist is absent
    bool netAdmin = false;
    bool netRaw = false;
    std::vector<Process> keepalived;
    std::optional<std::vector<Link>> links; ///< unset: they cannot be read
    Error linksError;
};

/// `root` stands before /proc, /sys and /lib ("" on a real host; a folder in tests).
[[nodiscard]] HostFacts gatherFacts(IpvsPort& ipvs, HostPort& host, const std::string& root = {});

} // namespace lvsdeck::host
