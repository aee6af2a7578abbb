// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/notify/vrrp_notices.hpp"

#include <optional>

namespace lvsdeck::notify {

namespace {

using vrrp::Happening;
using vrrp::HappeningKind;
using vrrp::HappeningSubject;

/// An instance that is deleted is in FAULT to whoever has no script for DELETED, as with keepalived.
HappeningKind toldAs(const Happening& happening) {
    return happening.kind == HappeningKind::Deleted && happening.scripts.deleted.empty() ? HappeningKind::Fault
                                                                                         : happening.kind;
}

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
    const bool group = happening.subject == HappeningSubject::Group;
    const HappeningKind kind = toldAs(happening);
    std::string what = "Entering " + stateWord(kind) + " state";
    std::string body = "VRRP Instance is no longer owning VRRP VIPs";
    if (group)
        body = "All VRRP group instances are now in " + stateWord(kind) + " state";
    switch (kind) {
    case HappeningKind::Master:
        if (!group)
            body = "VRRP Instance is now owning VRRP VIPs";
        break;
    case HappeningKind::Backup:
    case HappeningKind::Fault: break;
    case HappeningKind::Deleted:
        what = "Deleted";
        body = "VRRP Deleted at reload";
        break;
    case HappeningKind::Stop:
    case HappeningKind::MasterReceivesLower:
    case HappeningKind::MasterPriority:
    case HappeningKind::BackupPriority: return std::nullopt;
    }
    return MailNotice{"[" + routerId + "] " + (group ? "VRRP Group " : "VRRP Instance ") + happening.name + " - " + what,
                      "=> " + body + " <="};
}

} // namespace

std::vector<Notice> vrrpNotices(const Happening& happening, const model::Notification& notification,
                                const std::string& routerId) {
    std::vector<Notice> out;
    if (isPriorityChange(happening.kind) && !happening.scripts.priorityChanges)
        return out;
    const std::string subject = happening.subject == HappeningSubject::Group ? "GROUP" : "INSTANCE";
    const std::string state = stateWord(toldAs(happening));
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
                       !(notification.noFaultMail && toldAs(happening) == HappeningKind::Fault);
    if (mails)
        if (auto mail = mailOf(happening, routerId))
            out.emplace_back(std::move(*mail));
    return out;
}

} // namespace lvsdeck::notify
