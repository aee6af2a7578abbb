// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/classic_keepalived.hpp"
#include "agent/host/classic_place.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <optional>

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace lvsdeck::host {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(ClassicOptions, AreThoseOfTheCommandLine) {
    EXPECT_EQ(classicOptions({"keepalived"}).file, "/etc/keepalived/keepalived.conf");
    EXPECT_EQ(classicOptions({"keepalived", "-n", "-f", "/a.conf", "-i", "one"}), (ClassicOptions{"/a.conf", "one", true}));
    EXPECT_EQ(classicOptions({"keepalived", "-f/a.conf", "--config-id=one"}), (ClassicOptions{"/a.conf", "one", true}));
    EXPECT_EQ(classicOptions({"keepalived", "--use-file=/a.conf", "--config-id", "one"}),
              (ClassicOptions{"/a.conf", "one", true}));
    EXPECT_EQ(classicOptions({"keepalived", "--use-file", "/a.conf"}).file, "/a.conf");
    EXPECT_FALSE(classicOptions({"keepalived", "-t", "-f", "/a.conf"}).serves);
    EXPECT_FALSE(classicOptions({"keepalived", "--config-test=/tmp/log"}).serves);
    EXPECT_EQ(classicOptions({"keepalived", "-f"}).file, "/etc/keepalived/keepalived.conf");
}

class ClassicFiles : public testing::Test {
protected:
    ClassicFiles() { fs::create_directories(root); }
    ~ClassicFiles() override { fs::remove_all(root); }
    void put(const std::string& path, const std::string& text) const {
        fs::create_directories((root / path).parent_path());
        std::ofstream(root / path) << text;
    }
    [[nodiscard]] ClassicConfiguration read(const std::string& file, std::chrono::seconds patience = 60s) const {
        return readClassic({"/" + file, "id", true}, root.string(), std::chrono::steady_clock::now() + patience);
    }
    const fs::path root = fs::temp_directory_path() / ("lvsdeck-classic-" + std::to_string(::getpid()));
};

TEST_F(ClassicFiles, IncludesAreFollowedFromWhereTheyStand) {
    put("etc/keepalived.conf", "global_defs {\n}\ninclude conf.d/*.conf\n  includer \"/abs/one.conf\" # with a remark\n"
                               "# include conf.d/not.conf\nincludes nothing\n");
    put("etc/conf.d/b.conf", "b\ninclude deeper/c.conf\n");
    put("etc/conf.d/a.conf", "a\n");
    put("etc/conf.d/deeper/c.conf", "c\n");
    put("abs/one.conf", "one\n");
    const auto found = read("etc/keepalived.conf");
    EXPECT_EQ(found.configId, "id");
    std::vector<std::string> paths;
    for (const ClassicFile& file : found.files)
        paths.push_back(file.path);
    EXPECT_EQ(paths, (std::vector<std::string>{"/etc/keepalived.conf", "/etc/conf.d/a.conf", "/etc/conf.d/b.conf",
                                               "/abs/one.conf", "/etc/conf.d/deeper/c.conf"}));
    ASSERT_EQ(found.includes.size(), 3U);
    EXPECT_EQ(found.includes[0].pattern, "conf.d/*.conf");
    EXPECT_EQ(found.includes[0].from, "/etc/keepalived.conf");
    EXPECT_EQ(found.includes[0].paths, (std::vector<std::string>{"/etc/conf.d/a.conf", "/etc/conf.d/b.conf"}));
    EXPECT_EQ(found.includes[2].from, "/etc/conf.d/b.conf");
}

TEST_F(ClassicFiles, LoopsEndAndWhatCannotBeReadIsSaid) {
    put("a.conf", "include b.conf\ninclude missing.conf\ninclude folder\n");
    put("b.conf", "include a.conf\n");
    fs::create_directories(root / "folder");
    const auto found = read("a.conf");
    EXPECT_EQ(found.files.size(), 2U);
    EXPECT_EQ(found.includes.size(), 4U);
    const auto none = read("none.conf");
    ASSERT_EQ(none.files.size(), 1U);
    EXPECT_EQ(none.files[0].problem, "No such file or directory");
    ASSERT_EQ(::mkfifo((root / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(read("pipe").files[0].problem, "it is not an ordinary file");
}

TEST_F(ClassicFiles, TooMuchIsLeftAndSaid) {
    std::string many;
    for (int i = 0; i < 400; ++i) {
        put("many/" + std::to_string(i) + ".conf", "x\n");
        many += "include many/" + std::to_string(i) + ".conf\n";
    }
    put("main.conf", many);
    const auto found = read("main.conf");
    EXPECT_EQ(found.files.size(), 256U);
    EXPECT_NE(found.problem.find("more than 256 files"), std::string::npos);
    put("big.conf", std::string(9U << 20U, '#'));
    EXPECT_NE(read("big.conf").files[0].problem.find("more than 8 MiB"), std::string::npos);
}

TEST_F(ClassicFiles, PatternsThatWalkThroughADiskEnd) {
    for (int i = 0; i < 200; ++i)
        put("disk/" + std::to_string(i), "");
    std::string many;
    for (int i = 0; i < 60; ++i)
        many += "include disk/*.conf\n";
    put("main.conf", many + "include other.conf\n");
    put("other.conf", "x\n");
    const auto found = read("main.conf");
    EXPECT_THAT(found.problem, HasSubstr("more than 10000 entries"));
    EXPECT_EQ(found.files.back().path, "/other.conf") << "what needs no walk is read";
}

TEST_F(ClassicFiles, WhatTakesTooLongEndsAndSaysSo) {
    put("main.conf", "include other.conf\n");
    put("other.conf", "x\n");
    const auto found = read("main.conf", -1s);
    EXPECT_THAT(found.problem, HasSubstr("takes too long"));
    EXPECT_EQ(found.files.size(), 1U);
}

/// Its files are read on another thread, and a disk that hangs holds nobody up.
class ClassicReading : public testing::Test {
protected:
    template <class Condition> void runUntil(Condition condition) {
        const auto limit = std::chrono::steady_clock::now() + 10s;
        while (!condition() && std::chrono::steady_clock::now() < limit) {
            loop.run_for(10ms);
            loop.restart();
        }
    }
    boost::asio::io_context loop;
    std::optional<Result<ClassicConfiguration>> answer;
    const std::function<void(Result<ClassicConfiguration>)> then = [this](Result<ClassicConfiguration> found) {
        EXPECT_FALSE(answer) << "once";
        answer = std::move(found);
    };
};

TEST_F(ClassicReading, AnswersLaterOnTheLoop) {
    const auto file = fs::temp_directory_path() / ("lvsdeck-reading-" + std::to_string(::getpid()));
    std::ofstream(file) << "vrrp_instance A {\n}\n";
    ClassicKeepalived port(loop, "");
    port.read({{}, {"keepalived", "-f", file.string()}, {}, {}}, then);
    EXPECT_FALSE(answer);
    runUntil([&] { return answer.has_value(); });
    fs::remove(file);
    ASSERT_TRUE(answer && *answer);
    EXPECT_EQ((*answer)->files.at(0).text, "vrrp_instance A {\n}\n");
}

TEST_F(ClassicReading, ADiskThatHangsIsToldInTimeAndHoldsNobodyUp) {
    std::promise<void> disk;
    const auto comes = disk.get_future().share();
    {
        ClassicKeepalived port(loop, "");
        port.setPatience(50ms);
        port.readWith([comes](const ClassicProgram&) {
            comes.wait();
            return ClassicConfiguration{};
        });
        port.read({}, then);
        runUntil([&] { return answer.has_value(); });
        ASSERT_TRUE(answer);
        ASSERT_FALSE(*answer);
        EXPECT_EQ(answer->error().code, ErrorCode::Timeout);
        answer.reset();
        port.read({}, then);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->error().code, ErrorCode::Busy);
    } // does not wait for the disk
    answer.reset();
    disk.set_value();
    runUntil([&] { return answer.has_value(); });
    EXPECT_FALSE(answer);
}

TEST(ClassicPlace, AContainerIsKnownByItsControlGroup) {
    for (const auto& [cgroup, container] : std::vector<std::pair<std::string, std::string>>{
             {"0::/system.slice/keepalived.service\n", ""},
             {"0::/\n", ""},
             {"0::/user.slice/user-0.slice/session-4.scope\n", ""},
             {"0::/system.slice/docker.service\n", ""},
             {"0::/system.slice/docker-4f1d.scope\n", "docker-4f1d.scope"},
             {"12:memory:/docker/4f1d\n1:name=systemd:/docker/4f1d\n", "4f1d"},
             {"0::/machine.slice/libpod-77.scope/container\n", "libpod-77.scope"},
             {"0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod9.slice/cri-containerd-a1.scope\n",
              "cri-containerd-a1.scope"},
             {"0::/kubepods/burstable/pod9/a1\n", "a1"},
             {"0::/lxc.payload.web/system.slice/keepalived.service\n", "lxc.payload.web"}})
        EXPECT_EQ(containerIn(cgroup), container) << cgroup;
}

TEST(ClassicPlace, OnlyWhatIsOfThisHostBelongsToItsServiceManager) {
    const ProcessPlace ours{"pid:[1]", {7, 2}, "0::/system.slice/lvsdeck-agent.service\n"};
    EXPECT_EQ(elsewhere({"pid:[1]", {7, 2}, "0::/system.slice/keepalived.service\n"}, ours), "");
    EXPECT_THAT(elsewhere({"pid:[1]", {7, 2}, "0::/system.slice/docker-4f1d.scope\n"}, ours),
                HasSubstr("docker-4f1d.scope"));
    EXPECT_THAT(elsewhere({"pid:[2]", {7, 2}, "0::/\n"}, ours), HasSubstr("process numbers"));
    EXPECT_THAT(elsewhere({"pid:[1]", {9, 2}, "0::/\n"}, ours), HasSubstr("root folder"));
    // What cannot be seen says nothing.
    EXPECT_EQ(elsewhere({}, ours), "");
    // Both in one container, with a service manager of its own.
    const ProcessPlace inside{"pid:[3]", {9, 2}, "0::/lxc.payload.web/system.slice/lvsdeck-agent.service\n"};
    EXPECT_EQ(elsewhere({"pid:[3]", {9, 2}, "0::/lxc.payload.web/system.slice/keepalived.service\n"}, inside), "");
    const ProcessPlace self = placeOf("self");
    EXPECT_FALSE(self.pidNamespace.empty());
    EXPECT_NE(self.root.second, 0U);
    EXPECT_EQ(elsewhere(placeOf(std::to_string(::getpid())), self), "");
}

TEST_F(ClassicFiles, AUnitIsAskedForByAFileThatIsThereAtOnce) {
    const fs::path request = root / "start-keepalived";
    boost::asio::io_context loop;
    ClassicKeepalived classic(loop, request.string());
    const ClassicProgram program{{}, {"/usr/sbin/keepalived", "--dont-fork"}, "keepalived.service"};
    ASSERT_TRUE(classic.start(program));
    ASSERT_TRUE(fs::exists(request));
    EXPECT_EQ(fs::file_size(request), 0U);
    EXPECT_EQ(std::distance(fs::directory_iterator(root), fs::directory_iterator()), 1);
    const auto refused = ClassicKeepalived(loop, (root / "none" / "request").string()).start(program);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("systemctl start keepalived.service"), std::string::npos);
    EXPECT_FALSE(classic.start({}));
}

} // namespace
} // namespace lvsdeck::host
