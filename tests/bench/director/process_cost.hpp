// SPDX-License-Identifier: GPL-3.0-or-later
// What a program costs: processor time and memory, its children included, as /proc tells it. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace lvsdeck::bench {

using Seconds = std::chrono::duration<double>;

/// The process and everything below it, now.
[[nodiscard]] std::vector<pid_t> familyOf(pid_t parent);
/// Proportional set size: pages that several share count once in all.
/// TCP connections that were begun in this process's network namespace so far (RFC 4022, tcpActiveOpens).
[[nodiscard]] std::uint64_t connectionsBegun(pid_t process);
[[nodiscard]] std::uint64_t memoryKib(const std::vector<pid_t>& processes);
/// The same by what it is for: "program", "libraries", "heap" (all that no file stands behind), "stack".
[[nodiscard]] std::map<std::string, std::uint64_t> memoryKibByUse(const std::vector<pid_t>& processes);

/// Processor time of this process, or of its children that have ended.
enum class Whose { Own, Children };
struct UsedTime {
    Seconds user{0};
    Seconds kernel{0};
    [[nodiscard]] Seconds all() const { return user + kernel; }
    [[nodiscard]] UsedTime operator-(const UsedTime& before) const { return {user - before.user, kernel - before.kernel}; }
};
[[nodiscard]] UsedTime usedTime(Whose whose);
/// Of these processes since each began, by the names of their threads.
[[nodiscard]] std::map<std::string, UsedTime> processorTime(const std::vector<pid_t>& processes);

} // namespace lvsdeck::bench
