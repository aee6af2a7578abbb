// SPDX-License-Identifier: GPL-3.0-or-later
// What people and programs get wrong, on a real director: each gets an answer that helps, and nothing is lost or half done.
#include "tests/lab/scenarios/cluster_lab.hpp"

#include "common/base/json.hpp"

#include <gmock/gmock.h>

#include <sys/socket.h>

namespace lvsdeck::lab {
namespace {

using testing::HasSubstr;

struct BadInput : ClusterLab {
    /// What the agent says to `text`, until it hangs up or is silent for ten seconds or has said one line.
    std::string say(const UniqueFd& socket, const std::string& text) {
        for (std::size_t sent = 0; sent < text.size();) {
            const ssize_t now = ::send(socket.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
            if (now <= 0)
                break;
            sent += static_cast<std::size_t>(now);
        }
        std::string answer;
        char letter = 0;
        while (answer.find('\n') == std::string::npos && ::recv(socket.get(), &letter, 1, 0) == 1)
            answer += letter;
        return answer;
    }
};

TEST_F(BadInput, NonsenseOnTheSocketGetsAnErrorAndDoesNoHarm) {
    startBothAgents(classicCluster());
    const std::string before = lab.lb1().ipvsRules();

    for (const char* nonsense : {"hello?\n", "{\n", "[]\n", "{\"jsonrpc\":\"2.0\",\"id\":1}\n", "\xff\xfe\x01\n",
                                 "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"no.such\"}\n"})
        EXPECT_THAT(say(connectTo("lb1"), nonsense), HasSubstr("\"error\"")) << nonsense;

    EXPECT_TRUE(agent("lb1").call("ping").ok());
    EXPECT_EQ(lab.lb1().ipvsRules(), before);
    EXPECT_EQ(lab.holderOfVirtualAddress(), "lb1");
}

TEST_F(BadInput, LinesOfTwentyMegabytesAreCutOffWhileTheMasterGoesOnSpeaking) {
    startBothAgents(classicCluster());
    const auto begin = Clock::now();

    const std::string line = std::string(20U << 20U, 'x') + '\n';
    for (int i = 0; i < 3; ++i) {
        const UniqueFd socket = connectTo("lb1");
        EXPECT_THAT(say(socket, line), HasSubstr("too-large"));
        EXPECT_THAT(say(socket, "{}\n"), HasSubstr("\"error\"")) << "the connection lives on after its longest line";
        EXPECT_TRUE(agent("lb1").call("ping").ok());
    }

    EXPECT_TRUE(agent("lb1").running());
    EXPECT_EQ(lab.holderOfVirtualAddress(), "lb1");
    for (const SeenAdvert& advert : wire.advertsSince(begin))
        EXPECT_EQ(advert.source, "192.168.50.101");
}

TEST_F(BadInput, AClusterWithTenMistakesIsRefusedWithAllOfThemAndNothingChanges) {
    startBothAgents(classicCluster());
    const std::string before = lab.lb1().ipvsRules();
    model::Cluster wrong = classicCluster();
    wrong.instances[0].vrid = 0;
    wrong.instances[0].password = "much too long for PASS";
    wrong.instances[0].advertInterval = 0ms;
    wrong.instances[0].members[0].priority = 0;
    wrong.instances[0].members[0].interface = "";
    wrong.instances[0].members[1].director = "lb9";
    wrong.services[0].port = 0;
    wrong.services[0].persistenceTimeout.reset();
    wrong.services[0].servers[0].port = 8080;
    wrong.services[0].servers[1].weight = -1;
    wrong.services.push_back(classicCluster().services[0]);
    wrong.services.push_back(classicCluster().services[0]);

    const auto check = agent("lb1").must("config.check", {{"cluster", json::toJson(wrong)}});
    const Agent::Answer answer = apply("lb1", wrong, 1);

    EXPECT_GE(check.at("problems").as_array().size(), 10U) << boost::json::serialize(check);
    for (const auto& problem : check.at("problems").as_array()) {
        EXPECT_FALSE(problem.at("path").as_string().empty()) << boost::json::serialize(problem);
        EXPECT_FALSE(problem.at("text").as_string().empty()) << boost::json::serialize(problem);
    }
    EXPECT_FALSE(answer.ok());
    EXPECT_EQ(lab.lb1().ipvsRules(), before);
    EXPECT_EQ(revision("lb1"), 1U);
}

TEST_F(BadInput, AStaleBaseIsRefusedAndSaysWhichRevisionIsInForce) {
    startBothAgents(classicCluster());
    ASSERT_TRUE(apply("lb1", classicCluster(), 1).ok());

    const Agent::Answer answer = apply("lb1", classicCluster(), 1);

    EXPECT_FALSE(answer.ok());
    EXPECT_THAT(answer.text, HasSubstr("2"));
    EXPECT_EQ(revision("lb1"), 2U);
}

TEST_F(BadInput, WhoMayOnlyLookIsRefusedByName) {
    // Accounts of the standard lab; their groups decide.
    startBothAgents(classicCluster());

    EXPECT_TRUE(agent("lb1").call("state.get", boost::json::object{}, "viewer").ok());
    const auto refused =
        agent("lb1").call("config.apply", {{"base_revision", 1}, {"cluster", json::toJson(classicCluster())}}, "viewer");
    EXPECT_FALSE(refused.ok());
    EXPECT_THAT(refused.text, HasSubstr("lvsdeck-admin"));
    EXPECT_FALSE(agent("lb1").call("drill.begin", {{"kind", "graceful"}}, "viewer").ok());
    EXPECT_EQ(revision("lb1"), 1U);
}

TEST_F(BadInput, ADirectorWithoutIpvsSaysWhatToDo) {
    if (std::getenv("LVSDECK_LAB_GUEST") == nullptr)
        GTEST_SKIP() << "takes ip_vs away from the running kernel, so it runs in the virtual machine only";
    Host& host = lab.client();
    host.must(
        {"sh", "-c",
         "echo /bin/false > /proc/sys/kernel/modprobe; rmmod $(awk '/^ip_vs/ && $1 != \"ip_vs\" {print $1}' /proc/modules) "
         "2>/dev/null; ! grep -q '^ip_vs ' /proc/modules || rmmod ip_vs"});
    {
        Agent lonely(host, agentProgram(), "lb1");
        lonely.awaitReady();
        const auto hello = lonely.must("hello", {{"protocol", 1}});
        EXPECT_FALSE(hello.at("ipvs").as_bool());
        const auto answer = lonely.call(
            "config.apply", {{"base_revision", 0}, {"cluster", json::toJson(classicCluster())}, {"confirm_within_s", 0}});
        const auto doctor = lonely.call("doctor.run");
        EXPECT_THAT(answer.text + doctor.text, HasSubstr("modprobe ip_vs"));
        EXPECT_FALSE(answer.ok()) << "a director that cannot forward must not take the address: " << answer.text;
        EXPECT_FALSE(host.hasAddress(virtualAddress));
    }
    host.must({"sh", "-c", "echo /sbin/modprobe > /proc/sys/kernel/modprobe"});
}

} // namespace
} // namespace lvsdeck::lab
