// SPDX-License-Identifier: GPL-3.0-or-later
// What the agent's scenarios share: the standard lab, the classic cluster as a model, agents on the directors, and the ways to ask
// for what every story asks. A GoogleTest fixture; one thread.
#pragma once

#include "common/formats/diagnostic.hpp"
#include "common/model/cluster.hpp"
#include "tests/lab/support/capture.hpp"
#include "tests/lab/support/client_probe.hpp"
#include "tests/lab/support/keepalived.hpp"
#include "tests/lab/support/load_generator.hpp"
#include "tests/lab/support/standard_lab.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

namespace lvsdeck::lab {

/// The cluster that all scenarios use, with directors lb1 (priority 100) and lb2 (99).
[[nodiscard]] model::Cluster classicCluster(int vrrpVersion = 2, Milliseconds advertInterval = 1000ms);

/// One director's keepalived.conf, as our own export writes it.
[[nodiscard]] std::string exportedConfiguration(const model::Cluster& cluster, const std::string& director);

/// What these directors' keepalived.conf say together; each source is named after its director.
[[nodiscard]] model::Cluster importedCluster(const std::vector<formats::SourceText>& sources);

/// The agent that was built beside this program, or what LVSDECK_AGENT_PROGRAM names.
[[nodiscard]] std::string agentProgram();

class ClusterLab : public testing::Test {
protected:
    void SetUp() override;

    Agent& startAgent(const std::string& director);
    [[nodiscard]] Agent& agent(const std::string& director) { return *m_agents.at(director); }
    /// config.apply, confirmed at once unless a time is given.
    Agent::Answer apply(const std::string& director, const model::Cluster& cluster, std::uint64_t base,
                        unsigned confirmWithinS = 0);
    /// A bare connection to the agent's socket on that host, past every polite client; it waits at most ten seconds at a time.
    [[nodiscard]] UniqueFd connectTo(const std::string& host);
    [[nodiscard]] std::uint64_t revision(const std::string& director);
    /// The cluster is in force on both directors, lb1 is master, and both tables are complete.
    void startBothAgents(const model::Cluster& cluster);
    void awaitMaster(const std::string& director, Milliseconds limit = 30s);
    /// Since `begin` no client of `client` and none of the `held` ones noticed anything, and nobody but lb1 was master. Prints it.
    void expectUnnoticed(const ClientProbe& client, LoadGenerator& load, std::size_t held, Clock::time_point begin,
                         const std::string& what);
    void awaitServers(const std::string& director, const std::vector<std::string>& servers, Milliseconds limit = 30s);

    StandardLab lab;
    Capture wire{lab.network().host(), serviceBridge};

private:
    std::map<std::string, std::unique_ptr<Agent>> m_agents;
};

} // namespace lvsdeck::lab
