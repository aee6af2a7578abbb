// SPDX-License-Identifier: GPL-3.0-or-later
// What keepalived does before it looks at keywords: @conditions, $DEFINITIONS, ~SEQ and ~LST loops, include. Bounded in depth and
// in output. Pure: included texts come from the caller's resolver.
#pragma once

#include "common/formats/keepalived/lexer.hpp"

#include <array>
#include <unordered_set>

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

/// Collects findings; turns places into file names.
class Report {
public:
    explicit Report(std::vector<Diagnostic>& out) : m_out(out) {}
    /// The same finding at the same place counts once; of each severity at most maxDiagnostics are listed.
    void add(Severity severity, const std::vector<std::string>& files, Place place, std::string_view found,
             std::string text);
    /// Says how many were not listed.
    void finish();

private:
    std::vector<Diagnostic>& m_out;
    std::unordered_set<std::size_t> m_seen; ///< hashes
    std::array<std::size_t, 3> m_counts{};
};

inline constexpr std::size_t maxDiagnostics = 10'000;

/// `configIds`: all that the same text is read with. A line for another one of them is that one's, and nothing to keep here.
[[nodiscard]] Lines preprocess(const SourceText& source, const Resolver& resolver, Report& report,
                               const std::vector<std::string>& configIds = {});

} // namespace lvsdeck::formats::keepalived
