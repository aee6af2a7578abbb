// SPDX-License-Identifier: GPL-3.0-or-later
// One file with conditions for all directors: each finds its own part in it, and all parts are the cluster.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/writer.hpp"
#include "common/model/diff.hpp"

#include "tests/support/cluster_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvsdeck::formats {
namespace {

std::string oneFile(const model::Cluster& cluster) {
    return writeKeepalived(cluster, "", {.conditional = true}).value().text;
}

SourceText partOf(const std::string& text, const std::string& director) {
    return {director, director + ".conf", text, director};
}

TEST(KeepalivedOneFile, AllPartsTogetherAreTheCluster) {
    EXPECT_TRUE(rc::check("model, one text, model", [] {
        model::Cluster cluster = *testing::clusterGenerator();
        std::vector<SourceText> sources;
        const std::string text = oneFile(cluster);
        for (model::Director& director : cluster.directors) {
            director.address.clear();
            sources.push_back(partOf(text, director.id));
        }
        const model::Cluster back = readKeepalived(sources).cluster;
        for (const model::Change& change : model::diff(cluster, back))
            RC_FAIL(change.subject + " " + change.field + ": " + change.before + " -> " + change.after + "\n" + text);
    }));
}

TEST(KeepalivedOneFile, EachDirectorFindsItsOwnFileInIt) {
    EXPECT_TRUE(rc::check("the part is the director's file", [] {
        const model::Cluster cluster = *testing::clusterGenerator();
        const std::string text = oneFile(cluster);
        for (const model::Director& director : cluster.directors) {
            const std::string alone = writeKeepalived(cluster, director.id).value().text;
            const model::Cluster wanted = readKeepalived({partOf(alone, director.id)}).cluster;
            const model::Cluster found = readKeepalived({partOf(text, director.id)}).cluster;
            for (const model::Change& change : model::diff(wanted, found))
                RC_FAIL(director.id + " " + change.subject + " " + change.field + ": " + change.before + " -> " +
                        change.after);
        }
    }));
}

model::Cluster pair() {
    model::Cluster cluster;
    cluster.directors = {{"lb1", "", 22, "", ""}, {"lb10", "", 22, "", ""}};
    model::VrrpInstance instance;
    instance.name = "A";
    instance.vrid = 7;
    instance.addresses.emplace_back().address = IpAddress::parse("192.0.2.1").value();
    instance.members = {{"lb1", "eth0", 150, model::InitialState::Backup, {}},
                        {"lb10", "eth0", 100, model::InitialState::Backup, {}}};
    cluster.instances = {instance};
    return cluster;
}

TEST(KeepalivedOneFile, SharesWhatIsEqual) {
    const std::string text = oneFile(pair());
    EXPECT_THAT(text, ::testing::HasSubstr("\n    @lb1 priority 150\n    @lb10 priority 100\n"));
    EXPECT_THAT(text, ::testing::HasSubstr("\nvrrp_instance A {\n    state BACKUP\n    interface eth0\n"));
}

TEST(KeepalivedOneFile, HasNoPasswordWhenMasked) {
    model::Cluster cluster = pair();
    cluster.instances[0].version = 2;
    cluster.instances[0].password = "secret7";
    cluster.passthrough = {{"lb1", "", "SSL {\n    password secret8\n}"}};
    const std::string masked = writeKeepalived(cluster, "", {.maskPasswords = true, .conditional = true}).value().text;
    EXPECT_THAT(masked, ::testing::Not(::testing::HasSubstr("secret")));
    EXPECT_THAT(oneFile(cluster), ::testing::AllOf(::testing::HasSubstr("secret7"), ::testing::HasSubstr("secret8")));
}

TEST(KeepalivedWriter, SaysWhereTheTextComesFrom) {
    model::Cluster cluster = pair();
    cluster.name = "Shop";
    cluster.revision = 12;
    const std::string text = writeKeepalived(cluster, "lb10", {.target = KeepalivedVersion::V2_0}).value().text;
    EXPECT_THAT(text,
                ::testing::StartsWith(
                    "#lvsdeck Written by lvsdeck for lb10 and keepalived 2.0, from revision 12 of the cluster “Shop”\n"));
    EXPECT_EQ(text, writeKeepalived(cluster, "lb10", {.target = KeepalivedVersion::V2_0}).value().text);
}

TEST(KeepalivedOneFile, IsRefusedWhereItCannotBe) {
    EXPECT_EQ(writeKeepalived(pair(), "lb1", {.conditional = true}).error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(writeKeepalived({}, "", {.conditional = true}).error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(writeKeepalived(pair(), "", {.target = KeepalivedVersion::V1_2, .conditional = true}).error().code,
              ErrorCode::Unsupported);
}

} // namespace
} // namespace lvsdeck::formats
