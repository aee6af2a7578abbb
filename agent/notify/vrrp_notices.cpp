// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/notify/vrrp_notices.hpp"

#include <optional>

namespace lvsdeck::notify {

namespace {

using vrrp::Happening;
using vrrp::HappeningKind;
using vrrp::HappeningSubject;

std::string stateWord(HappeningKind kind) {
    switch (kind) {
    case HappeningKind::Master: return "MASTER";
    case HappeningKind::Backup: return "BACKUP";
    case HappeningKind::Fault: return "FAULT";
    case HappeningKind::Stop: return "STOP";
    case HappeningKind::Deleted: return "DELETED";
    case HappeningKind::MasterReceivesLower: return "MASTER_RX_LOWER_PRI";
    case HappeningKind::MasterPriority: return "MASTER_PRIORITY";
    case HappeningKind::BackupPriority: return "BACKUP_PRIORITY";
    }
    return {};
}

/// Null: such a change has no script of its own.
const model::Script* ownScript(const model::NotifyScripts& scripts, HappeningKind kind) {
    switch (kind) {
    case HappeningKind::Master: return &scripts.master;
    case HappeningKind::Backup: return &scripts.backup;
    case HappeningKind::Fault: return &scripts.fault;
    case HappeningKind::Stop: return &scripts.stop;
    case HappeningKind::Deleted: return &scripts.deleted;
    case HappeningKind::MasterReceivesLower: return &scripts.masterReceivesLower;
    case HappeningKind::MasterPriority:
    case HappeningKind::BackupPriority: return nullptr;
    }
    return nullptr;
}

bool isPriorityChange(HappeningKind kind) {
    return kind == HappeningKind::MasterPriority || kind == HappeningKind::BackupPriority;
}

std::optional<MailNotice> mailOf(const Happening& happening, const std::string& routerId) {
    std::string body;
    switch (happening.kind) {
    case HappeningKind::Master: body = "is now owning VRRP VIPs"; break;
    case HappeningKind::Backup: body = "is nolonger owning VRRP VIPs"; break;
    case HappeningKind::Fault: body = "is now in FAULT state"; break;
    case HappeningKind::Stop:
    case HappeningKind::Deleted:
    case HappeningKind::MasterReceivesLower:
    case HappeningKind::MasterPriority:
    case HappeningKind::BackupPriority: return std::nullopt;
    }
    const bool group = happening.subject == HappeningSubject::Group;
    const std::string who = group ? "VRRP Group " : "VRRP Instance ";
    std::string instanceBody = "=> VRRP Instance " + body + " <=";
    if (group)
        instanceBody = happening.kind == HappeningKind::Fault
                           ? "=> All VRRP group instances are now in FAULT state <="
                           : "=> All VRRP group instances are now in " + stateWord(happening.kind) + " state <=";
    return MailNotice{"[" + routerId + "] " + who + happening.name + " - Entering " + stateWord(happening.kind) + " state",
                      std::move(instanceBody)};
}

} // namespace

std::vector<Notice> vrrpNotices(const Happening& happening, const model::Notification& notification,
                                const std::string& routerId) {
    std::vector<Notice> out;
    if (isPriorityChange(happening.kind) && !happening.scripts.priorityChanges)
        return out;
    const std::string subject = happening.subject == HappeningSubject::Group ? "GROUP" : "INSTANCE";
    const std::string state = stateWord(happening.kind);
    const std::string priority = std::to_string(happening.priority);
    const std::vector<std::string> arguments{subject, happening.name, state, priority};
    const model::Script* own = ownScript(happening.scripts, happening.kind);
    // The script of one state knows what it was started for; only `any` is told, as by keepalived.
    if (own != nullptr && !own->empty())
        out.emplace_back(ScriptNotice{*own, {}});
    if (!happening.scripts.any.empty())
        out.emplace_back(ScriptNotice{happening.scripts.any, arguments});
    const std::string line = subject + " \"" + happening.name + "\" " + state + " " + priority;
    for (const std::string* path : {&notification.fifo, &notification.vrrpFifo})
        if (!path->empty())
            out.emplace_back(FifoNotice{*path, line});
    const bool mails = happening.smtpAlert.value_or(notification.alertVrrp.value_or(false)) && !notification.to.empty() &&
                       !(notification.noFaultMail && happening.kind == HappeningKind::Fault);
    if (mails)
        if (auto mail = mailOf(happening, routerId))
            out.emplace_back(std::move(*mail));
    return out;
}

} // namespace lvsdeck::notify
