// SPDX-License-Identifier: GPL-3.0-or-later
// Real children of this test. What needs another user needs root, and is skipped without.
#include "agent/host/child_process.hpp"

#include "agent/host/last_line.hpp"
#include "agent/host/script_security.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>

namespace lvsdeck::host {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;

class Folder {
public:
    Folder() {
        std::string name = testing::TempDir() + "lvsdeck_scripts_XXXXXX";
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        path = name;
        ::chmod(name.c_str(), 0755);
    }
    ~Folder() { fs::remove_all(path); }
    std::string write(const std::string& name, const std::string& text, mode_t mode = 0755) const {
        std::ofstream(path / name) << text;
        ::chmod((path / name).c_str(), mode);
        return (path / name).string();
    }
    fs::path path;
};

class Children : public testing::Test {
protected:
    static ScriptRun shell(const std::string& text, std::chrono::milliseconds limit = 0ms) {
        return {{{"/bin/sh", "-c", text}, "root", ""}, {}, limit, false};
    }
    void SetUp() override {
        if (::geteuid() != 0)
            GTEST_SKIP() << "needs root";
    }
    ScriptResult outcome(const ScriptRun& run) {
        std::optional<ScriptResult> result;
        const auto handle = port.run(run, [&](const ScriptResult& one) { result = one; });
        EXPECT_FALSE(result) << "not from inside the call";
        runUntil([&] { return result.has_value(); });
        return result.value_or(ScriptResult{ScriptEnd::NotStarted, -1, "it never ended"});
    }
    template <class Condition> void runUntil(Condition condition) {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (!condition() && std::chrono::steady_clock::now() < end) {
            loop.restart();
            loop.run_for(20ms);
        }
        EXPECT_TRUE(condition());
    }

    boost::asio::io_context loop;
    ChildProcesses port{loop};
    Folder folder;
};

TEST_F(Children, AProgramTellsItsStatusAndWhatItSaidLast) {
    const ScriptResult good = outcome(shell("echo first; echo last; echo; exit 3"));
    EXPECT_EQ(good.end, ScriptEnd::Exited);
    EXPECT_EQ(good.status, 3);
    EXPECT_EQ(good.detail, "last");
    EXPECT_EQ(outcome(shell("echo to stderr >&2")).detail, "to stderr");
    const ScriptResult killed = outcome(shell("kill -9 $$"));
    EXPECT_EQ(killed.end, ScriptEnd::Signalled);
    EXPECT_EQ(killed.status, SIGKILL);
    EXPECT_EQ(port.running(), 0U);
}

TEST_F(Children, ArgumentsGoWithoutAShell) {
    ScriptRun run{{{"printf", "%s|", "a b"}, "root", ""}, {"$HOME", "INSTANCE"}, 0ms, false};
    EXPECT_EQ(outcome(run).detail, "a b|$HOME|INSTANCE|");
}

TEST_F(Children, AProgramStartsAfresh) {
    ::signal(SIGPIPE, SIG_IGN);
    const int inherited = ::dup(0);
    const ScriptResult result =
        outcome(shell("ls /proc/self/fd | wc -l; readlink /proc/self/fd/0 /proc/self/cwd; ps -o pgid= -p $$ | tr -d ' '; "
                      "grep -E 'SigIgn|SigBlk' /proc/self/status | tr -d '\\n\\t'"));
    EXPECT_EQ(result.detail, "SigBlk:0000000000000000SigIgn:0000000000000000");
    EXPECT_EQ(outcome(shell("[ -e /proc/self/fd/" + std::to_string(inherited) + " ] && echo inherited || echo no")).detail,
              "no");
    EXPECT_EQ(outcome(shell("readlink /proc/self/fd/0")).detail, "/dev/null");
    EXPECT_EQ(outcome(shell("pwd")).detail, "/");
    EXPECT_EQ(outcome(shell("[ $(cut -d' ' -f5 /proc/$$/stat) = $$ ] && echo own")).detail, "own") << "process group";
    ::close(inherited);
}

TEST_F(Children, ItRunsAsTheUserAskedForWithTheGroups) {
    ScriptRun run = shell("id -u; id -g; id -G; grep CapEff /proc/self/status | cut -f2");
    run.script.user = "nobody";
    EXPECT_EQ(outcome(run).detail, "0000000000000000");
    run.script.command.back() = "echo $(id -u) $(id -g) $(id -G)";
    EXPECT_EQ(outcome(run).detail, "65534 65534 65534");
    run.script.group = "daemon";
    EXPECT_EQ(outcome(run).detail, "65534 1 1");
    run.script.user = "nobody-of-that-name";
    EXPECT_THAT(outcome(run).detail, HasSubstr("no user nobody-of-that-name"));
    run.script.user = "root";
    run.script.group = "no-such-group";
    EXPECT_THAT(outcome(run).detail, HasSubstr("no group no-such-group"));
}

TEST_F(Children, WhatCannotBeStartedIsSaid) {
    const ScriptResult missing = outcome({{{"/nowhere/at-all"}, "root", ""}, {}, 0ms, false});
    EXPECT_EQ(missing.end, ScriptEnd::NotStarted);
    EXPECT_THAT(missing.detail, HasSubstr("/nowhere/at-all"));
    const ScriptResult unnamed = outcome({{{"no-such-program"}, "root", ""}, {}, 0ms, false});
    EXPECT_THAT(unnamed.detail, HasSubstr("no program no-such-program"));
    ScriptRun secret{{{folder.write("secret", "#!/bin/sh\n", 0700)}, "nobody", ""}, {}, 0ms, false};
    EXPECT_THAT(outcome(secret).detail, HasSubstr("must be allowed to execute it"));
    EXPECT_THAT(outcome({{{folder.write("bare", "echo x\n")}, "root", ""}, {}, 0ms, false}).detail, HasSubstr("#!"));
    std::string why;
    port.start({{{"/nowhere/at-all"}, "root", ""}, {}, 0ms, false}, [&](const std::string& text) { why = text; });
    runUntil([&] { return !why.empty(); });
    EXPECT_EQ(port.running(), 0U);
}

TEST_F(Children, ATimeLimitEndsTheWholeGroup) {
    const fs::path child = folder.path / "child";
    const auto begin = std::chrono::steady_clock::now();
    const ScriptResult result = outcome(shell("sleep 60 & echo $! > " + child.string() + "; echo waiting; wait", 200ms));
    EXPECT_EQ(result.end, ScriptEnd::TimedOut);
    EXPECT_EQ(result.detail, "waiting");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1900ms) << "SIGTERM was enough";
    int pid = 0;
    std::ifstream(child) >> pid;
    ASSERT_GT(pid, 1);
    runUntil([&] {
        std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
        std::string number, name, state;
        return !(stat >> number >> name >> state) || state == "Z";
    });
}

TEST_F(Children, OneThatIgnoresSigtermIsKilledTwoSecondsLater) {
    const auto begin = std::chrono::steady_clock::now();
    const ScriptResult result = outcome(shell("trap '' TERM; while :; do sleep 0.1; done", 200ms));
    const auto lasted = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(result.end, ScriptEnd::TimedOut);
    EXPECT_GE(lasted, 2s);
    EXPECT_LT(lasted, 6s);
    runUntil([&] { return port.running() == 0; });
}

TEST_F(Children, AnAbandonedRunIsTerminatedAndSaysNothing) {
    bool said = false;
    auto handle = port.run(shell("sleep 60"), [&](const ScriptResult&) { said = true; });
    loop.run_for(50ms);
    handle.reset();
    runUntil([&] { return port.running() == 0; });
    EXPECT_FALSE(said);
    handle = port.run(shell("sleep 60"), [&](const ScriptResult&) { said = true; });
    handle.reset(); // before it was started
    runUntil([&] { return port.running() == 0; });
    EXPECT_FALSE(said);
}

TEST_F(Children, NotificationsComeInOrderAndOutliveTheAgent) {
    const fs::path log = folder.path / "log";
    {
        boost::asio::io_context context;
        ChildProcesses agent(context);
        for (int i = 0; i < 5; ++i)
            agent.start(shell("sleep 0.3; echo done >> " + log.string()), [](const std::string&) {});
        agent.start(shell("echo first >> " + log.string()), [](const std::string&) {});
    }
    runUntil([&] {
        std::ifstream file(log);
        int lines = 0;
        for (std::string line; std::getline(file, line);)
            ++lines;
        return lines == 6;
    });
}

TEST_F(Children, AFloodOfOutputIsReadAndForgotten) {
    const ScriptResult result = outcome(shell("yes 0123456789 | head -c 5000000; echo; echo end"));
    EXPECT_EQ(result.end, ScriptEnd::Exited);
    EXPECT_EQ(result.detail, "end");
    EXPECT_EQ(outcome(shell("head -c 100000 /dev/zero | tr '\\0' x")).detail, std::string(200, 'x'));
}

TEST_F(Children, AGrandchildThatKeepsTheOutputOpenDelaysNothing) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(outcome(shell("sleep 5 & echo started")).detail, "started");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST_F(Children, TheLoopIsNeverHeldUp) {
    std::vector<std::unique_ptr<RunningScript>> handles;
    int ended = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 200; ++i)
        handles.push_back(port.run(shell("exit 0"), [&](const ScriptResult& one) { ended += one.status == 0 ? 1 : 0; }));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 100ms);
    runUntil([&] { return ended == 200; });
}

TEST_F(Children, SecurityRefusesAsRootWhatOthersMayChange) {
    const std::string script = folder.write("script", "#!/bin/sh\necho ran\n");
    ScriptRun run{{{script}, "root", ""}, {}, 0ms, true};
    EXPECT_EQ(outcome(run).detail, "ran") << "a folder below one with the sticky bit is fine";
    ::chmod(script.c_str(), 0777);
    EXPECT_THAT(outcome(run).detail, HasSubstr("others than root may change " + script));
    run.script.user = "nobody";
    EXPECT_EQ(outcome(run).detail, "ran");
    run.script.user = "root";
    run.security = false;
    EXPECT_EQ(outcome(run).detail, "ran");
    run.security = true;
    ::chmod(script.c_str(), 0755);
    ::chmod(folder.path.c_str(), 0777);
    EXPECT_THAT(outcome(run).detail, HasSubstr(folder.path.string() + " (a folder on the way)"));
    ::chmod(folder.path.c_str(), 0755);
    ASSERT_EQ(::chown(script.c_str(), 65534, 0), 0);
    EXPECT_THAT(outcome(run).detail, HasSubstr("chown root:root"));
}

TEST_F(Children, SecurityFollowsSymbolicLinks) {
    const std::string script = folder.write("script", "#!/bin/sh\necho ran\n");
    const fs::path open = folder.path / "open";
    fs::create_directory(open);
    fs::create_symlink(script, open / "link");
    EXPECT_TRUE(onlyRootMayChange((open / "link").string()));
    ::chmod(open.c_str(), 0777);
    EXPECT_FALSE(onlyRootMayChange((open / "link").string())) << "the link can be replaced";
    fs::create_symlink(open / "link", folder.path / "second");
    EXPECT_FALSE(onlyRootMayChange((folder.path / "second").string()));
    fs::create_symlink("loop", folder.path / "loop");
    EXPECT_FALSE(onlyRootMayChange((folder.path / "loop").string()));
}

TEST(LastLine, KeepsTheLastLineThatSaysSomething) {
    LastLine line;
    EXPECT_EQ(line.text(), "");
    line.add("one\ntw");
    EXPECT_EQ(line.text(), "tw");
    line.add("o\n \n\r\n");
    EXPECT_EQ(line.text(), "two");
    line.add("tab\there\x1b[0m\n");
    EXPECT_EQ(line.text(), "tab here [0m");
    line.add("gr\xc3\xbc\xc3\x9f\xff\n");
    EXPECT_EQ(line.text(), "gr\xc3\xbc\xc3\x9f?");
    line.add(std::string(199, 'x') + "\xc3\xbc\n");
    EXPECT_EQ(line.text(), std::string(199, 'x')) << "not half a character";
}

} // namespace
} // namespace lvsdeck::host
