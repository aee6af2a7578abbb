// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"
#include "common/formats/keepalived/script_words.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

class UrlReader : public BlockReader {
public:
    explicit UrlReader(Reading& reading) : BlockReader(reading, Block::Url) {}

    model::HttpUrl read(const Node& node) {
        for (const Node& line : node.children)
            if (line.kind == Line::Kind::Kept || line.kind == Line::Kind::Opaque || line.block || !understood(line))
                keepUnread(line);
            else
                tellSurplus(line);
        keepComments(node);
        return std::move(m_url);
    }

private:
    bool understood(const Node& line) {
        const std::string_view word = line.word(0);
        if (word == "regex_no_match") {
            m_url.regexNoMatch = true;
            return line.words.size() == 1;
        }
        if (line.words.size() < 2)
            return false;
        const std::string_view value = line.word(1);
        if (word == "status_code")
            return status(line);
        if (word == "regex")
            return regex(line);
        if (word == "regex_options") {
            for (std::size_t i = 1; i < line.words.size(); ++i)
                m_url.regexOptions.emplace_back(line.word(i));
            return true;
        }
        if (line.words.size() != 2)
            return false;
        if (word == "regex_min_offset")
            return assign(m_url.regexMinOffset, wholeNumber(value, 0, 0xFFFFFFFFU));
        if (word == "regex_max_offset")
            return assign(m_url.regexMaxOffset, wholeNumber(value, 1, 0xFFFFFFFFU));
        for (const auto& [name, target] : {std::pair("path", &m_url.path), std::pair("digest", &m_url.digest),
                                           std::pair("virtualhost", &m_url.virtualHost)})
            if (word == name) {
                *target = value;
                return true;
            }
        return false;
    }

    bool regex(const Node& line) {
        const std::vector<std::string> words = escapedWords(line.raw);
        if (words.size() != 2 || words[1].empty())
            return false;
        m_url.regex = words[1];
        return true;
    }

    /// "200 301-302,404": numbers and ranges, separated by blanks or commas.
    bool status(const Node& line) {
        std::vector<model::StatusRange> ranges;
        for (std::size_t i = 1; i < line.words.size(); ++i) {
            std::string_view rest = line.word(i);
            while (!rest.empty()) {
                const std::string_view item = rest.substr(0, rest.find(','));
                rest.remove_prefix(std::min(item.size() + 1, rest.size()));
                const std::size_t dash = std::min(item.find('-'), item.size());
                const auto first = wholeNumber(item.substr(0, dash), 100, 599);
                const auto last = dash < item.size() ? wholeNumber(item.substr(dash + 1), 100, 599) : first;
                if (!first || !last || *first > *last)
                    return false;
                ranges.push_back({static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)});
            }
        }
        std::ranges::move(ranges, std::back_inserter(m_url.status));
        return true;
    }

    model::HttpUrl m_url;
};

} // namespace

ReadUrl readUrl(Reading& reading, const Node& node) {
    UrlReader reader(reading);
    ReadUrl out;
    out.url = reader.read(node);
    out.kept = reader.takeKept();
    return out;
}

} // namespace lvsdeck::formats::keepalived
