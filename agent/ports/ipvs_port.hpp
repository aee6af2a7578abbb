// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel's IPVS table: read it whole, change it by a batch. Real: generic netlink family "IPVS" version 1 (agent/ipvs);
// simulated: agent/simulated. Control thread only, except where the implementation says otherwise.
#pragma once

#include "agent/ipvs/table.hpp"
#include "common/base/error.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lvsdeck {

struct IpvsVersion {
    std::string version; ///< "1.2.1"
    std::uint32_t connectionTableSize = 0;
};

class IpvsPort {
public:
    IpvsPort() = default;
    IpvsPort(const IpvsPort&) = delete;
    IpvsPort& operator=(const IpvsPort&) = delete;
    virtual ~IpvsPort() = default;

    /// Unsupported when the kernel has no IPVS; the text says how to get it.
    [[nodiscard]] virtual Result<IpvsVersion> version() = 0;
    [[nodiscard]] virtual Result<ipvs::Table> read() = 0;
    /// Connections, totals and rates of everything. The kernel brings totals and rates up to date every two seconds.
    [[nodiscard]] virtual Result<ipvs::TableCounters> counters() = 0;
    /// Applies in order; goes on after a failed one. One entry per operation that failed: its index and why. The outer error is
    /// for a failure of the whole (no netlink).
    struct Failed {
        std::size_t index = 0;
        Error error;
    };
    [[nodiscard]] virtual Result<std::vector<Failed>> apply(const std::vector<ipvs::Operation>& operations) = 0;
};

} // namespace lvsdeck
