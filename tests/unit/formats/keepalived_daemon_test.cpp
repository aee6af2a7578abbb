// SPDX-License-Identifier: GPL-3.0-or-later
// What keepalived itself says about our exports.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/writer.hpp"

#include "tests/support/cluster_generator.hpp"
#include "tests/unit/formats/keepalived_itself.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace lvsdeck::formats {
namespace {

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
        if (seed % 5 != 0)
            continue;
        const std::string all = writeKeepalived(cluster, "", {.conditional = true}).value().text;
        for (const model::Director& director : cluster.directors) {
            const Verdict verdict = configTest(all, director.id);
            EXPECT_EQ(verdict.status, 0) << "seed " << seed << " " << director.id << "\n" << verdict.output << all;
        }
    }
}

} // namespace
} // namespace lvsdeck::formats
