// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/seen_files.hpp"

#include "agent/health/schedule.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace lvsdeck::core {

namespace {

using rpc::AdoptConcern;
using rpc::AdoptConcernKind;
using rpc::AdoptKnownFile;

bool flushes(std::string_view line) {
    constexpr std::string_view between = " \t\r{}\"";
    line = line.substr(0, line.find_first_of("#!"));
    while (!line.empty()) {
        line.remove_prefix(std::min(line.find_first_not_of(between), line.size()));
        const std::size_t end = std::min(line.find_first_of(between), line.size());
        if (line.substr(0, end) == "lvs_flush")
            return true;
        line.remove_prefix(end);
    }
    return false;
}

} // namespace

std::string hashOf(const ClassicFile& file) {
    return std::to_string(health::stableHash(file.problem.empty() ? file.text : std::string(1, '\0') + file.problem));
}

SeenFiles seen(const ClassicConfiguration& configuration) {
    SeenFiles out;
    out.configId = configuration.configId;
    out.problem = configuration.problem;
    out.files.reserve(configuration.files.size());
    for (const ClassicFile& file : configuration.files)
        out.files.push_back({file.path, hashOf(file)});
    return out;
}

std::vector<AdoptConcern> differences(const std::vector<AdoptKnownFile>& before, const std::vector<AdoptKnownFile>& now) {
    std::vector<AdoptConcern> out;
    for (const AdoptKnownFile& file : before) {
        const auto found = std::ranges::find(now, file.path, &AdoptKnownFile::path);
        if (found == now.end())
            out.push_back({AdoptConcernKind::FileGone, false, file.path, file.path + " is not read by keepalived any more"});
        else if (found->hash != file.hash)
            out.push_back({AdoptConcernKind::FileChanged, false, file.path, file.path + " was changed"});
    }
    for (const AdoptKnownFile& file : now)
        if (std::ranges::find(before, file.path, &AdoptKnownFile::path) == before.end())
            out.push_back(
                {AdoptConcernKind::FileNew, false, file.path, file.path + " was not there, and keepalived reads it now"});
    return out;
}

std::vector<AdoptConcern> differences(const SeenFiles& before, const SeenFiles& now) {
    std::vector<AdoptConcern> out = differences(before.files, now.files);
    if (before.configId != now.configId)
        out.push_back({AdoptConcernKind::ConfigId, false, now.configId,
                       "keepalived runs with -i “" + now.configId + "”, and ran with “" + before.configId +
                           "”; other lines that begin with @ hold"});
    if (before.problem != now.problem)
        out.push_back({AdoptConcernKind::FilesUnknown,
                       false,
                       {},
                       "keepalived's files cannot be read as they were: " +
                           (now.problem.empty() ? "all are read now, and were not" : now.problem)});
    return out;
}

std::vector<std::string> flushingLines(const ClassicConfiguration& configuration) {
    std::vector<std::string> out;
    for (const ClassicFile& file : configuration.files) {
        std::size_t number = 0;
        for (std::size_t begin = 0; begin < file.text.size();) {
            const std::size_t end = std::min(file.text.find('\n', begin), file.text.size());
            ++number;
            if (flushes(std::string_view(file.text).substr(begin, end - begin)))
                out.push_back(file.path + ":" + std::to_string(number));
            begin = end + 1;
        }
    }
    return out;
}

} // namespace lvsdeck::core
