// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/formats.hpp"
#include "tests/bench/director/big_cluster.hpp"
#include "tests/bench/director/check_counter.hpp"
#include "tests/bench/director/measurements.hpp"
#include "tests/bench/director/process_cost.hpp"
#include "tests/lab/support/agent.hpp"
#include "tests/lab/support/keepalived.hpp"

#include <algorithm>
#include <cstdio>
#include <thread>

namespace lvsdeck::bench {
namespace {

using namespace std::chrono_literals;

constexpr unsigned services = 500;
constexpr unsigned serversEach = 20;
constexpr auto interval = 5s;
constexpr auto warmUp = 30s;
constexpr auto measured = 40s;

struct Load {
    double processorShare = 0; ///< of one processor
    std::map<std::string, UsedTime> threads;
    std::uint64_t kib = 0;
    std::uint64_t connections = 0;
    std::map<std::string, std::uint64_t> kibByUse;
    CheckCounter::Rhythm rhythm;
};

Load measure(CheckCounter& counter, pid_t program) {
    std::this_thread::sleep_for(warmUp);
    const auto family = familyOf(program);
    const auto before = processorTime(family);
    counter.reset();
    const std::uint64_t begun = connectionsBegun(program);
    std::this_thread::sleep_for(measured);
    Load out;
    out.connections = connectionsBegun(program) - begun;
    for (const auto& [thread, used] : processorTime(family)) {
        const auto earlier = before.find(thread);
        const UsedTime during = earlier == before.end() ? used : used - earlier->second;
        out.processorShare += during.all() / Seconds(measured);
        out.threads.emplace(thread, during);
    }
    out.rhythm = counter.rhythm(interval);
    out.kib = memoryKib(family);
    out.kibByUse = memoryKibByUse(family);
    return out;
}

void print(const char* who, const Load& load) {
    std::printf("%s: %zu servers asked %zu times in %lld s\n", who, load.rhythm.servers, load.rhythm.checks,
                static_cast<long long>(std::chrono::seconds(measured).count()));
    line("whole connections", static_cast<double>(load.connections), "");
    line("processor", load.processorShare * 100, "% of one");
    for (const auto& [thread, used] : load.threads) {
        line("  " + thread + ", user", used.user / Seconds(measured) * 100, "%");
        line("  " + thread + ", kernel", used.kernel / Seconds(measured) * 100, "%");
    }
    line("latest check", load.rhythm.worstMs, "ms late");
    line("median", load.rhythm.medianMs, "ms late");
    line("more than 100 ms late", load.rhythm.lateShare * 100, "% of the checks");
    line("memory", static_cast<double>(load.kib) / 1024, "MiB");
    for (const auto& [use, kib] : load.kibByUse)
        line("  " + use, static_cast<double>(kib) / 1024, "MiB");
}

} // namespace

void checkLoad(lab::Host& director, lab::Host& servers, const std::string& agentProgram) {
    const model::Cluster cluster = bigCluster(services, serversEach, interval);
    CheckCounter counter(servers, "eth0");
    std::printf("\n%u TCP checks every %lld s\n", services * serversEach,
                static_cast<long long>(std::chrono::seconds(interval).count()));

    Load agentLoad;
    {
        lab::Agent agent(director, agentProgram, "lb1");
        agent.awaitReady();
        agent.must("config.apply", {{"base_revision", 0}, {"cluster", json::toJson(cluster)}, {"confirm_within_s", 0}},
                   300s);
        agentLoad = measure(counter, agent.pid());
        agent.must("agent.stop", {{"resign", true}});
        lab::require("the agent has ended", 20s, [&] { return !agent.running(); });
    }
    director.must({"ipvsadm", "-C"});
    print("agent", agentLoad);

    const auto written = formats::writeAny(formats::Format::Keepalived, cluster, {.director = "lb1", .keepalived = {}});
    if (!written)
        throw lab::LabError(written.error().text);
    lab::Keepalived keepalived(director, written->text);
    const Load classic = measure(counter, keepalived.pid());
    keepalived.stop();
    director.must({"ipvsadm", "-C"});
    print("keepalived", classic);

    goal("of keepalived's processor time per check",
         (agentLoad.processorShare / static_cast<double>(agentLoad.rhythm.checks)) /
             (classic.processorShare / static_cast<double>(std::max<std::size_t>(1, classic.rhythm.checks))),
         1.0 / 3, false);
    goal("ms: the agent's latest check", agentLoad.rhythm.worstMs, 100, false);
    goal("of keepalived's memory", static_cast<double>(agentLoad.kib) / static_cast<double>(classic.kib), 1, false);
}

} // namespace lvsdeck::bench
