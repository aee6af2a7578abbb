// SPDX-License-Identifier: GPL-3.0-or-later
// Programs started inside a host of the lab. A Process owns a session of its own (setsid) and kills it when it is destroyed.
// One thread per object.
#pragma once

#include "tests/lab/support/unique_fd.hpp"
#include "tests/lab/support/wait.hpp"

#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace lvsdeck::lab {

/// What a program needs to start. `enter` runs in the child before exec: it moves it into a host's namespaces.
struct ProcessSpec {
    std::vector<std::string> arguments;
    std::vector<std::string> environment; ///< NAME=value, replacing the inherited environment where not empty
    std::function<void()> enter;
    int input = -1;  ///< -1: /dev/null
    int output = -1; ///< -1: /dev/null
    int errors = -1; ///< -1: as output
    bool newSession = true;
};

/// How a program ended: its exit status, or 128 + the signal, as a shell says it.
struct Finished {
    int status = 0;
    std::string output;
    std::string errors;
    [[nodiscard]] bool ok() const { return status == 0; }
};

class Process {
public:
    Process() = default;
    /// Throws LabError when the program cannot be executed at all.
    explicit Process(const ProcessSpec& spec);
    Process(Process&& other) noexcept;
    Process& operator=(Process&& other) noexcept;
    ~Process();

    [[nodiscard]] pid_t pid() const { return m_pid; }
    /// True until the program has ended.
    [[nodiscard]] bool running();
    /// To the program and everything in its session's process group. Does nothing after the end.
    void signal(int number) const;
    /// The exit status, or nothing when the time is over.
    [[nodiscard]] std::optional<int> wait(Milliseconds limit);
    /// SIGTERM, and after `patience` SIGKILL; the exit status.
    int terminate(Milliseconds patience = 5s);
    /// SIGKILL, and waits for the end.
    void kill9();

private:
    pid_t m_pid = -1;
    std::optional<int> m_status;
};

/// Runs a program to its end and gathers what it says (at most 64 MiB a stream). It is killed when the time is over: status 124.
[[nodiscard]] Finished runToEnd(ProcessSpec spec, const std::string& input = {}, Milliseconds limit = 30s);

} // namespace lvsdeck::lab
