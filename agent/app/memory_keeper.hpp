// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps a process small that lives for years: what big documents, looks at the whole table or checks that waited in thousands leave
// free between what stays goes back to the system. Owned by serve(); control thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>

namespace lvsdeck::app {

class MemoryKeeper {
public:
    /// Before there are other threads.
    explicit MemoryKeeper(boost::asio::io_context& context);

    /// Looks every few seconds from now on; costs next to nothing as long as the process has not grown.
    void start();

private:
    void look();

    boost::asio::steady_timer m_timer;
    std::size_t m_least = 0; ///< bytes, resident when something was last given back
};

} // namespace lvsdeck::app
