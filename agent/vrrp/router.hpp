// SPDX-License-Identifier: GPL-3.0-or-later
// All VRRP instances of this director: gives the pure state machine (machine.hpp) its sockets, timers, addresses and gratuitous
// ARP, looks at what is tracked, keeps sync groups together, and tells the owner what happened. Owned by the agent's core; control
// thread only.
#pragma once

#include "agent/ports/host_port.hpp"
#include "agent/ports/network_port.hpp"
#include "agent/ports/runtime.hpp"
#include "agent/ports/script_port.hpp"
#include "agent/ports/system_port.hpp"
#include "agent/ports/vrrp_port.hpp"
#include "agent/vrrp/happening.hpp"
#include "agent/vrrp/hold.hpp"
#include "agent/vrrp/memory.hpp"
#include "common/model/effective.hpp"
#include "common/rpc/messages.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lvsdeck::vrrp {

/// They outlive the router.
struct RouterPorts {
    Runtime& runtime;
    VrrpPort& vrrp;
    HostPort& host;
    NetworkPort& network;
    ScriptPort& scripts;
    SystemPort& system;
};

class Router {
public:
    /// Every function may be empty. None is called from inside the constructor; all come on the control thread, and may call the
    /// router's const functions.
    struct Observer {
        /// After a change of role, when its addresses and its first gratuitous ARP are done.
        std::function<void(const std::string& instance, const rpc::Transition&)> transition;
        std::function<void(rpc::EventLevel, const std::string& instance, const std::string& text)> event;
        std::function<void()> changed;    ///< states() or memory() differ; not called for plain counters
        std::function<void()> advertised; ///< an advertisement was sent as master: memory() is younger
        /// For scripts, lines and mails (agent/notify).
        std::function<void(const Happening&)> happened;
        /// maintenance() differs: to be stored where it survives a reboot. What cannot be stored is not done.
        std::function<Result<void>()> maintenance;
        /// Links or addresses changed, or (while something configured could be lost) routes or rules went: by anybody.
        std::function<void()> hostChanged;
    };

    /// Subscribes to host.watch() and network.watchRouting(). Destruction leaves host and network as they are and says nothing.
    Router(RouterPorts ports, Observer observer);
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;
    ~Router();

    /// Makes the VRRP part of `own` the whole configuration. What is unchanged is not disturbed; a changed list of addresses is
    /// brought about without leaving MASTER; a changed interface, VRID, version or family is a new instance; what is gone resigns.
    /// `memory` serves only instances that are new in this process, and to clear away what no instance has any more.
    void configure(const model::Effective& own, const Memory& memory);
    /// All instances, also those configured later, until release(). A second hold replaces the first. `reason` is for people.
    void hold(Hold kind, std::string reason);
    void release();
    /// This director must not be master, for the reason given ("the IPVS table cannot be programmed: …"): all instances go to
    /// FAULT. Empty: healthy again.
    void setFailed(std::string reason);
    /// While on, another program is about to go on with all instances and may take addresses, routes and rules off the host: that is no
    /// loss, and roles stay; an instance that configure() begins goes on as master also without addresses that the process before held. Off: what
    /// is missing comes again.
    void letAddressesGo(bool on);
    /// Another program goes on with all instances: nothing is sent, and addresses, routes and macvlans stay on the host as they are.
    /// Afterwards there is none, and configure() may come again.
    void abandon();
    /// The last call: afterwards nothing is sent and nothing is changed.
    void stop(Stop how);

    // --- maintenance: resigns gracefully and stays BACKUP until lifted, or until the wall clock has passed untilMs
    /// What was stored; before the first configure().
    void restoreMaintenance(MaintenanceBook book);
    /// Unset: back in service. NotFound: no instance of that name here.
    [[nodiscard]] Result<void> setInstanceMaintenance(const std::string& instance,
                                                      std::optional<rpc::Maintenance> maintenance);
    /// All members of a sync group. NotFound: no group of that name here.
    [[nodiscard]] Result<void> setGroupMaintenance(const std::string& group, std::optional<rpc::Maintenance> maintenance);
    [[nodiscard]] const MaintenanceBook& maintenance() const;

    /// In the order of the configuration, each with its last 20 transitions.
    [[nodiscard]] std::vector<rpc::VrrpState> states() const;
    /// What was stored; before the first configure(). Instances that come get theirs.
    void restoreTransitions(TransitionBook book);
    /// The last of each instance, to be stored.
    [[nodiscard]] TransitionBook transitionBook() const;
    /// The last 200, oldest first; of earlier processes those that were stored. NotFound: no instance of that name here.
    [[nodiscard]] Result<std::vector<rpc::Transition>> transitions(const std::string& instance) const;
    [[nodiscard]] Memory memory() const;
    /// Whether an instance of ours is master of this address.
    [[nodiscard]] bool ownsAddress(const IpAddress& address) const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace lvsdeck::vrrp
