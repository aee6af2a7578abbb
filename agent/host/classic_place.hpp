// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a process belongs to this host, whose service manager can start it again, or to a container that shares its network.
// placeOf() reads /proc; the rest is pure.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace lvsdeck::host {

struct ProcessPlace {
    std::string pidNamespace;                       ///< "pid:[4026531836]"; empty: not known
    std::pair<std::uint64_t, std::uint64_t> root{}; ///< device and inode of its root folder; 0: not known
    std::string cgroup;                             ///< /proc/PID/cgroup
};
/// Of a process below `proc` ("/proc"), by its number or "self".
[[nodiscard]] ProcessPlace placeOf(const std::string& process, const std::string& proc = "/proc");

/// "docker-4f1d….scope" out of the lines of /proc/PID/cgroup; empty: no container that is known by its name.
[[nodiscard]] std::string containerIn(const std::string& cgroup);

/// Why `theirs` is not of the host that `ours` is on: "keepalived runs in a container (docker-4f1d….scope)"; empty: it is.
[[nodiscard]] std::string elsewhere(const ProcessPlace& theirs, const ProcessPlace& ours);

} // namespace lvsdeck::host
