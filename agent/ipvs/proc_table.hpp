// SPDX-License-Identifier: GPL-3.0-or-later
// /proc/net/ip_vs: weights and connection counts of the whole table in one read, about a sixth of what a dump by netlink costs. It
// knows no totals, thresholds, tunnels or scheduler flags. Pure; any thread.
#pragma once

#include "agent/ipvs/counters.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace lvsdeck::ipvs {

struct ProcDestination {
    DestinationKey key;
    std::int32_t weight = 0;
    std::uint32_t active = 0;
    std::uint32_t inactive = 0;
};

struct ProcService {
    ServiceKey key; ///< of a firewall mark the family is not told: that of its first destination, else IPv4
    std::vector<ProcDestination> destinations;
};

struct ProcTable {
    std::vector<ProcService> services;
    std::size_t servers = 0; ///< lines of them
    /// Over everything but the connection counts: as long as it stays, the kernel shows the same table.
    std::uint64_t shape = 0;
};

/// The text in parts as they come, cut anywhere. Lines that are not understood are passed over; they count in the shape.
class ProcTableReader {
public:
    enum class Wanted {
        All,
        Shape, ///< and the number of servers: takes no memory, however long the text is
    };
    explicit ProcTableReader(Wanted wanted = Wanted::All);
    ~ProcTableReader();
    ProcTableReader(const ProcTableReader&) = delete;
    ProcTableReader& operator=(const ProcTableReader&) = delete;

    void take(std::string_view part);
    /// After the last part; afterwards another text may begin.
    [[nodiscard]] ProcTable finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Of a whole text.
[[nodiscard]] ProcTable readProcTable(std::string_view text);

/// Brings weights and connections up to date; those of persistence templates stay as they are. `connections`: in the order of
/// `known`. False: the table has other entries by now, so it must be dumped anew.
[[nodiscard]] bool overlay(const TableTraffic& known, const ProcTable& table, std::vector<Connections>& connections);

} // namespace lvsdeck::ipvs
