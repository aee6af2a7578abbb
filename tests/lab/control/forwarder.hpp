// SPDX-License-Identifier: GPL-3.0-or-later
// Lets this machine's programs reach a port of a lab host: accepts connections on a local port and carries their bytes to an
// address on the management network. It needs no packet filter and leaves the machine's own network as it is. Threads of its own.
#pragma once

#include "tests/lab/support/host.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace lvsdeck::lab {

/// A listening TCP socket in the calling thread's network; throws LabError when the port is taken.
[[nodiscard]] UniqueFd listenOn(const std::string& address, std::uint16_t port);

class Forwarder {
public:
    /// `through` is the host in whose network the target can be reached.
    Forwarder(const std::string& localAddress, std::uint16_t localPort, Host& through, std::string targetAddress,
              std::uint16_t targetPort);
    ~Forwarder();
    Forwarder(const Forwarder&) = delete;
    Forwarder& operator=(const Forwarder&) = delete;

private:
    void accept(Host& through);

    UniqueFd m_listener;
    std::string m_targetAddress;
    std::uint16_t m_targetPort;
    std::atomic<bool> m_stop = false;
    std::thread m_thread;
};

} // namespace lvsdeck::lab
