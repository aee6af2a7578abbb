// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

/// "IF [inst NAME] [id N] [maxlen N] [port N] [ttl N] [group A]", or the old "IF [NAME [N]]".
bool syncDaemon(const Node& line, model::ConnectionSync& sync, bool& idGiven) {
    sync.interface = line.word(1);
    if (sync.interface.empty())
        return false;
    for (std::size_t i = 2; i < line.words.size(); i += 2) {
        const std::string_view word = line.word(i);
        const std::string_view value = line.word(i + 1);
        bool done = true;
        if (word == "inst")
            sync.instance = value;
        else if (word == "id")
            done = idGiven = assign(sync.syncId, wholeNumber(value, 0, 255));
        else if (word == "maxlen")
            done = assign(sync.maxLength, wholeNumber(value, 1, 65507));
        else if (word == "port")
            done = assign(sync.port, wholeNumber(value, 1, 65535));
        else if (word == "ttl")
            done = assign(sync.ttl, wholeNumber(value, 1, 255));
        else if (word == "group")
            done = assign(sync.group, addressValue(value));
        else if (i == 2 && wholeNumber(value, 0, 255)) {
            sync.instance = word;
            idGiven = assign(sync.syncId, wholeNumber(value, 0, 255));
        } else if (i == 2) {
            sync.instance = word;
            --i; // only the name
        } else {
            return false;
        }
        if (!done || (word == "inst" && value.empty()))
            return false;
    }
    return true;
}

bool timeouts(const Node& line, model::ConnectionTimeouts& out) {
    if (line.words.size() < 3 || line.words.size() % 2 == 0)
        return false;
    for (std::size_t i = 1; i < line.words.size(); i += 2) {
        const auto seconds = wholeNumber(line.word(i + 1), 0, 2678400);
        auto* target = line.word(i) == "tcp"      ? &out.tcp
                       : line.word(i) == "tcpfin" ? &out.tcpFin
                       : line.word(i) == "udp"    ? &out.udp
                                                  : nullptr;
        if (!seconds || target == nullptr)
            return false;
        target->reset();
        if (*seconds != 0) // 0 leaves it as the kernel has it
            *target = static_cast<std::uint32_t>(*seconds);
    }
    return true;
}

} // namespace

bool readKernelWord(Reading& reading, const Node& line) {
    if (line.word(0) == "lvs_timeouts") {
        model::ConnectionTimeouts read = reading.cluster.timeouts;
        if (!timeouts(line, read))
            return false;
        reading.cluster.timeouts = read;
        return true;
    }
    if (line.word(0) != "lvs_sync_daemon")
        return false;
    model::ConnectionSync sync;
    bool idGiven = false;
    if (!syncDaemon(line, sync, idGiven))
        return false;
    if (reading.cluster.connectionSync) {
        reading.say(Severity::Warning, line,
                    "the sync daemon is there already, and keepalived ignores the second line; dropped");
        return true;
    }
    reading.cluster.connectionSync = sync;
    reading.syncIdGiven = idGiven;
    reading.places.emplace("connection sync", line.place);
    return true;
}

bool readSyncInterface(Reading& reading, const Node& line, const std::string& instance) {
    if (line.words.size() != 2)
        return false;
    if (reading.cluster.connectionSync) {
        reading.say(Severity::Warning, line, "the sync daemon is there already, and keepalived has one only; dropped");
        return true;
    }
    reading.say(Severity::Note, line,
                "lvs_sync_daemon_interface is the old form of lvs_sync_daemon and is read as that, with this instance");
    reading.cluster.connectionSync.emplace().interface = line.word(1);
    reading.cluster.connectionSync->instance = instance;
    reading.places.emplace("connection sync", line.place);
    return true;
}

void settleSync(Reading& reading) {
    auto& sync = reading.cluster.connectionSync;
    if (!sync || reading.syncIdGiven)
        return;
    const auto instance = std::ranges::find(reading.cluster.instances, sync->instance, &model::VrrpInstance::name);
    if (instance != reading.cluster.instances.end())
        sync->syncId = instance->vrid;
}

} // namespace lvsdeck::formats::keepalived
