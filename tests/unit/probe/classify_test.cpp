// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/classify.hpp"

#include <gtest/gtest.h>

#include <cerrno>

using lvsdeck::probe::classify;
using lvsdeck::rpc::ProbeResult;

TEST(Classify, TellsTheOtherSidesFaultsFromOurs) {
    EXPECT_EQ(classify(ECONNREFUSED), ProbeResult::Refused);
    EXPECT_EQ(classify(ETIMEDOUT), ProbeResult::Timeout);
    EXPECT_EQ(classify(EHOSTUNREACH), ProbeResult::Unreachable);
    EXPECT_EQ(classify(ENETUNREACH), ProbeResult::Unreachable);
    EXPECT_EQ(classify(ECONNRESET), ProbeResult::Reset);
    EXPECT_EQ(classify(EPIPE), ProbeResult::Reset);
    for (const int ours : {EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EPERM, EAFNOSUPPORT})
        EXPECT_EQ(classify(ours), ProbeResult::Local) << ours;
}
