// SPDX-License-Identifier: GPL-3.0-or-later
// Every sample: what an export of it says is what an export of the export says, and keepalived takes it when it took the sample.
// The environment's LVSDECK_CORPUS names a folder with more of them.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/writer.hpp"
#include "common/model/diff.hpp"
#include "common/model/validate.hpp"

#include "tests/unit/formats/keepalived_itself.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <vector>

namespace lvsdeck::formats {
namespace {

namespace fs = std::filesystem;

struct Sample {
    std::string name;
    std::string text;
    std::vector<std::string> directors; ///< whose conditions it has
};

void addFolder(std::vector<Sample>& out, const fs::path& folder) {
    if (!fs::is_directory(folder))
        return;
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    std::ranges::sort(files);
    for (const fs::path& file : files) {
        std::ifstream stream(file, std::ios::binary);
        Sample& sample = out.emplace_back(file.string(), std::string{std::istreambuf_iterator<char>(stream), {}});
        sample.directors = {"lb1"};
        if (sample.text.contains("@lb2") || sample.text.contains("# lab: directors lb1 lb2"))
            sample.directors.emplace_back("lb2");
    }
}

std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const char* folder : {LVSDECK_CORPUS "/keepalived", LVSDECK_SAMPLES "/configurations", LVSDECK_SAMPLES "/stories"})
        addFolder(out, folder);
    if (const char* more = std::getenv("LVSDECK_CORPUS"))
        for (const char* folder : {"keepalived", "keepalived-samples"})
            addFolder(out, fs::path(more) / folder);
    return out;
}

model::Cluster read(const std::vector<std::string>& directors, const std::string& text) {
    std::vector<SourceText> sources;
    for (const std::string& director : directors)
        sources.push_back({director, director + ".conf", text, director});
    return readKeepalived(sources).cluster;
}

/// What is kept, by place: an export has it where it belongs, and not in the order of the first file.
std::string keptText(const model::Cluster& cluster) {
    std::vector<model::Passthrough> kept = cluster.passthrough;
    std::ranges::stable_sort(kept, {}, &model::Passthrough::place);
    std::string out;
    for (const model::Passthrough& entry : kept)
        out.append("[").append(entry.director).append("] ").append(entry.place).append(": ").append(entry.text).append("\n");
    return out;
}

TEST(KeepalivedSamples, AnExportOfAnExportIsTheSame) {
    for (const Sample& sample : samples()) {
        const model::Cluster cluster = read(sample.directors, sample.text);
        const bool several = sample.directors.size() > 1;
        const auto written = [&](const model::Cluster& from) {
            return writeKeepalived(from, several ? "" : "lb1", {.conditional = several}).value().text;
        };
        const std::string first = written(cluster);
        const model::Cluster back = read(sample.directors, first);
        for (const model::Change& change : model::diff(cluster, back))
            ADD_FAILURE() << sample.name << ": " << change.subject << " " << change.field << ": " << change.before << " -> "
                          << change.after;
        EXPECT_EQ(keptText(cluster), keptText(back)) << sample.name << "\n" << first;
        EXPECT_EQ(first, written(back)) << sample.name;
        for (const std::string& director : sample.directors)
            EXPECT_EQ(writeKeepalived(cluster, director).value().text, writeKeepalived(back, director).value().text)
                << sample.name;
    }
}

/// Those of the lab are given to keepalived and to the agent.
TEST(KeepalivedSamples, TheAgentTakesThoseOfTheLab) {
    std::size_t seen = 0;
    for (const Sample& sample : samples()) {
        if (!sample.name.starts_with(LVSDECK_SAMPLES))
            continue;
        ++seen;
        for (const model::Problem& problem : model::validate(read(sample.directors, sample.text)))
            EXPECT_NE(problem.severity, model::Severity::Error)
                << sample.name << ": " << problem.path << ": " << problem.text;
    }
    EXPECT_GE(seen, 60U);
}

class KeepalivedItselfOnSamples : public KeepalivedItself {};

TEST_F(KeepalivedItselfOnSamples, TakesOurExportWhenItTookTheOriginal) {
    int taken = 0;
    int refused = 0;
    for (const Sample& sample : samples()) {
        const model::Cluster cluster = read(sample.directors, sample.text);
        for (const std::string& director : sample.directors) {
            const Verdict original = configTest(sample.text, director);
            // 6: nothing but scripts that are not secured.
            if (original.status != 0 && original.status != 6) {
                ++refused;
                continue;
            }
            ++taken;
            const std::string text = writeKeepalived(cluster, director).value().text;
            const Verdict ours = configTest(text, director);
            EXPECT_TRUE(ours.status == 0 || ours.status == original.status)
                << sample.name << " for " << director << ": " << ours.status << "\n"
                << ours.output << text;
        }
    }
    std::cout << taken << " samples are taken by keepalived, and " << refused << " are not\n";
}

} // namespace
} // namespace lvsdeck::formats
