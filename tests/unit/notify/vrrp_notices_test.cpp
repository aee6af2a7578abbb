// SPDX-License-Identifier: GPL-3.0-or-later
// Scripts, lines and mails of VRRP are word for word what keepalived 2 gives.
#include "agent/notify/notifier.hpp"
#include "agent/notify/vrrp_notices.hpp"
#include "agent/simulated/simulated_runtime.hpp"
#include "agent/simulated/simulated_scripts.hpp"
#include "agent/simulated/simulated_system.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvsdeck::notify {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using vrrp::Happening;
using vrrp::HappeningKind;
using vrrp::HappeningSubject;

model::Script script(const char* program) { return {{program}, {}, {}}; }

Happening happening(HappeningKind kind, HappeningSubject subject = HappeningSubject::Instance) {
    Happening out;
    out.kind = kind;
    out.subject = subject;
    out.name = subject == HappeningSubject::Group ? "G1" : "VI_1";
    out.priority = subject == HappeningSubject::Group ? 0 : 100;
    return out;
}

template <class T> std::vector<T> only(const std::vector<Notice>& notices) {
    std::vector<T> out;
    for (const Notice& notice : notices)
        if (const auto* one = std::get_if<T>(&notice))
            out.push_back(*one);
    return out;
}

TEST(VrrpNotices, TheScriptOfTheStateRunsBeforeTheOneForAll) {
    Happening one = happening(HappeningKind::Master);
    one.scripts.master = script("/m");
    one.scripts.backup = script("/b");
    one.scripts.any = script("/any");
    const auto scripts = only<ScriptNotice>(vrrpNotices(one, {}, "lb1"));
    ASSERT_EQ(scripts.size(), 2U);
    EXPECT_EQ(scripts[0].script, script("/m"));
    EXPECT_TRUE(scripts[0].arguments.empty());
    EXPECT_EQ(scripts[1].script, script("/any"));
    EXPECT_THAT(scripts[1].arguments, ElementsAre("INSTANCE", "VI_1", "MASTER", "100"));
}

TEST(VrrpNotices, AGroupHasPriorityZeroAndItsOwnWord) {
    Happening one = happening(HappeningKind::Backup, HappeningSubject::Group);
    one.scripts.any = script("/any");
    const auto scripts = only<ScriptNotice>(vrrpNotices(one, {}, "lb1"));
    ASSERT_EQ(scripts.size(), 1U);
    EXPECT_THAT(scripts[0].arguments, ElementsAre("GROUP", "G1", "BACKUP", "0"));
}

TEST(VrrpNotices, EveryStateHasKeepalivedsWord) {
    const std::vector<std::pair<HappeningKind, std::string>> words{
        {HappeningKind::Master, "MASTER"},
        {HappeningKind::Backup, "BACKUP"},
        {HappeningKind::Fault, "FAULT"},
        {HappeningKind::Stop, "STOP"},
        {HappeningKind::Deleted, "DELETED"},
        {HappeningKind::MasterReceivesLower, "MASTER_RX_LOWER_PRI"},
        {HappeningKind::MasterPriority, "MASTER_PRIORITY"},
        {HappeningKind::BackupPriority, "BACKUP_PRIORITY"}};
    model::Notification notification;
    notification.vrrpFifo = "/run/fifo";
    for (const auto& [kind, word] : words) {
        Happening one = happening(kind);
        one.scripts.priorityChanges = true;
        one.scripts.deleted = script("/gone");
        const auto lines = only<FifoNotice>(vrrpNotices(one, notification, "lb1"));
        ASSERT_EQ(lines.size(), 1U) << word;
        EXPECT_EQ(lines[0].line, "INSTANCE \"VI_1\" " + word + " 100");
    }
}

TEST(VrrpNotices, DeletionsAreMailed) {
    model::Notification notification;
    notification.to = {"a@example.org"};
    notification.alertVrrp = true;
    const auto mailed = [&](Happening one) { return only<MailNotice>(vrrpNotices(one, notification, "lb1")).at(0); };
    EXPECT_EQ(mailed(happening(HappeningKind::Deleted)).subject, "[lb1] VRRP Instance VI_1 - Entering FAULT state");
    Happening deleted = happening(HappeningKind::Deleted);
    deleted.scripts.deleted = script("/deleted");
    EXPECT_EQ(mailed(deleted).subject, "[lb1] VRRP Instance VI_1 - Deleted");
    EXPECT_EQ(mailed(happening(HappeningKind::Fault)).body, "=> VRRP Instance is no longer owning VRRP VIPs <=");
}

TEST(VrrpNotices, PriorityChangesAreToldOnlyWhenAskedFor) {
    Happening one = happening(HappeningKind::BackupPriority);
    one.scripts.any = script("/any");
    EXPECT_THAT(vrrpNotices(one, {}, "lb1"), IsEmpty());
    one.scripts.priorityChanges = true;
    EXPECT_THAT(vrrpNotices(one, {}, "lb1"), IsEmpty()) << "only the FIFOs hear of them";
    model::Notification notification;
    notification.fifo = "/run/all";
    EXPECT_EQ(only<FifoNotice>(vrrpNotices(one, notification, "lb1")).size(), 1U);
}

TEST(VrrpNotices, ALowerPriorityIsToldToItsOwnScriptAndNotToTheOneForAll) {
    Happening one = happening(HappeningKind::MasterReceivesLower);
    one.scripts.any = script("/any");
    one.scripts.masterReceivesLower = script("/lower");
    const auto scripts = only<ScriptNotice>(vrrpNotices(one, {}, "lb1"));
    ASSERT_EQ(scripts.size(), 1U);
    EXPECT_EQ(scripts[0].script, script("/lower"));
}

TEST(VrrpNotices, WithoutAScriptForItADeletionIsAFault) {
    Happening one = happening(HappeningKind::Deleted);
    one.scripts.fault = script("/f");
    one.scripts.any = script("/any");
    one.smtpAlert = true;
    model::Notification notification;
    notification.fifo = "/run/all";
    notification.to = {"a@example.org"};
    auto notices = vrrpNotices(one, notification, "lb1");
    ASSERT_EQ(only<ScriptNotice>(notices).size(), 2U);
    EXPECT_EQ(only<ScriptNotice>(notices)[0].script, script("/f"));
    EXPECT_THAT(only<ScriptNotice>(notices)[1].arguments, ElementsAre("INSTANCE", "VI_1", "FAULT", "100"));
    EXPECT_EQ(only<FifoNotice>(notices)[0].line, "INSTANCE \"VI_1\" FAULT 100");
    EXPECT_EQ(only<MailNotice>(notices)[0].subject, "[lb1] VRRP Instance VI_1 - Entering FAULT state");
    one.scripts.deleted = script("/gone");
    notices = vrrpNotices(one, notification, "lb1");
    EXPECT_EQ(only<ScriptNotice>(notices)[0].script, script("/gone"));
    EXPECT_EQ(only<MailNotice>(notices)[0].subject, "[lb1] VRRP Instance VI_1 - Deleted");
    EXPECT_EQ(only<MailNotice>(notices)[0].body, "=> VRRP Deleted at reload <=");
}

TEST(VrrpNotices, MailsOfEveryStateAreKeepaliveds) {
    model::Notification notification;
    notification.to = {"a@example.org"};
    notification.alertVrrp = true;
    const auto mail = [&](HappeningKind kind, HappeningSubject subject) {
        const auto mails = only<MailNotice>(vrrpNotices(happening(kind, subject), notification, "lb1"));
        return mails.size() == 1 ? mails[0].subject + ": " + mails[0].body : "no mail";
    };
    EXPECT_EQ(mail(HappeningKind::Backup, HappeningSubject::Instance),
              "[lb1] VRRP Instance VI_1 - Entering BACKUP state: => VRRP Instance is no longer owning VRRP VIPs <=");
    EXPECT_EQ(mail(HappeningKind::Fault, HappeningSubject::Instance),
              "[lb1] VRRP Instance VI_1 - Entering FAULT state: => VRRP Instance is no longer owning VRRP VIPs <=");
    EXPECT_EQ(mail(HappeningKind::Stop, HappeningSubject::Instance),
              "[lb1] VRRP Instance VI_1 - Stopping: => VRRP Instance stopping <=");
    EXPECT_EQ(mail(HappeningKind::Fault, HappeningSubject::Group),
              "[lb1] VRRP Group G1 - Entering FAULT state: => All VRRP group instances are now in FAULT state <=");
    EXPECT_EQ(mail(HappeningKind::Stop, HappeningSubject::Group),
              "[lb1] VRRP Group G1 - Stopping: => All VRRP group instances are now stopping <=");
    EXPECT_EQ(mail(HappeningKind::MasterReceivesLower, HappeningSubject::Instance), "no mail");
}

TEST(VrrpNotices, BothFifosAreToldAndTheOneOfTheCheckersIsNot) {
    model::Notification notification;
    notification.fifo = "/run/all";
    notification.vrrpFifo = "/run/vrrp";
    notification.checkerFifo = "/run/checks";
    const auto lines = only<FifoNotice>(vrrpNotices(happening(HappeningKind::Fault), notification, "lb1"));
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0], (FifoNotice{"/run/all", "INSTANCE \"VI_1\" FAULT 100"}));
    EXPECT_EQ(lines[1].path, "/run/vrrp");
}

TEST(VrrpNotices, MailIsOffUntilTheClusterOrTheInstanceWantsIt) {
    model::Notification notification;
    notification.to = {"a@example.org"};
    EXPECT_THAT(vrrpNotices(happening(HappeningKind::Master), notification, "lb1"), IsEmpty());
    notification.alertVrrp = true;
    const auto mails = only<MailNotice>(vrrpNotices(happening(HappeningKind::Master), notification, "lb1"));
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_EQ(mails[0].subject, "[lb1] VRRP Instance VI_1 - Entering MASTER state");
    EXPECT_EQ(mails[0].body, "=> VRRP Instance is now owning VRRP VIPs <=");
    Happening quiet = happening(HappeningKind::Master);
    quiet.smtpAlert = false;
    EXPECT_THAT(vrrpNotices(quiet, notification, "lb1"), IsEmpty());
    notification.noFaultMail = true;
    EXPECT_THAT(vrrpNotices(happening(HappeningKind::Fault), notification, "lb1"), IsEmpty());
}

class NotifierTest : public testing::Test {
protected:
    simulated::SimulatedTime time;
    simulated::SimulatedRuntime runtime{time};
    simulated::SimulatedScripts scripts{runtime};
    simulated::SimulatedSystem system{runtime};
    std::vector<std::string> told;
    Notifier notifier{scripts, system, [this](rpc::EventLevel, const std::string& text) { told.push_back(text); }};
};

TEST_F(NotifierTest, ProgramsRunAsTheClustersUserUnlessTheyNameOne) {
    model::ScriptSettings settings;
    settings.user = "keepalived_script";
    settings.group = "daemon";
    settings.security = true;
    notifier.configure(settings, {});
    model::Script other = script("/other");
    other.user = "nobody";
    notifier.perform({ScriptNotice{script("/x"), {"INSTANCE"}}, ScriptNotice{other, {}}});
    ASSERT_EQ(scripts.started().size(), 2U);
    EXPECT_EQ(scripts.started()[0].run.script.user, "keepalived_script");
    EXPECT_EQ(scripts.started()[0].run.script.group, "daemon");
    EXPECT_TRUE(scripts.started()[0].run.security);
    EXPECT_EQ(scripts.started()[0].line(), "/x INSTANCE");
    EXPECT_EQ(scripts.started()[1].run.script.user, "nobody");
    EXPECT_EQ(scripts.started()[1].run.script.group, "") << "the cluster's group belongs to the cluster's user";
}

TEST_F(NotifierTest, TheSameStateIsNotMailedTwiceInARow) {
    const MailNotice backup{"BACKUP", "", "VI_1"};
    notifier.perform(std::vector<Notice>{backup, backup, MailNotice{"BACKUP", "", "VI_2"}});
    EXPECT_EQ(system.mails().size(), 2U);
    notifier.perform(std::vector<Notice>{MailNotice{"MASTER", "", "VI_1"}, backup});
    EXPECT_EQ(system.mails().size(), 4U);
    notifier.perform(std::vector<Notice>{MailNotice{"up", "", ""}, MailNotice{"up", "", ""}});
    EXPECT_EQ(system.mails().size(), 6U) << "servers may come up more than once";
}

TEST_F(NotifierTest, WhatFailsIsToldAndHoldsNothingUp) {
    scripts.set("/x", {.result = {ScriptEnd::NotStarted, 0, "no such file"}});
    system.setReader("/run/fifo", false);
    system.setMailFailure("connection refused");
    notifier.perform({ScriptNotice{script("/x"), {}}, FifoNotice{"/run/fifo", "a"}, FifoNotice{"/run/fifo", "b"},
                      MailNotice{"subject", "body"}});
    time.runFor(std::chrono::seconds(1));
    ASSERT_EQ(told.size(), 3U) << "a pipe is complained of once";
    EXPECT_THAT(told[0], HasSubstr("/run/fifo"));
    EXPECT_THAT(told[1] + told[2], HasSubstr("no such file"));
    EXPECT_THAT(told[1] + told[2], HasSubstr("connection refused"));
    system.setReader("/run/fifo", true);
    notifier.perform(std::vector<Notice>{FifoNotice{"/run/fifo", "c"}});
    EXPECT_THAT(system.fifoLines("/run/fifo"), ElementsAre("c"));
}

} // namespace
} // namespace lvsdeck::notify
