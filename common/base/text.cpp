// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/text.hpp"

namespace lvsdeck {

std::string shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most)
        return std::string(text);
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
        --most;
    return std::string(text.substr(0, most));
}

} // namespace lvsdeck
