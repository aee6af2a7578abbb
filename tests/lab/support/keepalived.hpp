// SPDX-License-Identifier: GPL-3.0-or-later
// A real keepalived on a host of the lab: configuration text in, its log out. Killed when destroyed. One thread.
#pragma once

#include "tests/lab/support/network.hpp"

#include <optional>
#include <string>

namespace lvsdeck::lab {

class Keepalived {
public:
    /// Writes the configuration to the host's /etc/keepalived and starts the daemon on it.
    /// `configId` decides the lines that begin with @.
    Keepalived(Host& host, const std::string& configuration, std::string configId = {});

    /// SIGTERM: priority 0, addresses and rules removed.
    void stop();
    /// What the others see when the machine loses its power: it is off the network from one moment to the next. Then all of the
    /// daemon's processes are killed, the addresses that it held are taken away ("192.168.50.8/32 dev eth0"), and the empty machine
    /// is plugged in again.
    void crash(Switch& network, const std::vector<std::string>& heldAddresses);
    /// SIGKILL to all of its processes; what they put into the kernel stays.
    void kill9();
    /// A new configuration and SIGHUP.
    void reload(const std::string& configuration);
    /// After stop() or crash().
    void start();
    /// What it says about its VRRP side when it is asked by SIGUSR1, in its own words; empty when it says nothing.
    [[nodiscard]] std::string vrrpData();
    [[nodiscard]] bool running();
    [[nodiscard]] pid_t pid() const { return m_process ? m_process->pid() : -1; }
    [[nodiscard]] std::string log() const;

    struct Verdict {
        int status = 0;
        std::string messages;
    };
    /// `keepalived --config-test` on that text, on this host (its interfaces must exist there).
    [[nodiscard]] static Verdict check(Host& host, const std::string& configuration);

private:
    Host* m_host;
    std::string m_configId;
    std::optional<Process> m_process;
};

} // namespace lvsdeck::lab
