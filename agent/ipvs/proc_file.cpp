// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/proc_file.hpp"

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

namespace lvsdeck::ipvs {

namespace {
constexpr std::size_t maxBytes = 64U << 20U;
constexpr std::size_t step = 64U << 10U;
} // namespace

std::optional<ProcTable> readProcFile(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return std::nullopt;
    std::string text;
    std::size_t size = 0;
    ssize_t got = 0;
    do {
        if (text.size() < size + step)
            text.resize(std::max(size + step, text.size() * 2));
        got = ::read(file, text.data() + size, text.size() - size);
        size += got > 0 ? static_cast<std::size_t>(got) : 0;
    } while (got > 0 && size < maxBytes);
    ::close(file);
    text.resize(size);
    if (got < 0 || size >= maxBytes)
        return std::nullopt;
    return readProcTable(text);
}

} // namespace lvsdeck::ipvs
