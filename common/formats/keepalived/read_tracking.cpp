// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"
#include "common/formats/keepalived/script_words.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

/// "NAME [weight N [reverse|noreverse]]" behind the name; whether it was understood.
bool weightWords(const Node& line, std::int64_t most, std::optional<std::int32_t>& weight, std::optional<bool>& reverse) {
    if (line.words.size() == 1)
        return true;
    if (line.word(1) != "weight" || line.words.size() > 4 || !assign(weight, signedNumber(line.word(2), -most, most)))
        return false;
    if (line.words.size() == 4)
        reverse = line.word(3) == "reverse";
    return line.words.size() < 4 || line.word(3) == "reverse" || line.word(3) == "noreverse";
}

} // namespace

void TrackingReader::keepEntry(const Node& block, const Node& entry, std::string place) {
    Node only = entry;
    Node part = block;
    part.children = {};
    part.children.add(only);
    part.remarks = nullptr; // the block's own comments are those of whoever has the block
    keep(part, std::move(place));
    entry.taken = true;
}

bool TrackingReader::item(const Node& block, const Node& line, std::vector<model::TrackedItem>& items, bool known) {
    if (!known) {
        say(Severity::Warning, line,
            "nothing of this name is defined above this line, and keepalived ignores it here; kept, not managed: define "
            "it, or move its definition up");
        return false;
    }
    model::TrackedItem entry;
    entry.name = line.word(0);
    const std::int64_t most = block.word(0) == "track_script" ? 253 : 254;
    if (line.block || !weightWords(line, most, entry.weight, entry.reverse)) {
        say(Severity::Warning, line,
            "wanted here: NAME, or NAME weight N with N from -" + std::to_string(most) + " to " + std::to_string(most) +
                ", and perhaps reverse; kept, not managed: correct it");
        return false;
    }
    items.push_back(std::move(entry));
    return true;
}

bool TrackingReader::trackBlock(const Node& block, std::string_view word, model::Tracking& tracking,
                                std::vector<model::TrackedInterface>& interfaces) {
    if (word != "track_interface" && word != "track_script" && word != "track_file" && word != "track_process")
        return false;
    for (const Node& line : block.children) {
        const std::string name(line.word(0));
        bool done = line.kind == Line::Kind::Plain;
        if (done && word == "track_interface") {
            std::optional<std::int32_t> weight;
            std::optional<bool> reverse;
            done = !line.block && weightWords(line, 253, weight, reverse);
            if (done)
                interfaces.push_back({name, weight.value_or(0), reverse.value_or(false)});
            else
                say(Severity::Warning, line,
                    "wanted here: INTERFACE, or INTERFACE weight N with N from -253 to 253; kept, not managed: correct it");
        } else if (done && word == "track_script") {
            done = item(block, line, tracking.scripts, m_reading.names.contains("vrrp_script " + name));
        } else if (done && word == "track_file") {
            done = item(block, line, tracking.files, m_reading.names.contains("track_file " + name));
        } else if (done) {
            done = item(block, line, tracking.processes, m_reading.names.contains("vrrp_track_process " + name));
        }
        if (!done)
            keepEntry(block, line);
    }
    return true;
}

bool TrackingReader::notifyLine(const Node& line, std::string_view word, model::NotifyScripts& notify) {
    if (word == "notify_priority_changes") {
        const auto value = booleanValue(line.word(1));
        notify.priorityChanges = value.value_or(false);
        return value.has_value();
    }
    for (const auto& [name, script] :
         {std::pair("notify_master", &notify.master), std::pair("notify_backup", &notify.backup),
          std::pair("notify_fault", &notify.fault), std::pair("notify_stop", &notify.stop), std::pair("notify", &notify.any),
          std::pair("notify_deleted", &notify.deleted),
          std::pair("notify_master_rx_lower_pri", &notify.masterReceivesLower)}) {
        if (word != name)
            continue;
        if (m_block == Block::SyncGroup && (script == &notify.deleted || script == &notify.masterReceivesLower))
            return false;
        const auto value = scriptValue(line);
        if (value)
            *script = *value;
        return value.has_value();
    }
    return false;
}

} // namespace lvsdeck::formats::keepalived
