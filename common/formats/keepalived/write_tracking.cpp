// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/script_words.hpp"
#include "common/formats/keepalived/write_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

using enum KeepalivedVersion;

std::string weightText(std::int32_t weight, bool reverse) {
    return " weight " + std::to_string(weight) + (reverse ? " reverse" : "");
}

/// A weight with "reverse", which keepalived knows since 2.0.
void weightLine(Writer& out, std::int32_t weight, bool reverse, const std::string& subject) {
    if (reverse && !out.has(V2_0))
        out.say(Severity::Warning, subject, "a reversed weight is newer than the keepalived that the text is for; left out");
    else
        out.line("weight " + std::to_string(weight) + (reverse ? " reverse" : ""));
}

void writeScript(Writer& out, const model::TrackScript& script) {
    const std::string subject = "vrrp_script " + script.name;
    out.open("vrrp_script " + wordText(script.name));
    out.line("script " + commandText(script.script.command));
    out.wholeSeconds("interval", script.interval, subject);
    if (script.timeout)
        out.wholeSeconds("timeout", *script.timeout, subject);
    if (script.weight != 0 || script.reverse)
        weightLine(out, script.weight, script.reverse, subject);
    if (script.rise != 1)
        out.line("rise " + std::to_string(script.rise));
    if (script.fall != 1)
        out.line("fall " + std::to_string(script.fall));
    if (!script.script.user.empty())
        out.setting("user",
                    wordText(script.script.user) + (script.script.group.empty() ? "" : " " + wordText(script.script.group)),
                    V2_0, subject);
    if (script.initFail)
        out.setting("init_fail", {}, V2_0, subject);
    out.kept(subject, Block::Script);
    out.close();
    out.blank();
}

void writeFile(Writer& out, const model::TrackFile& file) {
    const std::string subject = "track_file " + file.name;
    if (!out.has(V2_0)) {
        out.say(Severity::Warning, subject, "tracking a file is newer than the keepalived that the text is for; left out");
        return;
    }
    out.open((out.has(V2_2) ? "track_file " : "vrrp_track_file ") + wordText(file.name));
    out.line("file " + wordText(file.path));
    if (file.weight != 1 || file.reverse)
        weightLine(out, file.weight, file.reverse, subject);
    if (file.initialValue)
        out.line("init_file " + std::to_string(*file.initialValue) + (file.overwrite ? " overwrite" : ""));
    out.kept(subject, Block::TrackFile);
    out.close();
    out.blank();
}

std::string matchWord(model::ParameterMatch match) {
    switch (match) {
    case model::ParameterMatch::None:
    case model::ParameterMatch::Exact: return {};
    case model::ParameterMatch::Partial: return "partial";
    case model::ParameterMatch::Initial: return "initial";
    }
    return {};
}

void writeProcess(Writer& out, const model::TrackProcess& process) {
    const std::string subject = "vrrp_track_process " + process.name;
    if (!out.has(V2_0)) {
        out.say(Severity::Warning, subject,
                "tracking a process is newer than the keepalived that the text is for; left out");
        return;
    }
    out.open("vrrp_track_process " + wordText(process.name));
    std::string command = "process";
    for (const std::string& word : process.process)
        command += " " + escapedText(word);
    out.line(command);
    if (const std::string match = matchWord(process.match); !match.empty())
        out.line("param_match " + match);
    if (process.weight != 1 || process.reverse)
        weightLine(out, process.weight, process.reverse, subject);
    if (process.quorum != 1)
        out.line("quorum " + std::to_string(process.quorum));
    if (process.quorumMax)
        out.line("quorum_max " + std::to_string(*process.quorumMax));
    if (process.terminateDelay.count() > 0)
        out.line("terminate_delay " + secondsText(process.terminateDelay));
    if (process.forkDelay.count() > 0)
        out.line("fork_delay " + secondsText(process.forkDelay));
    if (process.fullCommand)
        out.line("full_command");
    out.kept(subject, Block::TrackProcess);
    out.close();
    out.blank();
}

void writeItems(Writer& out, std::string_view word, const std::vector<model::TrackedItem>& items) {
    if (items.empty())
        return;
    out.open(word);
    for (const model::TrackedItem& item : items) {
        std::string text = wordText(item.name);
        if (item.weight)
            text += " weight " + std::to_string(*item.weight) +
                    (item.reverse ? (*item.reverse ? " reverse" : " noreverse") : "");
        out.line(text);
    }
    out.close();
}

} // namespace

void writeTrackedThings(Writer& out, const model::Cluster& cluster) {
    for (const model::TrackScript& script : cluster.trackScripts)
        writeScript(out, script);
    for (const model::TrackFile& file : cluster.trackFiles)
        writeFile(out, file);
    for (const model::TrackProcess& process : cluster.trackProcesses)
        writeProcess(out, process);
}

void writeTracking(Writer& out, const model::Tracking& tracking, const std::vector<model::TrackedInterface>& own) {
    if (!tracking.interfaces.empty() || !own.empty()) {
        out.open("track_interface");
        for (const auto* list : {&tracking.interfaces, &own})
            for (const model::TrackedInterface& entry : *list)
                out.line(wordText(entry.interface) +
                         (entry.weight == 0 && !entry.reverse ? "" : weightText(entry.weight, entry.reverse)));
        out.close();
    }
    writeItems(out, "track_script", tracking.scripts);
    // What defines them was left out for an older target, and said there.
    if (out.has(V2_0)) {
        writeItems(out, "track_file", tracking.files);
        writeItems(out, "track_process", tracking.processes);
    }
}

void writeNotify(Writer& out, const model::NotifyScripts& notify, const std::string& subject) {
    const auto script = [&](std::string_view word, const model::Script& program, KeepalivedVersion since) {
        if (program.empty())
            return;
        if (!out.has(V2_0) && !program.user.empty()) {
            out.say(Severity::Warning, subject,
                    "a user for a script is newer than the keepalived that the text is for; it will run as root");
            out.line(std::string(word) + " " + commandText(program.command));
            return;
        }
        out.setting(word, scriptText(program), since, subject);
    };
    script("notify_master", notify.master, V1_2);
    script("notify_backup", notify.backup, V1_2);
    script("notify_fault", notify.fault, V1_2);
    script("notify_stop", notify.stop, V1_2);
    script("notify_deleted", notify.deleted, V2_2);
    script("notify_master_rx_lower_pri", notify.masterReceivesLower, V2_0);
    script("notify", notify.any, V1_2);
    if (notify.priorityChanges)
        out.setting("notify_priority_changes", {}, V2_0, subject);
}

void writeSyncGroups(Writer& out, const model::Cluster& cluster, std::string_view director) {
    for (const model::SyncGroup& group : cluster.syncGroups) {
        std::vector<std::string> names;
        for (const std::string& name : group.instances)
            for (const model::VrrpInstance& instance : cluster.instances)
                if (instance.name == name && model::findMember(instance, director) != nullptr)
                    names.push_back(name);
        if (names.empty())
            continue;
        const std::string subject = "vrrp_sync_group " + group.name;
        out.open("vrrp_sync_group " + wordText(group.name));
        out.open("group");
        for (const std::string& name : names)
            out.line(wordText(name));
        out.close();
        writeTracking(out, group.tracking, {});
        if (group.trackingWeight)
            out.setting("sync_group_tracking_weight", {}, V2_0, subject);
        writeNotify(out, group.notify, subject);
        if (group.smtpAlert)
            out.line("smtp_alert" + std::string(out.has(V2_0) ? *group.smtpAlert ? " true" : " false" : ""));
        out.kept(subject, Block::SyncGroup);
        out.close();
        out.blank();
    }
}

} // namespace lvsdeck::formats::keepalived
