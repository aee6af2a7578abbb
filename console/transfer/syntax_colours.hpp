// SPDX-License-Identifier: GPL-3.0-or-later
// Which parts of a line of configuration have which meaning, line by line and without memory: keepalived.conf, ldirectord.cf,
// lvs.cf, ipvsadm rules and JSON are alike enough. Pure.
#pragma once

#include <QString>

#include <vector>

namespace lvsdeck::console {

enum class SyntaxPart { Comment, Keyword, Block, Quoted };

struct SyntaxRange {
    int start = 0; ///< characters
    int length = 0;
    SyntaxPart part = SyntaxPart::Keyword;
    bool operator==(const SyntaxRange&) const = default;
};

[[nodiscard]] std::vector<SyntaxRange> syntaxOf(const QString& line);

} // namespace lvsdeck::console
