// SPDX-License-Identifier: GPL-3.0-or-later
// Tells systemd how the service is (sd_notify's few bytes to $NOTIFY_SOCKET). Without that variable nothing happens. Owned by
// serve(); one thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lvsdeck::app {

class ServiceNotify {
public:
    /// Reads NOTIFY_SOCKET and WATCHDOG_USEC of the environment.
    ServiceNotify();
    ServiceNotify(const ServiceNotify&) = delete;
    ServiceNotify& operator=(const ServiceNotify&) = delete;
    ~ServiceNotify();

    /// "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=…".
    void say(std::string_view message) const;
    /// Half of what systemd waits for; none: no watchdog.
    [[nodiscard]] std::optional<std::chrono::microseconds> watchdogBeat() const { return m_beat; }

private:
    int m_socket = -1;
    std::string m_address;
    std::optional<std::chrono::microseconds> m_beat;
};

} // namespace lvsdeck::app
