// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/script_words.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

bool isBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

int digitValue(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

/// A number in `base` of at most `most` digits at `i`, which is moved behind it.
char number(std::string_view text, std::size_t& i, int base, std::size_t most) {
    unsigned value = 0;
    for (std::size_t digits = 0; digits < most && i < text.size() && digitValue(text[i]) < base; ++digits)
        value = value * static_cast<unsigned>(base) + static_cast<unsigned>(digitValue(text[i++]));
    return static_cast<char>(value & 0xFFU);
}

/// The character that a backslash at `i` - 1 begins; `i` is moved behind it.
char escaped(std::string_view text, std::size_t& i) {
    static constexpr std::string_view letters = "abEfnrtv";
    static constexpr std::string_view controls = "\a\b\x1B\f\n\r\t\v";
    const char c = text[i];
    if (digitValue(c) < 8)
        return number(text, i, 8, 3);
    ++i;
    if (const std::size_t letter = letters.find(c); letter != std::string_view::npos)
        return controls[letter];
    if (c == 'x' && i < text.size() && digitValue(text[i]) < 16)
        return number(text, i, 16, 2);
    if (c == 'c' && i < text.size())
        return static_cast<char>(static_cast<unsigned char>(text[i++]) & 0x1FU);
    return c;
}

std::string quotedWith(std::string_view text, std::string_view quoteMark, std::string_view hidden) {
    std::string out(quoteMark);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\\')
            out += "\\\\";
        else if (byte < 0x20 || byte == 0x7F || hidden.contains(c))
            out += {'\\', static_cast<char>('0' + (byte >> 6U)), static_cast<char>('0' + ((byte >> 3U) & 7U)),
                    static_cast<char>('0' + (byte & 7U))};
        else
            out += c;
    }
    return out.append(quoteMark);
}

} // namespace

std::vector<std::string> escapedWords(std::string_view text) {
    std::vector<std::string> out;
    std::size_t i = 0;
    while (true) {
        while (i < text.size() && isBlank(text[i]))
            ++i;
        if (i >= text.size())
            return out;
        std::string word;
        char quote = '\0';
        while (i < text.size() && (quote != '\0' || !isBlank(text[i]))) {
            const char c = text[i++];
            if (c == '\\' && i < text.size())
                word += escaped(text, i);
            else if (quote != '\0' ? c == quote : (c == '"' || c == '\''))
                quote = quote != '\0' ? '\0' : c;
            else
                word += c;
        }
        std::erase(word, '\0'); // no argument can hold one
        if (!isUtf8(word))
            return {};
        out.push_back(std::move(word));
    }
}

bool hasUnquotedArguments(const Node& line) {
    const std::vector<std::string> words = escapedWords(line.raw);
    return words.size() > 2;
}

std::optional<model::Script> scriptValue(const Node& line) {
    const std::vector<std::string> words = escapedWords(line.raw);
    if (words.size() < 2 || words.size() > 4)
        return std::nullopt;
    model::Script out;
    out.command = escapedWords(words[1]);
    if (out.command.empty() || out.command.front().empty())
        return std::nullopt;
    out.user = words.size() > 2 ? words[2] : std::string();
    out.group = words.size() > 3 ? words[3] : std::string();
    return out;
}

std::string commandText(const std::vector<std::string>& command) {
    std::string inner;
    for (const std::string& word : command) {
        const bool plain = !word.empty() && std::ranges::none_of(word, [](char c) {
            return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '\'' || c == '"' || c == '\\';
        });
        inner += (inner.empty() ? "" : " ") + (plain ? word : quotedWith(word, "'", "'"));
    }
    return escapedText(inner);
}

std::string escapedText(std::string_view text) {
    // A " would end the word for the part of keepalived that cuts comments and braces, a $ could begin a definition.
    return quotedWith(text, "\"", "\"$");
}

std::string scriptText(const model::Script& script) {
    std::string out = commandText(script.command);
    if (!script.user.empty())
        out += " " + escapedText(script.user);
    if (!script.user.empty() && !script.group.empty())
        out += " " + escapedText(script.group);
    return out;
}

} // namespace lvsdeck::formats::keepalived
