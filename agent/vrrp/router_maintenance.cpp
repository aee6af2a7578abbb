// SPDX-License-Identifier: GPL-3.0-or-later
// Out of service and back.
#include "agent/vrrp/router_impl.hpp"

namespace lvsdeck::vrrp {

namespace {
constexpr Duration lookAgain = std::chrono::seconds(1);
}

void Router::Impl::restore(MaintenanceBook book) {
    m_maintenance = std::move(book);
    expireMaintenance();
}

Result<void> Router::Impl::setMaintenance(const std::string& instance, const std::string& group,
                                          std::optional<rpc::Maintenance> maintenance) {
    if (m_stopped)
        return failure(ErrorCode::Unavailable, "the agent is stopping");
    if (!instance.empty() && find(instance) == nullptr)
        return failure(ErrorCode::NotFound, "this director has no VRRP instance “" + instance + "”", "instance");
    if (!group.empty() && m_groups.find(group) == nullptr)
        return failure(ErrorCode::NotFound, "this director has no sync group “" + group + "”", "group");
    const std::string& name = instance.empty() ? group : instance;
    const MaintenanceBook before = m_maintenance;
    auto& book = instance.empty() ? m_maintenance.groups : m_maintenance.instances;
    if (maintenance)
        book.insert_or_assign(name, std::move(*maintenance));
    else if (book.erase(name) == 0)
        return {};
    if (m_observer.maintenance)
        if (auto kept = m_observer.maintenance(); !kept) {
            m_maintenance = before;
            return kept;
        }
    expireMaintenance();
    return {};
}

void Router::Impl::applyMaintenance() {
    const Batch batch(*this);
    for (const auto& instance : m_instances) {
        const model::SyncGroup* group = m_groups.groupOf(instance->name());
        std::optional<rpc::Maintenance> wanted;
        if (const auto own = m_maintenance.instances.find(instance->name()); own != m_maintenance.instances.end())
            wanted = own->second;
        else if (group != nullptr)
            if (const auto whole = m_maintenance.groups.find(group->name); whole != m_maintenance.groups.end())
                wanted = whole->second;
        instance->setMaintenance(std::move(wanted));
    }
}

/// Looks every second while there is an end to wait for: the wall clock may step.
void Router::Impl::expireMaintenance() {
    const std::int64_t nowMs = m_ports.runtime.wallUs() / 1000;
    bool waiting = false;
    bool expired = false;
    for (auto* book : {&m_maintenance.instances, &m_maintenance.groups})
        std::erase_if(*book, [&](const auto& entry) {
            const bool over = entry.second.untilMs != 0 && entry.second.untilMs <= nowMs;
            waiting = waiting || (entry.second.untilMs != 0 && !over);
            if (over)
                tell(rpc::EventLevel::Notice, entry.first, "maintenance is over: its time has come");
            expired = expired || over;
            return over;
        });
    if (waiting)
        m_expiry = m_ports.runtime.after(lookAgain, [this] { expireMaintenance(); });
    else
        m_expiry.cancel();
    // When it cannot be written down, the next process finds it expired as well.
    if (expired && m_observer.maintenance)
        (void)m_observer.maintenance();
    applyMaintenance();
}

} // namespace lvsdeck::vrrp
