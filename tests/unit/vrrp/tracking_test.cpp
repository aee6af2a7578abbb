// SPDX-License-Identifier: GPL-3.0-or-later
// Weights, faults, rise and fall, quorums and files: what tracking makes of a priority.
#include "agent/vrrp/tracking.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvsdeck::vrrp {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Reading good() { return {}; }
Reading bad() {
    Reading out;
    out.good = false;
    out.detail = "exit status 1";
    return out;
}
Reading unknown() {
    Reading out;
    out.pending = true;
    out.good = false;
    return out;
}
Reading number(std::int64_t value) {
    Reading out;
    out.value = value;
    return out;
}
Verdict of(TrackUse use, Reading now, Weights weights = Weights::Count, Pending pending = Pending::Fault) {
    return judge({std::move(use)}, weights, pending, [&](TrackKind, const std::string&) { return now; });
}
TrackUse script(std::int32_t weight, bool reverse = false) { return {TrackKind::Script, "chk", weight, reverse}; }
TrackUse file(std::int32_t weight, bool reverse = false) { return {TrackKind::File, "f", weight, reverse}; }

TEST(Judge, APositiveWeightIsAddedWhileGoodANegativeOneWhileFailing) {
    EXPECT_EQ(of(script(20), good()).adjustment, 20);
    EXPECT_EQ(of(script(20), bad()).adjustment, 0);
    EXPECT_EQ(of(script(-20), good()).adjustment, 0);
    EXPECT_EQ(of(script(-20), bad()).adjustment, -20);
    EXPECT_EQ(of(script(-20), bad()).fault, "");
}

TEST(Judge, ReverseTurnsTheSignOfAWeightAndExchangesGoodAndFailingWithoutOne) {
    EXPECT_EQ(of(script(20, true), good()).adjustment, -20);
    EXPECT_EQ(of(script(20, true), bad()).adjustment, 0);
    EXPECT_EQ(of(script(-20, true), good()).adjustment, 0);
    EXPECT_EQ(of(script(-20, true), bad()).adjustment, 20);
    EXPECT_TRUE(of(script(20, true), good()).tracks.at(0).good);
    EXPECT_NE(of(script(0, true), good()).fault, "");
    EXPECT_EQ(of(script(0, true), bad()).fault, "");
}

TEST(Judge, WeightZeroIsAFaultInWords) {
    EXPECT_EQ(of(script(0), bad()).fault, "script chk failed (exit status 1)");
    EXPECT_EQ(of({TrackKind::Interface, "eth1", 0, false}, bad()).fault, "interface eth1 is down (exit status 1)");
    EXPECT_EQ(of(script(0), good()).fault, "");
    EXPECT_FALSE(of(script(0), bad()).tracks.at(0).good);
}

TEST(Judge, WithoutAResultWeightZeroIsAFaultAndOtherWeightsCountForNothing) {
    EXPECT_THAT(of(script(0), unknown()).fault, HasSubstr("waiting for the first result of script chk"));
    EXPECT_EQ(of(script(20), unknown()).adjustment, 0);
    EXPECT_EQ(of(script(-20), unknown()).adjustment, 0);
    EXPECT_EQ(of(script(0), unknown(), Weights::Count, Pending::Good).fault, "") << "a restart goes on as it was";
    EXPECT_EQ(of(script(20), unknown(), Weights::Count, Pending::Good).adjustment, 20);
}

TEST(Judge, InsideAGroupOnlyWeightZeroCounts) {
    EXPECT_EQ(of(script(20), good(), Weights::Ignore).adjustment, 0);
    EXPECT_EQ(of(file(1), number(-300), Weights::Ignore).fault, "");
    EXPECT_NE(of(script(0), bad(), Weights::Ignore).fault, "");
}

TEST(Judge, AFilesNumberIsMultipliedAndKeptInItsLimits) {
    EXPECT_EQ(of(file(2), number(-10)).adjustment, -20);
    EXPECT_EQ(of(file(2, true), number(-10)).adjustment, 20);
    EXPECT_EQ(of(file(10), number(1000)).adjustment, 253);
    EXPECT_NE(of(file(10), number(-1000)).fault, "") << "-254 and less is a fault";
    EXPECT_EQ(of(file(1), number(-253)).fault, "");
    EXPECT_NE(of(file(0), number(1)).fault, "");
    EXPECT_EQ(of(file(0), number(0)).fault, "");
}

TEST(Judge, WeightsAddUpAndTheFirstFaultGivesTheReason) {
    const Verdict verdict = judge({script(5), script(7), script(0)}, Weights::Count, Pending::Fault,
                                  [](TrackKind, const std::string&) { return good(); });
    EXPECT_EQ(verdict.adjustment, 12);
    EXPECT_EQ(verdict.tracks.size(), 3U);
}

ScriptResult exits(int status) { return {ScriptEnd::Exited, status, {}}; }

TEST(ScriptRecord, TheFirstRunDecides) {
    model::TrackScript item;
    item.rise = 3;
    item.fall = 3;
    ScriptRecord record(item);
    EXPECT_TRUE(record.reading().pending);
    EXPECT_TRUE(record.ended(exits(0)));
    EXPECT_TRUE(record.reading().good);
    ScriptRecord other(item);
    EXPECT_TRUE(other.ended(exits(1)));
    EXPECT_FALSE(other.reading().good);
    EXPECT_FALSE(other.reading().pending);
}

TEST(ScriptRecord, RiseAndFallCountInARow) {
    model::TrackScript item;
    item.rise = 2;
    item.fall = 3;
    ScriptRecord record(item);
    (void)record.ended(exits(0));
    for (int i = 0; i < 2; ++i) {
        (void)record.ended(exits(1));
        EXPECT_TRUE(record.reading().good) << i;
    }
    (void)record.ended(exits(0));
    (void)record.ended(exits(1));
    (void)record.ended(exits(1));
    EXPECT_TRUE(record.reading().good) << "a success starts the count anew";
    (void)record.ended(exits(1));
    EXPECT_FALSE(record.reading().good);
    (void)record.ended(exits(0));
    EXPECT_FALSE(record.reading().good);
    (void)record.ended(exits(1));
    (void)record.ended(exits(0));
    EXPECT_FALSE(record.reading().good) << "a failure starts the count anew";
    (void)record.ended(exits(0));
    EXPECT_TRUE(record.reading().good);
}

TEST(ScriptRecord, InitFailIsBadUntilItHasRisen) {
    model::TrackScript item;
    item.rise = 2;
    item.initFail = true;
    ScriptRecord record(item);
    EXPECT_FALSE(record.reading().pending);
    EXPECT_FALSE(record.reading().good);
    (void)record.ended(exits(0));
    EXPECT_FALSE(record.reading().good);
    (void)record.ended(exits(0));
    EXPECT_TRUE(record.reading().good);
}

TEST(ScriptRecord, ATimeOutAndASignalAreFailuresAndSaySo) {
    ScriptRecord record(model::TrackScript{});
    (void)record.ended({ScriptEnd::TimedOut, 0, {}});
    EXPECT_FALSE(record.reading().good);
    EXPECT_THAT(record.reading().detail, HasSubstr("took too long"));
    (void)record.ended({ScriptEnd::Signalled, 9, {}});
    EXPECT_THAT(record.reading().detail, HasSubstr("signal 9"));
}

TEST(ScriptRecord, WhatCannotBeStartedCountsForNothing) {
    ScriptRecord record(model::TrackScript{});
    (void)record.ended({ScriptEnd::NotStarted, 0, "no such file"});
    EXPECT_EQ(of(script(0), record.reading()).fault, "");
    EXPECT_EQ(of(script(20), record.reading()).adjustment, 0);
    (void)record.ended(exits(1));
    EXPECT_NE(of(script(0), record.reading()).fault, "") << "once it could run it counts";
    (void)record.ended({ScriptEnd::NotStarted, 0, "no such file"});
    EXPECT_NE(of(script(0), record.reading()).fault, "") << "and goes on counting";
}

TEST(ProcessRecord, WaitsForItsDelays) {
    model::TrackProcess item;
    item.quorum = 2;
    item.quorumMax = 3;
    item.terminateDelay = 5s;
    item.forkDelay = 2s;
    ProcessRecord record(item);
    const Instant begin{};
    (void)record.counted(2, begin);
    EXPECT_TRUE(record.reading().good) << "the first look decides";
    (void)record.counted(1, begin + 1s);
    (void)record.counted(1, begin + 5s);
    EXPECT_TRUE(record.reading().good);
    (void)record.counted(1, begin + 6s);
    EXPECT_FALSE(record.reading().good);
    (void)record.counted(2, begin + 7s);
    (void)record.counted(1, begin + 8s);
    (void)record.counted(2, begin + 9s);
    EXPECT_FALSE(record.reading().good) << "it must be there without a break";
    (void)record.counted(2, begin + 11s);
    EXPECT_TRUE(record.reading().good);
    (void)record.counted(4, begin + 12s);
    (void)record.counted(4, begin + 17s);
    EXPECT_FALSE(record.reading().good) << "more than quorum_max";
}

TEST(TrackedFile, HoldsANumberAndNothingElse) {
    EXPECT_EQ(fileReading("-12\n").value, -12);
    EXPECT_EQ(fileReading(" +7 ").value, 7);
    EXPECT_EQ(fileReading("99999999999999999999").value, 1'000'000'000);
    EXPECT_EQ(fileReading("-99999999999999999999").value, -1'000'000'000);
    for (const char* text : {"", "  \n", "x", "5 5", "1.5", "--1"}) {
        EXPECT_EQ(fileReading(text).value, 0) << text;
        EXPECT_NE(fileReading(text).detail, "") << text;
    }
    EXPECT_EQ(fileReading(std::nullopt).value, 0);
}

TEST(TrackedProcess, IsFoundByNameAndParameters) {
    const std::vector<Process> running{{1, "nginx", {"/usr/sbin/nginx", "-g", "daemon"}},
                                       {2, "nginx", {"nginx: worker"}},
                                       {3, "haproxy", {"haproxy", "-f", "/etc/a.cfg"}}};
    model::TrackProcess item;
    item.process = {"nginx"};
    EXPECT_EQ(countProcesses(item, running), 2U);
    item.process = {"/usr/sbin/nginx"};
    item.fullCommand = true;
    EXPECT_EQ(countProcesses(item, running), 1U);
    item.fullCommand = false;
    item.process = {"haproxy", "-f", "/etc/a.cfg"};
    item.match = model::ParameterMatch::Exact;
    EXPECT_EQ(countProcesses(item, running), 1U);
    item.process = {"haproxy", "-f"};
    EXPECT_EQ(countProcesses(item, running), 0U);
    item.match = model::ParameterMatch::Initial;
    EXPECT_EQ(countProcesses(item, running), 1U);
    item.process = {"haproxy", "-f", "/etc"};
    item.match = model::ParameterMatch::Partial;
    EXPECT_EQ(countProcesses(item, running), 1U);
}

TEST(TrackUses, TheLineWinsOverTheItemAndTheGroupsCountForItsMembers) {
    model::Effective own;
    model::TrackScript item;
    item.name = "chk";
    item.weight = 10;
    own.trackScripts = {item};
    model::OwnInstance instance;
    instance.member.trackInterfaces = {{"eth1", 5, false}};
    instance.instance.tracking.scripts = {{"chk", -3, true}, {"unknown", {}, {}}};
    model::SyncGroup group;
    group.tracking.scripts = {{"chk", {}, {}}};
    const auto uses = trackUses(instance, &group, own);
    ASSERT_EQ(uses.size(), 3U);
    EXPECT_EQ(uses[0], (TrackUse{TrackKind::Interface, "eth1", 5, false}));
    EXPECT_EQ(uses[1], (TrackUse{TrackKind::Script, "chk", -3, true}));
    EXPECT_EQ(uses[2], (TrackUse{TrackKind::Script, "chk", 10, false}));
}

} // namespace
} // namespace lvsdeck::vrrp
