// SPDX-License-Identifier: GPL-3.0-or-later
// Listens to what rtnetlink tells everybody, on a socket of its own, so that answers and news never mix. Owned by the port that
// wants the news; control thread.
#pragma once

#include "agent/host/netlink_handles.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <initializer_list>

namespace lvsdeck::host {

class NetlinkWatcher {
public:
    /// `matters` picks the news that count; empty: all do. `changed` comes once for all that arrived together, and may destroy
    /// nothing of the watcher. What is lost in a queue that was full counts as news.
    NetlinkWatcher(boost::asio::io_context& loop, std::function<void()> changed,
                   std::function<bool(const nlmsghdr&)> matters = {});
    ~NetlinkWatcher();
    NetlinkWatcher(const NetlinkWatcher&) = delete;
    NetlinkWatcher& operator=(const NetlinkWatcher&) = delete;

    /// Groups of rtnetlink (RTNLGRP_…). False: the kernel does not let us listen.
    [[nodiscard]] bool start(std::initializer_list<int> groups);

private:
    void wait();
    /// Whether something that counts was among it.
    [[nodiscard]] bool drain();

    netlink::Socket m_socket;
    boost::asio::posix::stream_descriptor m_descriptor;
    std::function<void()> m_changed;
    std::function<bool(const nlmsghdr&)> m_matters;
};

} // namespace lvsdeck::host
