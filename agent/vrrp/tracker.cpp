// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/tracker.hpp"

#include "agent/vrrp/script_run.hpp"

#include <algorithm>

namespace lvsdeck::vrrp {

namespace {
using namespace std::chrono_literals;

constexpr Duration shortestFilePause = 10ms;
constexpr Duration longestFilePause = 200ms;
constexpr Duration shortestProcessPause = 100ms; // a look at all processes costs more than one at a file
constexpr Duration longestProcessPause = 1s;
} // namespace

void Tracker::configure(const model::Effective& own, const std::set<TrackKey>& used, Duration interval) {
    m_filePause = std::clamp(interval, shortestFilePause, longestFilePause);
    m_processPause = std::clamp(interval, shortestProcessPause, longestProcessPause);
    auto before = std::exchange(m_scripts, {});
    for (const model::TrackScript& item : own.trackScripts) {
        if (!used.contains({TrackKind::Script, item.name}))
            continue;
        auto& watch = m_scripts[item.name];
        if (const auto old = before.find(item.name);
            old != before.end() && old->second->item == item && old->second->settings == own.scripts) {
            watch = std::move(old->second);
            continue;
        }
        watch = std::make_unique<ScriptWatch>(ScriptWatch{item, own.scripts, ScriptRecord(item), {}, {}});
        run(*watch);
    }
    configureFiles(own, used);
    auto counted = std::exchange(m_processes, {});
    for (const model::TrackProcess& item : own.trackProcesses) {
        if (!used.contains({TrackKind::Process, item.name}))
            continue;
        const auto old = counted.find(item.name);
        m_processes.emplace(item.name,
                            old != counted.end() && old->second.process() == item ? old->second : ProcessRecord(item));
    }
    (void)countAll();
    if (m_processes.empty())
        m_processTimer.cancel();
    else
        m_processTimer = m_ports.runtime.after(m_processPause, [this] { pollProcesses(); });
}

void Tracker::configureFiles(const model::Effective& own, const std::set<TrackKey>& used) {
    auto before = std::exchange(m_files, {});
    for (const model::TrackFile& item : own.trackFiles) {
        if (!used.contains({TrackKind::File, item.name}))
            continue;
        const auto old = before.find(item.name);
        if (old == before.end() || old->second.item != item)
            initialise(item);
        m_files.emplace(item.name, FileWatch{item, old == before.end() ? Reading{} : old->second.reading});
    }
    (void)readFiles();
    if (m_files.empty())
        m_fileTimer.cancel();
    else
        m_fileTimer = m_ports.runtime.after(m_filePause, [this] { pollFiles(); });
}

void Tracker::initialise(const model::TrackFile& file) {
    if (!file.initialValue)
        return;
    const auto there = m_ports.system.readFile(file.path);
    if (there && *there && !file.overwrite)
        return;
    if (auto written = m_ports.system.writeFile(file.path, std::to_string(*file.initialValue) + "\n"); !written)
        tell(rpc::EventLevel::Warning, "cannot write the tracked file " + file.path + ": " + written.error().text);
}

void Tracker::run(ScriptWatch& watch) {
    watch.next = m_ports.runtime.after(watch.item.interval, [this, &watch] {
        // One that still runs is awaited: its limit is near, and two at once would say two things.
        if (!watch.running)
            run(watch);
    });
    watch.running = m_ports.scripts.run(
        scriptRun(watch.item.script, watch.settings, {}, watch.item.timeout.value_or(watch.item.interval)),
        [this, &watch, due = m_ports.runtime.now() + watch.item.interval](const ScriptResult& result) {
            watch.running.reset();
            if (m_ports.runtime.now() >= due)
                watch.next = m_ports.runtime.after(Duration{0}, [this, &watch] { run(watch); });
            ended(watch, result);
        });
}

void Tracker::ended(ScriptWatch& watch, const ScriptResult& result) {
    const Reading before = watch.record.reading();
    if (!watch.record.ended(result))
        return;
    const Reading& now = watch.record.reading();
    const std::string what = "script " + watch.item.name;
    if (now.ignored && !before.ignored)
        tell(rpc::EventLevel::Error, what + " " + now.detail + "; it counts for nothing until it can");
    else if (before.pending || before.good != now.good)
        tell(now.good ? rpc::EventLevel::Info : rpc::EventLevel::Warning,
             what + (now.good ? " is good" : " failed (" + now.detail + ")"));
    m_observer.changed();
}

bool Tracker::readFiles() {
    bool changed = false;
    for (auto& [name, watch] : m_files) {
        const auto content = m_ports.system.readFile(watch.item.path);
        Reading now;
        if (content)
            now = fileReading(*content);
        else
            now.detail = content.error().text;
        changed = changed || now != watch.reading;
        if (now.detail != watch.reading.detail && !now.detail.empty())
            tell(rpc::EventLevel::Warning, "tracked file " + watch.item.path + ": " + now.detail + "; it counts as 0");
        watch.reading = std::move(now);
    }
    return changed;
}

bool Tracker::countAll() {
    if (m_processes.empty())
        return false;
    const auto running = m_ports.system.processes();
    bool changed = false;
    for (auto& [name, record] : m_processes) {
        const auto count = running ? std::optional(countProcesses(record.process(), *running)) : std::nullopt;
        changed = record.counted(count, m_ports.runtime.now()) || changed;
    }
    return changed;
}

void Tracker::pollFiles() {
    m_fileTimer = m_ports.runtime.after(m_filePause, [this] { pollFiles(); });
    if (readFiles())
        m_observer.changed();
}

void Tracker::pollProcesses() {
    m_processTimer = m_ports.runtime.after(m_processPause, [this] { pollProcesses(); });
    if (countAll())
        m_observer.changed();
}

void Tracker::stop() {
    m_scripts.clear();
    m_fileTimer.cancel();
    m_processTimer.cancel();
}

Reading Tracker::reading(TrackKind kind, const std::string& name) const {
    Reading none;
    none.pending = true;
    switch (kind) {
    case TrackKind::Interface: break;
    case TrackKind::Script:
        if (const auto found = m_scripts.find(name); found != m_scripts.end())
            return found->second->record.reading();
        break;
    case TrackKind::File:
        if (const auto found = m_files.find(name); found != m_files.end())
            return found->second.reading;
        break;
    case TrackKind::Process:
        if (const auto found = m_processes.find(name); found != m_processes.end())
            return found->second.reading();
        break;
    }
    return none;
}

void Tracker::tell(rpc::EventLevel level, const std::string& text) const {
    if (m_observer.event)
        m_observer.event(level, text);
}

} // namespace lvsdeck::vrrp
