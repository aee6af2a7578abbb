// SPDX-License-Identifier: GPL-3.0-or-later
// vrrp_sync_group, and what can be tracked: vrrp_script, track_file, vrrp_track_process.
#include "common/formats/keepalived/read_parts.hpp"
#include "common/formats/keepalived/script_words.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t maxSeconds = 4294;

/// "weight N [reverse]"
bool weightLine(const Node& line, std::int64_t most, std::int32_t& weight, bool& reverse) {
    reverse = line.word(2) == "reverse";
    return line.words.size() <= 3 && (line.words.size() < 3 || reverse || line.word(2) == "noreverse") &&
           assign(weight, signedNumber(line.word(1), -most, most));
}

void keepAt(Reading& reading, const std::string& place, std::vector<Kept> texts) {
    for (Kept& kept : texts)
        reading.cluster.passthrough.push_back({{}, place + kept.place, std::move(kept.text)});
}

class SyncGroupReader : public TrackingReader {
public:
    explicit SyncGroupReader(Reading& reading) : TrackingReader(reading, Block::SyncGroup) {}

    model::SyncGroup read(const Node& node) {
        m_group.name = node.word(1);
        rememberBlock(m_reading, node, "sync group " + m_group.name);
        for (const Node& line : node.children)
            if (line.kind != Line::Kind::Plain || !understood(line))
                keepUnread(line);
            else
                tellSurplus(line);
        keepComments(node);
        return std::move(m_group);
    }

private:
    bool understood(const Node& line) {
        const std::string_view word = line.word(0);
        if (line.block)
            return word == "group" ? members(line) : trackBlock(line, word, m_group.tracking, m_group.tracking.interfaces);
        if (word == "smtp_alert")
            return assign(m_group.smtpAlert, booleanValue(line.word(1)));
        if (word == "sync_group_tracking_weight" || word == "global_tracking")
            return m_group.trackingWeight = true;
        return notifyLine(line, word, m_group.notify);
    }

    bool members(const Node& block) {
        for (const Node& line : block.children) {
            const std::string name(line.word(0));
            if (line.kind == Line::Kind::Plain && !line.block && m_members.insert(name).second) {
                m_group.instances.push_back(name);
                continue;
            }
            if (line.kind == Line::Kind::Plain)
                say(Severity::Warning, line,
                    "this instance is in the group already, or it is not the name of one; kept, not managed");
            keepEntry(block, line);
        }
        return true;
    }

    model::SyncGroup m_group;
    std::set<std::string> m_members;
};

class ScriptReader : public BlockReader {
public:
    explicit ScriptReader(Reading& reading) : BlockReader(reading, Block::Script) {}

    model::TrackScript read(const Node& node) {
        m_script.name = node.word(1);
        rememberBlock(m_reading, node, "script " + m_script.name);
        for (const Node& line : node.children)
            if (line.kind != Line::Kind::Plain || line.block || !understood(line))
                keepUnread(line);
            else
                tellSurplus(line);
        keepComments(node);
        return std::move(m_script);
    }

private:
    bool understood(const Node& line) {
        const std::string_view word = line.word(0);
        const std::string_view value = line.word(1);
        if (word == "script")
            return program(line);
        if (word == "interval" || word == "timeout") {
            const auto time = wholeNumber(value, 1, maxSeconds);
            if (time && word == "interval")
                m_script.interval = seconds(*time);
            else if (time)
                m_script.timeout = seconds(*time);
            return time.has_value();
        }
        if (word == "weight")
            return weightLine(line, 253, m_script.weight, m_script.reverse);
        if (word == "rise")
            return assign(m_script.rise, wholeNumber(value, 1, 0x7FFFFFFFU));
        if (word == "fall")
            return assign(m_script.fall, wholeNumber(value, 1, 0x7FFFFFFFU));
        if (word == "user") {
            m_script.script.user = value;
            m_script.script.group = line.word(2);
            return !value.empty() && line.words.size() <= 3;
        }
        return word == "init_fail" && (m_script.initFail = true);
    }

    bool program(const Node& line) {
        if (hasUnquotedArguments(line))
            say(Severity::Warning, line,
                "keepalived 2 takes only the first word of a script without quotes, and so does lvsdeck; put the whole "
                "command in quotes");
        const auto words = escapedWords(line.raw);
        if (words.size() < 2)
            return false;
        m_script.script.command = escapedWords(words[1]);
        return !m_script.script.command.empty();
    }

    model::TrackScript m_script;
};

class FileReader : public BlockReader {
public:
    explicit FileReader(Reading& reading) : BlockReader(reading, Block::TrackFile) {}

    model::TrackFile read(const Node& node) {
        m_file.name = node.word(1);
        rememberBlock(m_reading, node, "track file " + m_file.name);
        for (const Node& line : node.children)
            if (line.kind != Line::Kind::Plain || line.block || !understood(line))
                keepUnread(line);
            else
                tellSurplus(line);
        keepComments(node);
        return std::move(m_file);
    }

private:
    bool understood(const Node& line) {
        const std::string_view word = line.word(0);
        if (word == "file") {
            m_file.path = line.word(1);
            return !m_file.path.empty();
        }
        if (word == "weight")
            return weightLine(line, 254, m_file.weight, m_file.reverse);
        if (word != "init_file")
            return false;
        m_file.initialValue = 0;
        for (std::size_t i = 1; i < line.words.size(); ++i)
            if (line.word(i) == "overwrite")
                m_file.overwrite = true;
            else if (!assign(m_file.initialValue, signedNumber(line.word(i), INT32_MIN, INT32_MAX)))
                return false;
        return true;
    }

    model::TrackFile m_file;
};

class ProcessReader : public BlockReader {
public:
    explicit ProcessReader(Reading& reading) : BlockReader(reading, Block::TrackProcess) {}

    model::TrackProcess read(const Node& node) {
        m_process.name = node.word(1);
        rememberBlock(m_reading, node, "track process " + m_process.name);
        for (const Node& line : node.children)
            if (line.kind != Line::Kind::Plain || line.block || !understood(line))
                keepUnread(line);
            else
                tellSurplus(line);
        keepComments(node);
        if (m_process.process.size() > 1 && m_process.match == model::ParameterMatch::None)
            m_process.match = model::ParameterMatch::Exact;
        return std::move(m_process);
    }

private:
    bool understood(const Node& line) {
        const std::string_view word = line.word(0);
        const std::string_view value = line.word(1);
        if (word == "process") {
            m_process.process = escapedWords(line.raw);
            m_process.process.erase(m_process.process.begin());
            return !m_process.process.empty();
        }
        if (word == "param_match") {
            m_process.match = value == "initial" ? model::ParameterMatch::Initial : model::ParameterMatch::Partial;
            return value == "initial" || value == "partial";
        }
        if (word == "weight")
            return weightLine(line, 254, m_process.weight, m_process.reverse);
        if (word == "quorum")
            return assign(m_process.quorum, wholeNumber(value, 1, 65535));
        if (word == "quorum_max")
            return assign(m_process.quorumMax, wholeNumber(value, 0, 65535));
        if (word == "full_command")
            return m_process.fullCommand = true;
        const auto time = secondsValue(value);
        if (word == "delay" || word == "terminate_delay")
            m_process.terminateDelay = time.value_or(m_process.terminateDelay);
        if (word == "delay" || word == "fork_delay")
            m_process.forkDelay = time.value_or(m_process.forkDelay);
        return time && (word == "delay" || word == "terminate_delay" || word == "fork_delay");
    }

    model::TrackProcess m_process;
};

/// Whether the block can be read: it has a name that is not taken. Otherwise it is kept as it is.
bool named(Reading& reading, const Node& node, const std::string& kind) {
    const std::string name(node.word(1));
    const bool twice = reading.names.contains(kind + name);
    if (!name.empty() && !twice)
        return true;
    reading.say(Severity::Error, node,
                (twice ? "there are two " + std::string(node.word(0)) + " called " + shortened(name, 60)
                       : "this " + std::string(node.word(0)) + " has no name") +
                    "; it is kept, not managed: give it a name of its own");
    reading.cluster.passthrough.push_back({{}, {}, render(node)});
    return false;
}

/// The block is worth nothing without `what`, and keepalived drops it.
bool complete(Reading& reading, const Node& node, bool has, std::string_view what) {
    if (has)
        return true;
    reading.say(Severity::Warning, node,
                "this block names no " + std::string(what) + ", and keepalived drops it; kept, not managed");
    reading.cluster.passthrough.push_back({{}, {}, render(node)});
    return false;
}

} // namespace

void readSyncGroup(Reading& reading, const Node& node) {
    if (!named(reading, node, "vrrp_sync_group "))
        return;
    SyncGroupReader reader(reading);
    model::SyncGroup group = reader.read(node);
    keepAt(reading, "vrrp_sync_group " + group.name, reader.takeKept());
    reading.names.insert("vrrp_sync_group " + group.name);
    reading.cluster.syncGroups.push_back(std::move(group));
}

void readTrackScript(Reading& reading, const Node& node) {
    if (!named(reading, node, "vrrp_script "))
        return;
    ScriptReader reader(reading);
    model::TrackScript script = reader.read(node);
    if (!complete(reading, node, !script.script.empty(), "script"))
        return;
    keepAt(reading, "vrrp_script " + script.name, reader.takeKept());
    reading.names.insert("vrrp_script " + script.name);
    reading.cluster.trackScripts.push_back(std::move(script));
}

void readTrackFile(Reading& reading, const Node& node) {
    if (!named(reading, node, "track_file "))
        return;
    FileReader reader(reading);
    model::TrackFile file = reader.read(node);
    if (!complete(reading, node, !file.path.empty(), "file"))
        return;
    keepAt(reading, "track_file " + file.name, reader.takeKept());
    reading.names.insert("track_file " + file.name);
    reading.cluster.trackFiles.push_back(std::move(file));
}

void readTrackProcess(Reading& reading, const Node& node) {
    if (!named(reading, node, "vrrp_track_process "))
        return;
    ProcessReader reader(reading);
    model::TrackProcess process = reader.read(node);
    if (!complete(reading, node, !process.process.empty(), "process"))
        return;
    keepAt(reading, "vrrp_track_process " + process.name, reader.takeKept());
    reading.names.insert("vrrp_track_process " + process.name);
    reading.cluster.trackProcesses.push_back(std::move(process));
}

} // namespace lvsdeck::formats::keepalived
