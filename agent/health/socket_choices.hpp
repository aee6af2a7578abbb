// SPDX-License-Identifier: GPL-3.0-or-later
// Where a check's packets leave from, and what a failed system call says. Probes thread.
#pragma once

#include "agent/host/descriptor.hpp"
#include "agent/ports/check_port.hpp"

#include <array>
#include <sys/socket.h>

namespace lvsdeck::health {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;
    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};
[[nodiscard]] SocketAddress socketAddress(const IpAddress& address, std::uint16_t port);

/// A port of ours that no real connection uses as long as this lives.
class ReservedPort {
public:
    /// Of this address: `wanted`, or with 0 one that the kernel chooses. 0 and errno: none.
    [[nodiscard]] std::uint16_t reserve(const IpAddress& address, std::uint16_t wanted = 0);

private:
    host::Descriptor m_holder;
};
/// Sixteen of them that differ in their last four bits only.
class ReservedPorts {
public:
    static constexpr std::uint16_t count = 16;
    /// The first; 0: there are none together.
    [[nodiscard]] std::uint16_t reserve(const IpAddress& address);

private:
    std::array<ReservedPort, count> m_ports;
};

/// The local address of a socket of this family; unspecified when it has none.
[[nodiscard]] IpAddress localAddress(int descriptor, Family family);

/// Interface, firewall mark, source address and port as the target wants them. 0, or the errno of what this host refused.
[[nodiscard]] int chooseSource(int descriptor, const CheckTarget& target, Family family);

[[nodiscard]] CheckReason reasonOf(int errnoValue);
[[nodiscard]] CheckResult failureOf(int errnoValue);
/// Whatever it is, it is this host's fault.
[[nodiscard]] CheckResult localFailure(std::string_view what, int errnoValue);
[[nodiscard]] CheckResult timeoutOf(const CheckTarget& target);

} // namespace lvsdeck::health
