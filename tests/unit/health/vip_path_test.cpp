// SPDX-License-Identifier: GPL-3.0-or-later
// The check on the clients' path between two network namespaces of this machine's own kernel. Needs root; skipped without. In the lab
// (its kernel tests have this file, too) nothing of it is skipped.
#include "tests/unit/health/check_loop.hpp"

#include "common/base/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

using namespace lvsdeck;
using namespace lvsdeck::health;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

/// In the lab's virtual machine everything that is needed is there.
bool mayBeMissing() { return std::getenv("LVSDECK_LAB_GUEST") == nullptr; }

int namespaceNow() { return ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC); }

class VipPathTest : public testing::Test {
protected:
    void SetUp() override {
        m_home = namespaceNow();
        if (::unshare(CLONE_NEWNET) != 0 && mayBeMissing())
            GTEST_SKIP() << "cannot make a network namespace here: " << std::strerror(errno);
        m_server = namespaceNow();
        ASSERT_EQ(::unshare(CLONE_NEWNET), 0) << std::strerror(errno);
        m_director = namespaceNow();
        if (std::system("ip link add d0 type veth peer name s0") != 0) {
            ASSERT_TRUE(mayBeMissing());
            GTEST_SKIP() << "ip cannot make a pair of veth here";
        }
        run("ip link set s0 netns /proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(m_server));
        // No address is to be tentative when the first check begins.
        run("echo 0 > /proc/sys/net/ipv6/conf/d0/accept_dad");
        run("ip link set lo up && ip link set d0 up && ip address add 192.0.2.1/24 dev d0 && "
            "ip address add 2001:db8::1/64 dev d0 nodad");
        onServer([] {
            run("echo 0 > /proc/sys/net/ipv6/conf/s0/accept_dad");
            run("ip link set lo up && ip link set s0 up && ip address add 192.0.2.20/24 dev s0 && "
                "ip address add 2001:db8::20/64 dev s0 nodad");
            run("echo 1 > /proc/sys/net/ipv4/conf/s0/arp_ignore; echo 2 > /proc/sys/net/ipv4/conf/s0/arp_announce");
        });
        m_checks.emplace(m_loop.post()); // its thread lives in the director's namespace
    }
    void TearDown() override {
        m_checks.reset();
        for (const int descriptor : m_sockets)
            ::close(descriptor);
        if (m_home >= 0)
            (void)::setns(m_home, CLONE_NEWNET);
        for (const int descriptor : {m_home, m_server, m_director})
            if (descriptor >= 0)
                ::close(descriptor);
    }

    // The shell is told of the descriptors by number, so they must not be closed on exec here; ip opens them by our own pid.
    static void run(const std::string& command) { EXPECT_EQ(std::system(command.c_str()), 0) << command; }
    template <class Work> void onServer(Work work) {
        ASSERT_EQ(::setns(m_server, CLONE_NEWNET), 0);
        work();
        ASSERT_EQ(::setns(m_director, CLONE_NEWNET), 0);
    }
    /// On every address of the server.
    void listenOnServer(std::uint16_t port) {
        onServer([&] {
            const int socket = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in6 any{};
            any.sin6_family = AF_INET6;
            any.sin6_port = htons(port);
            EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&any), sizeof any), 0);
            EXPECT_EQ(::listen(socket, 5), 0);
            m_sockets.push_back(socket);
        });
    }
    CheckResult probe(const char* vip, model::Forwarding forwarding = model::Forwarding::Dr, model::Tunnel tunnel = {}) {
        CheckTarget target;
        const bool v4 = std::string_view(vip).find('.') != std::string_view::npos;
        target.check = model::VipCheck{};
        target.address = *IpAddress::parse(v4 ? "192.0.2.20" : "2001:db8::20");
        target.port = 80;
        target.timeout = m_timeout;
        target.service = CheckTarget::Service{.protocol = model::Protocol::Tcp,
                                              .address = *IpAddress::parse(vip),
                                              .port = 80,
                                              .forwarding = forwarding,
                                              .tunnel = tunnel,
                                              .server = target.address};
        return test::probeOnce(*m_checks, m_loop, target);
    }

    std::chrono::milliseconds m_timeout{1500};
    test::Loop m_loop;
    std::optional<AsioChecks> m_checks;

private:
    int m_home = -1;
    int m_server = -1;
    int m_director = -1;
    std::vector<int> m_sockets;
};

} // namespace

TEST_F(VipPathTest, FindsAServerWhoseLoopbackHasLostTheVip) {
    listenOnServer(80);
    const CheckResult without = probe("192.0.2.10");
    EXPECT_EQ(without.reason, CheckReason::Timeout) << without.detail;
    EXPECT_EQ(without.detail, "the server does not accept the VIP 192.0.2.10: is it on its loopback?");
    onServer([] { run("ip address add 192.0.2.10/32 dev lo"); });
    const CheckResult with = probe("192.0.2.10");
    EXPECT_EQ(with.reason, CheckReason::Ok) << with.detail;
    EXPECT_EQ(with.warning, "");
    run("ip address add 192.0.2.10/32 dev d0"); // as the master has it
    const CheckResult master = probe("192.0.2.10");
    EXPECT_EQ(master.reason, CheckReason::Ok) << master.detail;
}

TEST_F(VipPathTest, TellsThatTheServerClaimsTheVipOnTheLink) {
    listenOnServer(80);
    onServer([] {
        run("ip address add 192.0.2.10/32 dev lo");
        run("echo 0 > /proc/sys/net/ipv4/conf/s0/arp_ignore");
    });
    const CheckResult result = probe("192.0.2.10");
    EXPECT_EQ(result.reason, CheckReason::Ok) << result.detail;
    EXPECT_THAT(result.warning, HasSubstr("answers ARP for the VIP 192.0.2.10"));
}

TEST_F(VipPathTest, TellsARefusalAndAServerThatIsAway) {
    onServer([] { run("ip address add 192.0.2.10/32 dev lo"); });
    EXPECT_EQ(probe("192.0.2.10").reason, CheckReason::Refused);
    onServer([] { run("ip link set s0 down"); });
    const CheckResult away = probe("192.0.2.10");
    EXPECT_NE(away.reason, CheckReason::Ok);
    EXPECT_NE(away.reason, CheckReason::Local) << away.detail;
}

TEST_F(VipPathTest, WorksWithIpv6) {
    listenOnServer(80);
    EXPECT_EQ(probe("2001:db8::10").reason, CheckReason::Timeout);
    onServer([] { run("ip address add 2001:db8::10/128 dev lo nodad"); });
    const CheckResult result = probe("2001:db8::10");
    EXPECT_EQ(result.reason, CheckReason::Ok) << result.detail;
}

TEST_F(VipPathTest, GoesThroughEveryKindOfTunnel) {
    listenOnServer(80);
    const auto can = [](const std::string& command) { return std::system((command + " 2>/dev/null").c_str()) == 0; };
    bool ipip = false;
    bool gre = false;
    bool gue = false;
    onServer([&] {
        ipip = can("ip link set tunl0 up || { ip link add ipip0 type ipip local 192.0.2.20 && ip link set ipip0 up; }");
        gre = can("ip link add gre9 type gre local 192.0.2.20 remote 192.0.2.1 && ip link set gre9 up");
        gue = ipip && can("{ modprobe -q fou; ip fou add port 6080 gue; }");
        run("for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > $f; done");
    });
    ASSERT_TRUE(mayBeMissing() || (ipip && gre && gue)) << "ipip " << ipip << ", gre " << gre << ", gue " << gue;
    if (!ipip && !gre)
        GTEST_SKIP() << "this kernel has no tunnels (the lab's has, and runs this test)";
    const auto through = [this](model::TunnelType type) {
        return probe("192.0.2.10", model::Forwarding::Tun, {.type = type, .port = 6080});
    };
    EXPECT_EQ(through(ipip ? model::TunnelType::Ipip : model::TunnelType::Gre).reason, CheckReason::Timeout);
    onServer([] { run("ip address add 192.0.2.10/32 dev lo"); });
    for (const auto& [type, there] : {std::pair(model::TunnelType::Ipip, ipip), std::pair(model::TunnelType::Gre, gre),
                                      std::pair(model::TunnelType::Gue, gue)}) {
        if (!there) {
            std::printf("skipped: %s, which this kernel has not\n", json::toWord(type).c_str());
            continue;
        }
        const CheckResult result = through(type);
        EXPECT_EQ(result.reason, CheckReason::Ok) << json::toWord(type) << ": " << result.detail;
    }
}
