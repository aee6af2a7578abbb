// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/script_words.hpp"
#include "common/formats/keepalived/write_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

std::string weightText(std::int32_t weight, bool reverse) {
    return " weight " + std::to_string(weight) + (reverse ? " reverse" : "");
}

void weightLine(Writer& out, std::int32_t weight, bool reverse, const std::string& subject) {
    if (!reverse ||
        out.offers("weight reverse", subject, "left out, and nothing tracks it that has no weight of its own for it"))
        out.line("weight " + std::to_string(weight) + (reverse ? " reverse" : ""));
}

void writeScript(Writer& out, const model::TrackScript& script) {
    const std::string subject = "vrrp_script " + script.name;
    out.open("vrrp_script " + wordText(script.name), Block::Script);
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
                    subject);
    if (script.initFail)
        out.setting("init_fail", {}, subject);
    out.kept(subject, Block::Script);
    out.close();
    out.blank();
}

void writeFile(Writer& out, const model::TrackFile& file) {
    const std::string subject = "track_file " + file.name;
    const std::string_view word = out.has("track_file") ? "track_file" : "vrrp_track_file";
    if (!out.offers(word, subject))
        return;
    if (word == "vrrp_track_file")
        out.lacks(Block::Root, "track_file", Severity::Note, subject, "written as vrrp_track_file");
    out.open(std::string(word) + " " + wordText(file.name), Block::TrackFile);
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
    if (!out.offers("vrrp_track_process", subject))
        return;
    out.open("vrrp_track_process " + wordText(process.name), Block::TrackProcess);
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

/// `things` are what the items name; they have the weights of those without one.
template <class Thing>
void writeItems(Writer& out, std::string_view word, const std::vector<model::TrackedItem>& items,
                const std::vector<Thing>& things, const std::string& subject) {
    if (items.empty() || !out.offers(word, subject))
        return;
    std::set<std::string_view> reversed;
    for (const Thing& thing : things)
        if (thing.reverse)
            reversed.insert(thing.name);
    std::vector<std::string> lines;
    for (const model::TrackedItem& item : items) {
        const bool reverse = item.reverse.value_or(reversed.contains(item.name));
        if (reverse && !out.has("weight reverse")) {
            out.lacks(Block::Instance, "weight reverse", Severity::Warning, subject + " " + item.name, "not tracked");
            continue;
        }
        std::string text = wordText(item.name);
        if (item.weight)
            text += " weight " + std::to_string(*item.weight);
        if (item.weight && item.reverse && out.has("weight reverse"))
            text += *item.reverse ? " reverse" : " noreverse";
        lines.push_back(std::move(text));
    }
    out.list(word, lines);
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

void writeTracking(Writer& out, const model::Cluster& cluster, const model::Tracking& tracking,
                   const std::vector<model::TrackedInterface>& own, const std::string& subject) {
    std::vector<std::string> interfaces;
    for (const auto* list : {&tracking.interfaces, &own})
        for (const model::TrackedInterface& entry : *list) {
            if (entry.reverse && !out.has("weight reverse"))
                out.lacks(Block::Instance, "weight reverse", Severity::Warning, subject + " " + entry.interface,
                          "not tracked");
            else
                interfaces.push_back(wordText(entry.interface) +
                                     (entry.weight == 0 && !entry.reverse ? "" : weightText(entry.weight, entry.reverse)));
        }
    out.list("track_interface", interfaces);
    writeItems(out, "track_script", tracking.scripts, cluster.trackScripts, subject);
    writeItems(out, "track_file", tracking.files, cluster.trackFiles, subject);
    writeItems(out, "track_process", tracking.processes, cluster.trackProcesses, subject);
}

void writeNotify(Writer& out, const model::NotifyScripts& notify, const std::string& subject) {
    const auto script = [&](std::string_view word, const model::Script& program) {
        if (!program.empty() && out.offers(word, subject))
            writeScript(out, word, program, subject);
    };
    script("notify_master", notify.master);
    script("notify_backup", notify.backup);
    script("notify_fault", notify.fault);
    script("notify_stop", notify.stop);
    script("notify_deleted", notify.deleted);
    script("notify_master_rx_lower_pri", notify.masterReceivesLower);
    script("notify", notify.any);
    if (notify.priorityChanges)
        out.setting("notify_priority_changes", {}, subject);
}

std::set<std::string_view> instancesOf(const model::Cluster& cluster, std::string_view director) {
    std::set<std::string_view> out;
    for (const model::VrrpInstance& instance : cluster.instances)
        if (model::findMember(instance, director) != nullptr)
            out.insert(instance.name);
    return out;
}

void writeSyncGroups(Writer& out, const model::Cluster& cluster, std::string_view director) {
    const auto own = instancesOf(cluster, director);
    for (const model::SyncGroup& group : cluster.syncGroups) {
        std::vector<std::string> names;
        std::ranges::copy_if(group.instances, std::back_inserter(names),
                             [&](const std::string& name) { return own.contains(name); });
        if (names.empty())
            continue;
        const std::string subject = "vrrp_sync_group " + group.name;
        out.open("vrrp_sync_group " + wordText(group.name), Block::SyncGroup);
        out.open("group");
        for (const std::string& name : names)
            out.line(wordText(name));
        out.close();
        writeTracking(out, cluster, group.tracking, {}, subject);
        if (group.trackingWeight && !out.has("sync_group_tracking_weight")) {
            out.lacks(Block::SyncGroup, "sync_group_tracking_weight", Severity::Note, subject, "written as global_tracking");
            out.line("global_tracking");
        } else if (group.trackingWeight) {
            out.setting("sync_group_tracking_weight", {}, subject);
        }
        writeNotify(out, group.notify, subject);
        writeAlert(out, group.smtpAlert, subject);
        out.kept(subject, Block::SyncGroup);
        out.close();
        out.blank();
    }
}

} // namespace lvsdeck::formats::keepalived
