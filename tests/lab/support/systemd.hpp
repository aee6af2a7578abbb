// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's systemd as process 1 of a host of the lab, in a process and control-group namespace of its own, with a /usr into which
// may be installed and nothing enabled but its journal. What it wrote to /etc, /var and /usr stays over a reboot, /run does not; the
// network is the host's, and a reboot leaves it alone. Ends with the object. One thread.
#pragma once

#include "tests/lab/support/host.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::lab {

class Systemd {
public:
    /// Why there can be none on this machine; empty: there can.
    [[nodiscard]] static std::string missing();

    /// Booted when the constructor returns.
    explicit Systemd(Host& host);
    ~Systemd();
    Systemd(const Systemd&) = delete;
    Systemd& operator=(const Systemd&) = delete;

    /// As the host's, but where systemd's processes are.
    [[nodiscard]] Finished run(const std::vector<std::string>& arguments, const std::string& input = {},
                               Milliseconds limit = 30s);
    std::string must(const std::vector<std::string>& arguments, const std::string& input = {}, Milliseconds limit = 30s);
    /// A line for the shell; its output without the last line's end.
    std::string shell(const std::string& line);
    /// "ActiveState" and so on of a unit.
    [[nodiscard]] std::string property(const std::string& unit, const std::string& name);
    /// Everything is stopped as when the machine goes down.
    void shutDown();
    /// After shutDown(); the unit "multi-user.target" is up when it returns.
    void boot();
    [[nodiscard]] std::string journal();

private:
    Host* m_host;
    std::optional<Process> m_process;
    pid_t m_first = -1; ///< process 1, as the test sees it
};

} // namespace lvsdeck::lab
