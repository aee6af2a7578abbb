// SPDX-License-Identifier: GPL-3.0-or-later
// The rules of the wanted table against keepalived itself: the same services, the same dying server, the same
// `ipvsadm -Sn`.
#include "agent/host/descriptor.hpp"
#include "agent/ipvs/desired.hpp"
#include "agent/ipvs/words.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace lvsdeck::ipvs {
namespace {

// The server on port 81 of this host dies during the test.
constexpr const char* configuration = R"(global_defs {
    router_id TEST
}
virtual_server 192.0.2.10 80 {
    delay_loop 1
    lb_algo wrr
    lb_kind DR
    protocol TCP
    sorry_server 192.0.2.99 80
    sorry_server_inhibit
    real_server 192.0.2.20 80 {
        weight 3
    }
}
virtual_server 192.0.2.11 81 {
    delay_loop 1
    lb_algo sh
    sh-port
    lb_kind DR
    protocol TCP
    alpha
    inhibit_on_failure
    real_server 192.0.2.1 81 {
        weight 3
        TCP_CHECK {
            connect_timeout 1
        }
    }
    real_server 192.0.2.21 81 {
        weight 3
    }
}
virtual_server 192.0.2.12 80 {
    delay_loop 1
    lb_algo wlc
    lb_kind TUN
    protocol TCP
    quorum 4
    hysteresis 2
    sorry_server 192.0.2.99 80
    real_server 192.0.2.20 80 {
        weight 5
    }
    real_server 192.0.2.21 80 {
        weight 0
    }
}
virtual_server 192.0.2.13 80 {
    delay_loop 1
    lb_algo wrr
    lb_kind NAT
    protocol TCP
    quorum 4
    inhibit_on_failure
    sorry_server 192.0.2.99 80
    real_server 192.0.2.20 80 {
        weight 3
    }
    real_server 192.0.2.1 81 {
        weight 3
        TCP_CHECK {
            connect_timeout 1
        }
    }
}
virtual_server 192.0.2.14 80 {
    delay_loop 1
    lb_algo rr
    lb_kind NAT
    protocol TCP
    sorry_server 192.0.2.99 80
    real_server 192.0.2.1 81 {
        weight 3
        TCP_CHECK {
            connect_timeout 1
        }
    }
}
virtual_server fwmark 7 {
    delay_loop 1
    lb_algo wrr
    lb_kind NAT
    persistence_timeout 60
    persistence_granularity 255.255.255.0
    real_server 192.0.2.20 80 {
        weight 3
    }
    real_server 192.0.2.21 80 {
        weight 3
        lvs_method DR
    }
}
)";

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

model::RealServer server(std::string_view address, std::uint16_t port, std::int32_t weight) {
    model::RealServer result;
    result.address = ip(address);
    result.port = port;
    result.weight = weight;
    if (port == 81 && address == "192.0.2.1")
        result.checks.emplace_back(model::TcpCheck{});
    return result;
}

model::VirtualService service(std::string_view address, std::uint16_t port, model::Scheduler scheduler,
                              model::Forwarding forwarding, std::vector<model::RealServer> servers) {
    model::VirtualService result;
    result.address = ip(address);
    result.port = port;
    result.scheduler = scheduler;
    result.forwarding = forwarding;
    result.servers = std::move(servers);
    return result;
}

/// The same as `configuration`.
std::vector<model::VirtualService> sameServices() {
    using model::Forwarding;
    using model::Scheduler;
    model::SorryServer sorry;
    sorry.address = ip("192.0.2.99");
    sorry.port = 80;
    std::vector<model::VirtualService> all;
    all.push_back(service("192.0.2.10", 80, Scheduler::Wrr, Forwarding::Dr, {server("192.0.2.20", 80, 3)}));
    all.back().sorryServer = sorry;
    all.back().sorryServer->inhibit = true;
    all.push_back(
        service("192.0.2.11", 81, Scheduler::Sh, Forwarding::Dr, {server("192.0.2.1", 81, 3), server("192.0.2.21", 81, 3)}));
    all.back().schedulerFlags = {model::SchedulerFlag::Flag2};
    all.back().alpha = all.back().inhibitOnFailure = true;
    all.push_back(service("192.0.2.12", 80, Scheduler::Wlc, Forwarding::Tun,
                          {server("192.0.2.20", 80, 5), server("192.0.2.21", 80, 0)}));
    all.back().quorum = 4;
    all.back().hysteresis = 2;
    all.back().sorryServer = sorry;
    all.push_back(service("192.0.2.13", 80, Scheduler::Wrr, Forwarding::Nat,
                          {server("192.0.2.20", 80, 3), server("192.0.2.1", 81, 3)}));
    all.back().quorum = 4;
    all.back().inhibitOnFailure = true;
    all.back().sorryServer = sorry;
    all.push_back(service("192.0.2.14", 80, Scheduler::Rr, Forwarding::Nat, {server("192.0.2.1", 81, 3)}));
    all.back().sorryServer = sorry;
    all.push_back(service("192.0.2.15", 80, Scheduler::Wrr, Forwarding::Nat,
                          {server("192.0.2.20", 80, 3), server("192.0.2.21", 80, 3)}));
    all.back().firewallMark = 7;
    all.back().persistenceTimeout = 60;
    all.back().persistencePrefix = std::uint8_t{24};
    all.back().servers[1].forwarding = Forwarding::Dr;
    return all;
}

std::string sorted(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(line);
    }
    std::ranges::sort(lines);
    std::ostringstream out;
    std::ranges::copy(lines, std::ostream_iterator<std::string>(out, "\n"));
    return out.str();
}

class Keepalived : public testing::Test {
protected:
    void SetUp() override {
        std::filesystem::create_directories(folder);
        run("ipvsadm -C; ip link add eth0 type dummy && ip link set eth0 up && ip address add 192.0.2.1/24 "
            "dev eth0");
        dying = listen("192.0.2.1", 81);
        std::ofstream(folder / "keepalived.conf") << configuration;
        process = fork();
        if (process == 0) {
            const std::string file = (folder / "keepalived.conf").string();
            const std::string main = (folder / "main.pid").string();
            const std::string checkers = (folder / "checkers.pid").string();
            std::freopen((folder / "log").c_str(), "w", stderr);
            dup2(STDERR_FILENO, STDOUT_FILENO);
            execlp("keepalived", "keepalived", "-n", "-l", "-C", "-f", file.c_str(), "-p", main.c_str(), "-c",
                   checkers.c_str(), nullptr);
            _exit(127);
        }
    }
    void TearDown() override {
        kill(process, SIGTERM);
        waitpid(process, nullptr, 0);
        run("ip link del eth0; ipvsadm -C");
        std::filesystem::remove_all(folder);
    }

    static void run(const std::string& command) { EXPECT_EQ(std::system(command.c_str()), 0) << command; }
    std::string saved() {
        run("ipvsadm -Sn > " + (folder / "table").string());
        std::ifstream in(folder / "table");
        return sorted({std::istreambuf_iterator<char>(in), {}});
    }
    /// Waits up to 30 s until the table is as wanted; the last one that was seen.
    std::string eventually(const std::string& wanted) {
        std::string seen;
        for (int round = 0; round < 150 && (seen = saved()) != wanted; ++round)
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
        return seen;
    }

    static host::Descriptor listen(const char* address, std::uint16_t port) {
        host::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(port);
        where.sin_addr.s_addr = inet_addr(address);
        EXPECT_EQ(::bind(socket.get(), static_cast<const sockaddr*>(static_cast<const void*>(&where)), sizeof where), 0);
        EXPECT_EQ(::listen(socket.get(), 64), 0);
        return socket;
    }

    std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "lvsdeck_keepalived_rules";
    host::Descriptor dying;
    pid_t process = 0;
};

TEST_F(Keepalived, WantsTheSameTableBeforeAndAfterItsServersDie) {
    const std::vector<model::VirtualService> services = sameServices();
    ServerViews views;
    QuorumMemory memory;
    const auto wanted = [&](rpc::ServerHealth health) {
        for (const model::VirtualService& each : services)
            for (const model::RealServer& checked : each.servers)
                if (!checked.checks.empty())
                    views[serviceKey(each)][serverKey(checked)].health = health;
        return sorted(saveText(desiredTable(services, {}, views, memory).table));
    };
    const std::string before = wanted(rpc::ServerHealth::Up);
    EXPECT_EQ(eventually(before), before);
    dying = {};
    const std::string after = wanted(rpc::ServerHealth::Down);
    EXPECT_NE(after, before);
    EXPECT_EQ(eventually(after), after);
}

} // namespace
} // namespace lvsdeck::ipvs
