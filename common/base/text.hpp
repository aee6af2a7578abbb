// SPDX-License-Identifier: GPL-3.0-or-later
// Texts of others in our messages. Messages travel as JSON, which a peer refuses as a whole when a character in it is cut in two.
#pragma once

#include <string>
#include <string_view>

namespace lvsdeck {

/// At most `most` bytes of UTF-8, cut between characters.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most);

} // namespace lvsdeck
