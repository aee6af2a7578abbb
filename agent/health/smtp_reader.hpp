// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a mail server's replies (RFC 5321 section 4.2), bounded. A value of one conversation; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lvsdeck::health {

struct SmtpReply {
    int code = 0;     ///< 200..599; 0: it is none
    std::string text; ///< the last line, printable, at most 150 bytes
    bool operator==(const SmtpReply&) const = default;
};

class SmtpReader {
public:
    /// The next whole reply, when there is one; what follows stays. Several lines ("220-…") are one reply. Longer than 8 KiB, or with
    /// lines that are no reply: code 0.
    [[nodiscard]] std::optional<SmtpReply> feed(std::string_view bytes);

private:
    std::string m_buffer;
    std::size_t m_taken = 0;
};

/// A HELO's argument: printable, no blanks; "smtpchecker.keepalived.org" when it has none.
[[nodiscard]] std::string heloArgument(std::string_view name);

} // namespace lvsdeck::health
