// SPDX-License-Identifier: GPL-3.0-or-later
// What the members of a sync group do to each other: master together when every one of them wants it, in FAULT together, and
// back together (keepalived's vrrp_sync_group). Pure; the router asks after every event; any thread.
#pragma once

#include "agent/vrrp/machine.hpp"

#include <span>
#include <string>
#include <variant>
#include <vector>

namespace lvsdeck::vrrp {

/// A member as its group sees it.
struct GroupMember {
    std::string name;
    State state;
    bool wasMaster = false; ///< when the group was looked at last
};

struct GroupOrder {
    std::size_t member = 0; ///< index into the members
    std::variant<GroupTrouble, GroupMaster, GroupBackup> what;
};

/// What to tell which member, in this order; nothing: they agree. A member that was added to a master group is left to find out
/// whether it may be master, until it hears another one.
[[nodiscard]] std::vector<GroupOrder> groupOrders(const std::string& group, std::span<const GroupMember> members);

/// MASTER when all are, FAULT when one is, INITIALIZE while none runs, else BACKUP.
[[nodiscard]] Phase groupPhase(std::span<const GroupMember> members);

} // namespace lvsdeck::vrrp
