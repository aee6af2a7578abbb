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

/// What is no state, but happens in one: of this the FIFOs hear, and a script of its own.
bool isEvent(HappeningKind kind) {
    return kind == HappeningKind::MasterReceivesLower || kind == HappeningKind::MasterPriority ||
           kind == HappeningKind::BackupPriority;
}

bool isPriorityChange(HappeningKind kind) {
    return kind == HappeningKind::MasterPriority || kind == HappeningKind::BackupPriority;
}

std::optional<MailNotice> mailOf(const Happening& happening, HappeningKind kind, const std::string& routerId) {
    const bool group = happening.subject == HappeningSubject::Group;
    std::string what = "Entering " + stateWord(kind) + " state";
    std::string body = "VRRP Instance is no longer owning VRRP VIPs";
    switch (kind) {
    case HappeningKind::Master: body = "VRRP Instance is now owning VRRP VIPs"; break;
    case HappeningKind::Backup:
    case HappeningKind::Fault: break;
    case HappeningKind::Stop:
        what = "Stopping";
        body = "VRRP Instance stopping";
        break;
    case HappeningKind::Deleted:
        what = "Deleted";
        body = "VRRP Deleted at reload";
        break;
    case HappeningKind::MasterReceivesLower:
    case HappeningKind::MasterPriority:
    case HappeningKind::BackupPriority: return std::nullopt;
    }
    if (group)
        body = "All VRRP group instances are now " +
               (kind == HappeningKind::Stop ? "stopping" : "in " + stateWord(kind) + " state");
    const std::string about = "VRRP " + std::string(group ? "Group " : "Instance ") + happening.name;
    return MailNotice{"[" + routerId + "] " + about + " - " + what, "=> " + body + " <=", about};
}

} // namespace

std::vector<Notice> vrrpNotices(const Happening& happening, const model::Notification& notification,
                                const std::string& routerId) {
    std::vector<Notice> out;
    if (isPriorityChange(happening.kind) && !happening.scripts.priorityChanges)
        return out;
    const std::string subject = happening.subject == HappeningSubject::Group ? "GROUP" : "INSTANCE";
    // As keepalived: to whom has no script for it, what is deleted is in FAULT.
    const HappeningKind kind = happening.kind == HappeningKind::Deleted && happening.scripts.deleted.empty()
                                   ? HappeningKind::Fault
                                   : happening.kind;
    const std::string state = stateWord(kind);
    const std::string priority = std::to_string(happening.priority);
    const std::vector<std::string> arguments{subject, happening.name, state, priority};
    const model::Script* own = ownScript(happening.scripts, kind);
    // The script of one state knows what it was started for; only `any` is told, as by keepalived.
    if (own != nullptr && !own->empty())
        out.emplace_back(ScriptNotice{*own, {}});
    if (!happening.scripts.any.empty() && !isEvent(kind))
        out.emplace_back(ScriptNotice{happening.scripts.any, arguments});
    const std::string line = subject + " \"" + happening.name + "\" " + state + " " + priority;
    for (const std::string* path : {&notification.fifo, &notification.vrrpFifo})
        if (!path->empty())
            out.emplace_back(FifoNotice{*path, line});
    const bool mails = happening.smtpAlert.value_or(notification.alertVrrp.value_or(false)) && !notification.to.empty() &&
                       !(notification.noFaultMail && kind == HappeningKind::Fault);
    if (mails)
        if (auto mail = mailOf(happening, kind, routerId))
            out.emplace_back(std::move(*mail));
    return out;
}

} // namespace lvsdeck::notify
