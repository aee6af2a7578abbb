// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/app/background_counters.hpp"
#include "agent/ipvs/desired.hpp"
#include "agent/ipvs/netlink_ipvs.hpp"
#include "agent/ipvs/reconcile.hpp"
#include "common/model/effective.hpp"
#include "tests/bench/director/big_cluster.hpp"
#include "tests/bench/director/measurements.hpp"
#include "tests/bench/director/process_cost.hpp"

#include <cstdio>
#include <thread>

namespace lvsdeck::bench {
namespace {

constexpr unsigned services = 1000;
constexpr unsigned serversEach = 20;

template <class Work> double wallSeconds(Work&& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return Seconds(std::chrono::steady_clock::now() - begin).count();
}

template <class T> T must(Result<T> result) {
    if (!result)
        throw lab::LabError(result.error().text);
    return std::move(*result);
}

void lineOf(const UsedTime& used) {
    line("  processor, user", used.user.count(), "s");
    line("  processor, kernel", used.kernel.count(), "s");
}

double applyOnce(ipvs::NetlinkIpvs& kernel, const ipvs::Table& wanted, const ipvs::Owned& owned) {
    return wallSeconds([&] {
        const auto operations = ipvs::reconcile(wanted, must(kernel.read()), owned);
        if (const auto failed = must(kernel.apply(operations)); !failed.empty())
            throw lab::LabError("the kernel refused: " + failed.front().error.text);
    });
}

/// Asks as the engine does, until the answer is newer than `last`; the first dump of a big table is waited for.
ipvs::TableCounters nextCounters(app::BackgroundCounters& port, const ipvs::TableCounters& last) {
    while (true) {
        auto counters = port.counters();
        if (!counters && counters.error().code != ErrorCode::Timeout)
            throw lab::LabError(counters.error().text);
        if (counters && counters->connections != last.connections)
            return *counters;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

/// As a console that is open makes the agent do it, thread and hand-over included. Totals and rates are dumped at the first question
/// and then only as often as a twentieth of one processor allows; that cost is a line of its own.
void countsSpeed(lab::Host& director) {
    std::printf("\nReading weights and connection counts of everything once, processor time\n");
    constexpr int rounds = 20;
    constexpr int theirRounds = 3;
    app::BackgroundCounters port;
    const UsedTime dumpBefore = usedTime(Whose::Own);
    const ipvs::TableCounters first = nextCounters(port, {});
    const UsedTime dump = usedTime(Whose::Own) - dumpBefore;
    if (first.connections->size() != std::size_t{services} * serversEach)
        throw lab::LabError("the kernel does not show the table");
    ipvs::TableCounters counters = first;
    const UsedTime ownBefore = usedTime(Whose::Own);
    for (int i = 0; i < rounds; ++i)
        counters = nextCounters(port, counters);
    const UsedTime own = usedTime(Whose::Own) - ownBefore;
    if (counters.traffic != first.traffic)
        throw lab::LabError("a dump of totals and rates came between");
    const UsedTime childBefore = usedTime(Whose::Children);
    for (int i = 0; i < theirRounds; ++i)
        director.must({"ipvsadm", "-ln"});
    const UsedTime child = usedTime(Whose::Children) - childBefore;
    const double own1 = own.all().count() / rounds;
    const double child1 = child.all().count() / theirRounds;
    line("agent", own1 * 1000, "ms");
    line("  of it in the kernel", own.kernel.count() / rounds * 1000, "ms");
    line("ipvsadm -ln", child1 * 1000, "ms");
    line("  of it in the kernel", child.kernel.count() / theirRounds * 1000, "ms");
    line("agent, totals and rates", dump.all().count() * 1000, "ms");
    goal("times cheaper", child1 / own1, 20, true);
}

} // namespace

void tableSpeed(lab::Host& director) {
    const model::Cluster cluster = bigCluster(services, serversEach, std::nullopt);
    const model::Effective director1 = must(model::effective(cluster, "lb1"));
    ipvs::QuorumMemory memory;
    const ipvs::Table wanted = ipvs::desiredTable(director1.services, director1.serviceGroups, {}, memory).table;
    const ipvs::Owned owned = ipvs::ownedKeys(director1.services, director1.serviceGroups);

    const lab::NetworkOf inside(director);
    ipvs::NetlinkIpvs kernel;
    // Loading ip_vs and the scheduler is nobody's work.
    director.must({"ipvsadm", "-A", "-t", "10.30.0.1:80", "-s", "wlc"});
    director.must({"ipvsadm", "-C"});
    std::printf("\nApplying %u services with %u servers each\n", services, serversEach);
    const UsedTime agentBefore = usedTime(Whose::Own);
    const double agent = applyOnce(kernel, wanted, owned);
    const UsedTime agentUsed = usedTime(Whose::Own) - agentBefore;
    const std::string rules = director.ipvsRules();
    director.must({"ipvsadm", "-C"});
    const UsedTime classicBefore = usedTime(Whose::Children);
    const double classic = wallSeconds([&] {
        if (const auto done = director.run({"ipvsadm", "-R"}, rules, std::chrono::minutes(10)); !done.ok())
            throw lab::LabError("ipvsadm -R: " + done.errors);
    });
    const UsedTime classicUsed = usedTime(Whose::Children) - classicBefore;
    line("agent", agent, "s");
    lineOf(agentUsed);
    line("ipvsadm -R", classic, "s");
    lineOf(classicUsed);
    goal("times faster", classic / agent, 40, true);

    countsSpeed(director);
    director.must({"ipvsadm", "-C"});
}

} // namespace lvsdeck::bench
