// SPDX-License-Identifier: GPL-3.0-or-later
// What runs on a director, keepalived or the agent, behind one face: the tests say what happens to it and not to which of the two.
// Owned by the test. One thread.
#pragma once

#include "tests/lab/differential/configuration.hpp"
#include "tests/lab/support/agent.hpp"
#include "tests/lab/support/keepalived.hpp"
#include "tests/lab/support/standard_lab.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace lvsdeck::lab {

enum class Kind { Keepalived, Agent };
[[nodiscard]] std::string toText(Kind kind);

/// The agent that was built beside this program, or what LVSDECK_AGENT_PROGRAM names.
[[nodiscard]] std::string builtAgent();

class Contestant {
public:
    /// Nothing runs yet. The host's present addresses and links are what crash() leaves.
    Contestant(Kind kind, StandardLab& lab, const std::string& director);

    /// An agent comes up without a configuration; keepalived has no such state. Before the first start().
    void launch();
    /// For the first time, or again after stop(), kill() or crash(). Throws LabError when the agent refuses the configuration.
    void start(const Configuration& configuration);
    /// A goodbye: priority 0, addresses and table removed.
    void stop();
    /// All its processes at once; what is in the kernel stays.
    void kill();
    /// A power cut: off the network from one moment to the next, and back as an empty machine with its disk.
    void crash();
    void reload(const Configuration& configuration);
    /// It has read its configuration and begun its work.
    [[nodiscard]] bool isUp() const;
    [[nodiscard]] std::string log() const;
    /// keepalived's own account of its VRRP parameters, without what runs or is chance. Empty for an agent.
    [[nodiscard]] std::string parameters();
    /// The agent's process; -1 when it does not run.
    [[nodiscard]] pid_t pid() const { return m_agent ? m_agent->pid() : -1; }
    [[nodiscard]] Kind kind() const { return m_kind; }

private:
    void awaitAgent();
    void wipe();
    void apply(const Configuration& configuration);

    Kind m_kind;
    StandardLab* m_lab;
    std::string m_director;
    Host* m_host;
    std::set<std::string> m_addresses, m_links; ///< what the machine has by itself
    std::size_t m_logBegin;                     ///< what the log of that name held before
    std::unique_ptr<Keepalived> m_keepalived;
    std::unique_ptr<Agent> m_agent;
    bool m_fresh = false; ///< the agent has no configuration yet
};

} // namespace lvsdeck::lab
