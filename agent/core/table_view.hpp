// SPDX-License-Identifier: GPL-3.0-or-later
// The IPVS table as the state document shows it: what the cluster wants and what the kernel has, side by side, in ipvsadm's
// words and order. Owned by the engine; control thread only.
#pragma once

#include "agent/config/book.hpp"
#include "agent/health/monitor.hpp"
#include "agent/ipvs/counters.hpp"
#include "agent/ipvs/desired.hpp"
#include "common/rpc/messages.hpp"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace lvsdeck::core {

/// What the view is made of; all by reference, used only during the call.
struct TableSources {
    const std::vector<model::VirtualService>& services; ///< effective
    const std::vector<model::ServiceGroup>& groups;
    const ipvs::Table& wanted;
    const ipvs::Table& actual;
    const ipvs::QuorumMemory& quorum;
    const std::vector<config::Override>& overrides;
    const std::function<health::ServerStatus(const std::string& service, const std::string& server)>& health;
    const std::function<bool(const ipvs::ServiceKey&, const ipvs::DestinationKey&)>& draining;
};

/// Gives every service and server a row number that it keeps while the agent runs.
class TableView {
public:
    /// In ipvsadm's order (ServiceKey, DestinationKey). Configured ones that the kernel does not have are there too, marked. A
    /// service with a group has a row for each of the kernel's services that it becomes.
    [[nodiscard]] std::vector<rpc::TableService> services(const TableSources& sources);
    /// Rows of what the kernel has. A service's row sums its servers' connections; its weight is the sum of theirs.
    [[nodiscard]] rpc::Counts counts(const ipvs::TableCounters& counters);
    /// The counters of the last time, not their row numbers.
    void forgetCounted() {
        m_numbered.reset();
        m_numbers = {};
    }

private:
    /// One service as the cluster, the engine and the kernel see it; each may be null.
    struct Sides {
        const model::VirtualService* configured;
        const ipvs::Service* wanted;
        const ipvs::Service* actual;
    };
    void addServers(rpc::TableService& line, const ipvs::ServiceKey& entry, const Sides& sides, const TableSources& sources);
    void forgetAllBut(const std::vector<rpc::TableService>& shown);
    /// `service` is the model's key.
    static void describeServer(rpc::TableServer& item, const std::string& service, const model::RealServer& server,
                               const TableSources& sources);
    [[nodiscard]] std::uint32_t row(const std::string& key);
    /// Of each service and, behind it, its servers.
    [[nodiscard]] const std::vector<std::uint32_t>& rowsOf(const std::shared_ptr<const ipvs::TableTraffic>& table);

    std::unordered_map<std::string, std::uint32_t> m_rows;
    std::uint32_t m_nextRow = 1;
    std::shared_ptr<const ipvs::TableTraffic> m_numbered; ///< the last one that rowsOf() was asked for
    std::vector<std::uint32_t> m_numbers;                 ///< its rows
};

} // namespace lvsdeck::core
