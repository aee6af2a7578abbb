// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/sync_groups.hpp"

#include <algorithm>

namespace lvsdeck::vrrp {

namespace {

/// More than any chain of orders needs: each makes a member worse or all of them master.
constexpr int mostRounds = 16;

std::vector<Instance*> membersOf(const model::SyncGroup& group, std::span<const std::unique_ptr<Instance>> instances) {
    std::vector<Instance*> out;
    for (const std::string& name : group.instances)
        for (const auto& one : instances)
            if (one->name() == name)
                out.push_back(one.get());
    return out;
}

} // namespace

Happening groupHappening(const model::SyncGroup& group, HappeningKind kind) {
    return {kind, HappeningSubject::Group, group.name, 0, group.notify, group.smtpAlert};
}

void SyncGroups::configure(const std::vector<model::SyncGroup>& groups,
                           std::span<const std::unique_ptr<Instance>> instances) {
    std::vector<Entry> before = std::exchange(m_groups, {});
    for (const model::SyncGroup& group : groups) {
        const auto old = std::ranges::find_if(before, [&](const Entry& one) { return one.config.name == group.name; });
        m_groups.push_back(old == before.end() ? Entry{group, {}, Phase::Initialize} : std::move(*old));
        m_groups.back().config = group;
    }
    for (const auto& instance : instances) {
        const model::SyncGroup* group = groupOf(instance->name());
        instance->setGroup(group == nullptr ? std::string{} : group->name);
    }
}

bool SyncGroups::coordinateOne(Entry& entry, std::span<const std::unique_ptr<Instance>> instances) {
    const std::vector<Instance*> members = membersOf(entry.config, instances);
    // As keepalived: one that met a second master makes all announce. The others' second masters leave with the first one's, and
    // may be gone before they are heard.
    for (Instance* one : members)
        if (one->takeContest())
            for (Instance* other : members)
                if (other != one)
                    other->dispatch(GroupContested{});
    std::vector<GroupMember> views;
    views.reserve(members.size());
    for (const Instance* one : members)
        views.push_back({one->name(), one->machine(), entry.wasMaster[one->name()], one->ownWaits()});
    for (const GroupMember& one : views)
        entry.wasMaster[one.name] = one.state.phase == Phase::Master;
    const auto orders = groupOrders(entry.config.name, views);
    for (const GroupOrder& order : orders)
        std::visit([&](const auto& what) { members[order.member]->dispatch(what); }, order.what);
    return !orders.empty();
}

void SyncGroups::foresee(std::span<const std::unique_ptr<Instance>> instances,
                         std::span<const std::pair<Instance*, Adopted>> starting) {
    for (const Entry& entry : m_groups) {
        const std::vector<Instance*> members = membersOf(entry.config, instances);
        std::vector<GroupMember> views;
        views.reserve(members.size());
        for (Instance* one : members)
            views.push_back(
                {.name = one->name(),
                 .state = one->machine(),
                 .waits = one->ownWaits(),
                 .starts = std::ranges::find(starting, one, &std::pair<Instance*, Adopted>::first) != starting.end()});
        for (const GroupOrder& order : groupTroubles(entry.config.name, views))
            if (std::ranges::find(starting, std::pair(members[order.member], Adopted::Fresh)) == starting.end())
                std::visit([&](const auto& what) { members[order.member]->dispatch(what); }, order.what);
    }
}

void SyncGroups::coordinate(std::span<const std::unique_ptr<Instance>> instances, const Happened& happened) {
    for (Entry& entry : m_groups) {
        for (int round = 0; round < mostRounds && coordinateOne(entry, instances); ++round) {}
        std::vector<GroupMember> views;
        for (const Instance* one : membersOf(entry.config, instances))
            views.push_back({.name = one->name(), .state = one->machine(), .waits = one->ownWaits()});
        const Phase before = std::exchange(entry.phase, groupPhase(views));
        const bool untold = std::exchange(entry.untoldFault, entry.phase == Phase::Fault && groupWaits(views) &&
                                                                 (before == Phase::Initialize || entry.untoldFault));
        const bool isNews = entry.phase != before || (entry.phase == Phase::Fault && untold);
        if (!isNews || entry.untoldFault || !happened)
            continue;
        switch (entry.phase) {
        case Phase::Initialize: break;
        case Phase::Backup: happened(groupHappening(entry.config, HappeningKind::Backup)); break;
        case Phase::Master: happened(groupHappening(entry.config, HappeningKind::Master)); break;
        case Phase::Fault: happened(groupHappening(entry.config, HappeningKind::Fault)); break;
        }
    }
}

const model::SyncGroup* SyncGroups::groupOf(const std::string& instance) const {
    for (const Entry& entry : m_groups)
        if (std::ranges::find(entry.config.instances, instance) != entry.config.instances.end())
            return &entry.config;
    return nullptr;
}

const model::SyncGroup* SyncGroups::find(const std::string& name) const {
    for (const Entry& entry : m_groups)
        if (entry.config.name == name)
            return &entry.config;
    return nullptr;
}

std::vector<model::SyncGroup> SyncGroups::all() const {
    std::vector<model::SyncGroup> out;
    out.reserve(m_groups.size());
    for (const Entry& entry : m_groups)
        out.push_back(entry.config);
    return out;
}

} // namespace lvsdeck::vrrp
