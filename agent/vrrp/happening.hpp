// SPDX-License-Identifier: GPL-3.0-or-later
// Something that people may want to be told of by a script, a line or a mail: agent/notify decides how. Plain values; any thread.
#pragma once

#include "common/model/vrrp_instance.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace lvsdeck::vrrp {

enum class HappeningKind {
    Master,
    Backup,
    Fault,
    Stop,    ///< the agent resigned
    Deleted, ///< the configuration has it no more
    MasterReceivesLower,
    MasterPriority, ///< the effective priority changed while it is master
    BackupPriority,
};

enum class HappeningSubject { Instance, Group };

struct Happening {
    HappeningKind kind = HappeningKind::Backup;
    HappeningSubject subject = HappeningSubject::Instance;
    std::string name;
    std::uint8_t priority = 0; ///< effective; a group's is 0
    model::NotifyScripts scripts;
    std::optional<bool> smtpAlert;
    bool operator==(const Happening&) const = default;
};

} // namespace lvsdeck::vrrp
