// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/fifo.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>

namespace lvsdeck::host {

Result<void> Fifo::open() {
    const auto wrong = [this](int number) {
        return failure(ErrorCode::Io, "cannot open the pipe " + m_path + ": " + std::strerror(number));
    };
    struct stat found{};
    if (::stat(m_path.c_str(), &found) != 0) {
        if (errno != ENOENT)
            return wrong(errno);
        if (::mkfifo(m_path.c_str(), S_IRUSR | S_IWUSR) != 0 || ::stat(m_path.c_str(), &found) != 0)
            return wrong(errno);
    }
    if (!S_ISFIFO(found.st_mode))
        return failure(ErrorCode::InvalidInput, m_path + " is not a named pipe: remove it, or name another");
    if (m_pipe && found.st_ino == m_inode && found.st_dev == m_device)
        return {};
    // Read-write: opening does not fail without a reader, and what is written stays for the one that comes.
    m_pipe = Descriptor(::open(m_path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
    if (!m_pipe || ::fstat(m_pipe.get(), &found) != 0)
        return wrong(errno);
    if (!S_ISFIFO(found.st_mode)) {
        m_pipe = Descriptor();
        return failure(ErrorCode::Conflict, m_path + " was replaced while it was opened");
    }
    m_inode = found.st_ino;
    m_device = found.st_dev;
    return {};
}

Result<void> Fifo::write(const std::string& line) {
    if (auto opened = open(); !opened)
        return opened;
    const std::string text = line.ends_with('\n') ? line : line + '\n';
    if (text.size() > PIPE_BUF)
        return failure(ErrorCode::TooLarge, "a line for the pipe " + m_path + " has more than 4096 bytes");
    if (::write(m_pipe.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()))
        return {};
    if (errno == EAGAIN)
        return failure(ErrorCode::Busy, "the pipe " + m_path + " is full, because nobody reads it: a line was dropped");
    return failure(ErrorCode::Io, "cannot write to the pipe " + m_path + ": " + std::strerror(errno));
}

} // namespace lvsdeck::host
