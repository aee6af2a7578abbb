// SPDX-License-Identifier: GPL-3.0-or-later
// The plain script against a kernel: a server and its neighbour in two network namespaces of this machine. Needs root; skipped without.
// In the lab (its kernel tests have this file, too) nothing is skipped, and tunnelled packets arrive for real.
#include "common/base/json.hpp"
#include "common/formats/setup/server_setup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lvsdeck::formats {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

bool mayBeMissing() { return std::getenv("LVSDECK_LAB_GUEST") == nullptr; }

struct Outcome {
    int status = -1;
    std::string text;
};

Outcome run(const std::string& command) {
    Outcome out;
    FILE* pipe = ::popen(("{ " + command + "\n} 2>&1").c_str(), "r");
    std::array<char, 4096> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe))
        out.text.append(buffer.data(), size);
    const int status = ::pclose(pipe);
    out.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return out;
}

void must(const std::string& command) {
    const Outcome out = run(command);
    EXPECT_EQ(out.status, 0) << command << "\n" << out.text;
}

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

/// A child does everything, so that this process stays where it is: the script writes to /etc and /var, which are its own there.
class ServerSetupKernel : public ::testing::Test {
protected:
    void SetUp() override {
        m_home = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
        m_mounts = ::open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC);
        if (::unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_FS) != 0) {
            ASSERT_TRUE(mayBeMissing());
            GTEST_SKIP() << "no network and mount namespaces for us here (they need root): " << std::strerror(errno);
        }
        m_neighbour = ::open("/proc/thread-self/ns/net", O_RDONLY);
        ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
        std::filesystem::create_directories("/etc/sysctl.d");
        const bool mounted = ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                             ::mount("tmpfs", "/var/lib", "tmpfs", 0, nullptr) == 0 &&
                             ::mount("tmpfs", "/etc/sysctl.d", "tmpfs", 0, nullptr) == 0;
        std::string missing = mounted ? "" : std::string("private mounts: ") + std::strerror(errno);
        if (const Outcome made = run("ip link add name s0 type veth peer name n0"); mounted && made.status != 0)
            missing = "a pair of veth: " + made.text;
        if (!missing.empty()) {
            ASSERT_TRUE(mayBeMissing()) << missing;
            GTEST_SKIP() << "not to be had here (the lab's kernel has it, and runs this test): " << missing;
        }
        must("ip link set n0 netns /proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(m_neighbour));
        must("echo 0 > /proc/sys/net/ipv6/conf/s0/accept_dad; ip link set lo up; ip link set s0 up; ip address add "
             "192.0.2.21/24 dev s0; ip address add 2001:db8::21/64 dev "
             "s0 nodad; "
             "ip route add default via 192.0.2.1; ip -6 route add default via 2001:db8::1");
        must("echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter"); // as many distributions have it
        beside("echo 0 > /proc/sys/net/ipv6/conf/n0/accept_dad; ip link set lo up; ip link set n0 up; ip address add "
               "192.0.2.1/24 dev n0; ip address add 2001:db8::1/64 dev "
               "n0 nodad");
    }
    void TearDown() override {
        if (m_neighbour >= 0) {
            EXPECT_EQ(::setns(m_mounts, CLONE_NEWNS), 0);
            EXPECT_EQ(::setns(m_home, CLONE_NEWNET), 0);
        }
        for (const int descriptor : {m_home, m_mounts, m_neighbour})
            if (descriptor >= 0)
                ::close(descriptor);
    }

    void beside(const std::string& command) { must(enter() + "sh -c '" + command + "'"); }
    [[nodiscard]] std::string enter() const {
        return "nsenter --net=/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(m_neighbour) + " ";
    }
    /// Whether the neighbour gets an answer to its question on the link.
    [[nodiscard]] bool claims(const std::string& address) const {
        return run(enter() + "arping -c 2 -w 2 -f -I n0 " + address).status == 0;
    }
    [[nodiscard]] bool answers(const std::string& address, const std::string& from) const {
        // A tunnel that was refused before tells so once more to the next packet that it sends, so one is not enough.
        return run(enter() + "ping -c 3 -i 0.3 -W 2 -I " + from + " " + address).status == 0;
    }
    /// Everything that the script may touch.
    static std::string state() {
        return run("ip -o address show | sed 's/valid_lft.*//'; ip route show table all | sort; ip -6 route show table all "
                   "| grep -v "
                   "fe80 | grep -v ff00 | sort; ip -o link show | sed 's/qdisc.*//'; grep -r . /proc/sys/net/ipv4/conf/all "
                   "/proc/sys/net/ipv4/conf/lo /proc/sys/net/ipv4/conf/s0 2> /dev/null | sort; ip fou show 2> /dev/null; "
                   "find /var/lib /etc/sysctl.d | sort")
            .text;
    }
    static Outcome shell(const std::string& text) {
        std::ofstream("/var/lib/lvsdeck-test.sh") << text;
        Outcome out = run("sh /var/lib/lvsdeck-test.sh");
        std::filesystem::remove("/var/lib/lvsdeck-test.sh");
        return out;
    }

    static model::VirtualService& add(model::Cluster& cluster, const char* vip, const char* server,
                                      model::Forwarding forwarding, model::Tunnel tunnel = {}) {
        model::VirtualService& service = cluster.services.emplace_back();
        service.address = ip(vip);
        service.port = 80;
        service.forwarding = forwarding;
        service.tunnel = tunnel;
        service.servers.emplace_back().address = ip(server);
        service.servers.back().port = 80;
        return service;
    }
    static ServerSetup setup(const model::Cluster& cluster, const char* server) {
        return serverSetup(cluster, ip(server), SetupFlavour::Script).value();
    }

private:
    int m_home = -1;
    int m_mounts = -1;
    int m_neighbour = -1;
};

TEST_F(ServerSetupKernel, TakesVipsWithoutClaimingThemAndGivesThemBack) {
    must("ip address add 192.0.2.12/32 dev lo"); // the administrator's own
    model::Cluster cluster;
    for (const char* vip : {"192.0.2.10", "192.0.2.11", "192.0.2.12"})
        add(cluster, vip, "192.0.2.21", model::Forwarding::Dr);
    const ServerSetup texts = setup(cluster, "192.0.2.21");
    const std::string before = state();
    EXPECT_TRUE(claims("192.0.2.12")); // the trouble that this is about

    for (int i = 0; i < 2; ++i) {
        const Outcome applied = shell(texts.apply);
        ASSERT_EQ(applied.status, 0) << applied.text;
        EXPECT_THAT(applied.text, HasSubstr("done: 192.0.2.21 has 3 VIPs"));
        const std::string addresses = run("ip -o address show dev lo").text;
        for (const char* vip : {"192.0.2.10/32", "192.0.2.11/32", "192.0.2.12/32"})
            EXPECT_THAT(addresses, HasSubstr(vip));
        EXPECT_EQ(run("cat /proc/sys/net/ipv4/conf/all/arp_ignore /proc/sys/net/ipv4/conf/lo/arp_announce").text, "1\n2\n");
        EXPECT_EQ(run("cat /etc/sysctl.d/60-lvsdeck-server-192.0.2.21.conf").text, texts.files.at(0).text);
    }
    EXPECT_FALSE(claims("192.0.2.10"));
    EXPECT_FALSE(claims("192.0.2.12"));
    EXPECT_TRUE(claims("192.0.2.21"));
    // As a director does it: the server's own MAC, the VIP as destination.
    beside("ip neighbour replace 192.0.2.10 dev n0 lladdr " +
           run("ip -o link show s0 | sed \"s/.*ether \\([^ ]*\\) .*/\\1/\" | tr -d \"\\n\"").text);
    EXPECT_TRUE(answers("192.0.2.10", "192.0.2.1"));

    const Outcome undone = shell(texts.undo);
    EXPECT_EQ(undone.status, 0) << undone.text;
    EXPECT_EQ(undone.text, "lvsdeck: done: the set-up of 192.0.2.21 is gone\n");
    EXPECT_EQ(state(), before);
}

TEST_F(ServerSetupKernel, FollowsAChangedClusterAndKeepsWhatTheOtherAddressNeeds) {
    model::Cluster cluster;
    add(cluster, "192.0.2.10", "192.0.2.21", model::Forwarding::Dr);
    add(cluster, "192.0.2.11", "192.0.2.21", model::Forwarding::Dr);
    add(cluster, "192.0.2.13", "192.0.2.22", model::Forwarding::Dr);
    add(cluster, "2001:db8::10", "2001:db8::21", model::Forwarding::Dr);
    must("ip address add 192.0.2.22/24 dev s0; echo 1 > /proc/sys/net/ipv4/conf/all/arp_announce");
    const std::string before = state();
    for (const char* server : {"192.0.2.21", "192.0.2.22", "2001:db8::21"})
        ASSERT_EQ(shell(setup(cluster, server).apply).status, 0);
    EXPECT_THAT(run("ip -o address show dev lo").text, HasSubstr("2001:db8::10/128 scope global nodad deprecated"));

    const ServerSetup old = setup(cluster, "192.0.2.21");
    cluster.services.erase(cluster.services.begin() + 1);
    ASSERT_EQ(shell(setup(cluster, "192.0.2.21").apply).status, 0);
    EXPECT_THAT(run("ip -o address show dev lo").text, Not(HasSubstr("192.0.2.11")));

    const Outcome first = shell(old.undo);
    EXPECT_EQ(first.status, 0) << first.text;
    EXPECT_THAT(first.text, HasSubstr("the settings for ARP stay"));
    EXPECT_FALSE(claims("192.0.2.13"));
    for (const char* server : {"2001:db8::21", "192.0.2.22"})
        EXPECT_EQ(shell(setup(cluster, server).undo).status, 0);
    EXPECT_EQ(state(), before);
}

TEST_F(ServerSetupKernel, UndoesWithoutARecordAndLeavesWhatSomebodyElseSetSince) {
    model::Cluster cluster;
    add(cluster, "192.0.2.10", "192.0.2.21", model::Forwarding::Dr);
    const ServerSetup texts = setup(cluster, "192.0.2.21");
    const std::string before = state();
    ASSERT_EQ(shell(texts.apply).status, 0);
    std::filesystem::remove_all("/var/lib/lvsdeck-server");
    const Outcome undone = shell(texts.undo);
    EXPECT_EQ(undone.status, 0) << undone.text;
    EXPECT_THAT(undone.text, HasSubstr("there is no record"));
    EXPECT_THAT(undone.text, HasSubstr("kernel's default"));
    EXPECT_EQ(state(), before);

    ASSERT_EQ(shell(texts.apply).status, 0);
    must("echo 2 > /proc/sys/net/ipv4/conf/all/arp_ignore");
    EXPECT_THAT(shell(texts.undo).text, HasSubstr("arp_ignore stays 2"));
}

struct TunnelCase {
    model::Tunnel tunnel;
    const char* vip;
    const char* server;
    const char* from;
    const char* director; ///< the neighbour's own device, which wraps as IPVS does
};

TEST_F(ServerSetupKernel, TakesTunnelledPackets) {
    using enum model::TunnelType;
    const TunnelCase cases[] = {
        {{Ipip, 0, {}}, "198.51.100.10", "192.0.2.21", "203.0.113.5", "type ipip remote 192.0.2.21 local 192.0.2.1"},
        {{Gre, 0, {}}, "198.51.100.10", "192.0.2.21", "203.0.113.5", "type gre remote 192.0.2.21 local 192.0.2.1"},
        {{Gue, 6080, {}},
         "198.51.100.10",
         "192.0.2.21",
         "203.0.113.5",
         "type ipip remote 192.0.2.21 local 192.0.2.1 encap gue encap-sport auto encap-dport 6080"},
        {{Ipip, 0, {}}, "2001:db8:1::10", "192.0.2.21", "2001:db8:2::5", "type sit remote 192.0.2.21 local 192.0.2.1"},
        {{Ipip, 0, {}},
         "2001:db8:1::10",
         "2001:db8::21",
         "2001:db8:2::5",
         "type ip6tnl mode ip6ip6 encaplimit none remote 2001:db8::21 local 2001:db8::1"},
        {{Ipip, 0, {}},
         "198.51.100.10",
         "2001:db8::21",
         "203.0.113.5",
         "type ip6tnl mode ipip6 encaplimit none remote 2001:db8::21 local 2001:db8::1"},
        {{Gre, 0, {}},
         "2001:db8:1::10",
         "2001:db8::21",
         "2001:db8:2::5",
         "type ip6gre encaplimit none remote 2001:db8::21 local 2001:db8::1"},
    };
    must("for m in ipip ip_gre sit ip6_tunnel ip6_gre fou fou6; do modprobe -q $m || true; done");
    beside("ip address add 203.0.113.5/32 dev lo; ip address add 2001:db8:2::5/128 dev lo nodad; "
           "echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter");
    std::string missing;
    for (const TunnelCase& one : cases) {
        SCOPED_TRACE(one.director);
        if (run(enter() + "ip link add name t0 " + one.director).status != 0) {
            EXPECT_TRUE(mayBeMissing());
            missing.append(missing.empty() ? "" : "; ").append(one.director);
            continue;
        }
        // The addresses of its own that a device gets take up to two seconds to settle.
        beside("echo 0 > /proc/sys/net/ipv4/conf/t0/rp_filter; ip link set t0 up; ip route add " + std::string(one.vip) +
               " dev t0 src " + one.from);
        model::Cluster cluster;
        add(cluster, one.vip, one.server, model::Forwarding::Tun, one.tunnel);
        const ServerSetup texts = setup(cluster, one.server);
        const std::string before = state();
        EXPECT_FALSE(answers(one.vip, one.from));
        for (int i = 0; i < 2; ++i) {
            const Outcome applied = shell(texts.apply);
            EXPECT_EQ(applied.status, 0) << applied.text;
        }
        EXPECT_TRUE(answers(one.vip, one.from))
            << run("ip -d address; ip fou show; nstat -az | grep -iE 'filter|discard'").text;
        const Outcome undone = shell(texts.undo);
        EXPECT_EQ(undone.status, 0) << undone.text;
        EXPECT_EQ(state(), before);
        beside("ip link del t0");
    }
    if (!missing.empty())
        GTEST_SKIP() << "not tried, because this kernel has them not (the lab's has, and runs this test): " << missing;
}

} // namespace
} // namespace lvsdeck::formats
