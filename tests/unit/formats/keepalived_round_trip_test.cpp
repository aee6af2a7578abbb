// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/writer.hpp"
#include "common/model/diff.hpp"

#include "tests/support/cluster_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvsdeck::formats {
namespace {

/// keepalived.conf has no place for how the console reaches a director.
model::Cluster withoutAddresses(model::Cluster cluster) {
    for (model::Director& director : cluster.directors)
        director.address.clear();
    return cluster;
}

std::vector<SourceText> exportAll(const model::Cluster& cluster) {
    std::vector<SourceText> out;
    for (const model::Director& director : cluster.directors)
        out.push_back({"", director.id + ".conf", writeKeepalived(cluster, director.id).value().text, ""});
    return out;
}

TEST(KeepalivedRoundTrip, GivesTheSameClusterBack) {
    EXPECT_TRUE(rc::check("model, text, model", [] {
        const model::Cluster cluster = withoutAddresses(*testing::clusterGenerator());
        const model::Cluster back = readKeepalived(exportAll(cluster)).cluster;
        for (const model::Change& change : model::diff(cluster, back))
            RC_FAIL(change.subject + " " + change.field + ": " + change.before + " -> " + change.after);
    }));
}

TEST(KeepalivedRoundTrip, GivesTheSameTextBack) {
    EXPECT_TRUE(rc::check("text, model, text", [] {
        const std::vector<SourceText> first = exportAll(*testing::clusterGenerator());
        model::Cluster back = readKeepalived(first).cluster;
        const std::vector<SourceText> second = exportAll(back);
        RC_ASSERT(first.size() == second.size());
        for (std::size_t i = 0; i < first.size(); ++i) {
            std::string expected = first[i].text;
            RC_ASSERT(expected == second[i].text);
        }
    }));
}

TEST(KeepalivedWriter, WritesBackupWhereKeepalivedWouldDropNopreempt) {
    model::Cluster cluster;
    cluster.directors = {{"lb1", "", 22, "", ""}};
    model::VrrpInstance instance;
    instance.name = "A";
    instance.preempt = false;
    instance.members = {{"lb1", "eth0", 100, model::InitialState::Master, {}}};
    cluster.instances = {instance};
    const Exported out = writeKeepalived(cluster, "lb1").value();
    EXPECT_THAT(out.text, ::testing::HasSubstr("state BACKUP"));
    EXPECT_THAT(out.text, ::testing::HasSubstr("nopreempt"));
    ASSERT_EQ(out.diagnostics.size(), 1U);
}

TEST(KeepalivedWriter, MasksPasswordsWhenAsked) {
    model::Cluster cluster;
    cluster.directors = {{"lb1", "", 22, "", ""}};
    model::VrrpInstance instance;
    instance.name = "A";
    instance.version = 2;
    instance.password = "secret7";
    instance.members = {{"lb1", "eth0", 100, model::InitialState::Backup, {}}};
    cluster.instances = {instance};
    EXPECT_THAT(writeKeepalived(cluster, "lb1").value().text, ::testing::HasSubstr("secret7"));
    EXPECT_THAT(writeKeepalived(cluster, "lb1", {.maskPasswords = true}).value().text,
                ::testing::Not(::testing::HasSubstr("secret7")));
}

TEST(KeepalivedWriter, LeavesOutWhatAnOldKeepalivedDoesNotKnowAndSaysSo) {
    model::Cluster cluster;
    cluster.directors = {{"lb1", "", 22, "", ""}};
    model::VirtualService& service = cluster.services.emplace_back();
    service.port = 80;
    service.retry = 2;
    service.servers.emplace_back().port = 80;
    const Exported old = writeKeepalived(cluster, "lb1", {.target = KeepalivedVersion::V1_2}).value();
    EXPECT_THAT(old.text, ::testing::Not(::testing::HasSubstr("retry")));
    EXPECT_EQ(old.diagnostics.size(), 1U);
    EXPECT_THAT(writeKeepalived(cluster, "lb1").value().text, ::testing::HasSubstr("    retry 2\n"));
}

TEST(KeepalivedWriter, RefusesADirectorThatDoesNotExist) {
    EXPECT_EQ(writeKeepalived({}, "lb9").error().code, ErrorCode::NotFound);
}

} // namespace
} // namespace lvsdeck::formats
