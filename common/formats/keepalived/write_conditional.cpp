// SPDX-License-Identifier: GPL-3.0-or-later
// One file for several directors: their texts laid over each other. A line stands once for all that have it, behind conditions
// where these are not all directors. Every director's lines keep their order, so that each finds exactly its own text.
#include "common/formats/keepalived/preprocess.hpp"
#include "common/formats/keepalived/write_parts.hpp"

#include <algorithm>
#include <map>

namespace lvsdeck::formats::keepalived {

namespace {

struct Piece {
    std::string text;
    std::string key;                 ///< its block, its text and which of several equal ones it is: once in a text
    std::vector<std::size_t> owners; ///< directors that have it, ascending
};

/// "@ID text" is decided for this director; what is not for it is gone.
bool holds(std::string& line, const std::string& id) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || line[begin] != '@')
        return true;
    const std::size_t blank = std::min(line.find(' ', begin), line.size());
    const bool negated = line.compare(begin, 2, "@^") == 0;
    const std::size_t from = begin + (negated ? 2 : 1);
    if ((line.substr(from, blank - std::min(from, blank)) == id) == negated)
        return false;
    line.erase(begin, blank + 1 - begin);
    return true;
}

std::vector<Piece> piecesOf(const std::string& text, const std::string& id, std::size_t owner) {
    std::vector<Piece> out;
    std::vector<std::string> blocks{""};
    std::map<std::string, unsigned> seen;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        std::string line(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (!holds(line, id))
            continue;
        const bool closes = line.ends_with("}") && blocks.size() > 1 && trimmed(line).ends_with("}") && !line.contains('{');
        std::string key = closes ? blocks.back() + "}" : blocks.back() + line;
        if (closes)
            blocks.pop_back();
        key += "\n" + std::to_string(seen[key]++);
        if (line.ends_with(" {"))
            blocks.push_back(key + "\n");
        out.push_back({std::move(line), std::move(key), {owner}});
    }
    return out;
}

/// Of the pairs (place in the one, place in the other), ascending by the first, the longest part that ascends in the second too.
std::vector<std::pair<std::size_t, std::size_t>> ascending(const std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
    std::vector<std::size_t> tails; // index of the pair that ends the best run of each length
    std::vector<std::size_t> before(pairs.size(), SIZE_MAX);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto place =
            std::ranges::lower_bound(tails, pairs[i].second, {}, [&](std::size_t at) { return pairs[at].second; });
        if (place != tails.begin())
            before[i] = *std::prev(place);
        if (place == tails.end())
            tails.push_back(i);
        else
            *place = i;
    }
    std::vector<std::pair<std::size_t, std::size_t>> out;
    for (std::size_t at = tails.empty() ? SIZE_MAX : tails.back(); at != SIZE_MAX; at = before[at])
        out.push_back(pairs[at]);
    std::ranges::reverse(out);
    return out;
}

std::vector<Piece> laidOver(std::vector<Piece> merged, std::vector<Piece> next) {
    std::map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < merged.size(); ++i)
        places.emplace(merged[i].key, i);
    std::vector<std::pair<std::size_t, std::size_t>> pairs; // (place in next, place in merged)
    for (std::size_t i = 0; i < next.size(); ++i)
        if (const auto found = places.find(next[i].key); found != places.end())
            pairs.emplace_back(i, found->second);
    std::vector<Piece> out;
    std::size_t inNext = 0;
    std::size_t inMerged = 0;
    const auto upTo = [&](std::size_t endNext, std::size_t endMerged) {
        for (; inMerged < endMerged; ++inMerged)
            out.push_back(std::move(merged[inMerged]));
        for (; inNext < endNext; ++inNext)
            out.push_back(std::move(next[inNext]));
    };
    for (const auto& [a, b] : ascending(pairs)) {
        upTo(a, b);
        merged[b].owners.push_back(next[a].owners.front());
        out.push_back(std::move(merged[b]));
        inNext = a + 1;
        inMerged = b + 1;
    }
    upTo(next.size(), merged.size());
    return out;
}

/// The line behind "@ID": marks that hide a line from keepalived stay in front.
std::string behind(const std::string& condition, const std::string& line) {
    for (const std::string_view mark : {disabledMark, keptMark})
        if (const std::size_t begin = line.find_first_not_of(' ');
            begin != std::string::npos && std::string_view(line).substr(begin).starts_with(mark))
            return line.substr(0, begin + mark.size()) + condition + " " +
                   std::string(trimmed(std::string_view(line).substr(begin + mark.size())));
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    return line.substr(0, indent) + condition + " " + line.substr(indent);
}

} // namespace

std::string mergedTexts(const std::vector<std::string>& ids, const std::vector<std::string>& texts) {
    std::vector<Piece> merged;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::vector<Piece> next = piecesOf(texts[i], ids[i], i);
        merged = i == 0 ? std::move(next) : laidOver(std::move(merged), std::move(next));
    }
    std::string out;
    for (const Piece& piece : merged) {
        if (piece.text.empty() || piece.owners.size() == ids.size())
            out += piece.text + "\n";
        else
            for (const std::size_t owner : piece.owners)
                out += behind("@" + ids[owner], piece.text) + "\n";
    }
    return out;
}

} // namespace lvsdeck::formats::keepalived
