// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps a process small that lives for years: what big documents, looks at the whole table or checks that waited in thousands leave
// free between what stays goes back to the system. Owned by serve(); control thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace lvsdeck::app {

class MemoryKeeper {
public:
    /// Before there are other threads.
    explicit MemoryKeeper(boost::asio::io_context& context);

    /// Every few seconds from now on, about a millisecond with ten thousand servers: nobody else knows when thousands of checks have ended.
    void start();

private:
    boost::asio::steady_timer m_timer;
};

} // namespace lvsdeck::app
