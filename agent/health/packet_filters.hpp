// SPDX-License-Identifier: GPL-3.0-or-later
// Classic BPF programs for the sockets of checks (linux/filter.h). Pure; any thread.
#pragma once

#include "agent/health/tcp_segment.hpp"

#include <cstdint>
#include <vector>

struct sock_filter;

namespace lvsdeck::health {

/// For a packet socket without link header: TCP from the flow's destination to its source port.
[[nodiscard]] std::vector<sock_filter> answerFilter(const TcpFlow& flow);
/// For a raw TCP socket: what answers a SYN from one of the sixteen ports that begin with this one.
[[nodiscard]] std::vector<sock_filter> synReplyFilter(Family family, std::uint16_t firstPort);
/// ARP replies only.
[[nodiscard]] std::vector<sock_filter> arpReplyFilter();

/// False and errno: the kernel does not take it.
[[nodiscard]] bool attachFilter(int descriptor, std::vector<sock_filter> program);

} // namespace lvsdeck::health
