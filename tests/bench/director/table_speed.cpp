// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/desired.hpp"
#include "agent/ipvs/netlink_ipvs.hpp"
#include "agent/ipvs/proc_file.hpp"
#include "agent/ipvs/reconcile.hpp"
#include "common/model/effective.hpp"
#include "tests/bench/director/big_cluster.hpp"
#include "tests/bench/director/measurements.hpp"
#include "tests/bench/director/process_cost.hpp"

#include <cstdio>

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

    std::printf("\nReading weights and connection counts of everything once, processor time\n");
    constexpr int rounds = 10;
    // As the agent does between two dumps, which it makes only every twentieth of its time.
    ipvs::TableCounters counters = must(kernel.counters());
    const UsedTime ownBefore = usedTime(Whose::Own);
    for (int i = 0; i < rounds; ++i)
        if (const auto proc = ipvs::readProcFile(); !proc || !ipvs::overlay(counters, *proc))
            throw lab::LabError("/proc/net/ip_vs does not show the table");
    const UsedTime own = usedTime(Whose::Own) - ownBefore;
    const double own1 = own.all().count() / rounds;
    const UsedTime childBefore = usedTime(Whose::Children);
    for (int i = 0; i < 3; ++i)
        director.must({"ipvsadm", "-ln"});
    const UsedTime child = usedTime(Whose::Children) - childBefore;
    const double child1 = child.all().count() / 3;
    line("agent", own1 * 1000, "ms");
    line("  of it in the kernel", own.kernel.count() / rounds * 1000, "ms");
    line("ipvsadm -ln", child1 * 1000, "ms");
    line("  of it in the kernel", child.kernel.count() / 3 * 1000, "ms");
    goal("times cheaper", child1 / own1, 20, true);
    director.must({"ipvsadm", "-C"});
}

} // namespace lvsdeck::bench
