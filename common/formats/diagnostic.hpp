// SPDX-License-Identifier: GPL-3.0-or-later
// What every reader and writer of configuration texts takes and gives: texts with their names, and findings
// with their places. Values only: nothing here opens a file. Pure; any thread.
#pragma once

#include "common/base/text.hpp"
#include "common/model/validate.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lvsdeck::formats {

using model::Severity;

/// Error: something was not taken over. Warning: taken over, but look at it. Note: good to know.
struct Diagnostic {
    Severity severity = Severity::Note;
    std::string file;
    std::uint32_t line = 0;   ///< from 1; 0: the whole file
    std::uint32_t column = 0; ///< from 1, in bytes; 0: the whole line
    std::string found;        ///< the text that it is about
    std::string text;         ///< what it means, and what was done about it
    bool operator==(const Diagnostic&) const = default;
};
BOOST_DESCRIBE_STRUCT(Diagnostic, (), (severity, file, line, column, found, text))

/// "file:line:column: text (found)" as compilers write it.
[[nodiscard]] std::string toText(const Diagnostic& diagnostic);

struct SourceText {
    std::string director; ///< whose file this is; empty: made from the file's name or number
    std::string file;     ///< for messages
    std::string text;
    std::string configId; ///< keepalived's -i; decides the lines that begin with @
};

/// Finds the files of an include: a glob and the file that it stands in -> texts in the order that they are
/// read.
using Resolver = std::function<Result<std::vector<SourceText>>(const std::string& glob, const std::string& fromFile)>;

struct Imported {
    model::Cluster cluster;
    std::vector<Diagnostic> diagnostics;
};

struct Exported {
    std::string text;
    std::vector<Diagnostic> diagnostics;
};

/// Of one text, with what it includes. 1,000 services with 20 servers and their checks are 3 to 6 MiB.
inline constexpr std::size_t maxSourceBytes = 16U << 20U;

} // namespace lvsdeck::formats
