// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

/// "track_group NAME" taken out of the words of a line; nothing: the name is missing.
std::optional<std::string> takeTrackGroup(std::vector<Token>& words) {
    const auto word = std::ranges::find(words, "track_group", &Token::text);
    if (word == words.end())
        return std::string();
    if (std::next(word) == words.end())
        return std::nullopt;
    std::string name(std::next(word)->text);
    words.erase(word, std::next(word, 2));
    return name;
}

class StaticsReader : public TrackingReader {
public:
    explicit StaticsReader(Reading& reading) : TrackingReader(reading, Block::Root) {}

    void read(const Node& block) {
        if (block.word(0) == "track_group")
            return group(block);
        for (const Node& line : block.children) {
            const bool done = line.kind == Line::Kind::Plain && !line.block && entry(block.word(0), line);
            if (!done && line.kind == Line::Kind::Plain)
                say(Severity::Warning, line,
                    "lvsdeck does not manage this line of " + std::string(block.word(0)) +
                        " with all of its words; kept, not managed, and an export writes it again");
            if (!done)
                keepEntry(block, line);
        }
    }

private:
    void group(const Node& block) {
        model::TrackGroup group{std::string(block.word(1)), {}};
        const bool twice = m_reading.names.contains("track_group " + group.name);
        const auto members = std::ranges::find_if(block.children, [](const Node& node) { return node.word(0) == "group"; });
        if (group.name.empty() || twice || members == block.children.end() ||
            std::next(block.children.begin()) != block.children.end()) {
            say(Severity::Warning, block,
                twice ? "a track group of this name is there already; the second is kept, not managed"
                      : "this track group is not understood (wanted: track_group NAME { group { INSTANCE } }); kept, not "
                        "managed");
            keep(block);
            return;
        }
        for (const Node& line : members->children)
            for (const Token& word : line.words)
                group.instances.emplace_back(word.text);
        m_reading.names.insert("track_group " + group.name);
        remember(block, "track group " + group.name);
        m_reading.cluster.trackGroups.push_back(std::move(group));
    }

    bool entry(std::string_view block, const Node& line) {
        std::vector<Token> words(line.words.begin(), line.words.end());
        auto group = takeTrackGroup(words);
        if (!group)
            return false;
        Node rest = line;
        rest.words = words;
        if (block == "static_ipaddress")
            return address(rest, std::move(*group));
        if (block == "static_routes")
            return route(rest, std::move(*group));
        return rule(rest, std::move(*group));
    }

    bool address(const Node& line, std::string group) {
        auto read = readAddress(line);
        if (!read || !read->rest.empty())
            return false;
        if (read->address.device.empty()) {
            read->address.device = m_reading.defaults.interface.empty() ? "eth0" : m_reading.defaults.interface;
            say(Severity::Note, line,
                "the address names no interface; read with keepalived's default, " + read->address.device);
        }
        m_reading.cluster.staticAddresses.push_back({std::move(read->address), std::move(group), {}});
        return true;
    }

    bool route(const Node& line, std::string group) {
        auto route = readRoute(line);
        if (!route)
            return false;
        settleRoute(m_reading, line, *route);
        if (!group.empty() && route->device.empty())
            withoutGroup(line, "a route without a device", group);
        m_reading.cluster.staticRoutes.push_back({std::move(*route), std::move(group), {}});
        return true;
    }

    bool rule(const Node& line, std::string group) {
        auto rule = readRule(line);
        if (!rule)
            return false;
        if (!group.empty() && rule->inputInterface.empty())
            withoutGroup(line, "a rule without an input interface", group);
        m_reading.cluster.staticRules.push_back({std::move(*rule), std::move(group), {}});
        return true;
    }

    void withoutGroup(const Node& line, std::string_view what, std::string& group) {
        say(Severity::Warning, line, "keepalived ignores the track group of " + std::string(what) + "; read without it");
        group.clear();
    }
};

} // namespace

std::vector<Kept> readStatics(Reading& reading, const Node& block) {
    StaticsReader reader(reading);
    reader.read(block);
    return reader.takeKept();
}

} // namespace lvsdeck::formats::keepalived
