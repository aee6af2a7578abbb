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
    bool waits = false;     ///< its own problem is only that results of what it tracks are not there yet
    bool starts = false;    ///< does not run yet, and is about to
};

struct GroupOrder {
    std::size_t member = 0; ///< index into the members
    std::variant<GroupTrouble, GroupMaster, GroupBackup> what;
};

/// Who is to be in FAULT, or no longer, because of another member.
[[nodiscard]] std::vector<GroupOrder> groupTroubles(const std::string& group, std::span<const GroupMember> members);

/// What to tell which member, in this order; nothing: they agree. A member that was added to a master group is left to find out
/// whether it may be master, until it hears another one.
[[nodiscard]] std::vector<GroupOrder> groupOrders(const std::string& group, std::span<const GroupMember> members);

/// MASTER when all are, FAULT when one is, INITIALIZE while none runs, else BACKUP.
[[nodiscard]] Phase groupPhase(std::span<const GroupMember> members);

/// Some member is in trouble, and all that are only wait for results.
[[nodiscard]] bool groupWaits(std::span<const GroupMember> members);

} // namespace lvsdeck::vrrp
