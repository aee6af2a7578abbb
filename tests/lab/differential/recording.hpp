// SPDX-License-Identifier: GPL-3.0-or-later
// What a director looks like from outside, as text that two programs can be compared by: the same state gives the same text,
// whatever made it. Counts, interface numbers and lifetimes that run are left out.
#pragma once

#include "tests/lab/support/host.hpp"

#include <string>

namespace lvsdeck::lab {

/// Which words of the notify scripts count: all, in any order, or only the last for each instance. A pair on a busy machine may
/// elect twice before it is steady.
enum class Notes { All, Last };

/// Everything, by the tools that admins use: table, thresholds, tunnels, daemon, timeouts, addresses, routes, rules, links that
/// were made, and what notify scripts were told. About 200 ms of an emulated processor.
[[nodiscard]] std::string recordWhole(Host& host, Notes notes);

/// The parts that change by faults, cheap enough to be asked for fifty times a second.
struct Glance {
    std::string table;     ///< /proc/net/ip_vs without its counts
    std::string addresses; ///< one a line, sorted
    std::string states;    ///< the last word of the notify scripts for each instance and group: "INSTANCE VI_1 MASTER 150"
    bool operator==(const Glance&) const = default;
};
[[nodiscard]] Glance glanceAt(const Host& host);

/// Where configurations find the script that writes down how it was called, one line a call, and where it writes.
inline constexpr const char* notifyScript = "/run/lab/bin/note";
inline constexpr const char* notifyLog = "/run/lab/notify.log";
/// Puts the script there.
void installNotifyScript(Host& host);

/// keepalived's data without times, numbers of processes and files, and counts: the settings of its globals, scripts, groups and
/// instances.
[[nodiscard]] std::string settledParameters(const std::string& data);

/// Both texts line by line: "- " only in the first, "+ " only in the second, "  " in both.
[[nodiscard]] std::string difference(const std::string& first, const std::string& second);

} // namespace lvsdeck::lab
