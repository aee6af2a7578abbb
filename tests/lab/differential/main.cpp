// SPDX-License-Identifier: GPL-3.0-or-later
// The differential tests, made from the files below this folder. Several of these programs may run beside each other, each with a
// part of the tests (GTEST_TOTAL_SHARDS): every one has a world of its own.
#include "tests/lab/differential/arena_test.hpp"
#include "tests/lab/support/world.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    try {
        lvsdeck::lab::registerConfigurations();
        lvsdeck::lab::registerStories();
        lvsdeck::lab::registerPairings();
        lvsdeck::lab::registerSoak();
        if (!testing::GTEST_FLAG(list_tests))
            lvsdeck::lab::enterWorld();
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "differential_tests: %s\n", problem.what());
        return 125;
    }
    return RUN_ALL_TESTS();
}
