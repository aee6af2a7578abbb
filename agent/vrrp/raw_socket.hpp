// SPDX-License-Identifier: GPL-3.0-or-later
// The real VrrpPort: raw sockets of protocol 112, IPv4 and IPv6, each bound to its interface (a macvlan is one like any other) and,
// when asked, joined to one group. Owned by main(); control thread. Needs CAP_NET_RAW.
#pragma once

#include "agent/ports/vrrp_port.hpp"

#include <boost/asio/io_context.hpp>

namespace lvsdeck::vrrp {

class RawSocketPort final : public VrrpPort {
public:
    explicit RawSocketPort(boost::asio::io_context& context) : m_context(context) {}

    /// `received` is called on the thread that runs the io_context, and never after the endpoint was destroyed. Loop-back of multicast
    /// is off, so own messages do not come back. The checksum is the packet codec's affair, for IPv6 too.
    [[nodiscard]] Result<std::unique_ptr<VrrpEndpoint>> open(const Listening& listening,
                                                             std::function<void(const ReceivedAdvert&)> received) override;

private:
    boost::asio::io_context& m_context;
};

} // namespace lvsdeck::vrrp
