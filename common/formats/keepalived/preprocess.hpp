// SPDX-License-Identifier: GPL-3.0-or-later
// What keepalived does before it looks at keywords: @conditions, $DEFINITIONS, ~SEQ and ~LST loops, include. Bounded in depth and
// in output. Pure: included texts come from the caller's resolver.
#pragma once

#include "common/formats/keepalived/lexer.hpp"
#include "common/formats/keepalived/report.hpp"

namespace lvsdeck::formats::keepalived {

/// Text that our own exports write in front of lines that keepalived must not see.
inline constexpr std::string_view keptMark = "#lvsdeck-kept ";
inline constexpr std::string_view disabledMark = "#lvsdeck-disabled ";
inline constexpr std::string_view factMark = "#lvsdeck ";
/// Whose parts stand behind conditions in one file for several directors.
inline constexpr std::string_view directorsMark = "#lvsdeck directors ";

/// A statement or more, as views of what is in the store.
struct Line {
    enum class Kind : std::uint8_t {
        Plain,    ///< code, or a comment, or blank
        Kept,     ///< was behind keptMark
        Disabled, ///< was behind disabledMark
        Opaque,   ///< not to be cut or understood: a loop, a condition that does not hold, an include without a
                  ///< resolver
    };
    Kind kind = Kind::Plain;
    Place place;
    std::string_view code;
    std::string_view comment;
    Shape shape = Shape::Any; ///< of the code; Any is always right
};

struct Lines {
    Store store;
    std::vector<std::string> files;
    std::vector<Line> lines;
};

/// `configIds`: all that the same text is read with. A line for another one of them is that one's, and nothing to keep here.
[[nodiscard]] Lines preprocess(const SourceText& source, const Resolver& resolver, Report& report,
                               const std::vector<std::string>& configIds = {});

} // namespace lvsdeck::formats::keepalived
