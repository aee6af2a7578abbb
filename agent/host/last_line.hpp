// SPDX-License-Identifier: GPL-3.0-or-later
// What a program said last: keeps the last line that is not empty of a stream of bytes, in bounded memory. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace lvsdeck::host {

class LastLine {
public:
    static constexpr std::size_t limit = 200; ///< bytes of text()

    void add(std::string_view bytes);
    /// Valid UTF-8 without control characters; an unfinished line counts. What was not UTF-8 is '?'.
    [[nodiscard]] std::string text() const;

private:
    std::string m_line; ///< the one being received, cut at the limit
    std::string m_last;
};

} // namespace lvsdeck::host
