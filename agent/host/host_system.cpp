// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/host_system.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace lvsdeck::host {

namespace {

constexpr std::size_t readLimit = 4096;
constexpr std::size_t fifosAtMost = 32; // of configurations long gone

std::unexpected<Error> fileError(const std::string& what, const std::string& path) {
    return failure(ErrorCode::Io, "cannot " + what + " " + path + ": " + std::strerror(errno));
}

} // namespace

Result<std::optional<std::string>> HostSystem::readFile(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    if (!file) {
        if (errno == ENOENT || errno == ENOTDIR)
            return std::optional<std::string>{};
        return fileError("open", path);
    }
    struct stat found{};
    if (::fstat(file.get(), &found) != 0)
        return fileError("look at", path);
    if (!S_ISREG(found.st_mode))
        return failure(ErrorCode::InvalidInput, path + " is not an ordinary file");
    std::array<char, readLimit> buffer;
    const ssize_t size = ::read(file.get(), buffer.data(), buffer.size());
    if (size < 0)
        return fileError("read", path);
    return std::optional(std::string(buffer.data(), static_cast<std::size_t>(size)));
}

Result<void> HostSystem::writeFile(const std::string& path, const std::string& text) {
    constexpr mode_t mode = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;
    const Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, mode));
    if (!file)
        return fileError("write", path);
    for (std::size_t written = 0; written < text.size();) {
        const ssize_t size = ::write(file.get(), text.data() + written, text.size() - written);
        if (size < 0)
            return fileError("write", path);
        written += static_cast<std::size_t>(size);
    }
    return {};
}

Result<void> HostSystem::writeFifo(const std::string& path, const std::string& line) {
    if (m_fifos.size() > fifosAtMost && !m_fifos.contains(path))
        m_fifos.clear();
    return m_fifos.try_emplace(path, path).first->second.write(line);
}

} // namespace lvsdeck::host
