// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps vrrp::Memory in a small document on tmpfs, so that the next process takes mastership and addresses over without a
// notice on the wire. Owned by the engine; control thread only.
#pragma once

#include "agent/ports/runtime.hpp"
#include "agent/ports/store_port.hpp"
#include "agent/vrrp/router.hpp"

#include <string>

namespace lvsdeck::core {

class VrrpNotebook {
public:
    VrrpNotebook(Runtime& runtime, StorePort& store, std::string bootId)
        : m_runtime(runtime), m_store(store), m_bootId(std::move(bootId)) {}

    /// What the last process of this boot wrote; empty when there is none or it cannot be read.
    [[nodiscard]] vrrp::Memory load();
    void save(vrrp::Memory memory);
    /// Another program goes on with what we held: a process that finds no document finds nothing of ours.
    void forget();
    /// After an advertisement: at most five times a second, which is fresh enough for whoever measures in intervals of seconds;
    /// a restart is slower than a shorter interval in any case.
    void refresh(const vrrp::Router& router);

private:
    Runtime& m_runtime;
    StorePort& m_store;
    std::string m_bootId;
    Instant m_saved{};
    bool m_everSaved = false;
};

/// What is out of service outlives a reboot: `store` is the persistent one. Empty when there is no document; an error when it is there
/// and does not say what.
[[nodiscard]] Result<vrrp::MaintenanceBook> loadMaintenance(StorePort& store);
[[nodiscard]] Result<void> saveMaintenance(StorePort& store, const vrrp::MaintenanceBook& book);

/// Keeps the last transitions. A moment after one (many at once) they go to tmpfs: this is the thread that keeps the role, and must not
/// wait for a disk in the middle of a takeover. The orderly end of the agent brings them to the disk, and so over a reboot.
class TransitionKeeper {
public:
    TransitionKeeper(Runtime& runtime, StorePort& transient, StorePort& persistent)
        : m_runtime(runtime), m_transient(transient), m_persistent(persistent) {}
    /// Empty when there is none or it cannot be read.
    [[nodiscard]] vrrp::TransitionBook load();
    /// There is a new one. The router outlives the keeper.
    void happened(const vrrp::Router& router);
    /// At the end; waits for the disk.
    void saveForGood(const vrrp::Router& router);

private:
    Runtime& m_runtime;
    StorePort& m_transient;
    StorePort& m_persistent;
    Timer m_timer;
    bool m_waits = false;
};

} // namespace lvsdeck::core
