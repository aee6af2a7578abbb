// SPDX-License-Identifier: GPL-3.0-or-later
// Runs all health checks of a director in their rhythm and tells which real servers belong in the table. Owned by the agent's
// core; lives on the control thread. Probing is the CheckPort's work, deciding is server_health's and schedule's.
#pragma once

#include "agent/health/check_plan.hpp"
#include "agent/health/host_checks.hpp"
#include "agent/health/schedule.hpp"
#include "agent/ports/check_port.hpp"
#include "agent/ports/runtime.hpp"
#include "common/model/service.hpp"
#include "common/rpc/messages.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::health {

struct ServerStatus {
    rpc::ServerHealth health = rpc::ServerHealth::Unchecked;
    bool inService = true;    ///< should be in the table with its weight (alpha and mass-failure hold included)
    std::int64_t sinceUs = 0; ///< wall clock of the last change of `health`; 0: not yet
    /// What scripts and files made of the configured weight; unset: nothing. An operator's own weight comes before it.
    std::optional<std::int32_t> weight;
    bool operator==(const ServerStatus&) const = default;
};

class Monitor {
public:
    struct Observer {
        /// Some server's status changed: rebuild the table. Posted, once for many changes of the same moment.
        std::function<void()> changed;
        /// Likewise, of a change that leaves the table as it is: a first good answer of a server that was in service unchecked. Unset:
        /// `changed` is told.
        std::function<void()> noted = {};
        std::function<void(rpc::EventLevel, const std::string& subject, const std::string& text)> event;
    };

    /// Runtime and ports must outlive the monitor.
    Monitor(Runtime& runtime, CheckPort& port, Observer observer, HostPorts host = {});
    ~Monitor();
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;

    /// From now on exactly these. Unchanged checks keep their state and phase; changed ones start anew, but a server that
    /// was out stays out until they say otherwise.
    void configure(const std::vector<model::VirtualService>& services, const Surroundings& around = {});
    /// Stops probing and keeps all states; false resumes. For drills and for a host about to leave.
    void suspend(bool on);
    /// The same for one service (ha_suspend: its address is elsewhere). Remembered over configure(), as long as there is such a service.
    void suspendService(const std::string& serviceKey, bool on);
    /// An unknown server is unchecked and in service.
    [[nodiscard]] ServerStatus status(const std::string& serviceKey, const std::string& serverKey) const;
    /// Ordered by service, server and place in the configuration.
    [[nodiscard]] std::vector<rpc::CheckState> checks() const;
    /// Starts every check of this server that is not running yet; its regular beat is not moved. False: there is no such server,
    /// or its checks are suspended.
    bool checkNow(const std::string& serviceKey, const std::string& serverKey);
    /// How much later than planned a check of the last minute started, at worst.
    [[nodiscard]] Duration lateness() const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace lvsdeck::health
