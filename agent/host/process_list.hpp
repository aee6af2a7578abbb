// SPDX-License-Identifier: GPL-3.0-or-later
// The processes of this host out of /proc, cheap enough to ask for every second: what has been there for a while is looked at again
// only now and then. One thread.
#pragma once

#include "agent/ports/system_port.hpp"

#include <map>

namespace lvsdeck::host {

class ProcessList {
public:
    explicit ProcessList(std::string root = "/proc") : m_root(std::move(root)) {}

    /// Sorted by number. A process that replaces its program is told with it at once while it is young, later within 16 calls.
    [[nodiscard]] Result<std::vector<lvsdeck::Process>> read();

private:
    struct Known {
        lvsdeck::Process process;
        std::uint64_t inode = 0; ///< of its folder: another process of the same number has another
        std::uint32_t calls = 0; ///< that it was there
    };
    [[nodiscard]] bool look(int folder, lvsdeck::Process& process);

    std::string m_root;
    std::map<int, Known> m_known;
    std::uint32_t m_call = 0;
};

} // namespace lvsdeck::host
