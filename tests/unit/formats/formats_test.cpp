// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/formats.hpp"

#include "tests/support/cluster_generator.hpp"

#include <gtest/gtest.h>

namespace lvsdeck::formats {
namespace {

TEST(Formats, AreRecognisedByTheirContent) {
    EXPECT_EQ(detectFormat("{\"schema\": 1}"), Format::Cluster);
    EXPECT_EQ(detectFormat("! a comment\n\nglobal_defs {\n}\n"), Format::Keepalived);
    EXPECT_EQ(detectFormat("# saved\n-A -t 10.0.0.1:80 -s rr\n"), Format::Ipvsadm);
    EXPECT_EQ(detectFormat("checktimeout=3\nvirtual=10.0.0.1:80\n"), Format::Ldirectord);
    EXPECT_EQ(detectFormat("serial_no = 7\nprimary = 10.0.0.1\n"), Format::Piranha);
    EXPECT_FALSE(detectFormat("dear diary"));
}

TEST(Formats, RefuseWhatCannotBeRead) {
    EXPECT_EQ(readAny(Format::Keepalived, {}).error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(readAny(Format::Cluster, {{"", "c.json", "{", ""}}).error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(formatFromWord("yaml").error().code, ErrorCode::InvalidInput);
}

TEST(Formats, GiveAClusterDocumentBackAsItWas) {
    EXPECT_TRUE(rc::check("document, cluster, document", [] {
        const model::Cluster cluster = *testing::clusterGenerator();
        const std::string text = writeAny(Format::Cluster, cluster).value().text;
        RC_ASSERT(detectFormat(text) == Format::Cluster);
        RC_ASSERT(readAny(Format::Cluster, {{"", "c", text, ""}}).value().cluster == cluster);
    }));
}

} // namespace
} // namespace lvsdeck::formats
