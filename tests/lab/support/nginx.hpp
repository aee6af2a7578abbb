// SPDX-License-Identifier: GPL-3.0-or-later
// A real nginx on a real server of the lab, answering every request with its host's name. Killed when destroyed. One thread.
#pragma once

#include "tests/lab/support/host.hpp"

#include <optional>

namespace lvsdeck::lab {

class Nginx {
public:
    explicit Nginx(Host& host, int port = 80);

    void start();
    void stop();
    /// Bounded wait until it accepts connections; throws otherwise.
    void awaitReady();

private:
    Host* m_host;
    int m_port;
    std::optional<Process> m_process;
};

} // namespace lvsdeck::lab
