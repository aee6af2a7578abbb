// SPDX-License-Identifier: GPL-3.0-or-later
// keepalived.conf's lowest level: bytes to clean lines, lines to code and comment, code to words. Linear in
// the input. Pure.
#pragma once

#include "common/formats/diagnostic.hpp"
#include "common/formats/keepalived/store.hpp"

#include <string_view>

namespace lvsdeck::formats::keepalived {

struct Place {
    std::uint32_t file = 0; ///< index into the document's files
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    bool operator==(const Place&) const = default;
};

/// Views: valid as long as the text that they were read from, and the store.
struct Token {
    std::string_view text; ///< without the quotes
    std::uint32_t column = 0;
    bool quoted = false;
};

/// Views of the line.
struct CodeAndComment {
    std::string_view code;    ///< without outer blanks; \# and \! are still written so
    std::string_view comment; ///< from # or ! on; empty: none
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

/// NUL is taken out, bytes that are not UTF-8 become U+FFFD, no-break and ideographic spaces become blanks, a byte order mark
/// goes; the lines stay. A view of `text` where there is nothing to do, otherwise kept by the store.
[[nodiscard]] std::string_view cleanText(std::string_view text, Cleaning& cleaning, Store& store);
/// The same, as lines without their ends (LF or CRLF).
[[nodiscard]] std::vector<std::string> cleanLines(std::string_view text, Cleaning& cleaning);
/// The first line of a text, without its LF; the text goes on behind it.
[[nodiscard]] std::string_view takeLine(std::string_view& text);

/// Whether all of it is UTF-8 (RFC 3629), as the cluster document needs it.
[[nodiscard]] bool isUtf8(std::string_view text);

/// What there is to see to in a line. Most lines are of the last three kinds and need no closer look.
enum class Shape : std::uint8_t {
    Any,
    Statement, ///< blanks and words, perhaps none
    Opens,     ///< the same, and a { at the end
    Closes,    ///< a } alone
};
/// Of a line without outer blanks. Comments, quotation marks, backslashes, further braces, `$` and what begins with `@`, `~` or
/// include are Any.
[[nodiscard]] Shape shapeOf(std::string_view line);

/// `#` and `!` outside double quotes begin a comment, anywhere in the line.
[[nodiscard]] CodeAndComment cutComment(std::string_view line);

/// The words of a statement into `out`, instead of what was there; "…" is one word. `column` is that of the first byte.
void tokenize(std::string_view code, std::uint32_t column, Store& store, std::vector<Token>& out);

[[nodiscard]] std::string_view trimmed(std::string_view text);

} // namespace lvsdeck::formats::keepalived
