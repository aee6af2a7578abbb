// SPDX-License-Identifier: GPL-3.0-or-later
// Reads /proc/net/ip_vs of the calling thread's network namespace. Any thread.
#pragma once

#include "agent/ipvs/proc_table.hpp"

#include <optional>
#include <string>

namespace lvsdeck::ipvs {

inline constexpr const char* procFile = "/proc/thread-self/net/ip_vs";

/// nullopt: there is no such file (no IPVS, or no right to read it), or it has more than 64 MiB.
[[nodiscard]] std::optional<ProcTable> readProcFile(const std::string& path = procFile,
                                                    ProcTableReader::Wanted wanted = ProcTableReader::Wanted::All);

} // namespace lvsdeck::ipvs
