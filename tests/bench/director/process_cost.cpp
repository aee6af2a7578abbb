// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/director/process_cost.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace lvsdeck::bench {
namespace {

/// The fields of the stat file of a process or thread after the name, which may hold blanks and brackets: the first is the state (field 3).
std::vector<std::string> statFields(const std::filesystem::path& process) {
    std::ifstream file(process / "stat");
    std::string line;
    std::getline(file, line);
    const auto end = line.rfind(')');
    std::istringstream words(end == std::string::npos ? std::string() : line.substr(end + 1));
    std::vector<std::string> out;
    for (std::string word; words >> word;)
        out.push_back(word);
    return out;
}

} // namespace

std::vector<pid_t> familyOf(pid_t parent) {
    std::map<pid_t, pid_t> parents;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (!std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; }))
            continue;
        const pid_t process = std::stoi(name);
        if (const auto fields = statFields(entry.path()); fields.size() > 1)
            parents[process] = std::stoi(fields[1]);
    }
    std::vector<pid_t> out{parent};
    for (std::size_t i = 0; i < out.size(); ++i)
        for (const auto& [process, above] : parents)
            if (above == out[i])
                out.push_back(process);
    return out;
}

std::map<std::string, UsedTime> processorTime(const std::vector<pid_t>& processes) {
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    std::map<std::string, UsedTime> out;
    for (const pid_t process : processes) {
        std::error_code ended;
        for (const auto& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task", ended)) {
            std::string name;
            std::getline(std::ifstream(thread.path() / "comm"), name);
            const auto fields = statFields(thread.path());
            if (fields.size() <= 12)
                continue;
            // utime and stime: fields 14 and 15 of proc(5)
            out[name].user += Seconds(std::stod(fields[11]) / ticks);
            out[name].kernel += Seconds(std::stod(fields[12]) / ticks);
        }
    }
    return out;
}

std::uint64_t connectionsBegun(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/net/snmp");
    std::vector<std::string> names;
    for (std::string row; std::getline(file, row);) {
        if (!row.starts_with("Tcp:"))
            continue;
        std::istringstream words(row);
        std::vector<std::string> values;
        for (std::string word; words >> word;)
            values.push_back(word);
        if (names.empty()) {
            names = std::move(values);
            continue;
        }
        const auto column = std::ranges::find(names, "ActiveOpens") - names.begin();
        return std::stoull(values.at(static_cast<std::size_t>(column)));
    }
    return 0;
}

std::uint64_t memoryKib(const std::vector<pid_t>& processes) {
    std::uint64_t sum = 0;
    for (const pid_t process : processes) {
        std::ifstream file("/proc/" + std::to_string(process) + "/smaps_rollup");
        for (std::string line; std::getline(file, line);)
            if (line.starts_with("Pss:"))
                sum += std::stoull(line.substr(4));
    }
    return sum;
}

std::map<std::string, std::uint64_t> memoryKibByUse(const std::vector<pid_t>& processes) {
    std::map<std::string, std::uint64_t> out;
    for (const pid_t process : processes) {
        const std::string folder = "/proc/" + std::to_string(process);
        std::error_code ended;
        const std::string program = std::filesystem::read_symlink(folder + "/exe", ended);
        std::ifstream file(folder + "/smaps");
        std::string use;
        for (std::string line; std::getline(file, line);) {
            // Mappings begin with their range in hex digits, their fields with a capital letter (and "VmFlags").
            if (line.starts_with("Pss:")) {
                out[use] += std::stoull(line.substr(4));
            } else if (const auto blank = line.find(' '); blank != std::string::npos && line.find('-') < blank) {
                const auto name = line.find_first_of("/[");
                const std::string what = name == std::string::npos ? "" : line.substr(name);
                use = what == program ? "program" : what.starts_with('/') ? "libraries" : what == "[stack]" ? "stack" : "heap";
            }
        }
    }
    return out;
}

UsedTime usedTime(Whose whose) {
    rusage usage{};
    ::getrusage(whose == Whose::Own ? RUSAGE_SELF : RUSAGE_CHILDREN, &usage);
    const auto seconds = [](const timeval& time) {
        return Seconds(static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6);
    };
    return {seconds(usage.ru_utime), seconds(usage.ru_stime)};
}

} // namespace lvsdeck::bench
