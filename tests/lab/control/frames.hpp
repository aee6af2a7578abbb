// SPDX-License-Identifier: GPL-3.0-or-later
// What passes between `lvsdeck-lab serve` and its commands: frames of one kind byte, a length (4 bytes, big endian) and that many
// bytes. Blocking; one thread per direction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lvsdeck::lab {

enum class FrameKind : char {
    Request = 'r', ///< JSON {token, action, host, arguments}; always first
    Input = 'i',   ///< for the program's standard input; empty: its end
    Output = 'o',
    Errors = 'e',
    Exit = 'x',   ///< the exit status, decimal; always last
    Answer = 'a', ///< JSON
    Problem = '!' ///< a sentence; nothing follows
};

struct Frame {
    FrameKind kind = FrameKind::Problem;
    std::string payload;
};

inline constexpr std::size_t maxFrame = 1U << 20U;

/// False when the other side has gone.
bool sendFrame(int fd, FrameKind kind, std::string_view payload);
/// Nothing at the end of the stream, or when a frame is larger than maxFrame.
[[nodiscard]] std::optional<Frame> receiveFrame(int fd);

} // namespace lvsdeck::lab
