// SPDX-License-Identifier: GPL-3.0-or-later
// Configurations as they are found in the world, from the folder that the environment variable LVSDECK_CORPUS names (with
// keepalived/*.conf, keepalived/VERDICTS.tsv and keepalived-samples/*): how much of each is understood, and that no line of
// any is lost. Skipped without the folder. Prints the table of what was not understood.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/syntax.hpp"
#include "common/formats/keepalived/writer.hpp"

#include "tests/unit/formats/keepalived_lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace lvsdeck::formats {
namespace {

struct Counts {
    std::size_t services = 0;
    std::size_t servers = 0;
    std::size_t checks = 0;
    std::size_t instances = 0;
    bool operator==(const Counts&) const = default;
};

bool isCheck(std::string_view word) { return word.ends_with("_CHECK") || word == "HTTP_GET" || word == "SSL_GET"; }

/// What stands in the text where keepalived looks for it, whatever the model makes of it. Services that keepalived itself skips
/// because of what they are called are not missing.
void count(const keepalived::Node& node, std::string_view inside, Counts& out) {
    for (const keepalived::Node& child : node.children) {
        const std::string_view word = child.word(0);
        if (!child.block)
            continue;
        if (word == "virtual_server" && child.word(1) != "group" && child.word(1) != "fwmark" &&
            !IpAddress::parse(child.word(1)))
            continue;
        out.services += inside.empty() && word == "virtual_server" ? 1 : 0;
        out.instances += inside.empty() && word == "vrrp_instance" ? 1 : 0;
        out.servers += inside == "virtual_server" && word == "real_server" ? 1 : 0;
        out.checks += inside == "real_server" && isCheck(word) ? 1 : 0;
        const bool counts = word != "real_server" || inside == "virtual_server";
        count(child, counts ? word : "other", out);
    }
}

Counts countsOf(const SourceText& source) {
    std::vector<Diagnostic> ignored;
    keepalived::Report report(ignored);
    Counts out;
    count(keepalived::parse(keepalived::preprocess(source, {}, report), report).root, {}, out);
    return out;
}

Counts countsOf(const model::Cluster& cluster) {
    Counts out{cluster.services.size(), 0, 0, cluster.instances.size()};
    for (const model::VirtualService& service : cluster.services) {
        out.servers += service.servers.size();
        for (const model::RealServer& server : service.servers)
            out.checks += server.checks.size();
    }
    return out;
}

std::map<std::string, std::string> verdicts(const std::filesystem::path& file) {
    std::map<std::string, std::string> out;
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        std::istringstream fields(line);
        std::string name;
        std::string plain;
        std::string withInterfaces;
        fields >> name >> plain >> withInterfaces;
        out[name] = withInterfaces;
    }
    return out;
}

std::string textOf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Of the first line that is no comment.
std::string firstWord(std::string_view text) {
    while (!text.empty() && (text.front() == '#' || text.front() == '!'))
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    return std::string(text.substr(0, text.find_first_of(" \t\n")));
}

TEST(KeepalivedCorpus, IsUnderstoodAndLosesNoLine) {
    const char* folder = std::getenv("LVSDECK_CORPUS");
    if (folder == nullptr)
        GTEST_SKIP() << "there are no configurations of others to try: LVSDECK_CORPUS names no folder (keepalived/*.conf)";
    std::vector<std::filesystem::path> files;
    for (const char* part : {"keepalived", "keepalived-samples"})
        if (std::filesystem::is_directory(std::filesystem::path(folder) / part))
            for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(folder) / part))
                if (entry.is_regular_file() && entry.path().extension() != ".tsv")
                    files.push_back(entry.path());
    std::ranges::sort(files);
    ASSERT_FALSE(files.empty());
    const auto verdict = verdicts(std::filesystem::path(folder) / "keepalived" / "VERDICTS.tsv");

    std::size_t accepted = 0;
    std::size_t whole = 0;
    std::map<std::string, std::size_t> kept;
    std::printf("%-36s %2s %6s %5s %9s %9s %9s %9s %5s %s\n", "file", "kv", "bytes", "lines", "services", "servers",
                "checks", "instances", "kept", "errors/warnings/notes");
    for (const std::filesystem::path& path : files) {
        const std::string name = path.filename();
        const SourceText source{"lb1", name, textOf(path), ""};
        const Imported in = readKeepalived({source});
        const Counts text = countsOf(source);
        const Counts model = countsOf(in.cluster);
        const auto known = verdict.find(name);
        const std::string said = known == verdict.end() ? "-" : known->second;
        std::size_t bySeverity[3] = {};
        for (const Diagnostic& diagnostic : in.diagnostics)
            ++bySeverity[static_cast<std::size_t>(diagnostic.severity)];
        std::size_t keptLines = 0;
        for (const model::Passthrough& entry : in.cluster.passthrough)
            if (!keepalived::isComment(entry.text)) {
                keptLines += 1 + static_cast<std::size_t>(std::ranges::count(entry.text, '\n'));
                ++kept[(entry.place.empty() ? "the file" : entry.place.substr(0, entry.place.find(' '))) + ": " +
                       firstWord(entry.text)];
            }
        const auto pair = [](std::size_t understood, std::size_t there) {
            return std::to_string(understood) + "/" + std::to_string(there);
        };
        const bool complete = model.services >= text.services && model.servers >= text.servers &&
                              model.checks >= text.checks && model.instances >= text.instances;
        const bool runs = said != "2" && said != "4";
        accepted += runs ? 1 : 0;
        whole += runs && complete ? 1 : 0;
        std::printf("%-36s %2s %6zu %5zu %9s %9s %9s %9s %5zu %zu/%zu/%zu%s\n", name.substr(0, 36).c_str(), said.c_str(),
                    source.text.size(), static_cast<std::size_t>(std::ranges::count(source.text, '\n')),
                    pair(model.services, text.services).c_str(), pair(model.servers, text.servers).c_str(),
                    pair(model.checks, text.checks).c_str(), pair(model.instances, text.instances).c_str(), keptLines,
                    bySeverity[2], bySeverity[1], bySeverity[0], complete ? "" : "  <-- not all understood");
        if (!complete)
            for (const Diagnostic& diagnostic : in.diagnostics)
                if (diagnostic.severity == Severity::Error)
                    std::printf("      %s\n", toText(diagnostic).c_str());
        for (const std::string& lost : testing::lostLines(source))
            ADD_FAILURE() << name << ": " << lost;
    }
    std::printf("\nkept, not managed (how often):\n");
    for (const auto& [what, often] : kept)
        std::printf("%5zu  %s\n", often, what.c_str());
    std::printf("\n%zu of %zu files that keepalived accepts are understood with every service, server, check and instance\n",
                whole, accepted);
    EXPECT_GE(whole * 100, accepted * 95);
}

} // namespace
} // namespace lvsdeck::formats
