// SPDX-License-Identifier: GPL-3.0-or-later
// How keepalived writes a program with its arguments: one word of the line holds all of it and is cut into words once
// more, both times with quotes and escapes of its own; the user and the group follow. Private to this folder. Pure.
#pragma once

#include "common/formats/keepalived/syntax.hpp"
#include "common/model/script.hpp"

#include <optional>

namespace lvsdeck::formats::keepalived {

/// Words of a text in which '…' and "…" both quote, pieces beside each other join, and a backslash escapes (\n, \x41,
/// \101, \cX; any other character stands for itself), inside of quotes too. None at all when
/// escapes make bytes that are not UTF-8, which no document can hold.
[[nodiscard]] std::vector<std::string> escapedWords(std::string_view text);

/// A line "WORD SCRIPT [USER [GROUP]]". Nothing when there is no program or there are too many words.
[[nodiscard]] std::optional<model::Script> scriptValue(const Node& line);

/// A line whose words behind the first keepalived 2 would drop (`script killall -0 nginx` without quotes).
[[nodiscard]] bool hasUnquotedArguments(const Node& line);

/// Always quoted: "\"/bin/check a b\" nobody nogroup". Reading it again gives the same program.
[[nodiscard]] std::string scriptText(const model::Script& script);
/// Without user and group, for blocks that have words of their own for them.
[[nodiscard]] std::string commandText(const std::vector<std::string>& command);
/// One value in double quotes, escaped for a word that is lexed with escapes once (a regex, a name).
[[nodiscard]] std::string escapedText(std::string_view text);

} // namespace lvsdeck::formats::keepalived
