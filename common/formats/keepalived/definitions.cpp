// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/definitions.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

constexpr std::size_t turnBytes = 128; // what a line costs besides its text

bool isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// `$NAME` or `${NAME}` at the front of a text.
struct Use {
    std::string_view name;
    std::size_t length = 0; ///< 0: no use
    bool braced = false;
};

Use useAt(std::string_view text) {
    const bool braced = text.size() > 1 && text[1] == '{';
    std::size_t i = braced ? 2 : 1;
    const std::size_t begin = i;
    while (i < text.size() && isNameCharacter(text[i]))
        ++i;
    if (i == begin || (text[begin] >= '0' && text[begin] <= '9') || (braced && (i == text.size() || text[i] != '}')))
        return {};
    return {text.substr(begin, i - begin), braced ? i + 1 : i, braced};
}

} // namespace

void Definitions::set(const std::string& name, std::vector<std::string> lines) {
    std::erase(lines, std::string());
    if (lines.empty())
        lines.emplace_back();
    std::size_t bytes = 0;
    for (const std::string& line : lines)
        bytes += line.size() + turnBytes;
    m_definitions[name] = {std::move(lines), bytes};
}

const Definitions::Definition* Definitions::find(std::string_view name) const {
    const auto found = m_definitions.find(name);
    return found == m_definitions.end() ? nullptr : &found->second;
}

Definitions::Expansion Definitions::expand(std::string_view text, std::size_t most) const {
    Expansion out;
    while (!text.empty()) {
        const std::size_t dollar = std::min(text.find('$'), text.size());
        out.text += text.substr(0, dollar);
        text.remove_prefix(dollar);
        if (text.empty())
            break;
        const Use use = useAt(text);
        const std::string_view after = text.substr(use.length);
        const Definition* definition = use.length != 0 ? find(use.name) : nullptr;
        bool taken = definition != nullptr && (definition->lines.size() == 1 || trimmed(after).empty());
        if (taken && !use.braced && !after.empty() && !std::string_view(" \t,)").contains(after.front())) {
            taken = after.front() == '/';
            out.unclear = text.substr(0, use.length);
            out.unclearTaken = taken;
        }
        if (!taken) {
            const std::size_t skip = std::max<std::size_t>(use.length, 1);
            out.text += text.substr(0, skip);
            text.remove_prefix(skip);
            continue;
        }
        out.changed = true;
        out.bytes = out.text.size() + definition->bytes;
        // A definition of many lines may be long; it is bounded where all that is put in is counted.
        if (out.text.size() + definition->lines.front().size() > most) {
            out.tooLong = true;
            return out;
        }
        out.text += definition->lines.front();
        if (definition->lines.size() > 1) {
            out.more.assign(definition->lines.begin() + 1, definition->lines.end());
            return out;
        }
        text = after;
    }
    out.bytes = out.text.size() + turnBytes;
    out.tooLong = out.changed && out.text.size() > most;
    return out;
}

std::string Definitions::substituted(std::string_view text, std::size_t most) const {
    std::string out;
    while (!text.empty()) {
        const Use use = text.front() == '$' ? useAt(text) : Use{};
        const Definition* found = use.length != 0 ? find(use.name) : nullptr;
        if (found != nullptr && found->lines.size() == 1 && out.size() < most) {
            out += found->lines.front();
            text.remove_prefix(use.length);
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

std::string_view definedName(std::string_view line) {
    const std::size_t equals = line.find_first_of("= \t{");
    if (!line.starts_with('$') || equals == std::string_view::npos || equals < 2 || line[equals] != '=' ||
        (line[1] >= '0' && line[1] <= '9'))
        return {};
    const std::string_view name = line.substr(1, equals - 1);
    return std::ranges::all_of(name, isNameCharacter) ? name : std::string_view();
}

} // namespace lvsdeck::formats::keepalived
