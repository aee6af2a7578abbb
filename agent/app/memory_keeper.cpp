// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/app/memory_keeper.hpp"

#include <chrono>

#include <sys/prctl.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace lvsdeck::app {

namespace {
constexpr auto every = std::chrono::seconds(10);
} // namespace

MemoryKeeper::MemoryKeeper(boost::asio::io_context& context) : m_timer(context) {
#ifdef __GLIBC__
    // The threads beside this one allocate little, and each would keep an arena of its own as big as it ever was.
    ::mallopt(M_ARENA_MAX, 1);
    // Fixed: otherwise the first big document raises it, and the next ones lie between what stays.
    ::mallopt(M_MMAP_THRESHOLD, 256 << 10);
#endif
    // What a configuration leaves free between what stays would be filled up again, 2 MiB at a time.
    ::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}

void MemoryKeeper::start() {
    m_timer.expires_after(every);
    m_timer.async_wait([this](boost::system::error_code error) {
        if (error)
            return;
#ifdef __GLIBC__
        (void)::malloc_trim(0);
#endif
        start();
    });
}

} // namespace lvsdeck::app
