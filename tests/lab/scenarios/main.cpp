// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the scenarios inside a world of their own, so that whatever happens in them, nothing stays behind.
#include "tests/lab/support/world.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (testing::GTEST_FLAG(list_tests))
        return RUN_ALL_TESTS();
    try {
        lvsdeck::lab::enterWorld();
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "lab_tests: %s\n", problem.what());
        return 125;
    }
    return RUN_ALL_TESTS();
}
