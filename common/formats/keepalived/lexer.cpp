// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/lexer.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::formats::keepalived {

namespace {

enum Character : std::uint8_t {
    Blank = 1,
    EndsWord = 2, ///< or needs a look there
    Special = 4,  ///< a line with it is Shape::Any
};

/// Asked for every byte.
constexpr std::array<std::uint8_t, 256> characters = [] {
    std::array<std::uint8_t, 256> out{};
    const auto add = [&](std::string_view which, unsigned meaning) {
        for (const char c : which)
            out[static_cast<unsigned char>(c)] |= static_cast<std::uint8_t>(meaning);
    };
    add(" \t\f\v\r\n", Blank | EndsWord);
    add("\"\\", EndsWord | Special);
    add("#!{}$@~", Special);
    return out;
}();

unsigned meaning(char c) { return characters[static_cast<unsigned char>(c)]; }

bool isBlank(char c) { return (meaning(c) & Blank) != 0; }

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

/// Appends the line.
void cleanLine(std::string_view line, std::uint32_t number, Cleaning& cleaning, std::string& out) {
    std::vector<Cleaning::Spot*> spots;
    const std::string_view whole = line;
    const std::size_t begin = out.size();
    const auto note = [&](std::uint32_t& first, Cleaning::Spot& spot) {
        if (first != 0)
            return;
        first = number;
        spot.column = static_cast<std::uint32_t>(line.data() - whole.data()) + 1;
        spots.push_back(&spot);
    };
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
        spot->found = shortened(trimmed(std::string_view(out).substr(begin)), 200);
}

/// Goes through all of it, so that many bytes are looked at together.
bool isPlain(std::string_view text) {
    bool plain = true;
    for (const char c : text)
        plain = plain & (c > 0);
    return plain;
}

} // namespace

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::string_view takeLine(std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

std::string_view cleanText(std::string_view text, Cleaning& cleaning, Store& store) {
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
        cleaning.byteOrderMark = true;
    }
    if (isPlain(text))
        return text;
    std::string out;
    out.reserve(text.size());
    for (std::uint32_t number = 1; !text.empty(); ++number) {
        cleanLine(takeLine(text), number, cleaning, out);
        out += '\n';
    }
    return store.text(out);
}

std::vector<std::string> cleanLines(std::string_view text, Cleaning& cleaning) {
    Store store;
    std::vector<std::string> out;
    for (std::string_view rest = cleanText(text, cleaning, store); !rest.empty();)
        out.emplace_back(takeLine(rest));
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

Shape shapeOf(std::string_view line) {
    if (line == "}")
        return Shape::Closes;
    const bool opens = line.ends_with('{');
    if (opens)
        line.remove_suffix(1);
    unsigned all = 0;
    for (const char c : line)
        all |= meaning(c);
    if ((all & Special) != 0 || line.starts_with("include"))
        return Shape::Any;
    return opens ? Shape::Opens : Shape::Statement;
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

namespace {

/// Without the backslashes in front of # and !.
std::string_view unescaped(std::string_view word, Store& store) {
    std::string out;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == '\\' && i + 1 < word.size() && (word[i + 1] == '#' || word[i + 1] == '!'))
            ++i;
        out += word[i];
    }
    return out.size() == word.size() ? word : store.text(out);
}

} // namespace

void tokenize(std::string_view code, std::uint32_t column, Store& store, std::vector<Token>& out) {
    out.clear();
    std::size_t i = 0;
    while (i < code.size()) {
        const std::size_t begin = i;
        if (isBlank(code[i])) {
            ++i;
        } else if (code[i] == '"') {
            const std::size_t end = std::min(code.find('"', i + 1), code.size());
            out.push_back({code.substr(i + 1, end - i - 1), column + static_cast<std::uint32_t>(begin), true});
            i = std::min(end + 1, code.size());
        } else {
            bool escapes = false;
            for (; i < code.size(); ++i) {
                if ((meaning(code[i]) & EndsWord) == 0)
                    continue;
                if (code[i] != '\\')
                    break;
                escapes = true;
            }
            const std::string_view word = code.substr(begin, i - begin);
            out.push_back({escapes ? unescaped(word, store) : word, column + static_cast<std::uint32_t>(begin), false});
        }
    }
}

} // namespace lvsdeck::formats::keepalived
