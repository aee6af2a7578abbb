// SPDX-License-Identifier: GPL-3.0-or-later
// Clients for people to watch: a steady load on the service, for the demo. One thread, until the process is killed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace lvsdeck::lab {

struct LoadOptions {
    std::string address;
    std::uint16_t port = 80;
    std::size_t connections = 20;
    int pauseMs = 200;
};

/// Runs in the network it is started in; broken connections are replaced. Prints its totals as a line of JSON every second.
int keepBusy(const LoadOptions& options);

} // namespace lvsdeck::lab
