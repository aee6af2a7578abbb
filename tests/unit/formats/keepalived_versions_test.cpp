// SPDX-License-Identifier: GPL-3.0-or-later
// Exports for older releases: nothing newer than the target stands in the text, and what is missing is said.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/versions.hpp"

#include "tests/support/cluster_generator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace lvsdeck::formats {
namespace {

using keepalived::Block;
using keepalived::Release;

constexpr KeepalivedVersion targets[] = {KeepalivedVersion::V1_2, KeepalivedVersion::V2_0, KeepalivedVersion::V2_2,
                                         KeepalivedVersion::V2_3};

/// A form that the table may have, where it stands.
struct Form {
    Block block;
    std::string word;
};

/// Every keyword of a text, and "KEYWORD WORD" for the words behind it, as the table writes them.
std::vector<Form> formsOf(const std::string& text) {
    static const std::map<std::string, Block> inner{{"global_defs", Block::GlobalDefs},
                                                    {"vrrp_instance", Block::Instance},
                                                    {"vrrp_sync_group", Block::SyncGroup},
                                                    {"vrrp_script", Block::Script},
                                                    {"track_file", Block::TrackFile},
                                                    {"vrrp_track_file", Block::TrackFile},
                                                    {"virtual_server", Block::Service},
                                                    {"vrrp_track_process", Block::TrackProcess},
                                                    {"real_server", Block::Server},
                                                    {"virtual_server_group", Block::ServiceGroup},
                                                    {"url", Block::Url},
                                                    {"TCP_CHECK", Block::Check},
                                                    {"HTTP_GET", Block::Check},
                                                    {"SSL_GET", Block::Check},
                                                    {"SMTP_CHECK", Block::Check},
                                                    {"DNS_CHECK", Block::Check},
                                                    {"UDP_CHECK", Block::Check},
                                                    {"PING_CHECK", Block::Check},
                                                    {"MISC_CHECK", Block::Check},
                                                    {"FILE_CHECK", Block::Check}};
    std::vector<Form> out;
    std::vector<std::pair<Block, std::string>> stack{{Block::Root, ""}};
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        line = line.substr(0, line.find('#'));
        std::istringstream stream(line);
        std::vector<std::string> words;
        for (std::string word; stream >> word;)
            words.push_back(word);
        if (words.empty())
            continue;
        if (words[0] == "}") {
            stack.pop_back();
            continue;
        }
        const auto [block, head] = stack.back();
        // Entries of blocks without keywords count as words of the block.
        const std::string front = head.empty() ? words[0] : head;
        if (head.empty())
            out.push_back({block, words[0]});
        for (std::size_t i = 1; i < words.size(); ++i)
            out.push_back({block, front + " " + words[i]});
        if (words.size() > 2)
            out.push_back({block, words[0] + " " + words[1] + " " + words[2]});
        if (words.back() == "reverse")
            out.push_back({block, "weight reverse"});
        if (words.back() == "{") {
            // Names such as track_file are a block of the root, and a list elsewhere.
            const auto known = inner.find(words[0]);
            const bool list = known == inner.end() || (words[0] == "track_file" && block != Block::Root);
            stack.emplace_back(list ? block : known->second, list ? words[0] : "");
        }
    }
    return out;
}

model::Cluster generated(std::uint64_t seed) { return testing::clusterGenerator()(rc::Random(seed), 100).value(); }

TEST(KeepalivedVersions, NoWordIsNewerThanTheTarget) {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const model::Cluster cluster = generated(seed);
        for (const KeepalivedVersion target : targets) {
            const Exported out =
                writeKeepalived(cluster, cluster.directors.front().id, {.target = target, .maskPasswords = false}).value();
            for (const Form& form : formsOf(out.text))
                EXPECT_LE(keepalived::since(form.block, form.word), keepalived::releaseOf(target))
                    << form.word << " of seed " << seed << "\n"
                    << out.text;
        }
    }
}

/// What a finding about the form may name: itself, or that which it is a part of.
std::vector<std::string> namesOf(const Form& form) {
    std::vector<std::string> out{form.word};
    if (form.word.starts_with("unicast_peer") || form.word.ends_with("track_group"))
        out.push_back(form.word.substr(form.word.find(' ') + 1));
    if (form.word.starts_with("regex"))
        out.emplace_back("regex");
    if (form.word.starts_with("virtual_routes") || form.word.starts_with("static_routes") ||
        form.word.starts_with("virtual_rules") || form.word.starts_with("static_rules"))
        out.push_back(form.word.substr(0, form.word.find(' ')));
    if (form.block == Block::TrackProcess || form.word == "weight reverse")
        out.insert(out.end(), {"track_process", "track_file"});
    if (form.word.starts_with("lvs_method"))
        out.emplace_back("lvs_method");
    return out;
}

/// Written without need for whoever reads the text: version 2 is what all take without the word, and what no device has is never
/// tracked. And what stands in the globals here has a word of the instances there.
bool goesWithoutSaying(const Form& form) {
    return form.word == "version" || form.word.ends_with("_routes no_track") || form.word.starts_with("vrrp_garp_master_");
}

TEST(KeepalivedVersions, WhatIsLeftOutIsSaid) {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const model::Cluster cluster = generated(seed);
        const std::string& director = cluster.directors.front().id;
        const Exported all = writeKeepalived(cluster, director, {.target = KeepalivedVersion::V2_3}).value();
        for (const KeepalivedVersion target : targets) {
            const Exported out = writeKeepalived(cluster, director, {.target = target}).value();
            bool skipping = false; // inside of a block that is missing as a whole, its own words need no mention
            for (const Form& form : formsOf(all.text)) {
                const bool head = form.word.ends_with("_CHECK") || form.word == "vrrp_track_process" ||
                                  form.word == "real_server" || form.word == "virtual_server" ||
                                  form.word == "vrrp_instance";
                const Release release = keepalived::since(form.block, form.word);
                const bool missing = release > keepalived::releaseOf(target);
                if (head)
                    skipping = missing || (form.word == "virtual_server" && target == KeepalivedVersion::V1_2);
                if (!missing || (skipping && !head) || goesWithoutSaying(form))
                    continue;
                const std::vector<std::string> names = namesOf(form);
                EXPECT_TRUE(std::ranges::any_of(out.diagnostics,
                                                [&](const Diagnostic& d) {
                                                    return !d.found.empty() &&
                                                           std::ranges::any_of(names, [&](const std::string& name) {
                                                               return d.text.contains(name);
                                                           });
                                                }))
                    << form.word << " of seed " << seed << " for " << toText(keepalived::releaseOf(target)) << "\n"
                    << all.text;
            }
        }
    }
}

TEST(KeepalivedVersions, TheTableHasEachWordOnce) {
    std::map<std::pair<Block, std::string_view>, int> count;
    for (const keepalived::Since& row : keepalived::sinceTable()) {
        EXPECT_EQ(++count[std::pair(row.block, row.word)], 1) << row.word;
        EXPECT_GT(row.release, keepalived::releaseOf(KeepalivedVersion::V1_2)) << row.word;
    }
}

} // namespace
} // namespace lvsdeck::formats
