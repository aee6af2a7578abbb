// SPDX-License-Identifier: GPL-3.0-or-later
// Maintenance: somebody takes an instance or a sync group out of service on this director.
#include "agent/core/engine.hpp"

#include <utility>

namespace lvsdeck::core {

Result<void> Engine::setMaintenance(const rpc::VrrpSetParams& params, const std::string& by) {
    if (params.instance.empty() == params.group.empty())
        return failure(ErrorCode::InvalidInput, "name either an instance or a sync group", "instance");
    if (auto ours = mustManage(); !ours)
        return ours;
    const std::int64_t nowMs = m_ports.runtime.wallUs() / 1000;
    if (params.maintenance && params.untilMs && *params.untilMs <= nowMs)
        return failure(ErrorCode::InvalidInput, "the end of the maintenance lies in the past of this director's clock",
                       "until_ms");
    std::optional<rpc::Maintenance> wanted;
    if (params.maintenance)
        wanted = rpc::Maintenance{params.reason, by, nowMs, params.untilMs.value_or(0)};
    const bool group = params.instance.empty();
    const std::string& name = group ? params.group : params.instance;
    auto done = group ? m_router.setGroupMaintenance(name, wanted) : m_router.setInstanceMaintenance(name, wanted);
    if (!done)
        return done;
    const std::string what = group ? "the sync group" : "the instance";
    note(rpc::EventLevel::Notice, "vrrp", name,
         wanted ? what + " is in maintenance" + (params.reason.empty() ? "" : ": " + params.reason)
                : what + " is back in service",
         by);
    return {};
}

namespace {

/// By what vrrp.set lifts: members of a group with their group.
vrrp::MaintenanceBook allOf(const model::Effective& own, const rpc::Maintenance& held) {
    vrrp::MaintenanceBook all;
    for (const model::OwnInstance& one : own.instances)
        all.instances[one.instance.name] = held;
    for (const model::SyncGroup& group : own.syncGroups) {
        all.groups[group.name] = held;
        for (const std::string& member : group.instances)
            all.instances.erase(member);
    }
    return all;
}

} // namespace

void Engine::restoreMaintenance() {
    auto book = loadMaintenance(m_ports.persistent);
    if (!book) {
        note(rpc::EventLevel::Error, "vrrp", "",
             book.error().text + "; every instance stays out of service until somebody says otherwise");
        // Somebody may be working at one of them, and its peer has the addresses. Which ones there are says the configuration.
        m_unreadMaintenance = rpc::Maintenance{book.error().text, "", m_ports.runtime.wallUs() / 1000, 0};
        return;
    }
    m_router.restoreMaintenance(std::move(*book));
}

void Engine::holdUnread() {
    if (!m_unreadMaintenance || !m_inForce.own)
        return;
    vrrp::MaintenanceBook held = m_router.maintenance();
    vrrp::MaintenanceBook all = allOf(*m_inForce.own, *m_unreadMaintenance);
    held.instances.merge(all.instances);
    held.groups.merge(all.groups);
    m_router.restoreMaintenance(std::move(held));
}

} // namespace lvsdeck::core
