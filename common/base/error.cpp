// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/error.hpp"

#include <array>

namespace lvsdeck {

namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 11> words{{
    {ErrorCode::InvalidInput, "invalid-input"},
    {ErrorCode::NotFound, "not-found"},
    {ErrorCode::Conflict, "conflict"},
    {ErrorCode::Denied, "denied"},
    {ErrorCode::Unsupported, "unsupported"},
    {ErrorCode::Unavailable, "unavailable"},
    {ErrorCode::Timeout, "timeout"},
    {ErrorCode::Busy, "busy"},
    {ErrorCode::TooLarge, "too-large"},
    {ErrorCode::Io, "io"},
    {ErrorCode::Internal, "internal"},
}};

} // namespace

std::string_view toWord(ErrorCode code) {
    for (const auto& [value, word] : words)
        if (value == code)
            return word;
    return "internal";
}

ErrorCode errorCodeFromWord(std::string_view word) {
    for (const auto& [value, known] : words)
        if (known == word)
            return value;
    return ErrorCode::Internal;
}

} // namespace lvsdeck
