// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/control/steady_probe.hpp"

#include "tests/lab/support/client_probe.hpp"

#include <csignal>
#include <iomanip>
#include <iostream>

namespace lvsdeck::lab {
namespace {

constexpr Milliseconds patience = 1000ms;

void report(const ClientProbe& probe) {
    const auto attempts = probe.attempts();
    std::size_t failed = 0;
    for (const Attempt& attempt : attempts)
        failed += attempt.result == AttemptResult::Connected ? 0 : 1;
    const std::chrono::duration<double, std::milli> outage = longestOutage(attempts);
    std::cout << std::fixed << std::setprecision(3) << "{\"outage_ms\": " << outage.count()
              << ", \"attempts\": " << attempts.size() << ", \"failed\": " << failed << "}\n"
              << std::flush;
}

} // namespace

int measure(const ProbeOptions& options) {
    // Blocked before the probe's thread exists, so that it inherits that and only the wait below takes them.
    sigset_t ends;
    sigemptyset(&ends);
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE})
        sigaddset(&ends, number);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);

    const ClientProbe probe(nullptr, options.address, options.port, Milliseconds(options.intervalMs), patience);
    const auto end = Clock::now() + std::chrono::seconds(options.seconds);
    int taken = 0;
    while (std::cout.good() && Clock::now() < end && taken <= 0) {
        const timespec second{1, 0};
        taken = ::sigtimedwait(&ends, nullptr, &second);
        report(probe);
    }
    return 0;
}

} // namespace lvsdeck::lab
