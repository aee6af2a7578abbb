// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/app/memory_keeper.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>

#include <sys/prctl.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace lvsdeck::app {

namespace {

using namespace std::chrono_literals;

constexpr auto lookEvery = 10s;
constexpr std::size_t worthIt = 512U << 10U;

/// 0: not known.
std::size_t residentBytes() {
    std::size_t whole = 0;
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> whole >> pages;
    return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void giveBack() {
#ifdef __GLIBC__
    (void)::malloc_trim(0);
#endif
}

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
    m_timer.expires_after(lookEvery);
    m_timer.async_wait([this](boost::system::error_code error) {
        if (error)
            return;
        look();
        start();
    });
}

void MemoryKeeper::look() {
    const std::size_t now = residentBytes();
    if (now < m_least + worthIt) {
        m_least = std::min(m_least, now);
        return;
    }
    giveBack();
    m_least = residentBytes();
}

} // namespace lvsdeck::app
