// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/loops.hpp"

#include "common/formats/keepalived/lexer.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace lvsdeck::formats::keepalived {

namespace {

bool isName(std::string_view text) {
    return !text.empty() && (text[0] < '0' || text[0] > '9') && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

/// Pieces between commas; a comma inside of braces does not count.
std::vector<std::string> pieces(std::string_view text) {
    std::vector<std::string> out(1);
    int depth = 0;
    for (const char c : text) {
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        if (c == ',' && depth == 0)
            out.emplace_back();
        else
            out.back() += c;
    }
    for (std::string& piece : out)
        piece = std::string(trimmed(piece));
    return out;
}

/// "{1,2}" -> 1 and 2; anything else is one value.
std::vector<std::string> values(const std::string& piece) {
    if (piece.size() < 2 || piece.front() != '{' || piece.back() != '}')
        return {piece};
    return pieces(std::string_view(piece).substr(1, piece.size() - 2));
}

std::optional<std::int64_t> number(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative)
        text.remove_prefix(1);
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    if (hex)
        text.remove_prefix(2);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
    // Far from where a step could overflow.
    if (text.empty() || text.front() == '-' || error != std::errc{} || end != text.data() + text.size() ||
        value > 0xFFFFFFFF)
        return std::nullopt;
    return negative ? -value : value;
}

std::string digits(std::int64_t value, bool hex) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, hex ? 16 : 10).ptr;
    return {buffer, end};
}

bool sequence(const std::vector<std::string>& words, bool hex, Loop& loop) {
    if (words.size() < 2 || words.size() > 4 || !isName(words[0]))
        return false;
    const auto end = number(words.back());
    if (!end)
        return false;
    const auto start = words.size() > 2 ? number(words[1]) : std::optional<std::int64_t>(*end < 0 ? -1 : 1);
    if (!start)
        return false;
    const auto step = words.size() == 4 ? number(words[2]) : std::optional<std::int64_t>(*end >= *start ? 1 : -1);
    if (!step || *step == 0)
        return false;
    for (std::int64_t value = *start; *step > 0 ? value <= *end : value >= *end; value += *step) {
        if (loop.turns.size() == maxTurns)
            return false;
        loop.turns.push_back({{words[0], digits(value, hex)}});
    }
    return true;
}

bool list(const std::vector<std::string>& words, Loop& loop) {
    const std::vector<std::string> names = values(words.front());
    if (words.size() < 2 || words.size() > maxTurns || !std::ranges::all_of(names, isName))
        return false;
    for (auto word = words.begin() + 1; word != words.end(); ++word) {
        const std::vector<std::string> given = names.size() == 1 ? std::vector{*word} : values(*word);
        if (given.size() > names.size())
            return false;
        Assignments& turn = loop.turns.emplace_back();
        for (std::size_t i = 0; i < names.size(); ++i)
            turn.emplace_back(names[i], i < given.size() ? given[i] : std::string());
    }
    return true;
}

} // namespace

bool isLoop(std::string_view line) { return line.starts_with("~SEQ") || line.starts_with("~LST"); }

std::optional<Loop> readLoop(std::string_view line) {
    const std::size_t open = line.find('(');
    const std::size_t close = line.find(')');
    if (!isLoop(line) || open == std::string_view::npos || close == std::string_view::npos || close < open)
        return std::nullopt;
    const std::string_view head = trimmed(line.substr(0, open));
    const std::vector<std::string> words = pieces(line.substr(open + 1, close - open - 1));
    Loop out;
    out.text = trimmed(line.substr(close + 1));
    const bool done =
        head == "~LST" ? list(words, out) : (head == "~SEQ" || head == "~SEQx") && sequence(words, head == "~SEQx", out);
    return done ? std::optional(std::move(out)) : std::nullopt;
}

} // namespace lvsdeck::formats::keepalived
