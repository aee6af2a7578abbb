// SPDX-License-Identifier: GPL-3.0-or-later
// keepalived.conf's lowest level: bytes to clean lines, lines to code and comment, code to words. Linear in
// the input. Pure.
#pragma once

#include "common/formats/diagnostic.hpp"

#include <string_view>

namespace lvsdeck::formats::keepalived {

struct Place {
    std::uint32_t file = 0; ///< index into the document's files
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

struct Token {
    std::string text; ///< without the quotes
    std::uint32_t column = 0;
    bool quoted = false;
};

struct CodeAndComment {
    std::string code;         ///< without outer blanks; \# and \! are still written so
    std::string comment;      ///< from # or ! on; empty: none
    std::uint32_t column = 1; ///< where the code begins
    bool openQuote = false;   ///< a " has no partner
};

/// What had to be changed in the bytes of a text so that it can be read at all.
struct Cleaning {
    bool byteOrderMark = false;
    std::uint32_t nulLine = 0;     ///< first line with a NUL; 0: none
    std::uint32_t invalidLine = 0; ///< first line that is not UTF-8
    std::uint32_t blankLine = 0;   ///< first line with a no-break or ideographic space
    std::size_t blanks = 0;
    struct Spot {
        std::uint32_t column = 0;
        std::string found; ///< the cleaned line
    };
    Spot nul; ///< in those lines
    Spot invalid;
    Spot blank;
};

/// Lines without their ends (LF or CRLF); NUL is taken out, bytes that are not UTF-8 become U+FFFD, no-break
/// and ideographic spaces become blanks.
[[nodiscard]] std::vector<std::string> cleanLines(std::string_view text, Cleaning& cleaning);
/// The same, one after the other; the line is valid during the call only.
void forEachLine(std::string_view text, Cleaning& cleaning, const std::function<void(std::string_view)>& take);

/// Whether all of it is UTF-8 (RFC 3629), as the cluster document needs it.
[[nodiscard]] bool isUtf8(std::string_view text);

/// `#` and `!` outside double quotes begin a comment, anywhere in the line.
[[nodiscard]] CodeAndComment cutComment(std::string_view line);

/// Words of a statement; "…" is one word. `column` is that of the first byte.
[[nodiscard]] std::vector<Token> tokenize(std::string_view code, std::uint32_t column);

/// At most `most` bytes, cut between characters.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most);

[[nodiscard]] std::string_view trimmed(std::string_view text);

} // namespace lvsdeck::formats::keepalived
