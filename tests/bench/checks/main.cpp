// SPDX-License-Identifier: GPL-3.0-or-later
// What many TCP checks cost: the monitor and the real probes against addresses of the loopback interface, with the servers in a
// process of their own. Usage: checks_bench [CHECKS [INTERVAL_MS [SECONDS]]]
#include "agent/health/asio_checks.hpp"
#include "agent/health/monitor.hpp"
#include "agent/runtime/asio_runtime.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace lvsdeck;
using namespace std::chrono_literals;

namespace {

/// Accepts on every address of this host and forgets at once.
pid_t serve(std::uint16_t& port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    socklen_t size = sizeof any;
    if (::bind(listener, reinterpret_cast<sockaddr*>(&any), size) != 0 || ::listen(listener, 4096) != 0)
        std::exit(1);
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&any), &size);
    port = ntohs(any.sin_port);
    const pid_t child = ::fork();
    if (child != 0) {
        ::close(listener);
        return child;
    }
    for (;;)
        ::close(::accept(listener, nullptr, nullptr));
}

double cpuSeconds() {
    rusage use{};
    ::getrusage(RUSAGE_SELF, &use);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(use.ru_utime) + seconds(use.ru_stime);
}

std::vector<model::VirtualService> services(int checks, std::uint16_t port, model::Milliseconds interval) {
    std::vector<model::VirtualService> out;
    for (int i = 0; i < checks; ++i) {
        if (i % 20 == 0) {
            out.emplace_back();
            out.back().address = IpAddress::v4(0xC0000000U + static_cast<std::uint32_t>(i));
            out.back().port = 80;
            out.back().delayLoop = interval;
        }
        model::RealServer server;
        server.address = IpAddress::v4(0x7F010001U + static_cast<std::uint32_t>(i));
        server.port = port;
        server.checks.emplace_back(model::TcpCheck{});
        out.back().servers.push_back(server);
    }
    return out;
}

} // namespace

int main(int argc, char** argv) {
    const auto argument = [&](int at, int usual) { return argc > at ? std::atoi(argv[at]) : usual; };
    const int checks = argument(1, 10000);
    const model::Milliseconds interval(argument(2, 5000));
    const auto length = std::chrono::seconds(argument(3, 20));
    std::uint16_t port = 0;
    const pid_t server = serve(port);

    boost::asio::io_context loop{1};
    // While all checks are on their way there is nothing to wait for here, and yet more to come.
    const auto more = boost::asio::make_work_guard(loop);
    AsioRuntime runtime(loop);
    health::AsioChecks probes([&loop](std::function<void()> work) { boost::asio::post(loop, std::move(work)); });
    health::Monitor monitor(runtime, probes, {.changed = {}, .event = {}});
    monitor.configure(services(checks, port, interval));
    loop.run_for(interval + 1s);
    const double before = cpuSeconds();
    loop.run_for(length);
    const double used = cpuSeconds() - before;

    std::size_t up = 0;
    std::int64_t slowest = 0;
    for (const rpc::CheckState& state : monitor.checks()) {
        up += state.health == rpc::ServerHealth::Up ? 1 : 0;
        slowest = std::max(slowest, state.latencyUs);
    }
    const double made =
        static_cast<double>(checks) * static_cast<double>(length.count()) * 1000 / static_cast<double>(interval.count());
    rusage use{};
    ::getrusage(RUSAGE_SELF, &use);
    std::printf("%d checks every %lld ms: %.1f %% of a processor, %.0f us each; up %zu; latest start %.1f ms; slowest "
                "answer %.1f ms; "
                "resident at most %.1f MiB\n",
                checks, static_cast<long long>(interval.count()), used * 100 / static_cast<double>(length.count()),
                used * 1e6 / made, up, static_cast<double>(monitor.lateness().count()) / 1000,
                static_cast<double>(slowest) / 1000, static_cast<double>(use.ru_maxrss) / 1024);
    ::kill(server, SIGKILL);
    ::waitpid(server, nullptr, 0);
    return up == static_cast<std::size_t>(checks) ? 0 : 1;
}
