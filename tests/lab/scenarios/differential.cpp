// SPDX-License-Identifier: GPL-3.0-or-later
// The same cluster, once by real keepalived on the files that we export, once by the agents: the kernel must not tell them apart.
#include "common/formats/formats.hpp"
#include "tests/lab/scenarios/cluster_lab.hpp"
#include "tests/lab/support/classic.hpp"

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

TEST_F(Differential, TheFilesOfTwentyYearsImportedDoOnAgentsWhatKeepalivedDoesWithThem) {
    const std::map<std::string, std::string> files = {
        {"lb1", classicConfiguration(InitialState::Master, 100, {.retryKeyword = "nb_get_retry"})},
        {"lb2", classicConfiguration(InitialState::Backup, 99, {.retryKeyword = "nb_get_retry"})}};
    Outcome byKeepalived;
    {
        Keepalived second(lab.lb2(), files.at("lb2"));
        Keepalived first(lab.lb1(), files.at("lb1"));
        awaitMaster("lb1");
        for (const char* director : {"lb1", "lb2"})
            awaitServers(director, {"192.168.50.9:80", "192.168.50.10:80"});
        byKeepalived = look();
        first.stop();
        second.stop();
    }

    const auto imported = formats::readAny(
        formats::Format::Keepalived, {{"lb1", "lb1.conf", files.at("lb1"), ""}, {"lb2", "lb2.conf", files.at("lb2"), ""}});
    ASSERT_TRUE(imported) << imported.error().text;
    startBothAgents(imported->cluster);

    const Outcome byAgents = look();
    EXPECT_EQ(byAgents.rules, byKeepalived.rules);
    EXPECT_EQ(byAgents.addresses, byKeepalived.addresses);
}

TEST_F(Differential, ADeadServerLeavesBothTablesAndReturnsAsWithKeepalived) {
    model::Cluster cluster = classicCluster();
    cluster.services[0].delayLoop = 1s;
    for (auto& server : cluster.services[0].servers)
        model::settings(server.checks[0]).delayBeforeRetry = 1s;
    startBothAgents(cluster);

    lab.nginx("rs2").stop();
    const auto inTable = [&](const char* director) {
        return lab.host(director).ipvsRules().find("192.168.50.10:80") != std::string::npos;
    };
    for (const char* director : {"lb1", "lb2"})
        EXPECT_TRUE(eventually(25s, [&] { return !inTable(director); }, 200ms)) << director;

    lab.nginx("rs2").start();
    for (const char* director : {"lb1", "lb2"})
        EXPECT_TRUE(eventually(20s, [&] { return inTable(director); }, 200ms)) << director;
}

} // namespace
} // namespace lvsdeck::lab
