// SPDX-License-Identifier: GPL-3.0-or-later
// How long a big keepalived.conf takes to be read and written, beside `keepalived -t` of the same text: the least of several
// runs each. Ends with 0 when both take less than half of its time. Usage: bench_formats [SERVICES [SERVERS_EACH [RUNS]]]
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/writer.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include <unistd.h>

using namespace lvsdeck;

namespace {

/// As people write it, not as we do: the reader has no fast way for our own exports.
std::string bigText(unsigned services, unsigned serversEach) {
    const auto address = [](unsigned second, unsigned number) {
        return "10." + std::to_string(second + number / 62500) + "." + std::to_string(number / 250 % 250) + "." +
               std::to_string(number % 250 + 1);
    };
    std::string out = "global_defs {\n    router_id BENCH\n}\n\n";
    for (unsigned i = 0; i < services; ++i) {
        out += "virtual_server " + address(30, i) +
               " 80 {\n    delay_loop 6\n    lb_algo wlc\n    lb_kind NAT\n    protocol TCP\n\n";
        for (unsigned j = 0; j < serversEach; ++j)
            out += "    real_server " + address(40, i * serversEach + j) +
                   " 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n            retry 3\n"
                   "            delay_before_retry 3\n        }\n    }\n";
        out += "}\n";
    }
    return out;
}

template <class Work> double leastMilliseconds(unsigned runs, Work&& work) {
    double least = std::numeric_limits<double>::max();
    for (unsigned i = 0; i < runs; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::milli> used = std::chrono::steady_clock::now() - begin;
        least = std::min(least, used.count());
    }
    return least;
}

} // namespace

int main(int argc, char** argv) {
    const auto argument = [&](int at, unsigned usual) {
        return argc > at ? static_cast<unsigned>(std::atoi(argv[at])) : usual;
    };
    const unsigned services = argument(1, 1000);
    const unsigned serversEach = argument(2, 20);
    const unsigned runs = std::max(argument(3, 5), 1U);
    const std::string text = bigText(services, serversEach);
    std::printf("%u services with %u servers each, %.1f MiB, least of %u runs\n", services, serversEach,
                static_cast<double>(text.size()) / (1 << 20), runs);

    formats::Imported in;
    const double read = leastMilliseconds(runs, [&] { in = formats::readKeepalived({{"lb1", "big.conf", text, ""}}); });
    std::size_t servers = 0;
    for (const model::VirtualService& service : in.cluster.services)
        servers += service.servers.size();
    if (servers != std::size_t{services} * serversEach) {
        std::printf("only %zu servers were understood\n", servers);
        return 1;
    }
    std::string written;
    const double write =
        leastMilliseconds(runs, [&] { written = formats::writeKeepalived(in.cluster, "lb1").value().text; });
    std::printf("%-24s %9.1f ms\n%-24s %9.1f ms (%.1f MiB)\n", "read", read, "write", write,
                static_cast<double>(written.size()) / (1 << 20));

    if (::geteuid() != 0 || std::system("command -v keepalived >/dev/null 2>&1") != 0) {
        std::printf("keepalived is not here, or this is not root: nothing to compare with\n");
        return 0;
    }
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("lvsdeck-bench-" + std::to_string(::getpid()) + ".conf");
    std::ofstream(file) << text;
    int status = 0;
    const double keepalived = leastMilliseconds(
        runs, [&] { status = std::system(("keepalived -t -f " + file.string() + " >/dev/null 2>&1").c_str()); });
    std::filesystem::remove(file);
    std::printf("%-24s %9.1f ms (status %d)\n", "keepalived -t", keepalived, WEXITSTATUS(status));
    std::printf("%-24s %9.2f (goal: below 0.50)\n%-24s %9.2f (goal: below 0.50)\n", "read, of that", read / keepalived,
                "write, of that", write / keepalived);
    return read < keepalived / 2 && write < keepalived / 2 ? 0 : 1;
}
