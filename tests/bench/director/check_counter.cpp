// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/director/check_counter.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lvsdeck::bench {
namespace {

constexpr std::size_t blockBytes = 1 << 18;
constexpr std::size_t blocks = 32;
constexpr unsigned blockEveryMs = 200;

/// IPv4, TCP, to port 80, SYN without ACK; the IPv4 header without options. Its two addresses are all that is kept.
constexpr std::array<sock_filter, 8> firstPackets{{{BPF_LD | BPF_B | BPF_ABS, 0, 0, 9},
                                                   {BPF_JMP | BPF_JEQ | BPF_K, 0, 5, IPPROTO_TCP},
                                                   {BPF_LD | BPF_H | BPF_ABS, 0, 0, 22},
                                                   {BPF_JMP | BPF_JEQ | BPF_K, 0, 3, 80},
                                                   {BPF_LD | BPF_B | BPF_ABS, 0, 0, 33},
                                                   {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0x02},
                                                   {BPF_RET | BPF_K, 0, 0, 20},
                                                   {BPF_RET | BPF_K, 0, 0, 0}}};

/// A ring that the kernel fills block by block: nobody is woken for a packet, so that counting costs both contestants little.
int openCapture(const std::string& interface, std::byte*& ring) {
    const int capture = ::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int version = TPACKET_V3;
    tpacket_req3 wanted{};
    wanted.tp_block_size = blockBytes;
    wanted.tp_block_nr = blocks;
    wanted.tp_frame_size = 2048;
    wanted.tp_frame_nr = blockBytes / 2048 * blocks;
    wanted.tp_retire_blk_tov = blockEveryMs;
    auto instructions = firstPackets;
    const sock_fprog program{.len = instructions.size(), .filter = instructions.data()};
    sockaddr_ll where{};
    where.sll_family = AF_PACKET;
    where.sll_protocol = htons(ETH_P_IP);
    where.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
    if (capture < 0 || ::setsockopt(capture, SOL_PACKET, PACKET_VERSION, &version, sizeof version) != 0 ||
        ::setsockopt(capture, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0 ||
        ::setsockopt(capture, SOL_PACKET, PACKET_RX_RING, &wanted, sizeof wanted) != 0)
        throw lab::LabError(std::string("cannot count packets: ") + std::strerror(errno));
    void* const memory = ::mmap(nullptr, blockBytes * blocks, PROT_READ | PROT_WRITE, MAP_SHARED, capture, 0);
    if (memory == MAP_FAILED || ::bind(capture, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
        throw lab::LabError(std::string("cannot count packets: ") + std::strerror(errno));
    ring = static_cast<std::byte*>(memory);
    return capture;
}

} // namespace

CheckCounter::CheckCounter(const lab::Host& host, const std::string& interface) {
    {
        const lab::NetworkOf inside(host);
        m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        m_capture = openCapture(interface, m_ring);
    }
    const int on = 1;
    ::setsockopt(m_listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(80);
    if (m_listener < 0 || ::bind(m_listener, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 ||
        ::listen(m_listener, 4096) != 0)
        throw lab::LabError("cannot listen on port 80 of " + host.name());
    // Ten thousand may come at once.
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max = std::max<rlim_t>(files.rlim_max, 65536);
    if (::setrlimit(RLIMIT_NOFILE, &files) != 0)
        throw lab::LabError("cannot have 65536 descriptors");
    m_wake = ::eventfd(0, EFD_CLOEXEC);
    m_thread = std::thread([this] { work(); });
}

CheckCounter::~CheckCounter() {
    (void)::eventfd_write(m_wake, 1);
    m_thread.join();
    letGo(true);
    ::munmap(m_ring, blockBytes * blocks);
    ::close(m_capture);
    ::close(m_listener);
    ::close(m_wake);
}

void CheckCounter::acceptAll() {
    for (;;) {
        const int connection = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0)
            return;
        m_accepted.emplace_back(std::chrono::steady_clock::now(), connection);
    }
}

void CheckCounter::letGo(bool all) {
    const auto before = std::chrono::steady_clock::now() - std::chrono::seconds(2);
    while (!m_accepted.empty() && (all || m_accepted.front().first < before)) {
        // No TIME_WAIT: the peers ask 2,000 times a second.
        const linger abort{1, 0};
        ::setsockopt(m_accepted.front().second, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
        ::close(m_accepted.front().second);
        m_accepted.pop_front();
    }
}

void CheckCounter::readRing() {
    for (;;) {
        auto* const block = reinterpret_cast<tpacket_block_desc*>(m_ring + m_block * blockBytes);
        std::uint32_t& status = block->hdr.bh1.block_status;
        if ((__atomic_load_n(&status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) == 0)
            return;
        {
            const std::lock_guard lock(m_mutex);
            const std::byte* at = reinterpret_cast<const std::byte*>(block) + block->hdr.bh1.offset_to_first_pkt;
            for (std::uint32_t i = 0; i < block->hdr.bh1.num_pkts; ++i) {
                const auto& packet = *reinterpret_cast<const tpacket3_hdr*>(at);
                std::uint32_t asked = 0;
                std::memcpy(&asked, at + packet.tp_net + 16, sizeof asked);
                m_asked[ntohl(asked)].push_back(std::chrono::seconds(packet.tp_sec) + Nanoseconds(packet.tp_nsec));
                at += packet.tp_next_offset;
            }
        }
        __atomic_store_n(&status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
        m_block = (m_block + 1) % blocks;
    }
}

void CheckCounter::work() {
    for (;;) {
        std::array<pollfd, 3> waiting{{{m_listener, POLLIN, 0}, {m_capture, POLLIN, 0}, {m_wake, POLLIN, 0}}};
        if (::poll(waiting.data(), waiting.size(), 1000) < 0 && errno != EINTR)
            return;
        if ((waiting[2].revents & POLLIN) != 0)
            return;
        readRing();
        acceptAll();
        letGo(false);
    }
}

void CheckCounter::reset() {
    const std::lock_guard lock(m_mutex);
    m_asked.clear();
}

CheckCounter::Rhythm CheckCounter::rhythm(std::chrono::milliseconds interval) const {
    const std::lock_guard lock(m_mutex);
    Rhythm out;
    std::vector<double> late;
    for (const auto& [address, times] : m_asked) {
        ++out.servers;
        std::optional<Nanoseconds> before;
        for (const Nanoseconds time : times) {
            if (before && time - *before < interval / 2)
                continue;
            ++out.checks;
            if (before)
                late.push_back(std::max(0.0, std::chrono::duration<double, std::milli>(time - *before - interval).count()));
            before = time;
        }
    }
    if (late.empty())
        return out;
    const auto middle = late.begin() + static_cast<std::ptrdiff_t>(late.size() / 2);
    std::ranges::nth_element(late, middle);
    out.medianMs = *middle;
    out.worstMs = *std::ranges::max_element(late);
    out.lateShare = static_cast<double>(std::ranges::count_if(late, [](double ms) { return ms > 100; })) /
                    static_cast<double>(late.size());
    return out;
}

} // namespace lvsdeck::bench
