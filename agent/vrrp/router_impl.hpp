// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of the router; included by router*.cpp only. Control thread.
#pragma once

#include "agent/vrrp/instance.hpp"
#include "agent/vrrp/loans.hpp"
#include "agent/vrrp/router.hpp"
#include "agent/vrrp/sync_groups.hpp"
#include "agent/vrrp/tracker.hpp"
#include "agent/vrrp/wires.hpp"

#include <exception>
#include <map>
#include <optional>
#include <set>

namespace lvsdeck::vrrp {

class Router::Impl {
public:
    Impl(RouterPorts ports, Observer observer);

    // router.cpp
    void setHold(std::optional<Held> hold);
    void setFailed(std::string reason);
    void letAddressesGo(bool on);
    void abandon();
    void stop(Stop how);
    [[nodiscard]] Memory memory() const;
    [[nodiscard]] Instance* find(const std::string& name) const;

    // router_configure.cpp
    void configure(const model::Effective& own, const Memory& memory);

    // router_maintenance.cpp
    void restore(MaintenanceBook book);
    [[nodiscard]] Result<void> setMaintenance(const std::string& instance, const std::string& group,
                                              std::optional<rpc::Maintenance> maintenance);

    std::vector<std::unique_ptr<Instance>> m_instances;
    MaintenanceBook m_maintenance;
    TransitionBook m_earlier; ///< of earlier processes, for instances that have not come yet

private:
    /// Several things are done to the instances before the groups may look at them.
    class Batch {
    public:
        explicit Batch(Impl& impl) : m_impl(impl) { ++m_impl.m_depth; }
        Batch(const Batch&) = delete;
        Batch& operator=(const Batch&) = delete;
        /// A simulated crash may come through here: then nothing more is done, as by a process that is dead.
        ~Batch() noexcept(false) {
            if (m_impl.m_depth == 1 && std::uncaught_exceptions() == m_exceptions)
                m_impl.settle();
            --m_impl.m_depth;
        }

    private:
        Impl& m_impl;
        int m_exceptions = std::uncaught_exceptions();
    };
    void stepped();
    /// Groups agree, and the filter fits who is master.
    void settle();
    void dropTraffic();
    void watchRouting(const model::Effective& own);
    void tell(rpc::EventLevel level, const std::string& instance, const std::string& text) const;

    // router_configure.cpp
    std::unique_ptr<Instance> create(model::OwnInstance config);
    void clearOrphans(const Memory& memory);
    void keepDropping(const Memory& memory);
    void refreshLinks();
    void readLinks();
    void borrow(const std::vector<model::OwnInstance>& configs);
    void openWires(const std::vector<model::OwnInstance>& configs);
    [[nodiscard]] LinkView viewFor(const model::OwnInstance& config) const;
    void begin(const std::vector<Instance*>& fresh, const Memory& memory);
    void startDelayed();
    void start(const std::vector<std::pair<Instance*, Adopted>>& starting);
    void received(const Listening& where, const ReceivedAdvert& advert);
    void configureTracking(const model::Effective& own);
    void track();
    void trackOne(Instance& instance);
    [[nodiscard]] Reading reading(TrackKind kind, const std::string& name) const;
    [[nodiscard]] std::vector<model::OwnInstance> configs() const;

    // router_maintenance.cpp
    void applyMaintenance();
    void expireMaintenance();

    RouterPorts m_ports;
    Observer m_observer;
    std::shared_ptr<int> m_alive = std::make_shared<int>(0);
    std::vector<Link> m_links;
    std::set<IpAddress> m_virtualAddresses;
    Loans m_loans;
    std::string m_loanProblem; ///< told
    Wires m_wires;
    SyncGroups m_groups;
    Tracker m_tracker;
    std::map<std::string, std::vector<TrackUse>> m_uses; ///< by instance
    std::vector<IpAddress> m_dropped;
    std::optional<Held> m_hold;
    std::string m_failed;
    Timer m_reopen;
    Timer m_startup;
    std::optional<Instant> m_startAt; ///< vrrp_startup_delay; set by the first configuration
    std::map<Instance*, Adopted> m_delayed;
    Timer m_expiry;
    bool m_watchesRouting = false;
    int m_depth = 0;
    bool m_configuring = false;
    std::function<void()> m_writeDown;   ///< the owner's Observer::changed, also while configuring
    const Memory* m_inherited = nullptr; ///< while configuring: what the process before left is still what is true
    bool m_addressesMayGo = false;
    bool m_stopped = false;
};

} // namespace lvsdeck::vrrp
