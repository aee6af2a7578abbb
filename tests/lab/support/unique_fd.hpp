// SPDX-License-Identifier: GPL-3.0-or-later
// A file descriptor with one owner, and the error that every object of the lab throws when the kernel says no. Any thread.
#pragma once

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <utility>

namespace lvsdeck::lab {

/// The lab could not be built or asked something. A scenario that meets it has failed; GoogleTest prints the sentence.
class LabError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    /// "what: text of errno".
    [[nodiscard]] static LabError fromErrno(const std::string& what) { return LabError(what + ": " + std::strerror(errno)); }
};

class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : m_fd(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        reset(std::exchange(other.m_fd, -1));
        return *this;
    }
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() { reset(); }

    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] explicit operator bool() const { return m_fd >= 0; }
    void reset(int fd = -1) {
        if (m_fd >= 0)
            ::close(m_fd);
        m_fd = fd;
    }

private:
    int m_fd = -1;
};

} // namespace lvsdeck::lab
