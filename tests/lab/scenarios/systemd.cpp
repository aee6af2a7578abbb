// SPDX-License-Identifier: GPL-3.0-or-later
// A director with a real systemd: keepalived is its distribution's unit, the agent ours with its sandbox, both installed as an
// administrator does. The other director is a plain keepalived. What is told here is who runs as whose unit, and what comes back.
#include "tests/lab/support/systemd.hpp"
#include "common/base/json.hpp"
#include "tests/lab/scenarios/cluster_lab.hpp"
#include "tests/lab/support/classic.hpp"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>

namespace lvsdeck::lab {
namespace {

constexpr const char* configurationPath = "/etc/keepalived/keepalived.conf";

struct UnderSystemd : ClusterLab {
    std::unique_ptr<Systemd> system;
    std::unique_ptr<Keepalived> second;
    std::unique_ptr<ClientProbe> client;
    std::unique_ptr<LoadGenerator> load;
    static constexpr std::size_t held = 20;
    std::string rules;

    void SetUp() override {
        ClusterLab::SetUp();
        if (IsSkipped() || HasFatalFailure())
            return;
        std::string missing = Systemd::missing();
        if (missing.empty() && !lab.lb1().fileExists("/lib/systemd/system/keepalived.service"))
            missing = "this machine's keepalived brings no unit for systemd (package keepalived)";
        // The virtual machine is made of packages that ./dev installs, and its kernel is known.
        ASSERT_TRUE(missing.empty() || std::getenv("LVSDECK_LAB_GUEST") == nullptr) << missing;
        if (!missing.empty())
            GTEST_SKIP() << missing;
        system = std::make_unique<Systemd>(lab.lb1());
        installAgent();
    }
    void TearDown() override {
        if (HasFailure() && system)
            std::cout << system->journal() << system->run({"systemctl", "--no-pager", "status", "--all"}).output << "\n";
    }

    /// What `cmake --install` does, and what a package does afterwards.
    void installAgent() {
        const auto build = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "../..";
        system->must({"cmake", "--install", build.lexically_normal(), "--prefix", "/usr", "--component", "agent"}, {}, 120s);
        // A restart that somebody configured must not bring it back.
        lab.lb1().writeFile("/etc/systemd/system/keepalived.service.d/own.conf",
                            "[Service]\nRestart=always\nRestartSec=100ms\nEnvironment=OWN=yes\n");
        system->shell("systemd-sysusers && systemctl daemon-reload");
    }
    /// `start` starts the one of lb1, where the agent's units are enabled afterwards and told to look on.
    void observe(const std::function<void()>& start, const std::string& advertInterval = "1") {
        const ClassicOptions options{.advertInterval = advertInterval, .persistence = 0};
        const std::string backup = classicConfiguration(InitialState::Backup, 99, options);
        const std::string master = classicConfiguration(InitialState::Master, 100, options);
        second = std::make_unique<Keepalived>(lab.lb2(), backup);
        lab.lb1().writeFile(configurationPath, master, 0600);
        start();
        awaitMaster("lb1");
        for (const char* director : {"lb1", "lb2"})
            awaitServers(director, {"192.168.50.9:80", "192.168.50.10:80"});
        rules = lab.lb1().ipvsRules();
        system->shell("systemctl --quiet enable --now lvsdeck-agent.service lvsdeck-agent-resign.service "
                      "lvsdeck-keepalived-back.path");
        client = std::make_unique<ClientProbe>(&lab.client(), virtualAddress, 80, 10ms, 1000ms);
        client->awaitSuccess(Clock::now(), 10s);
        load = std::make_unique<LoadGenerator>(&lab.client(), virtualAddress, 80, held, 50ms);
        ASSERT_EQ(load->awaitFreshAnswers(15s), held);
        const auto scan = call("adopt.scan").as_object();
        ASSERT_TRUE(scan.at("running").as_bool());
        ASSERT_EQ(scan.at("files").as_array().size(), 1U);
        EXPECT_EQ(scan.at("files").at(0).at("text").as_string(), master);
        const auto cluster =
            importedCluster({{"lb1", configurationPath, master, {}}, {"lb2", configurationPath, backup, {}}});
        (void)call("adopt.observe", {{"base_revision", 0}, {"cluster", json::toJson(cluster)}, {"director", "lb1"}});
        EXPECT_EQ(standing(), "observing, master");
    }
    void observeTheUnit(const std::string& advertInterval = "1") {
        observe([&] { system->shell("systemctl --quiet enable --now keepalived.service"); }, advertInterval);
    }

    boost::json::value call(const std::string& method, const boost::json::value& params = boost::json::object{}) {
        return boost::json::parse(
            system->must({"lvsdeck-agent", "call", method, "-"}, boost::json::serialize(params) + "\n"));
    }
    /// How the director stands, and its instance; empty while the agent does not answer.
    std::string standing() {
        const Finished answer = system->run({"lvsdeck-agent", "call", "state.get", R"({"parts": ["config", "vrrp"]})"});
        if (!answer.ok())
            return {};
        const auto state = boost::json::parse(answer.output);
        const auto& adoption = state.at("config").at("adoption");
        return std::string(adoption.is_null() ? "none" : adoption.at("phase").as_string().c_str()) + ", " +
               state.at("vrrp").at(0).at("phase").as_string().c_str();
    }
    void awaitStanding(const std::string& wanted) {
        std::string now;
        EXPECT_TRUE(eventually(60s, [&] { return (now = standing()) == wanted; }, 250ms)) << now << " and not " << wanted;
    }
    [[nodiscard]] std::string keepalivedUnit() { return system->property("keepalived.service", "ActiveState"); }
    [[nodiscard]] std::string processes() { return system->run({"pgrep", "-x", "keepalived"}).output; }
    [[nodiscard]] std::string agentProcess() { return system->property("lvsdeck-agent.service", "MainPID"); }
    void killAgent() { system->shell("kill -9 " + agentProcess()); }

    /// What a process has from who started it: its group of processes, its rights, its files' view and its environment, but for
    /// what systemd makes anew each time.
    std::string inheritance() {
        return system->shell(
            "p=$(pgrep -o -x keepalived) && cat /proc/$p/cgroup && readlink /proc/$p/ns/mnt && cat /proc/$p/oom_score_adj "
            "&& "
            "grep -E '^(Cap|NoNewPrivs|Seccomp|Umask)' /proc/$p/status && tr '\\0' '\\n' < /proc/$p/environ | "
            "grep -vE '^(INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID)=' | sort");
    }
    static std::string without(const std::string& text, const std::string& begin) {
        std::string out;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);)
            if (!line.starts_with(begin))
                out += line + "\n";
        return out;
    }

    std::uint64_t take() {
        const auto taken = call("adopt.take", {{"confirm_within_s", 60}});
        EXPECT_TRUE(taken.at("operations").as_array().empty()) << boost::json::serialize(taken.at("operations"));
        EXPECT_TRUE(eventually(10s, [&] { return processes().empty(); }));
        return taken.at("revision").to_number<std::uint64_t>();
    }
    void takeForGood() {
        const std::uint64_t revision = take();
        std::this_thread::sleep_for(3s);
        EXPECT_EQ(standing(), "taking, master");
        (void)call("config.confirm", {{"revision", revision}});
        EXPECT_EQ(standing(), "replaced, master");
    }
    /// Nobody asked for this one, and it changes nothing.
    void expectStillOurs(const std::string& what) {
        awaitStanding("replaced, master");
        EXPECT_EQ(processes(), "") << what;
        EXPECT_NE(keepalivedUnit(), "active") << what;
    }
    void expectUnnoticed(Clock::time_point begin, const std::string& what) {
        ClusterLab::expectUnnoticed(*client, *load, held, begin, what);
        EXPECT_EQ(lab.lb1().ipvsRules(), rules) << what;
    }
};

TEST_F(UnderSystemd, TheUnitIsReplacedAndComesBackAsItself) {
    // Also on a slow machine a new agent is there before the peer takes it for dead.
    ASSERT_NO_FATAL_FAILURE(observeTheUnit("2"));
    EXPECT_EQ(call("adopt.scan").at("unit").as_string(), "keepalived.service");
    EXPECT_EQ(system->shell("cat /proc/" + agentProcess() + "/cgroup"), "0::/system.slice/lvsdeck-agent.service");
    const std::string before = inheritance();
    EXPECT_NE(before.find("0::/system.slice/keepalived.service\n"), std::string::npos) << before;

    auto begin = Clock::now();
    takeForGood();
    for (const char* verb : {"start", "restart"}) {
        (void)system->run({"systemctl", verb, "keepalived.service"});
        expectStillOurs(verb);
    }
    std::string process = agentProcess();
    system->shell("systemctl restart lvsdeck-agent.service");
    expectStillOurs("the agent's restart");
    EXPECT_NE(agentProcess(), process);
    process = agentProcess();
    killAgent();
    EXPECT_TRUE(eventually(10s, [&] { return agentProcess() != process && !standing().empty(); }));
    expectStillOurs("the agent's death");
    expectUnnoticed(begin, "taking over from a unit");

    begin = Clock::now();
    (void)call("adopt.back");
    awaitStanding("observing, master");
    EXPECT_EQ(keepalivedUnit(), "active");
    EXPECT_EQ(inheritance(), before);
    std::this_thread::sleep_for(3s);
    expectUnnoticed(begin, "giving back to a unit");
    EXPECT_EQ(system->shell("ls /var/lib/lvsdeck | grep start-keepalived || true"), "");
    EXPECT_EQ(system->shell("systemctl --failed --no-legend"), "");
}

struct LongStoryUnderSystemd : UnderSystemd {};

TEST_F(LongStoryUnderSystemd, OneThatWasStartedByHandComesBackOutsideOfTheAgentsUnit) {
    ASSERT_NO_FATAL_FAILURE(observe([&] {
        system->shell(
            "systemd-run --quiet --scope --slice user.slice --unit session-7 sh -c 'setsid env -i PATH=\"$PATH\" keepalived "
            "--log-detail --use-file /etc/keepalived/keepalived.conf < /dev/null > /dev/null 2>&1 &'");
    }));
    EXPECT_EQ(call("adopt.scan").at("unit").as_string(), "");
    const std::string before = inheritance();

    auto begin = Clock::now();
    takeForGood();
    expectUnnoticed(begin, "taking over from one started by hand");

    begin = Clock::now();
    (void)call("adopt.back");
    awaitStanding("observing, master");
    const std::string after = inheritance();
    EXPECT_TRUE(after.starts_with("0::/system.slice/run-")) << after;
    EXPECT_EQ(without(without(after, "0::"), "PATH="), without(without(before, "0::"), "PATH="));
    EXPECT_NE(system->shell("tr '\\0' ' ' < /proc/$(pgrep -o -x keepalived)/cmdline")
                  .find("keepalived --log-detail --use-file /etc/keepalived/keepalived.conf "),
              std::string::npos);
    // The agent's end is not its end.
    system->shell("systemctl stop lvsdeck-agent.service");
    EXPECT_NE(processes(), "");
    std::this_thread::sleep_for(3s);
    expectUnnoticed(begin, "giving back to one started by hand");
    EXPECT_NE(keepalivedUnit(), "active");
}

TEST_F(LongStoryUnderSystemd, AnAgentThatDiesOnTheWayGivesBackWhatWasNotConfirmed) {
    ASSERT_NO_FATAL_FAILURE(observeTheUnit("4"));
    const std::string before = inheritance();
    const auto expectBack = [&] {
        awaitStanding("observing, master");
        EXPECT_EQ(keepalivedUnit(), "active");
        EXPECT_EQ(inheritance(), before);
        awaitMaster("lb1");
    };
    auto begin = Clock::now();
    (void)take();
    killAgent();
    expectBack();
    std::this_thread::sleep_for(3s);
    expectUnnoticed(begin, "an agent killed before the confirmation");

    // It stays away for so long that its peer speaks for the addresses when keepalived starts.
    (void)take();
    system->shell("systemctl stop lvsdeck-agent.service");
    require("lb2 takes lb1 for dead", 40s, [&] { return lab.lb2().hasAddress(virtualAddress); });
    begin = Clock::now();
    system->shell("systemctl start lvsdeck-agent.service");
    expectBack();
    EXPECT_LT(client->outage(begin), 4s);
    std::cout << "an agent away for long before the confirmation: longest without a connection "
              << client->outage(begin).count() << " ms\n";

    begin = Clock::now();
    takeForGood();
    (void)call("adopt.back");
    killAgent();
    expectBack();
    std::cout << "an agent killed while it gave back: longest without a connection " << client->outage(begin).count()
              << " ms\n";
}

TEST_F(LongStoryUnderSystemd, ARebootKeepsTheDirectorWithTheAgent) {
    ASSERT_NO_FATAL_FAILURE(observeTheUnit());
    takeForGood();
    for (const bool taken : {true, false}) {
        const auto begin = Clock::now();
        system->shutDown();
        // Said goodbye: nobody waits for a word of it.
        EXPECT_EQ(lab.holderOfVirtualAddress(), "lb2");
        lab.lb1().must({"ipvsadm", "--clear"});
        std::this_thread::sleep_for(2s);
        system->boot();
        awaitStanding(taken ? "replaced, master" : "observing, master");
        EXPECT_EQ(keepalivedUnit() == "active", !taken);
        EXPECT_EQ(processes().empty(), taken);
        awaitMaster("lb1");
        awaitServers("lb1", {"192.168.50.9:80", "192.168.50.10:80"});
        EXPECT_EQ(lab.lb1().ipvsRules(), rules);
        std::cout << (taken ? "a reboot with the agent" : "a reboot after going back") << ": longest without a connection "
                  << client->outage(begin).count() << " ms\n";
        if (!taken)
            break;
        (void)call("adopt.back");
        awaitStanding("observing, master");
        EXPECT_EQ(keepalivedUnit(), "active");
    }
}

} // namespace
} // namespace lvsdeck::lab
