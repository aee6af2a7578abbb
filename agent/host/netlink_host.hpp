// SPDX-License-Identifier: GPL-3.0-or-later
// The real host's links and addresses through rtnetlink, in the network namespace of the creating thread.
// Owned by the composition root, which owns the io_context and must outlive nothing of it: destroy this
// first. Control thread only.
#pragma once

#include "agent/host/announcer.hpp"
#include "agent/host/netlink_watcher.hpp"
#include "agent/host/route_socket.hpp"
#include "agent/ports/host_port.hpp"

#include <memory>
#include <optional>

namespace boost::asio {
class io_context;
}

namespace lvsdeck::host {

class NetlinkHost final : public HostPort {
public:
    explicit NetlinkHost(boost::asio::io_context& loop);
    ~NetlinkHost() override;

    [[nodiscard]] Result<std::vector<Link>> links() override;
    /// As keepalived: IPv6 without duplicate address detection (the old master may still hold it), and a /128 as deprecated, so that
    /// this host's own connections do not leave from it.
    [[nodiscard]] Result<void> addAddress(const std::string& device, const InterfaceAddress& address,
                                          const AddressOptions& options) override;
    [[nodiscard]] Result<void> removeAddress(const std::string& device, const InterfaceAddress& address) override;
    [[nodiscard]] Result<void> announce(const std::string& device, const IpAddress& address) override;
    /// The second call replaces the first's callback. When the kernel cannot be listened to, changes go
    /// unnoticed until the next call of links().
    void watch(std::function<void()> changed) override;

private:
    [[nodiscard]] std::optional<IpAddress> peerOf(int index, const InterfaceAddress& address);

    boost::asio::io_context& m_loop;
    RouteSocket m_socket;
    Announcer m_announcer;
    std::unique_ptr<NetlinkWatcher> m_watcher;
};

} // namespace lvsdeck::host
