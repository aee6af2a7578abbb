// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/proc_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <vector>

namespace lvsdeck::ipvs {

namespace {
constexpr std::size_t maxBytes = 64U << 20U;
constexpr std::size_t step = 64U << 10U;
} // namespace

std::optional<ProcTable> readProcFile(const std::string& path, ProcTableReader::Wanted wanted) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return std::nullopt;
    ProcTableReader reader(wanted);
    std::vector<char> part(step); // stays warm, as the whole text would not
    std::size_t size = 0;
    ssize_t got = 0;
    while ((got = ::read(file, part.data(), part.size())) > 0 && size < maxBytes) {
        size += static_cast<std::size_t>(got);
        reader.take({part.data(), static_cast<std::size_t>(got)});
    }
    ::close(file);
    if (got < 0 || size >= maxBytes)
        return std::nullopt;
    return reader.finish();
}

} // namespace lvsdeck::ipvs
