// SPDX-License-Identifier: GPL-3.0-or-later
// A named pipe that lines are written to without ever waiting, whether somebody reads or not. One thread.
#pragma once

#include "agent/host/descriptor.hpp"
#include "common/base/error.hpp"

#include <cstdint>
#include <string>

namespace lvsdeck::host {

class Fifo {
public:
    explicit Fifo(std::string path) : m_path(std::move(path)) {}

    /// Makes the pipe (mode 0600) when there is nothing of that name, and again when somebody removed it. Up to 4096 bytes arrive whole
    /// or not at all. Busy: nobody reads, and it is full. InvalidInput: it is something else than a pipe.
    [[nodiscard]] Result<void> write(const std::string& line);

private:
    [[nodiscard]] Result<void> open();

    std::string m_path;
    Descriptor m_pipe;
    std::uint64_t m_device = 0;
    std::uint64_t m_inode = 0;
};

} // namespace lvsdeck::host
