// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/secrets.hpp"

#include <gtest/gtest.h>

namespace lvsdeck::model {
namespace {

TEST(Secrets, WhatStandsBehindThePasswordIsMaskedAndBlocksStayBlocks) {
    EXPECT_EQ(maskedText("authentication {\n    auth_type AH\n    auth_pass my secret\n}\n"),
              "authentication {\n    auth_type AH\n    auth_pass ********\n}\n");
    EXPECT_EQ(maskedText("authentication { auth_pass secret } }"), "authentication { auth_pass ******** } }");
    EXPECT_EQ(maskedText("{password \"s}\"\nnopassword here\n\n"), "{password ******** }\nnopassword here\n\n");
    EXPECT_EQ(maskedText(""), "");
}

TEST(Secrets, OfInstancesAndOfKeptTexts) {
    Cluster cluster;
    EXPECT_FALSE(hasPasswords(cluster));
    cluster.passthrough.push_back({{}, "vrrp_instance VI_1", "authentication {\nauth_pass s3cret\n}"});
    EXPECT_TRUE(hasPasswords(cluster));
    cluster.instances.emplace_back().password = "s3cret";
    maskPasswords(cluster);
    EXPECT_EQ(clusterText(cluster).find("s3cret"), std::string::npos);
}

} // namespace
} // namespace lvsdeck::model
