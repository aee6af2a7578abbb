// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/drill_machine.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace lvsdeck::cluster {
namespace {

using drill::Action;
using rpc::VrrpPhase;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

DrillPlan plan() {
    DrillPlan p;
    p.oldMaster = "lb1";
    p.newMaster = "lb2";
    p.instances = {"VI_1"};
    return p;
}

/// The machine in virtual time, with a cluster that does what it is told.
struct Course {
    explicit Course(DrillPlan p = plan()) : machine(std::move(p)) {
        feed(drill::Start{});
        roles("lb1", VrrpPhase::Master);
        roles("lb2", VrrpPhase::Backup);
    }
    std::vector<Action> feed(const drill::Event& event) {
        auto actions = machine.handle(event, now);
        all.insert(all.end(), actions.begin(), actions.end());
        return actions;
    }
    void roles(const std::string& director, VrrpPhase phase) { feed(drill::Roles{director, {{"VI_1", phase}}}); }
    /// A good attempt every 10 ms, a tick every 100 ms.
    void run(double seconds, bool ok = true) {
        const std::int64_t end = now + static_cast<std::int64_t>(seconds * 1e6);
        for (int i = 1; now < end; ++i) {
            now += 10'000;
            feed(drill::ProbeSeen{ok});
            if (i % 10 == 0)
                feed(drill::Tick{});
        }
    }
    void toFault() {
        feed(drill::ProbeStarted{});
        run(3.2);
        ASSERT_EQ(machine.phase(), DrillPhase::Takeover);
        feed(drill::FaultBegan{{}});
    }
    void takeOver() {
        roles("lb1", VrrpPhase::Initialize);
        roles("lb2", VrrpPhase::Master);
    }
    void comeBack() {
        roles("lb2", VrrpPhase::Backup);
        roles("lb1", VrrpPhase::Master);
    }

    DrillMachine machine;
    std::int64_t now = 1'000'000'000;
    std::vector<Action> all;
};

TEST(DrillMachine, RunsFromBaselineToTheEnd) {
    Course course;
    course.toFault();
    course.run(0.5, false);
    course.takeOver();
    EXPECT_EQ(course.machine.phase(), DrillPhase::SteadyOnBackup);
    course.run(3.2);
    EXPECT_EQ(course.machine.phase(), DrillPhase::FailBack);
    course.feed(drill::FaultEnded{{}});
    course.run(0.1, false);
    course.comeBack();
    course.run(3.2);
    EXPECT_TRUE(course.machine.finished());
    EXPECT_FALSE(course.machine.aborted());
    EXPECT_THAT(course.machine.reasons(), IsEmpty());
    EXPECT_THAT(course.all,
                ElementsAre(Action::StartProbe, Action::BeginFault, Action::EndFault, Action::StopProbe, Action::Finish));
    std::int64_t at = course.machine.phases().front().fromUs;
    for (const PhaseSpan& span : course.machine.phases()) {
        EXPECT_EQ(span.fromUs, at);
        at = span.toUs;
    }
}

TEST(DrillMachine, RenewsTheLeaseWhileTheFaultLasts) {
    DrillPlan p = plan();
    p.leaseUs = 6'000'000;
    p.steadyUs = 9'000'000;
    Course course(p);
    course.toFault();
    course.takeOver();
    course.run(8.5);
    EXPECT_EQ(std::ranges::count(course.all, Action::RenewFault), 4);
}

TEST(DrillMachine, DoesNotBeginOnAServiceThatDoesNotWork) {
    Course course;
    course.feed(drill::ProbeStarted{});
    course.run(1.0, true);
    course.run(1.0, false);
    course.run(1.2, true);
    EXPECT_TRUE(course.machine.finished());
    EXPECT_TRUE(course.machine.aborted());
    EXPECT_THAT(course.all, Not(Contains(Action::BeginFault)));
    EXPECT_THAT(course.machine.reasons(), ElementsAre(HasSubstr("failed before the fault")));
}

TEST(DrillMachine, DoesNotBeginWhenTheMasterChangedMeanwhile) {
    Course course;
    course.feed(drill::ProbeStarted{});
    course.takeOver();
    course.run(3.2);
    EXPECT_TRUE(course.machine.aborted());
    EXPECT_THAT(course.all, Not(Contains(Action::BeginFault)));
}

TEST(DrillMachine, TakesTheFaultBackWhenNobodyTakesOver) {
    Course course;
    course.toFault();
    course.run(16.0, false);
    EXPECT_THAT(course.all, Contains(Action::EndFault));
    course.feed(drill::FaultEnded{{}});
    EXPECT_TRUE(course.machine.finished());
    EXPECT_FALSE(course.machine.aborted()) << "the cluster failed the drill, nobody stopped it";
    EXPECT_THAT(course.machine.reasons(), ElementsAre(HasSubstr("did not take over within")));
}

TEST(DrillMachine, WaitsForQuietBeforeItFailsBack) {
    Course course;
    course.toFault();
    course.takeOver();
    course.run(2.0);
    course.run(0.1, false);
    course.run(2.5);
    EXPECT_EQ(course.machine.phase(), DrillPhase::SteadyOnBackup);
    course.run(0.6);
    EXPECT_EQ(course.machine.phase(), DrillPhase::FailBack);
}

TEST(DrillMachine, StaysOnTheBackupWithoutPreemption) {
    DrillPlan p = plan();
    p.expectFailBack = false;
    Course course(p);
    course.toFault();
    course.takeOver();
    course.run(3.2);
    EXPECT_EQ(course.machine.phase(), DrillPhase::SteadyAfter);
    course.feed(drill::FaultEnded{{}});
    course.run(3.2);
    EXPECT_TRUE(course.machine.finished());
    EXPECT_THAT(course.machine.reasons(), IsEmpty());
}

TEST(DrillMachine, AnAbortDuringTheFaultTakesItBackFirst) {
    Course course;
    course.toFault();
    course.feed(drill::Abort{"I saw enough"});
    EXPECT_FALSE(course.machine.finished());
    EXPECT_THAT(course.all, Contains(Action::EndFault));
    course.feed(drill::FaultEnded{{}});
    EXPECT_TRUE(course.machine.finished());
    EXPECT_TRUE(course.machine.aborted());
}

TEST(DrillMachine, AnAbortWhileTheFaultBeginsTakesItBackOnceItIsThere) {
    Course course;
    course.feed(drill::ProbeStarted{});
    course.run(3.2);
    course.feed(drill::Abort{"stop"});
    EXPECT_THAT(course.all, Not(Contains(Action::EndFault)));
    course.feed(drill::FaultBegan{{}});
    EXPECT_THAT(course.all, Contains(Action::EndFault));
}

TEST(DrillMachine, AsksAgainWhenTheEndIsNotAnswered) {
    Course course;
    course.toFault();
    course.takeOver();
    course.run(3.2);
    course.feed(drill::FaultEnded{failure(ErrorCode::Timeout, "late")});
    course.run(1.2);
    EXPECT_EQ(std::ranges::count(course.all, Action::EndFault), 2);
    course.feed(drill::FaultEnded{failure(ErrorCode::NotFound, "no such lease")});
    course.comeBack();
    course.run(3.2);
    EXPECT_TRUE(course.machine.finished());
    EXPECT_THAT(course.machine.reasons(), IsEmpty());
}

TEST(DrillMachine, GivesUpOnADirectorThatDoesNotAnswer) {
    Course course;
    course.toFault();
    course.feed(drill::Link{"lb1", false});
    course.run(5.2);
    EXPECT_THAT(course.machine.reasons(), ElementsAre(HasSubstr("lb1 did not answer")));
    course.run(11.0);
    EXPECT_TRUE(course.machine.finished()) << "the lease ends the fault by itself";
    EXPECT_TRUE(course.machine.aborted());
}

TEST(DrillMachine, AShortLossOfALinkIsNothing) {
    Course course;
    course.toFault();
    course.feed(drill::Link{"lb2", false});
    course.run(3.0);
    course.feed(drill::Link{"lb2", true});
    course.takeOver();
    course.run(3.2);
    EXPECT_EQ(course.machine.phase(), DrillPhase::FailBack);
}

drill::Event anyEvent() {
    const Result<void> results[] = {
        {}, failure(ErrorCode::Timeout, "t"), failure(ErrorCode::NotFound, "n"), failure(ErrorCode::Denied, "d")};
    const Result<void> result = results[*rc::gen::inRange(0, 4)];
    const std::string director = *rc::gen::element<std::string>("lb1", "lb2", "lb3");
    switch (*rc::gen::inRange(0, 11)) {
    case 0: return drill::Start{};
    case 1: return drill::Tick{};
    case 2: return drill::ProbeStarted{};
    case 3: return *rc::gen::inRange(0, 8) == 0 ? drill::Event(drill::ProbeEnded{"gone"}) : drill::Event(drill::Tick{});
    case 4: return drill::ProbeSeen{*rc::gen::inRange(0, 200) != 0};
    case 5: return drill::Roles{director, {{"VI_1", *rc::gen::element(VrrpPhase::Master, VrrpPhase::Backup)}}};
    case 6: return drill::FaultBegan{result};
    case 7: return drill::FaultRenewed{result};
    case 8: return drill::FaultEnded{result};
    case 9: return drill::Link{director, *rc::gen::arbitrary<bool>()};
    default:
        return *rc::gen::inRange(0, 20) == 0 ? drill::Event(drill::Abort{"stop"}) : drill::Event(drill::ProbeSeen{true});
    }
}

RC_GTEST_PROP(DrillMachine, EndsOnceAndNeverLeavesAFaultThatItCouldEnd, ()) {
    DrillMachine machine(plan());
    std::int64_t now = 0;
    int begun = 0;
    int finishes = 0;
    bool mayBeActive = false;
    bool endAsked = false;
    const auto feed = [&](const drill::Event& event) {
        if (const auto* ended = std::get_if<drill::FaultEnded>(&event); ended != nullptr && endAsked && ended->result)
            mayBeActive = false;
        for (const Action action : machine.handle(event, now)) {
            RC_ASSERT(finishes == 0);
            if (action == Action::BeginFault) {
                ++begun;
                mayBeActive = true;
            }
            endAsked = endAsked || action == Action::EndFault;
            if (action == Action::Finish)
                ++finishes;
        }
    };
    feed(drill::Start{});
    const int steps = *rc::gen::inRange(1, 400);
    for (int i = 0; i < steps; ++i) {
        now += *rc::gen::inRange(0, 500'000);
        feed(anyEvent());
    }
    for (int i = 0; i < 2000 && !machine.finished(); ++i) {
        now += 100'000;
        feed(drill::Tick{});
    }
    RC_ASSERT(machine.finished());
    RC_ASSERT(finishes == 1);
    RC_ASSERT(begun <= 1);
}

} // namespace
} // namespace lvsdeck::cluster
