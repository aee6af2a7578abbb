// SPDX-License-Identifier: GPL-3.0-or-later
// Programs that the agent starts: checks, notifications, tracking. Plain values; any thread.
#pragma once

#include <boost/describe.hpp>

#include <string>
#include <vector>

namespace lvsdeck::model {

/// A program and its arguments, executed without a shell (as keepalived 2). Not there: `command` is empty.
struct Script {
    std::vector<std::string> command; ///< the program (a path, or a name looked up in PATH), then its arguments
    std::string user;                 ///< empty: ScriptSettings::user
    std::string group;                ///< empty: the user's
    [[nodiscard]] bool empty() const { return command.empty(); }
    bool operator==(const Script&) const = default;
};
BOOST_DESCRIBE_STRUCT(Script, (), (command, user, group))

/// For all programs of the cluster.
struct ScriptSettings {
    std::string user;      ///< empty: keepalived_script if that user exists, else root
    std::string group;     ///< empty: the user's
    bool security = false; ///< refuse to run as root what somebody else than root may write
    bool operator==(const ScriptSettings&) const = default;
};
BOOST_DESCRIBE_STRUCT(ScriptSettings, (), (user, group, security))

/// What runs when an instance or a sync group changes state: each gets INSTANCE|GROUP, name, state and priority as further
/// arguments (reference: keepalived.conf(5), notify). `any` runs after the one of the state.
struct NotifyScripts {
    Script master;
    Script backup;
    Script fault;
    Script stop;
    Script deleted;
    Script any;
    Script masterReceivesLower;   ///< an instance only: a master hears a lower priority
    bool priorityChanges = false; ///< the FIFOs hear of changes of the effective priority too
    bool operator==(const NotifyScripts&) const = default;
};
BOOST_DESCRIBE_STRUCT(NotifyScripts, (), (master, backup, fault, stop, deleted, any, masterReceivesLower, priorityChanges))

} // namespace lvsdeck::model
