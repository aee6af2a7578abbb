// SPDX-License-Identifier: GPL-3.0-or-later
// The lab for people and for the console's tests: the standard lab with logins, an sshd on every host and, where they are built,
// agents, described in lab.json. One thread, which it keeps until the lab ends.
#pragma once

#include <cstdint>
#include <string>

namespace lvsdeck::lab {

struct StandingOptions {
    std::string folder;
    std::string mode;
    std::string listenAddress;
    std::uint16_t firstPort = 0; ///< the control port; the hosts' sshd follow in the order of standardHosts()
    std::string agentProgram;    ///< empty: no agents
};

/// Builds the lab, writes lab.json, holds the lab until `stop` or a signal, and takes it down. Throws LabError with the reason when
/// it cannot be built.
void holdLab(const StandingOptions& options);

} // namespace lvsdeck::lab
