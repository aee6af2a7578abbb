// SPDX-License-Identifier: GPL-3.0-or-later
// What a client feels, said while it happens: the scenarios' own probe for programs outside the lab, so that
// what an agent measured can be held against somebody who shares no code with it. One thread besides the
// probe's.
#pragma once

#include <cstdint>
#include <string>

namespace lvsdeck::lab {

struct ProbeOptions {
    std::string address;
    std::uint16_t port = 80;
    int intervalMs = 10;
    int seconds = 300;
};

/// Runs in the network it is started in, until SIGTERM, SIGINT, the end of its listener or of the time.
/// Prints every second, and at the end, {"outage_ms", "attempts", "failed"} as of now; an attempt has failed
/// when it took longer than a second. 0.
int measure(const ProbeOptions& options);

} // namespace lvsdeck::lab
