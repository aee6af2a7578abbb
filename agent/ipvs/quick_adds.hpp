// SPDX-License-Identifier: GPL-3.0-or-later
// Services and servers that are added through the kernel's older interface (setsockopt, linux/ip_vs.h): one call each, without a
// message to parse, to answer and to queue, which takes two thirds of the time of netlink for a big table. It knows IPv4 only, no
// persistence engine, no address families that differ, and of tunnels plain IPIP; netlink does the rest. Same rules of use as
// NetlinkIpvs, which owns it.
#pragma once

#include "agent/host/descriptor.hpp"
#include "agent/ipvs/table.hpp"

#include <optional>

namespace lvsdeck::ipvs {

class QuickAdds {
public:
    /// Whether it can do this one. Never, once a kernel has not known the interface.
    [[nodiscard]] bool takes(const Operation& operation) const;
    /// An errno, 0 when done. Unset: this kernel does not have the interface, and nothing was done.
    [[nodiscard]] std::optional<int> add(const Operation& operation);

private:
    host::Descriptor m_socket;
    bool m_missing = false;
};

} // namespace lvsdeck::ipvs
