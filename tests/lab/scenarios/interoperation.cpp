// SPDX-License-Identifier: GPL-3.0-or-later
// One director runs keepalived, the other the agent, and neither can tell that the other is not of its kind.
#include "tests/lab/scenarios/cluster_lab.hpp"

namespace lvsdeck::lab {
namespace {

struct Pairing {
    int version;
    std::string agentOn;
};

struct Interoperation : ClusterLab, testing::WithParamInterface<Pairing> {
    const std::string agentSide = GetParam().agentOn;
    const std::string keepalivedSide = agentSide == "lb1" ? "lb2" : "lb1";
    const model::Cluster cluster = classicCluster(GetParam().version);
    std::unique_ptr<Keepalived> keepalived;

    /// lb1 leaves with a goodbye, whatever runs there.
    void stopFirst() {
        if (keepalivedSide == "lb1")
            keepalived->stop();
        else
            agent("lb1").must("agent.stop", {{"resign", true}});
    }
    void startFirst() {
        if (keepalivedSide == "lb1")
            keepalived->start();
        else
            startAgent("lb1");
    }
    /// lb1 loses its power, and comes back empty but for its disk.
    void crashFirst() {
        if (keepalivedSide == "lb1") {
            keepalived->crash(lab.network(), {"192.168.50.8/32 dev eth0"});
            return;
        }
        lab.network().pull(lab.lb1(), "eth0");
        agent("lb1").kill9();
        (void)lab.lb1().run({"sh", "-c", "ip address del 192.168.50.8/32 dev eth0; ipvsadm -C; rm -rf /run/lvsdeck/*"});
        lab.network().plugIn(lab.lb1(), "eth0");
    }
};

TEST_P(Interoperation, TheyElectFailOverAndFailBack) {
    const auto begin = Clock::now();
    keepalived = std::make_unique<Keepalived>(lab.host(keepalivedSide), exportedConfiguration(cluster, keepalivedSide));
    startAgent(agentSide);
    const Agent::Answer applied = apply(agentSide, cluster, 0);
    ASSERT_TRUE(applied.ok()) << applied.text;
    awaitMaster("lb1");
    for (const char* director : {"lb1", "lb2"})
        awaitServers(director, {"192.168.50.9:80", "192.168.50.10:80"});
    ClientProbe client(&lab.client(), virtualAddress, 80, 10ms);
    client.awaitSuccess(Clock::now(), 10s);

    const auto stop = Clock::now();
    stopFirst();
    awaitMaster("lb2");
    client.awaitSuccess(Clock::now(), 5s);
    EXPECT_LE(client.outage(stop), 2500ms) << "after a goodbye the backup waits for its skew only";

    const auto back = Clock::now();
    startFirst();
    awaitMaster("lb1");
    client.awaitSuccess(Clock::now(), 5s);
    EXPECT_LE(client.outage(back), 1500ms) << "the higher priority takes over from a running master";

    const auto crash = Clock::now();
    crashFirst();
    awaitMaster("lb2");
    client.awaitSuccess(Clock::now(), 5s);
    EXPECT_LE(client.outage(crash), 4600ms) << "three intervals, the skew, and a loaded machine";

    startFirst();
    awaitMaster("lb1");
    client.awaitSuccess(Clock::now(), 5s);
    EXPECT_LE(wire.longestDualMaster(begin, 1s), 1000ms);
}

INSTANTIATE_TEST_SUITE_P(WithKeepalived, Interoperation,
                         testing::Values(Pairing{2, "lb1"}, Pairing{2, "lb2"}, Pairing{3, "lb1"}, Pairing{3, "lb2"}),
                         [](const testing::TestParamInfo<Pairing>& pairing) {
                             return "Version" + std::to_string(pairing.param.version) + "AgentOn" + pairing.param.agentOn;
                         });

} // namespace
} // namespace lvsdeck::lab
