// SPDX-License-Identifier: GPL-3.0-or-later
// What a director with many servers costs the engine, on the simulated kernel: time on the control thread, where nothing may take
// long while VRRP runs, and memory. Usage: engine_bench [SERVICES [SERVERS_EACH]]
#include "agent/config/book.hpp"
#include "agent/health/monitor.hpp"
#include "agent/ipvs/desired.hpp"
#include "common/base/json.hpp"
#include "tests/bench/director/big_cluster.hpp"
#include "tests/support/simulated_director.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <malloc.h>
#include <memory>
#include <string>

using namespace lvsdeck;
using namespace std::chrono_literals;

namespace {

template <class Work> void timed(const char* what, Work&& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> used = std::chrono::steady_clock::now() - begin;
    std::printf("%-44s %9.2f ms\n", what, used.count());
}

double heapKib() { return static_cast<double>(::mallinfo2().uordblks) / 1024; }

/// Prints what the heap grew by for what `make` returns; gives it back.
template <class Make> auto part(const char* what, unsigned servers, Make&& make) {
    const double before = heapKib();
    auto made = make();
    std::printf("  %-42s %9.0f bytes\n", what, (heapKib() - before) * 1024 / servers);
    return made;
}

/// What the engine keeps of one server, each alone.
void printParts(test::SimulatedDirector& director, const json::Value& document, unsigned servers) {
    std::puts("of a server are kept");
    const auto own = part("the configuration", servers, [&] { return config::understand(document, "lb1").own; });
    if (!own)
        return;
    const auto monitor = part("its checks and their state", servers, [&] {
        auto out = std::make_unique<health::Monitor>(director.runtime, director.checks, health::Monitor::Observer{});
        out->configure(own->services);
        return out;
    });
    ipvs::QuorumMemory quorum;
    const auto table = part("the table", servers, [&] { return ipvs::desiredTable(own->services, {}, {}, quorum).table; });
    const auto owned = part("whose entry it is", servers, [&] { return ipvs::ownedKeys(own->services, {}); });
}

double residentMib() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "VmRSS:" && status >> word)
            return std::atof(word.c_str()) / 1024;
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const auto argument = [&](int at, unsigned usual) {
        return argc > at ? static_cast<unsigned>(std::atoi(argv[at])) : usual;
    };
    const unsigned services = argument(1, 500);
    const unsigned serversEach = argument(2, 20);
    test::SimulatedDirector director;
    if (!director.start())
        return 1;
    const double before = heapKib();
    {
        rpc::ConfigApplyParams params;
        timed("document", [&] { params = director.apply(bench::bigCluster(services, serversEach, 5s), 0); });
        timed("config.check", [&] { (void)director.engine->check({params.cluster, std::nullopt}); });
        timed("config.apply", [&] {
            if (const auto done = director.engine->apply(params, "bench"); !done)
                std::printf("refused: %s\n", done.error().text.c_str());
        });
    }
    timed("first round of checks, all up (virtual 6 s)", [&] { director.runFor(6s); });
    timed("10 s of checks and looks", [&] { director.runFor(10s); });
    timed("full state", [&] { (void)director.engine->state({}); });
    timed("counts", [&] { (void)director.engine->state({rpc::Part::Counts}); });
    timed("health part", [&] { (void)director.engine->state({rpc::Part::Health}); });
    timed("a weight is set (one refresh)",
          [&] { (void)director.engine->setServer({"tcp 10.30.0.1:80", "10.20.0.1:80", std::nullopt, 3}, "bench"); });
    const double used = heapKib() - before;
    std::printf("%-44s %9.2f MiB, %.0f bytes a server (the simulated kernel and disk included)\n", "heap", used / 1024,
                used * 1024 / (services * serversEach));
    (void)::malloc_trim(0); // as the program does now and then
    std::printf("%-44s %9.2f MiB, %.2f free and not given back\n", "resident", residentMib(),
                static_cast<double>(::mallinfo2().fordblks) / (1 << 20));
    printParts(director, json::toJson(bench::bigCluster(services, serversEach, 5s)), services * serversEach);
    director.engine.reset();
    std::printf("%-44s %9.2f MiB\n", "of it simulation", (heapKib() - before) / 1024);
    return 0;
}
