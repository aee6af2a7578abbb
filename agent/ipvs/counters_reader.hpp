// SPDX-License-Identifier: GPL-3.0-or-later
// The counters of the kernel's whole table: all of them by a dump, and between dumps only what changes with every connection, the
// cheapest way that this table allows. In the network namespace of the calling thread; one thread at a time.
#pragma once

#include "agent/ipvs/netlink_ipvs.hpp"
#include "agent/ipvs/proc_file.hpp"
#include "agent/ipvs/quick_counts.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lvsdeck::ipvs {

class CountersReader {
public:
    explicit CountersReader(NetlinkIpvs& kernel, std::string file = procFile)
        : m_kernel(kernel), m_procFile(std::move(file)) {}

    [[nodiscard]] Result<TableCounters> dump();
    /// The last dump with the weights and connections of now. nullopt: there is none, or a service or server has come or gone since
    /// (or the kernel does not answer): it must be dumped anew.
    [[nodiscard]] std::optional<TableCounters> refresh();
    /// The last dump: the next one has to be whole.
    void forget();

private:
    [[nodiscard]] bool hasSameIpv6Services();
    [[nodiscard]] QuickCounts::Told readQuickly(std::vector<Connections>& connections);

    NetlinkIpvs& m_kernel;
    std::string m_procFile;
    QuickCounts m_quick;
    std::optional<TableCounters> m_last;
    std::optional<QuickEntries> m_entries; ///< of m_last
};

} // namespace lvsdeck::ipvs
