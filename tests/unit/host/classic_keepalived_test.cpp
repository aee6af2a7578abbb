// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/classic_keepalived.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace lvsdeck::host {
namespace {

namespace fs = std::filesystem;

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
    [[nodiscard]] ClassicConfiguration read(const std::string& file) const {
        return readClassic({"/" + file, "id", true}, root.string());
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

TEST_F(ClassicFiles, AUnitIsAskedForByAFileThatIsThereAtOnce) {
    const fs::path request = root / "start-keepalived";
    ClassicKeepalived classic(request.string());
    const ClassicProgram program{{}, {"/usr/sbin/keepalived", "--dont-fork"}, "keepalived.service"};
    ASSERT_TRUE(classic.start(program));
    ASSERT_TRUE(fs::exists(request));
    EXPECT_EQ(fs::file_size(request), 0U);
    EXPECT_EQ(std::distance(fs::directory_iterator(root), fs::directory_iterator()), 1);
    const auto refused = ClassicKeepalived((root / "none" / "request").string()).start(program);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("systemctl start keepalived.service"), std::string::npos);
    EXPECT_FALSE(classic.start({}));
}

} // namespace
} // namespace lvsdeck::host
