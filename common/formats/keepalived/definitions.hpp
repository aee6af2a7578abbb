// SPDX-License-Identifier: GPL-3.0-or-later
// keepalived's $DEFINITIONS: what they hold and where they are put in. Private to this folder. Pure; linear in the text.
#pragma once

#include "common/formats/keepalived/lexer.hpp"

#include <map>
#include <optional>

namespace lvsdeck::formats::keepalived {

class Definitions {
public:
    void set(const std::string& name, std::vector<std::string> lines);
    void set(const std::string& name, std::string line) { set(name, std::vector{std::move(line)}); }

    /// A line after one round: definitions inside of the values are not put in yet.
    struct Expansion {
        std::string text;
        std::vector<std::string> more; ///< the other lines of a definition of several lines, which ends the line
        std::size_t bytes = 0;         ///< of all lines
        bool changed = false;
        bool tooLong = false;      ///< more than `most` bytes; text and more are of no use
        std::string unclear;       ///< a $NAME whose next character makes keepalived 2.2 leave it as it is
        bool unclearTaken = false; ///< it was put in all the same, as later versions do
    };
    [[nodiscard]] Expansion expand(std::string_view text, std::size_t most) const;

    /// Definitions of one line put in, once; at most about `most` bytes.
    [[nodiscard]] std::string substituted(std::string_view text, std::size_t most) const;

private:
    struct Definition {
        std::vector<std::string> lines;
        std::size_t bytes = 0;
    };
    [[nodiscard]] const Definition* find(std::string_view name) const;

    std::map<std::string, Definition, std::less<>> m_definitions;
};

/// The name that the line `$NAME=value` defines; empty: it is no definition.
[[nodiscard]] std::string_view definedName(std::string_view line);

} // namespace lvsdeck::formats::keepalived
