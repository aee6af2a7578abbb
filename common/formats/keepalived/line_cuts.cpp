// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/line_cuts.hpp"

#include "common/formats/keepalived/definitions.hpp"
#include "common/formats/keepalived/loops.hpp"

namespace lvsdeck::formats::keepalived {

namespace {

/// What keepalived looks for at the beginning of a line, before it cuts at braces.
bool isSpecial(std::string_view text) {
    return text.starts_with('@') || text.starts_with("include") || isLoop(text) || !definedName(text).empty();
}

} // namespace

std::size_t restBegin(std::string_view code) {
    bool quoted = false;
    for (std::size_t i = 0; i < code.size(); ++i) {
        quoted = quoted != (code[i] == '"');
        if (quoted || (code[i] != '{' && code[i] != '}'))
            continue;
        const std::size_t next = code.find_first_not_of(" \t", i + 1);
        // Words that cannot begin one of those need no closer look.
        if (next != std::string_view::npos && std::string_view("@$~i").contains(code[next]) && isSpecial(code.substr(next)))
            return next;
    }
    return std::string::npos;
}

bool hasBrace(std::string_view code) {
    bool quoted = false;
    bool name = false;
    for (std::size_t i = 0; i < code.size(); ++i) {
        quoted = quoted != (code[i] == '"');
        const bool begins = code[i] == '{' && i > 0 && code[i - 1] == '$';
        if (!quoted && !begins && (code[i] == '{' || (code[i] == '}' && !name)))
            return true;
        name = begins || (name && code[i] != '}');
    }
    return false;
}

} // namespace lvsdeck::formats::keepalived
