// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/differential/arena_test.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

namespace lvsdeck::lab {
namespace {

class FileTest : public testing::Test {
public:
    FileTest(std::string folder, std::filesystem::path file, Case run)
        : m_folder(std::move(folder)), m_file(std::move(file)), m_run(std::move(run)) {}

    void TestBody() override {
        const auto begin = Clock::now();
        const Configuration configuration = readConfiguration(m_file);
        const std::string place = m_folder + "/" + configuration.name;
        const auto differences = knownDifferences();
        const auto known = differences.find(place);
        std::string seen;
        try {
            seen = m_run(configuration);
        } catch (const LabError& problem) {
            seen = std::string(problem.what()) + "\n" + arena().logs(configuration);
        }
        std::cout << place << ": " << (seen.empty() ? "the same" : "not the same") << " after "
                  << std::chrono::duration_cast<Milliseconds>(Clock::now() - begin).count() << " ms\n";
        if (known == differences.end()) {
            EXPECT_TRUE(seen.empty()) << seen;
            return;
        }
        const auto& [words, reason] = known->second;
        ASSERT_FALSE(seen.empty()) << "both do the same now: take " << place
                                   << " out of known_differences.txt, which says: " << reason;
        ASSERT_TRUE(seen.contains(words)) << "not the difference that known_differences.txt tells (" << words << "):\n"
                                          << seen;
        std::cout << seen << '\n';
        GTEST_SKIP() << "known difference: " << reason;
    }

private:
    std::string m_folder;
    std::filesystem::path m_file;
    Case m_run;
};

TEST(KnownDifferences, NameCasesThatAreThere) {
    for (const auto& [place, known] : knownDifferences()) {
        const auto folder = place.substr(0, place.find('/'));
        const auto files = configurationFiles(folder == "exports" ? "configurations" : folder);
        EXPECT_TRUE(std::ranges::any_of(files, [&](const auto& file) {
            return place == folder + "/" + file.stem().string();
        })) << place;
    }
}

} // namespace

Arena& arena() {
    static Arena instance;
    return instance;
}

void registerCases(const char* suite, const std::string& folder, const std::vector<std::string>& telling, const Case& run) {
    // What is known of the agent is not known of an export.
    const std::string known = std::string(suite) == "Export" ? "exports" : folder;
    for (const auto& file : configurationFiles(folder)) {
        const std::string name = file.stem();
        const bool isShort = std::ranges::find(telling, name) != telling.end();
        testing::RegisterTest(((isShort ? "" : "LongStory") + std::string(suite)).c_str(), name.c_str(), nullptr, nullptr,
                              file.c_str(), 1, [=]() -> testing::Test* { return new FileTest(known, file, run); });
    }
}

} // namespace lvsdeck::lab
