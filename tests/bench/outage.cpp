// SPDX-License-Identifier: GPL-3.0-or-later
// What a client feels of a failover, with keepalived and with the agent on both directors at equal settings: the longest time from
// the beginning of one successful connection to the end of the next. Medians of ten runs; goal: not above keepalived's. How long an
// outage lasts depends on when in an advertisement interval the master dies, so run i of n dies (i + 1/2)/n of an interval after an
// advertisement, for both programs. Where the kernel has no IPVS, the directors answer the connections themselves, and the rest is
// the same.
#include "tests/lab/differential/arena.hpp"
#include "tests/lab/support/capture.hpp"
#include "tests/lab/support/client_probe.hpp"
#include "tests/lab/support/world.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

namespace lvsdeck::lab {
namespace {

struct Setting {
    const char* name;
    const char* words; ///< of the instance
    Milliseconds interval;
};

enum class Ending { Crash, Graceful };

Configuration configurationFor(const Setting& setting) {
    Configuration configuration;
    configuration.name = setting.name;
    configuration.directors = {"lb1", "lb2"};
    const bool hasTable = std::filesystem::exists("/proc/net/ip_vs");
    configuration.text = std::string("vrrp_instance VI_1 {\n    state BACKUP\n    interface eth0\n    virtual_router_id 51\n"
                                     "@lb1 priority 150\n@lb2 priority 100\n") +
                         setting.words + "    virtual_ipaddress {\n        192.168.50.8\n    }\n}\n";
    if (hasTable)
        configuration.text += "virtual_server 192.168.50.8 80 {\n"
                              "    delay_loop 60\n    lb_algo rr\n    lb_kind DR\n    protocol TCP\n"
                              "    real_server 192.168.50.9 80 {\n    }\n    real_server 192.168.50.10 80 {\n    }\n}\n";
    return configuration;
}

void awaitHolder(Arena& arena, const std::string& director) {
    require(director + " alone holds the address", 30s, [&] { return arena.lab().holderOfVirtualAddress() == director; });
}

/// One failover from lb1 to lb2, `phase` after an advertisement, and the way back, which is not counted.
Milliseconds outageOf(Arena& arena, const Configuration& configuration, Ending ending, Milliseconds interval,
                      Clock::duration phase) {
    awaitHolder(arena, "lb1");
    ClientProbe client(&arena.lab().client(), virtualAddress, 80, std::min(interval, 10ms));
    client.awaitSuccess(Clock::now(), 10s);
    const Capture wire(arena.lab().network().host(), serviceBridge);
    // It is asked for every few milliseconds, so fast adverts have passed by: the same phase of a later one.
    auto fault = wire.awaitFrom("192.168.50.101", Clock::now(), 10s).at + phase;
    while (fault < Clock::now() + 5ms)
        fault += interval;
    std::this_thread::sleep_until(fault);
    if (ending == Ending::Crash) {
        // First off the network: a program's processes take their time to die, and a director without them still forwards.
        arena.lab().network().pull(arena.lab().host("lb1"), "eth0");
        arena.on("lb1").crash();
    } else {
        arena.on("lb1").stop();
    }
    awaitHolder(arena, "lb2");
    client.awaitSuccess(Clock::now(), 10s);
    const Milliseconds outage = client.outage(fault - 100ms);
    arena.on("lb1").start(configuration);
    return outage;
}

double median(std::vector<Milliseconds> values) {
    std::ranges::sort(values);
    const auto middle = values.size() / 2;
    const auto sum = values[middle] + values[(values.size() - 1) / 2];
    return static_cast<double>(sum.count()) / 2;
}

std::vector<Milliseconds> run(Arena& arena, const Setting& setting, Ending ending, Kind kind, int runs) {
    const Configuration configuration = configurationFor(setting);
    arena.prepare(configuration);
    std::vector<std::unique_ptr<Nginx>> answering;
    if (!std::filesystem::exists("/proc/net/ip_vs"))
        for (const auto& director : configuration.directors)
            answering.push_back(std::make_unique<Nginx>(arena.lab().host(director)));
    arena.start(configuration, everywhere(configuration, kind));
    arena.awaitQuiet(configuration, 4s);
    std::vector<Milliseconds> outages;
    for (int i = 0; i < runs; ++i)
        outages.push_back(outageOf(arena, configuration, ending, setting.interval,
                                   Clock::duration(setting.interval) * (2 * i + 1) / (2 * runs)));
    return outages;
}

int measure() {
    const char* wanted = std::getenv("LVSDECK_BENCH_RUNS");
    const int runs = std::max(1, wanted != nullptr ? std::atoi(wanted) : 10);
    const std::vector<Setting> settings = {{"v2 1 s", "    version 2\n    advert_int 1\n", 1000ms},
                                           {"v3 0.1 s", "    version 3\n    advert_int 0.1\n", 100ms},
                                           {"v3 0.01 s", "    version 3\n    advert_int 0.01\n", 10ms}};
    Arena arena;
    bool met = true;
    std::printf("client-visible outage in ms, median (least-most) of %d runs\n", runs);
    std::printf("%-12s %-9s %26s %26s %7s\n", "settings", "ending", "keepalived", "agent", "ratio");
    for (const Setting& setting : settings)
        for (const Ending ending : {Ending::Crash, Ending::Graceful}) {
            std::map<Kind, std::vector<Milliseconds>> seen;
            std::map<Kind, std::string> cells;
            for (const Kind kind : {Kind::Keepalived, Kind::Agent}) {
                seen[kind] = run(arena, setting, ending, kind, runs);
                const auto [least, most] = std::ranges::minmax(seen[kind]);
                std::array<char, 64> cell{};
                std::snprintf(cell.data(), cell.size(), "%.0f (%ld-%ld)", median(seen[kind]),
                              static_cast<long>(least.count()), static_cast<long>(most.count()));
                cells[kind] = cell.data();
            }
            const double ratio = median(seen[Kind::Agent]) / std::max(1.0, median(seen[Kind::Keepalived]));
            // Ten milliseconds or a tenth of difference is the machine's, not the programs'.
            met = met && median(seen[Kind::Agent]) <= median(seen[Kind::Keepalived]) * 1.1 + 10;
            std::printf("%-12s %-9s %26s %26s %7.2f\n", setting.name, ending == Ending::Crash ? "crash" : "graceful",
                        cells[Kind::Keepalived].c_str(), cells[Kind::Agent].c_str(), ratio);
            std::fflush(stdout);
        }
    std::printf("goal (the agent's outage is not above keepalived's): %s\n", met ? "met" : "NOT met");
    return met ? 0 : 1;
}

} // namespace
} // namespace lvsdeck::lab

int main() {
    try {
        lvsdeck::lab::enterWorld();
        return lvsdeck::lab::measure();
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "bench_outage: %s\n", problem.what());
        return 125;
    }
}
