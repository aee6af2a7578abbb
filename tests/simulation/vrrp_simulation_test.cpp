// SPDX-License-Identifier: GPL-3.0-or-later
// VRRP in virtual time. With I the advertisement interval, D the worst delay of the calm network (0.5 ms) and M the longest
// master-down time (down_timer_adverts I + skew) of the directors, the laws are:
//   rest      at M + I + 2 D after the last event (with a preempt_delay P: 2 M + 2 I + 2 D + P) exactly one director that may be
//             master is, none when none may; and nothing changes any more until something happens
//   highest   with preemption everywhere it is one of the highest priority among those that may
//   dual      two masters at once, the network being whole, last at most I + 2 D
//   goodbye   after priority 0 the next master is there within the skew time of the best backup + 2 D
//   addresses a director that changes its role holds the addresses as master and not otherwise; at rest every running director
//             holds them exactly when it is master; stale ones of a process before go within I + 2 D beside a living master
//   reach     1 s after the others are at rest the neighbours send the addresses to the master. They believe the last who announced
//             them while he is on the wire, whether he is master or not. Excused is only a split that ended unheard: the last to
//             announce was one of several masters, and was killed, held silently, cut off, robbed or in the storm when he stopped
//   group     at rest both members of a sync group are in the same phase, with the same master, on every director
//   service   nobody becomes master in maintenance
// A failing seed is printed; LVSDECK_SEED=<seed> runs it alone.
#include "tests/simulation/group_world.hpp"
#include "tests/simulation/vrrp_world.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

namespace lvsdeck::simulation {
namespace {

using namespace std::chrono_literals;

const std::uint64_t seeds = std::getenv("LVSDECK_TEST_FULL") != nullptr ? 10'000 : 2000;
Duration simulatedInTotal{0};

/// Calls `story` for every seed, or for the one that was asked for; a breach ends the run with the seed and
/// the story.
template <class Story> void overSeeds(std::uint64_t count, Story story) {
    const char* asked = std::getenv("LVSDECK_SEED");
    const std::uint64_t first = asked != nullptr ? std::strtoull(asked, nullptr, 10) : 1;
    const std::uint64_t last = asked != nullptr ? first : count;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        Duration simulated{0};
        const std::string breach = story(seed, simulated);
        simulatedInTotal += simulated;
        ASSERT_TRUE(breach.empty()) << breach << "replay with LVSDECK_SEED=" << seed;
    }
}

TEST(VrrpSimulation, AfterAnyStormExactlyOneMasterIsLeft) {
    Duration longestDual{0};
    std::uint64_t transitions = 0;
    overSeeds(seeds, [&](std::uint64_t seed, Duration& simulated) {
        World world(Plan{seed, 0, 0, {}, {}, {}});
        world.settleAndCheck(10s);
        for (int round = 0; round < 6 && world.breach().empty(); ++round) {
            world.mend();
            world.storm();
            for (std::size_t i = world.pick(8); i > 0; --i) {
                world.run(world.between(0s, 10s));
                world.anything();
            }
            world.run(world.between(0s, 10s));
            world.calm();
            world.settleAndCheck(world.between(5s, 60s));
        }
        longestDual = std::max(longestDual, world.longestDual());
        transitions += world.transitions();
        simulated = world.simulated();
        return world.breach();
    });
    std::cout << transitions << " transitions, longest two masters on a whole network " << longestDual.count() << " us\n";
}

TEST(VrrpSimulation, OnAWholeNetworkTwoMastersNeverLast) {
    Duration longestDual{0};
    std::uint64_t transitions = 0;
    overSeeds(seeds, [&](std::uint64_t seed, Duration& simulated) {
        World world(Plan{seed + 1'000'000, 0, 0, {}, {}, {}});
        world.settleAndCheck(1s);
        for (int round = 0; round < 8 && world.breach().empty(); ++round) {
            world.mend();
            for (std::size_t i = 1 + world.pick(4); i > 0; --i) {
                world.anything();
                world.run(world.between(0s, 2 * world.masterDown()));
            }
            world.settleAndCheck(world.between(1s, 30s));
        }
        longestDual = std::max(longestDual, world.longestDual());
        transitions += world.transitions();
        simulated = world.simulated();
        return world.breach();
    });
    std::cout << transitions << " transitions, longest two masters " << longestDual.count() << " us\n";
}

TEST(VrrpSimulation, AGoodbyeHandsOverWithinTheSkew) {
    overSeeds(seeds, [&](std::uint64_t seed, Duration& simulated) -> std::string {
        World world(Plan{seed + 2'000'000, 0, 0, {}, true, {}});
        world.settleAndCheck(1s);
        const auto master = world.master();
        if (!master)
            return world.breach();
        Duration best = world.masterDown();
        for (std::size_t i = 0; i < world.size(); ++i)
            if (i != *master)
                best = std::min(best, world.skew(i));
        world.run(world.between(0s, world.interval()));
        if (world.pick(2) == 0)
            world.stop(*master, vrrp::Stop::Resign);
        else
            world.hold(*master, vrrp::Hold::Graceful);
        world.run(best + 2 * world.worstDelay());
        simulated = world.simulated();
        if (world.masters().empty() || world.masters().front() == *master)
            return "no master after the skew time of the best backup, " + std::to_string(best.count()) + " us";
        world.settleAndCheck(1s);
        return world.breach();
    });
}

TEST(VrrpSimulation, ARestartWithinTheMasterDownTimeIsNotNoticed) {
    overSeeds(seeds, [&](std::uint64_t seed, Duration& simulated) -> std::string {
        World world(Plan{seed + 3'000'000, 0, 0, {}, true, {}});
        world.settleAndCheck(1s);
        const auto master = world.master();
        if (!master)
            return world.breach();
        const std::uint64_t before = world.transitions();
        world.run(world.between(0s, world.interval()));
        // Its last advertisement may be a whole interval old.
        if (world.pick(2) == 0)
            world.kill(*master);
        else
            world.stop(*master, vrrp::Stop::Leave);
        world.run(world.between(0s, world.silence() - 2 * world.worstDelay()));
        world.start(*master);
        const std::uint64_t own = 1; // the new process says that it is master
        world.settleAndCheck(30s);
        simulated = world.simulated();
        if (world.transitions() != before + own)
            return "the restart was noticed: " + std::to_string(world.transitions() - before) + " transitions";
        return world.breach();
    });
}

TEST(VrrpSimulation, ADrillOfEitherKindComesBack) {
    overSeeds(seeds / 4, [&](std::uint64_t seed, Duration& simulated) -> std::string {
        World world(Plan{seed + 4'000'000, 2, 0, {}, true, {100, 99}});
        world.settleAndCheck(1s);
        for (const vrrp::Hold kind : {vrrp::Hold::Graceful, vrrp::Hold::Silent}) {
            world.hold(0, kind);
            world.settleAndCheck(10s);
            if (world.master() != 1U)
                return "the backup did not take over";
            world.release(0);
            world.settleAndCheck(10s);
            if (world.master() != 0U)
                return "the master did not come back";
        }
        simulated = world.simulated();
        return world.breach();
    });
}

TEST(VrrpSimulation, GroupsAgreeWhateverTheirMembersTrack) {
    std::uint64_t transitions = 0;
    overSeeds(seeds / 2, [&](std::uint64_t seed, Duration& simulated) {
        GroupWorld world(seed + 5'000'000);
        world.settleAndCheck();
        for (int round = 0; round < 8 && world.breach().empty(); ++round) {
            for (std::size_t i = 1 + world.pick(6); i > 0; --i) {
                world.anything();
                world.run(world.between(0s, 8s));
            }
            world.calm();
            world.settleAndCheck();
        }
        transitions += world.transitions();
        simulated = world.simulated();
        return world.breach();
    });
    std::cout << transitions << " transitions of members of sync groups\n";
}

TEST(VrrpSimulation, SimulatesAtLeastAMillionSecondsInTotal) {
    std::cout << simulatedInTotal.count() / 1'000'000 << " simulated seconds\n";
    if (std::getenv("LVSDECK_SEED") == nullptr && testing::UnitTest::GetInstance()->test_to_run_count() > 6) {
        EXPECT_GE(simulatedInTotal, 1'000'000s);
    }
}

} // namespace
} // namespace lvsdeck::simulation
