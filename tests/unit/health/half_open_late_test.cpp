// SPDX-License-Identifier: GPL-3.0-or-later
// TCP checks of a server that answers late: the test itself is the server, behind a TUN device in a network namespace. Needs root.
#include "tests/unit/health/check_loop.hpp"

#include "agent/health/datagram_talk.hpp"
#include "agent/host/descriptor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <thread>

using namespace lvsdeck;
using namespace lvsdeck::health;
using namespace std::chrono_literals;
using host::Descriptor;

namespace {

constexpr std::size_t ipHeader = 20;
constexpr std::size_t tcpHeader = 20;

/// The SYN-ACK to this SYN, which has no IP options; empty: it is no SYN.
std::vector<std::uint8_t> answerTo(ByteView syn) {
    if (syn.size() < ipHeader + tcpHeader || syn[0] != 0x45 || syn[9] != 6 || syn[ipHeader + 13] != 0x02)
        return {};
    std::vector<std::uint8_t> out(syn.begin(), syn.begin() + ipHeader + tcpHeader);
    std::swap_ranges(out.begin() + 12, out.begin() + 16, out.begin() + 16);
    std::swap_ranges(out.begin() + ipHeader, out.begin() + ipHeader + 2, out.begin() + ipHeader + 2);
    const auto put16 = [&out](std::size_t at, std::uint32_t value) {
        out[at] = static_cast<std::uint8_t>(value >> 8U & 0xFFU);
        out[at + 1] = static_cast<std::uint8_t>(value & 0xFFU);
    };
    std::uint32_t sequence = 0;
    for (std::size_t i = 0; i < 4; ++i)
        sequence = sequence << 8U | syn[ipHeader + 4 + i];
    put16(ipHeader + 4, 0x1234);
    put16(ipHeader + 8, (sequence + 1) >> 16U);
    put16(ipHeader + 10, (sequence + 1) & 0xFFFFU);
    put16(ipHeader + 12, 0x5012);
    put16(2, ipHeader + tcpHeader);
    put16(10, 0);
    put16(10, internetChecksum(ByteView(out).first(ipHeader)));
    put16(ipHeader + 16, 0);
    std::uint32_t pseudo = 6 + tcpHeader;
    for (std::size_t i = 12; i < ipHeader; i += 2)
        pseudo += static_cast<std::uint32_t>(out[i]) << 8U | out[i + 1];
    put16(ipHeader + 16, internetChecksum(ByteView(out).subspan(ipHeader), pseudo));
    return out;
}

class HalfOpenLate : public testing::Test {
protected:
    void SetUp() override {
        m_home = Descriptor(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
        if (::unshare(CLONE_NEWNET) != 0)
            GTEST_SKIP() << "cannot make a network namespace here: " << std::strerror(errno);
        m_link = Descriptor(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
        ifreq wanted{};
        wanted.ifr_flags = IFF_TUN | IFF_NO_PI;
        std::strcpy(wanted.ifr_name, "t0");
        if (!m_link || ::ioctl(m_link.get(), TUNSETIFF, &wanted) != 0)
            GTEST_SKIP() << "cannot make a TUN device here: " << std::strerror(errno);
        ASSERT_EQ(std::system("ip link set lo up && ip address add 192.0.2.1/24 dev t0 && ip link set t0 up"), 0);
        m_checks.emplace(m_loop.post());
        m_server = std::thread([this] { serve(); });
    }
    void TearDown() override {
        m_ends = true;
        if (m_server.joinable())
            m_server.join();
        m_checks.reset();
        if (m_home)
            (void)::setns(m_home.get(), CLONE_NEWNET);
    }
    /// Each SYN after `delay`; those that come meanwhile get none.
    void serve() {
        while (!m_ends) {
            pollfd waiting{m_link.get(), POLLIN, 0};
            if (::poll(&waiting, 1, 50) <= 0)
                continue;
            std::array<std::uint8_t, 2048> packet{};
            const ssize_t size = ::read(m_link.get(), packet.data(), packet.size());
            const auto answer = answerTo(ByteView(packet).first(static_cast<std::size_t>(std::max<ssize_t>(size, 0))));
            if (answer.empty() || m_answered >= m_answers)
                continue;
            ++m_answered;
            std::this_thread::sleep_for(m_delay.load());
            EXPECT_EQ(::write(m_link.get(), answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
        }
    }
    CheckResult probe(CheckMemo memo, model::Milliseconds timeout) {
        CheckTarget target;
        target.address = *IpAddress::parse("192.0.2.20");
        target.port = 80;
        target.timeout = timeout;
        target.check = model::TcpCheck{};
        CheckRequest request = requestFor(std::make_shared<const CheckTarget>(target));
        request.memo = memo;
        return test::probeOnce(*m_checks, m_loop, std::move(request));
    }

    std::atomic<std::chrono::milliseconds> m_delay{0ms};
    std::atomic<int> m_answers{1};

private:
    Descriptor m_home;
    Descriptor m_link;
    int m_answered = 0; ///< by the server's thread
    std::atomic<bool> m_ends = false;
    test::Loop m_loop;
    std::optional<AsioChecks> m_checks;
    std::thread m_server;
};

} // namespace

TEST_F(HalfOpenLate, AnAnswerAfterTheHandOverCounts) {
    const CheckResult first = probe({}, 2s);
    ASSERT_EQ(first.detail, "connected");
    m_delay = 1200ms;
    m_answers = 2;
    const CheckResult late = probe({.way = first.memo.way}, 2s);
    EXPECT_EQ(late.reason, CheckReason::Ok) << late.detail;
    EXPECT_EQ(late.detail, "SYN answered");
    EXPECT_GE(late.latency, 1190ms);
    EXPECT_EQ(late.memo, (CheckMemo{.way = first.memo.way, .silent = 1, .answered = 1}));
}

TEST_F(HalfOpenLate, NoAnswerIsNone) {
    const CheckResult first = probe({}, 2s);
    ASSERT_EQ(first.detail, "connected");
    const CheckResult silent = probe({.way = first.memo.way}, 2s);
    EXPECT_EQ(silent.reason, CheckReason::Timeout) << silent.detail;
    EXPECT_LT(silent.latency, 2500ms);
}
