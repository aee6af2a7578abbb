// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel's IPVS table: read it whole, change it by a batch. Real: generic netlink family "IPVS" version 1 (agent/ipvs);
// simulated: agent/simulated. Control thread only, except where the implementation says otherwise.
#pragma once

#include "agent/ipvs/counters.hpp"
#include "agent/ipvs/kernel_settings.hpp"
#include "agent/ipvs/table.hpp"
#include "common/base/error.hpp"

#include <cstdint>
#include <optional>
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
    /// The same for a periodic look that must not make anybody wait: the newest reading that was finished since the last look and
    /// is not older than our own last change; nullopt: none yet, or the table is known to be as it was.
    [[nodiscard]] virtual std::optional<Result<ipvs::Table>> look() = 0;
    /// Connections, totals and rates of everything. The kernel brings totals and rates up to date every two seconds.
    [[nodiscard]] virtual Result<ipvs::TableCounters> counters() = 0;
    /// Applies in order; goes on after a failed one. One entry per operation that failed: its index and why. The outer error is
    /// for a failure of the whole (no netlink).
    struct Failed {
        std::size_t index = 0;
        Error error;
    };
    [[nodiscard]] virtual Result<std::vector<Failed>> apply(const std::vector<ipvs::Operation>& operations) = 0;

    [[nodiscard]] virtual Result<ipvs::Timeouts> timeouts() = 0;
    /// 0 leaves one as it is; at most 2678400 s.
    [[nodiscard]] virtual Result<void> setTimeouts(const ipvs::Timeouts& timeouts) = 0;

    /// Those that run now, at most one of each role.
    [[nodiscard]] virtual Result<std::vector<ipvs::SyncDaemon>> syncDaemons() = 0;
    /// Conflict: one of that role runs already. NotFound: no such interface. InvalidInput: the group is no multicast address, or a
    /// server of another address family than its service is in the table (the two exclude each other).
    [[nodiscard]] virtual Result<void> startSync(const ipvs::SyncDaemon& daemon) = 0;
    /// Stopping what does not run succeeds.
    [[nodiscard]] virtual Result<void> stopSync(ipvs::SyncRole role) = 0;
};

} // namespace lvsdeck
