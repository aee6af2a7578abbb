// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/lexer.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\f' || c == '\v' || c == '\r' || c == '\n'; }

/// Length of the valid UTF-8 sequence at the front, 0 if there is none (RFC 3629 table, without surrogates
/// and overlong forms).
std::size_t sequenceLength(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(text[i])); };
    const auto follows = [&](std::size_t count) {
        if (text.size() <= count)
            return false;
        for (std::size_t i = 1; i <= count; ++i)
            if ((byte(i) & 0xC0U) != 0x80U)
                return false;
        return true;
    };
    const unsigned first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool wrong = !follows(2) || (first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F);
        return wrong ? 0 : 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool wrong = !follows(3) || (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F);
        return wrong ? 0 : 4;
    }
    return 0;
}

std::string cleanLine(std::string_view line, std::uint32_t number, Cleaning& cleaning) {
    std::vector<Cleaning::Spot*> spots;
    const std::string_view whole = line;
    const auto note = [&](std::uint32_t& first, Cleaning::Spot& spot) {
        if (first != 0)
            return;
        first = number;
        spot.column = static_cast<std::uint32_t>(line.data() - whole.data()) + 1;
        spots.push_back(&spot);
    };
    std::string out;
    out.reserve(line.size());
    while (!line.empty()) {
        const std::size_t length = sequenceLength(line);
        const std::string_view character = line.substr(0, std::max<std::size_t>(length, 1));
        if (length == 0) {
            note(cleaning.invalidLine, cleaning.invalid);
            out += "\xEF\xBF\xBD";
        } else if (character == "\xC2\xA0" || character == "\xE3\x80\x80") {
            note(cleaning.blankLine, cleaning.blank);
            ++cleaning.blanks;
            out += ' ';
        } else if (character[0] == '\0') {
            note(cleaning.nulLine, cleaning.nul);
        } else {
            out += character;
        }
        line.remove_prefix(character.size());
    }
    for (Cleaning::Spot* spot : spots)
        spot->found = shortened(trimmed(out), 200);
    return out;
}

bool isPlain(std::string_view line) {
    return std::ranges::all_of(line, [](char c) { return c > 0; });
}

} // namespace

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::string shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most)
        return std::string(text);
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
        --most;
    return std::string(text.substr(0, most));
}

void forEachLine(std::string_view text, Cleaning& cleaning, const std::function<void(std::string_view)>& take) {
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
        cleaning.byteOrderMark = true;
    }
    std::uint32_t number = 0;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size()));
        ++number;
        if (isPlain(line))
            take(line);
        else
            take(cleanLine(line, number, cleaning));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
}

std::vector<std::string> cleanLines(std::string_view text, Cleaning& cleaning) {
    std::vector<std::string> out;
    forEachLine(text, cleaning, [&](std::string_view line) { out.emplace_back(line); });
    return out;
}

bool isUtf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

CodeAndComment cutComment(std::string_view line) {
    CodeAndComment out;
    std::size_t end = line.size();
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"') {
            out.openQuote = !out.openQuote;
        } else if (!out.openQuote && c == '\\' && i + 1 < line.size() && (line[i + 1] == '#' || line[i + 1] == '!')) {
            ++i;
        } else if (!out.openQuote && (c == '#' || c == '!')) {
            end = i;
            break;
        }
    }
    const std::string_view code = trimmed(line.substr(0, end));
    out.code = code;
    out.column = code.empty() ? 1 : static_cast<std::uint32_t>(code.data() - line.data()) + 1;
    out.comment = trimmed(line.substr(end));
    return out;
}

std::vector<Token> tokenize(std::string_view code, std::uint32_t column) {
    std::vector<Token> out;
    out.reserve(2); // nearly every line is a word and its value
    std::size_t i = 0;
    while (i < code.size()) {
        if (isBlank(code[i])) {
            ++i;
            continue;
        }
        Token token;
        token.column = column + static_cast<std::uint32_t>(i);
        if (code[i] == '"') {
            const std::size_t end = std::min(code.find('"', i + 1), code.size());
            token.text = code.substr(i + 1, end - i - 1);
            token.quoted = true;
            i = std::min(end + 1, code.size());
        } else {
            while (i < code.size() && !isBlank(code[i]) && code[i] != '"') {
                if (code[i] == '\\' && i + 1 < code.size() && (code[i + 1] == '#' || code[i + 1] == '!'))
                    ++i;
                token.text += code[i++];
            }
        }
        out.push_back(std::move(token));
    }
    return out;
}

} // namespace lvsdeck::formats::keepalived
