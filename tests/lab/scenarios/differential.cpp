// SPDX-License-Identifier: GPL-3.0-or-later
// The same cluster, once by real keepalived on the files that we export, once by the agents: the kernel must not tell them apart.
// The other way, files that agents are given as keepalived is, is tests/lab/differential.
#include "tests/lab/scenarios/cluster_lab.hpp"

#include <gmock/gmock.h>

namespace lvsdeck::lab {
namespace {

struct Differential : ClusterLab {
    struct Outcome {
        std::map<std::string, std::string> rules;
        std::map<std::string, std::vector<std::string>> addresses;
    };
    Outcome look() {
        Outcome outcome;
        for (const char* director : {"lb1", "lb2"}) {
            outcome.rules[director] = lab.host(director).ipvsRules();
            outcome.addresses[director] = lab.host(director).addresses();
        }
        return outcome;
    }
};

TEST_F(Differential, OurExportedFilesPassKeepalivedsOwnTest) {
    for (const int version : {2, 3})
        for (const char* director : {"lb1", "lb2"}) {
            const auto verdict =
                Keepalived::check(lab.host(director), exportedConfiguration(classicCluster(version), director));
            EXPECT_EQ(verdict.status, 0) << "version " << version << " on " << director << ": " << verdict.messages;
        }
}

TEST_F(Differential, AgentsAndKeepalivedMakeTheSameTableAndPlaceTheAddressAlike) {
    const model::Cluster cluster = classicCluster();
    Outcome byKeepalived;
    {
        Keepalived second(lab.lb2(), exportedConfiguration(cluster, "lb2"));
        Keepalived first(lab.lb1(), exportedConfiguration(cluster, "lb1"));
        awaitMaster("lb1");
        for (const char* director : {"lb1", "lb2"})
            awaitServers(director, {"192.168.50.9:80", "192.168.50.10:80"});
        byKeepalived = look();
        first.stop();
        second.stop();
    }
    ASSERT_EQ(lab.holderOfVirtualAddress(), "");
    ASSERT_EQ(lab.lb1().ipvsRules(), "");

    startBothAgents(cluster);
    const Outcome byAgents = look();

    EXPECT_EQ(byAgents.rules, byKeepalived.rules);
    EXPECT_EQ(byAgents.addresses, byKeepalived.addresses);
}

} // namespace
} // namespace lvsdeck::lab
