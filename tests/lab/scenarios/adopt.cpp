// SPDX-License-Identifier: GPL-3.0-or-later
// Two directors that run keepalived, under load: lvsdeck looks on, takes over, the cluster fails over and back, and keepalived comes
// back. No client may notice anything but the failover that was asked for.
#include "common/base/json.hpp"
#include "tests/lab/scenarios/cluster_lab.hpp"
#include "tests/lab/support/classic.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <iostream>

namespace lvsdeck::lab {
namespace {

struct Adopt : ClusterLab {
    std::unique_ptr<Keepalived> first, second;
    std::unique_ptr<ClientProbe> client;
    std::unique_ptr<LoadGenerator> load;
    static constexpr std::size_t held = 40;
    std::string rules;

    void startKeepalived(const ClassicOptions& options) {
        second = std::make_unique<Keepalived>(lab.lb2(), classicConfiguration(InitialState::Backup, 99, options));
        first = std::make_unique<Keepalived>(lab.lb1(), classicConfiguration(InitialState::Master, 100, options));
        awaitMaster("lb1");
        for (const char* director : {"lb1", "lb2"})
            awaitServers(director, {"192.168.50.9:80", "192.168.50.10:80"});
        rules = lab.lb1().ipvsRules();
        client = std::make_unique<ClientProbe>(&lab.client(), virtualAddress, 80, 10ms, 1000ms);
        client->awaitSuccess(Clock::now(), 10s);
        load = std::make_unique<LoadGenerator>(&lab.client(), virtualAddress, 80, held, 50ms);
        ASSERT_EQ(load->awaitFreshAnswers(15s), held);
    }

    /// What a console does: reads the files from the agents, and gives them back as one cluster.
    void observe() {
        std::vector<formats::SourceText> sources;
        for (const char* director : {"lb1", "lb2"}) {
            startAgent(director);
            const auto scan = agent(director).must("adopt.scan");
            EXPECT_TRUE(scan.at("running").as_bool());
            const auto& files = scan.at("files").as_array();
            ASSERT_FALSE(files.empty());
            sources.push_back({director,
                               std::string(files.at(0).at("path").as_string()),
                               std::string(files.at(0).at("text").as_string()),
                               {}});
        }
        const auto cluster = json::toJson(importedCluster(sources));
        for (const char* director : {"lb1", "lb2"})
            agent(director).must("adopt.observe", {{"base_revision", 0}, {"cluster", cluster}});
    }
    [[nodiscard]] std::string phaseOf(const std::string& director) {
        const auto state = agent(director).must("state.get", {{"parts", {"vrrp"}}});
        return std::string(state.at("vrrp").as_array().at(0).at("phase").as_string());
    }
    [[nodiscard]] std::string adoptionOf(const std::string& director) {
        const auto state = agent(director).must("state.get", {{"parts", {"config"}}});
        return std::string(state.at("config").at("adoption").at("phase").as_string());
    }
    /// The numbers of its processes, a line each.
    [[nodiscard]] std::string keepalivedOn(const std::string& director) {
        return lab.host(director)
            .run({"sh", "-c",
                  "own=$(readlink /proc/self/ns/net); for p in /proc/[0-9]*; do "
                  "if [ \"$(cat $p/comm 2> /dev/null)\" = keepalived ] && [ \"$(readlink $p/ns/net)\" = \"$own\" ]; "
                  "then echo ${p#/proc/}; fi; done"})
            .output;
    }
    /// For whoever has to find out why a story failed.
    void TearDown() override {
        if (!HasFailure())
            return;
        for (const char* director : {"lb1", "lb2"})
            std::cout << director << ", processes: " << keepalivedOn(director) << "agent:\n"
                      << agent(director).log() << "\n"
                      << lab.host(director)
                             .run({"sh", "-c",
                                   "ip -br address; ps axo pid,ppid,stat,args | grep -c keepalived; timeout 3 keepalived "
                                   "--dont-fork --log-console --log-detail -f /etc/keepalived/keepalived.conf --pid "
                                   "/run/x.pid --vrrp_pid /run/y.pid --checkers_pid /run/z.pid 2>&1"})
                             .output
                      << "\n";
    }
    void take(const std::string& director) {
        const std::string before = phaseOf(director);
        const auto taken = agent(director).must("adopt.take", {{"confirm_within_s", 60}});
        EXPECT_TRUE(taken.at("operations").as_array().empty()) << boost::json::serialize(taken.at("operations"));
        // Also reaps it: one that lies there unburied looks alive to the next keepalived.
        Keepalived& classic = director == "lb1" ? *first : *second;
        require("keepalived of " + director + " is gone", 5s,
                [&] { return !classic.running() && keepalivedOn(director).empty(); });
        std::this_thread::sleep_for(5s);
        EXPECT_EQ(phaseOf(director), before);
        agent(director).must("config.confirm", {{"revision", taken.at("revision")}});
        EXPECT_EQ(adoptionOf(director), "replaced");
    }
    void giveBack(const std::string& director) {
        agent(director).must("adopt.back");
        require(director + " is back with keepalived", 40s, [&] { return adoptionOf(director) == "observing"; });
        EXPECT_FALSE(keepalivedOn(director).empty());
    }
    /// Since `begin` no client noticed anything, and nobody but lb1 was master.
    void expectUnnoticed(Clock::time_point begin, const std::string& what) {
        ClusterLab::expectUnnoticed(*client, *load, held, begin, what);
        for (const char* director : {"lb1", "lb2"})
            EXPECT_EQ(lab.host(director).ipvsRules(), rules) << what << ", " << director;
    }
    void wholeStory(const ClassicOptions& options) {
        startKeepalived(options);
        auto begin = Clock::now();
        observe();
        std::this_thread::sleep_for(5s);
        EXPECT_EQ(phaseOf("lb1"), "master");
        EXPECT_EQ(phaseOf("lb2"), "backup");
        EXPECT_FALSE(apply("lb1", classicCluster(), 1).ok()) << "two programs on one director";
        expectUnnoticed(begin, "looking on");

        begin = Clock::now();
        take("lb2");
        take("lb1");
        std::this_thread::sleep_for(5s);
        expectUnnoticed(begin, "taking over");

        begin = Clock::now();
        giveBack("lb2");
        giveBack("lb1");
        std::this_thread::sleep_for(8s);
        expectUnnoticed(begin, "giving back");
        EXPECT_EQ(phaseOf("lb1"), "master");
        EXPECT_EQ(phaseOf("lb2"), "backup");
    }
};

TEST_F(Adopt, TakesOverAndGivesBackWithoutAFailedConnection) {
    ASSERT_NO_FATAL_FAILURE(wholeStory({.persistence = 0}));

    // What is there now is a pair of keepalived as any other.
    (void)lab.lb1().run({"sh", "-c", "kill $(cat /run/keepalived.pid)"});
    awaitMaster("lb2");
    client->awaitSuccess(Clock::now(), 10s);
}

struct LongStoryAdopt : Adopt {};

TEST_F(LongStoryAdopt, TakesOverAFastPair) {
    ASSERT_NO_FATAL_FAILURE(wholeStory({.vrrpVersion = 3, .advertInterval = "0.1", .persistence = 0}));
}

TEST_F(Adopt, TheTakenPairFailsOverAndAnUnconfirmedOneGoesBack) {
    startKeepalived({.persistence = 0});
    ASSERT_NO_FATAL_FAILURE(observe());
    auto begin = Clock::now();
    take("lb2");
    agent("lb1").must("adopt.take", {{"confirm_within_s", 5}});
    require("keepalived of lb1 is gone", 5s, [&] { return !first->running(); });
    require("lb1 is back with keepalived", 40s, [&] { return adoptionOf("lb1") == "observing"; });
    std::this_thread::sleep_for(8s);
    expectUnnoticed(begin, "going back unconfirmed");

    begin = Clock::now();
    take("lb1");
    expectUnnoticed(begin, "taking over again");
    agent("lb1").must("agent.stop", {{"resign", true}});
    awaitMaster("lb2");
    client->awaitSuccess(Clock::now(), 10s);
    startAgent("lb1");
    awaitMaster("lb1");
    EXPECT_TRUE(keepalivedOn("lb1").empty());
}

/// The same by the console's own command line, from the client over ssh, as an administrator would.
struct LongStoryAdoptByConsole : Adopt {
    std::vector<std::unique_ptr<Sshd>> doors;
    std::string program =
        (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "../../console/lvsdeck").lexically_normal();

    void SetUp() override {
        Adopt::SetUp();
        if (IsSkipped() || HasFatalFailure() || std::filesystem::exists(program))
            return;
#ifdef LVSDECK_LAB_NEEDS_CONSOLE
        FAIL() << "there is no " << program;
#endif
        GTEST_SKIP() << "there is no " << program << ": this configuration does not build the console";
    }
    void openDoors() {
        lab.client().must({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", "/run/lab/id_ed25519"});
        std::string key = lab.client().readFile("/run/lab/id_ed25519.pub");
        key.erase(key.find('\n'));
        std::string known;
        boost::json::array directors;
        for (const HostPlan& plan : standardHosts()) {
            if (!std::string_view(plan.name).starts_with("lb"))
                continue;
            doors.push_back(std::make_unique<Sshd>(lab.host(plan.name), standardAccounts(), key,
                                                   "/run/lab/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
            doors.back()->awaitReady();
            known += std::string(plan.managementAddress) + " " + doors.back()->publicHostKey() + "\n";
            directors.push_back({{"id", plan.name},
                                 {"address", plan.managementAddress},
                                 {"user", "admin"},
                                 {"identity_file", "/run/lab/id_ed25519"}});
        }
        lab.client().writeFile("/run/lab/profile/known_hosts", known);
        const boost::json::object cluster{{"schema", 1}, {"name", "classic"}, {"directors", directors}};
        lab.client().writeFile("/run/lab/profile/clusters/classic.json", boost::json::serialize(cluster));
    }
    /// What it says, with `arguments` after the cluster's name; it must end well.
    std::string adopt(const std::vector<std::string>& arguments) {
        std::vector<std::string> command{program, "adopt", "classic", "--profile", "/run/lab/profile"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        const std::size_t before = lab.client().log("console").size();
        Process console = lab.client().start(command, "console");
        std::optional<int> status;
        // A keepalived that was ended is reaped meanwhile: unburied, it looks alive to the next one.
        require("lvsdeck adopt has ended", 240s, [&] {
            (void)first->running();
            (void)second->running();
            status = console.wait(20ms);
            return status.has_value();
        });
        std::string said = lab.client().log("console").substr(before);
        EXPECT_EQ(status.value_or(-1), 0) << said;
        return said;
    }
    void step(const std::string& name, const std::string& standing) {
        const auto begin = Clock::now();
        const std::string said = adopt({"--step", name, "--yes"});
        EXPECT_NE(said.find("lb1 done"), std::string::npos) << said;
        for (const char* director : {"lb1", "lb2"}) {
            EXPECT_EQ(adoptionOf(director), standing);
            EXPECT_EQ(keepalivedOn(director).empty(), standing == "replaced") << director;
        }
        EXPECT_EQ(phaseOf("lb1"), "master");
        EXPECT_EQ(phaseOf("lb2"), "backup");
        EXPECT_EQ(adopt({}), "lb1: " + standing + "\nlb2: " + standing + "\n");
        std::this_thread::sleep_for(5s);
        expectUnnoticed(begin, "lvsdeck adopt --step " + name);
    }
};

TEST_F(LongStoryAdoptByConsole, TakesOverAndGivesBackWithoutAFailedConnection) {
    startKeepalived({.persistence = 0});
    for (const char* director : {"lb1", "lb2"})
        startAgent(director);
    openDoors();
    step("observe", "observing");
    step("take", "replaced");
    // Said again it has nothing to do.
    EXPECT_NE(adopt({"--step", "take", "--yes", "--json"}).find("\"ok\": true"), std::string::npos);
    step("back", "observing");
}

} // namespace
} // namespace lvsdeck::lab
