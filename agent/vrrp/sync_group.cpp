// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/sync_group.hpp"

#include <algorithm>

namespace lvsdeck::vrrp {

namespace {

/// One that is not master, and keeps the others from being it.
bool refuses(const GroupMember& member) {
    if (member.state.phase == Phase::Master || (member.state.phase == Phase::Backup && member.state.wantsMaster))
        return false;
    return member.wasMaster || member.state.master || heldBack(member.state) || member.state.phase != Phase::Backup;
}

bool fails(const GroupMember& member) {
    return (member.state.running || member.starts) && member.state.hold != Hold::Silent &&
           !ownProblemOf(member.state).empty();
}

std::string whyItRefuses(const std::string& group, const GroupMember& member) {
    const std::string who = "instance " + member.name + " of sync group " + group;
    if (!member.state.maintenance.empty())
        return who + " is out of service (" + member.state.maintenance + ")";
    if (heldBack(member.state))
        return who + " is held (" + member.state.holdReason + ")";
    if (member.state.master)
        return who + " is BACKUP: " + member.state.master->toString() + " is its master";
    return who + " is not master any more";
}

} // namespace

std::vector<GroupOrder> groupTroubles(const std::string& group, std::span<const GroupMember> members) {
    std::vector<GroupOrder> orders;
    // The first one in the order of the configuration gives the reason to all others; one that only waits has no reason yet.
    auto failed = std::ranges::find_if(members, [](const GroupMember& one) { return fails(one) && !one.waits; });
    if (failed == members.end())
        failed = std::ranges::find_if(members, fails);
    for (std::size_t i = 0; i < members.size(); ++i) {
        GroupTrouble trouble;
        if (failed != members.end() && ownProblemOf(members[i].state).empty())
            trouble = {"instance " + failed->name + " of sync group " + group +
                           " is in FAULT: " + ownProblemOf(failed->state),
                       failed->waits};
        if (members[i].state.groupProblem != trouble.problem || members[i].state.groupWaits != trouble.waits)
            orders.push_back({i, std::move(trouble)});
    }
    return orders;
}

std::vector<GroupOrder> groupOrders(const std::string& group, std::span<const GroupMember> members) {
    std::vector<GroupOrder> orders = groupTroubles(group, members);
    if (!orders.empty() || std::ranges::any_of(members, fails))
        return orders;
    const bool anyMaster =
        std::ranges::any_of(members, [](const GroupMember& one) { return one.state.phase == Phase::Master; });
    if (const auto refusing = std::ranges::find_if(members, refuses); refusing != members.end()) {
        for (std::size_t i = 0; anyMaster && i < members.size(); ++i)
            if (members[i].state.phase == Phase::Master)
                orders.push_back({i, GroupBackup{whyItRefuses(group, *refusing)}});
        return orders;
    }
    const bool all = std::ranges::all_of(
        members, [](const GroupMember& one) { return one.state.phase == Phase::Master || one.state.wantsMaster; });
    for (std::size_t i = 0; i < members.size(); ++i)
        if ((all || anyMaster) && members[i].state.wantsMaster)
            orders.push_back({i, GroupMaster{}});
    return orders;
}

Phase groupPhase(std::span<const GroupMember> members) {
    const auto any = [&](Phase phase) {
        return std::ranges::any_of(members, [&](const GroupMember& one) { return one.state.phase == phase; });
    };
    if (any(Phase::Fault))
        return Phase::Fault;
    if (any(Phase::Backup))
        return Phase::Backup;
    return any(Phase::Master) ? Phase::Master : Phase::Initialize;
}

bool groupWaits(std::span<const GroupMember> members) {
    return std::ranges::any_of(members, fails) &&
           std::ranges::all_of(members, [](const GroupMember& one) { return one.waits || !fails(one); });
}

} // namespace lvsdeck::vrrp
