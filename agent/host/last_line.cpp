// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/last_line.hpp"

#include <algorithm>
#include <cstdint>

namespace lvsdeck::host {

namespace {

/// Length of the well-formed sequence at the front (RFC 3629 section 4), 0: none.
std::size_t sequence(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xc0U) != 0x80)
            return 0;
    const std::uint8_t second = byte(1);
    const bool wrong = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                       (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
    return wrong ? 0 : length;
}

} // namespace

void LastLine::add(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = std::min(bytes.find('\n'), bytes.size());
        m_line.append(bytes.substr(0, std::min(end, limit - m_line.size())));
        if (end == bytes.size())
            return;
        if (m_line.find_first_not_of(" \t\r") != std::string::npos)
            m_last = m_line;
        m_line.clear();
        bytes.remove_prefix(end + 1);
    }
}

std::string LastLine::text() const {
    const bool unfinished = m_line.find_first_not_of(" \t\r") != std::string::npos;
    std::string_view rest = unfinished ? m_line : m_last;
    std::string out;
    while (!rest.empty()) {
        const std::size_t length = sequence(rest);
        if (length == 1 && (static_cast<std::uint8_t>(rest[0]) < 0x20 || rest[0] == 0x7f))
            out += ' ';
        else if (length == 0 && rest.size() < 4 && out.size() + rest.size() == limit)
            break; // cut in the middle of a character
        else
            out += length == 0 ? "?" : rest.substr(0, length);
        rest.remove_prefix(std::max<std::size_t>(length, 1));
    }
    const std::size_t last = out.find_last_not_of(' ');
    out.resize(last == std::string::npos ? 0 : last + 1);
    return out;
}

} // namespace lvsdeck::host
