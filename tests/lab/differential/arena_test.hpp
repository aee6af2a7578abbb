// SPDX-License-Identifier: GPL-3.0-or-later
// What the differential tests share: one arena a program, tests made from files, and the table of known differences, which is held
// against what is seen. GoogleTest; one thread.
#pragma once

#include "tests/lab/differential/arena.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace lvsdeck::lab {

/// Built when it is first asked for.
[[nodiscard]] Arena& arena();

/// What one case saw: nothing when both did the same.
using Case = std::function<std::string(const Configuration&)>;

/// A test for every file of the folder, named SUITE.FILE, in the short tier where the configuration's file name is in `telling`,
/// and LongStorySUITE.FILE otherwise. A case that differs fails unless known_differences.txt has it (then it is skipped with the
/// reason), and one that is there and does not differ fails, too.
void registerCases(const char* suite, const std::string& folder, const std::vector<std::string>& telling, const Case& run);

void registerConfigurations();
void registerStories();
void registerPairings();
void registerSoak();

} // namespace lvsdeck::lab
