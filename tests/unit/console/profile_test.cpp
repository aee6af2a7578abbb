// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/profile.hpp"

#include <QTemporaryDir>

#include <gmock/gmock.h>

#include <fstream>
#include <thread>

namespace lvsdeck::cluster {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Profiles : public testing::Test {
protected:
    QTemporaryDir folder;
    Profile profile{fs::path(folder.path().toStdString()) / "p"};

    static SavedCluster sample(std::string name = "web") {
        SavedCluster cluster;
        cluster.name = std::move(name);
        cluster.directors = {{"lb1", "192.0.2.1", 2222, "admin", "/home/me/key", ""},
                             {"lb2", "lb2.example", {}, "", "", "sudo lvsdeck-agent attach"}};
        cluster.probeFrom = SavedDirector{"client", "192.0.2.9", {}, "", "", ""};
        cluster.limits.detectionMs = 900;
        return cluster;
    }
};

TEST_F(Profiles, KeepWhatTheyWereGiven) {
    ASSERT_TRUE(profile.save(sample()));
    EXPECT_EQ(*profile.load("web"), sample());
    ASSERT_TRUE(profile.save(sample("../../etc/passwd")));
    EXPECT_EQ(profile.load("../../etc/passwd")->name, "../../etc/passwd");
    EXPECT_THAT(profile.clusters().clusters, SizeIs(2));
    for (const auto& entry : fs::recursive_directory_iterator(folder.path().toStdString()))
        EXPECT_THAT(entry.path().string(), HasSubstr(profile.folder().string()));
    ASSERT_TRUE(profile.remove("web"));
    EXPECT_EQ(profile.load("web").error().code, ErrorCode::NotFound);
}

TEST_F(Profiles, NameTheClustersThatThereAre) {
    ASSERT_TRUE(profile.save(sample("alpha")));
    EXPECT_THAT(profile.load("beta").error().text, HasSubstr("alpha"));
}

TEST_F(Profiles, RefuseWhatCouldNotBeReached) {
    SavedCluster cluster = sample();
    cluster.directors[1].address = "-oProxyCommand=reboot";
    const auto result = profile.save(cluster);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().path, "directors[1].address");
    cluster = sample();
    cluster.directors[1].id = "lb1";
    EXPECT_FALSE(profile.save(cluster));
}

TEST_F(Profiles, ReportABrokenFileAndReadTheOthers) {
    ASSERT_TRUE(profile.save(sample()));
    std::ofstream(profile.folder() / "clusters" / "broken.json") << "{\"name\":";
    const auto all = profile.clusters();
    EXPECT_THAT(all.clusters, SizeIs(1));
    ASSERT_THAT(all.problems, SizeIs(1));
    EXPECT_THAT(all.problems[0].file, HasSubstr("broken.json"));
}

TEST_F(Profiles, AReaderNeverSeesHalfAFile) {
    ASSERT_TRUE(profile.save(sample()));
    SavedCluster large = sample();
    for (int i = 0; i < 2000; ++i)
        large.directors.push_back({"d" + std::to_string(i), "192.0.2.1", {}, "", "", ""});
    std::atomic<bool> stop = false;
    std::atomic<int> bad = 0;
    std::thread reader([&] {
        while (!stop)
            if (!profile.load("web"))
                ++bad;
    });
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(profile.save(i % 2 == 0 ? large : sample()));
    stop = true;
    reader.join();
    EXPECT_EQ(bad, 0);
    EXPECT_EQ(std::distance(fs::directory_iterator(profile.folder() / "clusters"), {}), 1) << "no temporary file stays";
}

TEST_F(Profiles, KeepDrillsNewestFirst) {
    DrillRecord record;
    record.cluster = "web";
    record.id = "a";
    record.startedUs = 1'700'000'000'000'000;
    ASSERT_TRUE(profile.saveDrill(record));
    record.id = "b";
    record.startedUs += 1;
    record.metrics.there.outage = Measured{1, 2};
    ASSERT_TRUE(profile.saveDrill(record));
    const auto drills = profile.drills("web");
    ASSERT_THAT(drills.records, SizeIs(2));
    EXPECT_EQ(drills.records[0], record);
    EXPECT_THAT(profile.drills("other").records, IsEmpty());
}

} // namespace
} // namespace lvsdeck::cluster
