// SPDX-License-Identifier: GPL-3.0-or-later
// bench_director [table|checks]: both when nothing is named. Prints figures and ratios; ends with 0 unless something could not be
// measured.
#include "tests/bench/director/measurements.hpp"
#include "tests/lab/support/world.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

namespace lvsdeck::bench {

void line(const std::string& what, double value, const std::string& unit) {
    std::printf("  %-24s %10.2f %s\n", what.c_str(), value, unit.c_str());
}

void goal(const std::string& what, double reached, double wanted, bool atLeast) {
    const bool met = atLeast ? reached >= wanted : reached <= wanted;
    std::printf("  => %.2f %s (goal: %s %.2f): %s\n", reached, what.c_str(), atLeast ? "at least" : "at most", wanted,
                met ? "met" : "MISSED");
    std::fflush(stdout);
}

namespace {

std::string agentBeside(const char* program) {
    if (const char* named = std::getenv("LVSDECK_AGENT"); named != nullptr)
        return named;
    return std::filesystem::weakly_canonical(program).parent_path() / "../../../agent/lvsdeck-agent";
}

int run(const std::string& what, const std::string& agentProgram) {
    lab::Switch network({"br0"});
    lab::Host director("lb1");
    lab::Host servers("rs");
    network.connect({{&director, "eth0", "br0", {"10.10.0.1/16"}}, {&servers, "eth0", "br0", {"10.10.0.2/16"}}});
    director.ip("route add 10.20.0.0/16 via 10.10.0.2\n");
    servers.ip("route add local 10.20.0.0/16 dev lo\n");
    if (what.empty() || what == "table")
        tableSpeed(director);
    if (what.empty() || what == "checks")
        checkLoad(director, servers, agentProgram);
    return 0;
}

} // namespace
} // namespace lvsdeck::bench

int main(int argc, char** argv) {
    try {
        lvsdeck::lab::enterWorld();
        return lvsdeck::bench::run(argc > 1 ? argv[1] : "", lvsdeck::bench::agentBeside(argv[0]));
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "bench_director: %s\n", problem.what());
        return 1;
    }
}
