// SPDX-License-Identifier: GPL-3.0-or-later
// What keepalived itself says about our exports. Needs root and keepalived; each file is tested in a network
// namespace of its own with the interfaces that it names, which vanishes with the process.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/writer.hpp"

#include "tests/support/cluster_generator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

namespace lvsdeck::formats {
namespace {

struct Verdict {
    int status = -1;
    std::string output;
};

Verdict configTest(const std::string& text) {
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("lvsdeck-export-" + std::to_string(getpid()) + ".conf");
    std::ofstream(file) << text;
    const std::string command = "unshare -n sh -c 'for i in eth0 eth1 eth2 eth3; do ip link add $i type "
                                "bridge; ip link set $i up; done; "
                                "keepalived -t -f " +
                                file.string() + "' 2>&1";
    Verdict out;
    if (FILE* pipe = popen(command.c_str(), "r")) {
        char buffer[512];
        while (std::fgets(buffer, sizeof buffer, pipe) != nullptr)
            out.output += buffer;
        const int status = pclose(pipe);
        out.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::filesystem::remove(file);
    return out;
}

class KeepalivedItself : public ::testing::Test {
protected:
    void SetUp() override {
        if (geteuid() != 0)
            GTEST_SKIP() << "keepalived -t needs root";
        if (std::system("command -v keepalived >/dev/null 2>&1") != 0)
            GTEST_SKIP() << "keepalived is not installed";
        if (std::system("unshare -n ip link add eth0 type bridge >/dev/null 2>&1") != 0)
            GTEST_SKIP() << "a network namespace with an interface cannot be made here";
    }
};

TEST_F(KeepalivedItself, TakesTheClassicOfTheFieldAsWeExportIt) {
    std::ifstream file(std::string(LVSDECK_CORPUS) + "/keepalived/classic.conf");
    std::stringstream text;
    text << file.rdbuf();
    const Imported in = readKeepalived({{"lb1", "classic.conf", text.str(), ""}});
    const Verdict verdict = configTest(writeKeepalived(in.cluster, "lb1").value().text);
    EXPECT_EQ(verdict.status, 0) << verdict.output;
}

TEST_F(KeepalivedItself, TakesGeneratedClustersWithoutAComplaint) {
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        model::Cluster cluster = testing::clusterGenerator()(rc::Random(seed), 50).value();
        cluster.passthrough.clear();     // scripts that do not exist here
        cluster.scripts.security = true; // without it any script is a complaint
        if (cluster.scripts.user.empty())
            cluster.scripts.user = "root"; // keepalived_script, its default, is not a user everywhere
        std::erase_if(cluster.services, [](const model::VirtualService& service) {
            // Weight 0 everywhere: keepalived has no way to say it without a complaint, and our export says
            // so.
            return !service.servers.empty() && std::ranges::all_of(service.servers, [](const model::RealServer& server) {
                return server.admin == model::AdminState::Drained || server.weight == 0;
            });
        });
        for (const model::Director& director : cluster.directors) {
            const std::string text = writeKeepalived(cluster, director.id).value().text;
            const Verdict verdict = configTest(text);
            EXPECT_EQ(verdict.status, 0) << "seed " << seed << "\n" << verdict.output << text;
        }
    }
}

} // namespace
} // namespace lvsdeck::formats
