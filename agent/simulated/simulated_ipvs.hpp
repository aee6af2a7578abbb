// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel's IPVS as a value: its rules, its errors in its order, counters that survive a change of a
// destination. Used by tests and by `lvsdeck --demo`; that it does as the kernel does is shown by
// tests/lab/kernel. One thread.
#pragma once

#include "agent/ports/ipvs_port.hpp"
#include "agent/simulated/crash_point.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace lvsdeck::simulated {

/// Synthetic load for the demo: what arrives at one service.
struct Load {
    double connectionsPerSecond = 0;
    double secondsOpen = 2;                         ///< how long a connection stays active; it is inactive for 30 s more
    std::uint64_t inPackets = 8, outPackets = 10;   ///< per connection
    std::uint64_t inBytes = 900, outBytes = 14'000; ///< per connection
};

class SimulatedIpvs final : public IpvsPort {
public:
    /// `crash` may be null; it is asked before every operation.
    explicit SimulatedIpvs(CrashPoint* crash = nullptr);

    [[nodiscard]] Result<IpvsVersion> version() override;
    [[nodiscard]] Result<ipvs::Table> read() override;
    [[nodiscard]] std::optional<Result<ipvs::Table>> look() override { return read(); }
    [[nodiscard]] Result<ipvs::TableCounters> counters() override;
    [[nodiscard]] Result<std::vector<Failed>> apply(const std::vector<ipvs::Operation>& operations) override;
    [[nodiscard]] Result<ipvs::Timeouts> timeouts() override;
    [[nodiscard]] Result<void> setTimeouts(const ipvs::Timeouts& timeouts) override;
    [[nodiscard]] Result<std::vector<ipvs::SyncDaemon>> syncDaemons() override;
    [[nodiscard]] Result<void> startSync(const ipvs::SyncDaemon& daemon) override;
    [[nodiscard]] Result<void> stopSync(ipvs::SyncRole role) override;

    // What a test or the demo does to it.
    /// Interfaces that a sync daemon may use; any, until this is called.
    void setInterfaces(std::set<std::string> names) { m_interfaces = std::move(names); }
    void setAvailable(bool available) { m_available = available; } ///< false: a kernel without ip_vs
    void setPermitted(bool permitted) { m_permitted = permitted; } ///< false: no CAP_NET_ADMIN
    void setSchedulers(std::set<std::string> names) { m_schedulers = std::move(names); }
    /// As somebody with ipvsadm would; 0 or the errno.
    int change(const ipvs::Operation& operation);
    [[nodiscard]] const ipvs::Table& table() const { return m_table; }
    [[nodiscard]] std::uint64_t operationsApplied() const { return m_applied; }

    /// Lets time pass: connections of `load` go to the destinations of the service by weight, old ones end,
    /// rates follow with the kernel's 2 s estimator. `seconds` > 0. Services without load drain.
    void advance(double seconds, const std::map<ipvs::ServiceKey, Load>& load);
    /// Sets the connection counts of one destination, for tests.
    void setConnections(const ipvs::ServiceKey& service, const ipvs::DestinationKey& destination, std::uint32_t active,
                        std::uint32_t inactive);

private:
    struct Flow {
        ipvs::Traffic traffic;
        double active = 0, inactive = 0; ///< fractions of connections included
        double rest = 0;                 ///< of a connection that is not counted yet
        double cps = 0, inPps = 0, outPps = 0, inBps = 0, outBps = 0;
    };
    struct Flows {
        Flow total;
        std::map<ipvs::DestinationKey, Flow> destinations;
    };

    [[nodiscard]] Result<void> usable() const;
    int changeService(const ipvs::Operation& operation);
    int changeDestination(const ipvs::Operation& operation);
    [[nodiscard]] int checkDaemon(const ipvs::SyncDaemon& daemon) const;
    [[nodiscard]] bool hasMixedFamilies() const;
    void advanceService(double seconds, const ipvs::Service& service, Flows& flows, const Load& load);

    CrashPoint* m_crash;
    bool m_available = true;
    bool m_permitted = true;
    std::set<std::string> m_schedulers;
    ipvs::Table m_table;
    std::map<ipvs::ServiceKey, Flows> m_flows;
    std::uint64_t m_applied = 0;
    ipvs::Timeouts m_timeouts{900, 120, 300};
    std::map<ipvs::SyncRole, ipvs::SyncDaemon> m_daemons;
    std::optional<std::set<std::string>> m_interfaces;
};

} // namespace lvsdeck::simulated
