// SPDX-License-Identifier: GPL-3.0-or-later
// The one error type of both programs: a code out of a short closed list that also travels on the wire, a sentence for a
// person (what, where, what to do), and, where there is one, the path of the field or the place in a file.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace lvsdeck {

/// Closed list; it is part of the protocol (resources/docs/protocol.md). Add only what a caller acts on differently.
enum class ErrorCode {
    InvalidInput, ///< the request, file or document is wrong; `path` says where
    NotFound,     ///< the named thing does not exist
    Conflict,     ///< a stale base revision, or somebody else is doing the same thing
    Denied,       ///< the caller's role does not allow it
    Unsupported,  ///< this host or version cannot do it (no ip_vs, unknown scheduler …)
    Unavailable,  ///< a director cannot be reached, or the connection was lost
    Timeout,      ///< it took longer than allowed
    Busy,         ///< try again later; a drill or an apply is running
    TooLarge,     ///< a limit was exceeded
    Io,           ///< the operating system said no
    Internal,     ///< our own fault
};

struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string text;
    std::string path; ///< JSON-pointer-like path ("services[0].port") or "file:line:column"; may be empty

    bool operator==(const Error&) const = default;
};

template <class T> using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> failure(ErrorCode code, std::string text, std::string path = {}) {
    return std::unexpected(Error{code, std::move(text), std::move(path)});
}

/// The word used on the wire, e.g. "invalid-input".
[[nodiscard]] std::string_view toWord(ErrorCode code);
/// Internal when the word is unknown (a newer peer).
[[nodiscard]] ErrorCode errorCodeFromWord(std::string_view word);

} // namespace lvsdeck
