// SPDX-License-Identifier: GPL-3.0-or-later
// What keeps a take-over, or the way back, from going wrong: edited files, addresses put there by hand, a container, a kernel or a disk
// that says no in the middle of it.
#include "engine_adopt_fixture.hpp"

#include <gmock/gmock.h>

namespace lvsdeck::core {
namespace {

using rpc::AdoptConcernKind;
using testing::ElementsAre;
using testing::HasSubstr;

const IpAddress secondVip = *IpAddress::parse("192.168.50.18");

ClassicConfiguration filesWith(const std::string& text, const std::string& further = "") {
    ClassicConfiguration out{
        .configId = {}, .files = {{"/etc/keepalived/keepalived.conf", text, ""}}, .includes = {}, .problem = {}};
    if (!further.empty())
        out.files.push_back({further, "x", ""});
    return out;
}

struct EngineAdoptGuards : EngineAdopt {
    [[nodiscard]] Result<rpc::AdoptCheck> check() {
        return answer<rpc::AdoptCheck>([&](auto then) { engine().checkAdoption(then); });
    }
    [[nodiscard]] std::vector<AdoptConcernKind> concerns() {
        std::vector<AdoptConcernKind> out;
        if (const auto checked = check())
            for (const rpc::AdoptConcern& concern : checked->concerns)
                out.push_back(concern.kind);
        return out;
    }
    /// The same cluster, with another weight for its first server.
    [[nodiscard]] static model::Cluster otherWeight() {
        model::Cluster cluster = classicCluster();
        cluster.services[0].servers[0].weight = 7;
        return cluster;
    }
    void expectStillKeepalived(const Result<rpc::ConfigApplied>& taken, const std::string& why) {
        ASSERT_FALSE(taken);
        EXPECT_THAT(taken.error().text, HasSubstr(why));
        EXPECT_EQ(one.classic.kills(), 0);
        EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
        EXPECT_FALSE(*one.persistent.read("replaces-keepalived"));
    }
};

TEST_F(EngineAdoptGuards, AFileThatWasEditedSinceIsNotTakenOver) {
    observed();
    one.classic.setConfiguration(filesWith("vrrp_instance A {\n priority 1\n}\n"));
    EXPECT_THAT(concerns(), ElementsAre(AdoptConcernKind::FileChanged));
    const auto taken = take(30);
    expectStillKeepalived(taken, "/etc/keepalived/keepalived.conf was changed");
    EXPECT_THAT(taken.error().text, HasSubstr("look on again"));
    EXPECT_EQ(taken.error().path, "/etc/keepalived/keepalived.conf");
    // A file that an include line has found since is one too, and so is another -i.
    auto more = filesWith("vrrp_instance A {\n}\n", "/etc/keepalived/conf.d/new.conf");
    more.configId = "other";
    one.classic.setConfiguration(more);
    EXPECT_THAT(concerns(), ElementsAre(AdoptConcernKind::FileNew, AdoptConcernKind::ConfigId));
    expectStillKeepalived(take(30), "conf.d/new.conf");

    observed();
    EXPECT_TRUE(concerns().empty());
    EXPECT_TRUE(take(30));
}

TEST_F(EngineAdoptGuards, WhatWasReadBeforeAnEditIsNotLookedOnAt) {
    const auto stale = observe(classicCluster(), {{"/etc/keepalived/keepalived.conf", "0000000000000000"}});
    ASSERT_FALSE(stale);
    EXPECT_THAT(stale.error().text, HasSubstr("/etc/keepalived/keepalived.conf was changed"));
    const auto scan = answer<rpc::AdoptScan>([&](auto then) { engine().scan(then); });
    EXPECT_TRUE(observe(classicCluster(), {{scan->files[0].path, scan->files[0].hash}}));
}

TEST_F(EngineAdoptGuards, WhatWasLookedOnAtByAnOlderAgentIsReadAnewFirst) {
    observed();
    ASSERT_TRUE(one.persistent.remove("keepalived-files.json"));
    EXPECT_THAT(concerns(), ElementsAre(AdoptConcernKind::FilesUnknown));
    expectStillKeepalived(take(30), "look on again");
}

TEST_F(EngineAdoptGuards, TheWayBackTellsWhatWillBeOtherwise) {
    observed();
    ASSERT_TRUE(take(0));
    runUntouched(5s);
    EXPECT_TRUE(concerns().empty());
    const auto applied = engine().apply(one.apply(otherWeight(), engine().history().back().revision), "root");
    ASSERT_TRUE(applied) << applied.error().text;
    one.classic.setConfiguration(filesWith("something else\n"));
    EXPECT_THAT(concerns(), ElementsAre(AdoptConcernKind::Configuration, AdoptConcernKind::FileChanged));
    const auto checked = *check();
    EXPECT_TRUE(checked.back);
    ASSERT_EQ(checked.operations.size(), 1U);
    EXPECT_THAT(checked.operations[0].text, HasSubstr("-w 3"));
    const auto refused = giveBack();
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text, HasSubstr("changed under lvsdeck"));
    EXPECT_EQ(one.classic.starts(), 0);
    one.runFor(1s);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Replaced);

    ASSERT_TRUE(giveBack(true));
    one.runFor(20s);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
    // What lvsdeck has now is not what keepalived does: it is read anew before it is put in its place.
    EXPECT_THAT(concerns(), ElementsAre(AdoptConcernKind::Configuration, AdoptConcernKind::FileChanged));
    EXPECT_FALSE(take(30));
    observed();
    EXPECT_TRUE(take(30));
}

TEST_F(EngineAdoptGuards, AKeepalivedThatEmptiesTheTableIsToldBeforeItComes) {
    one.classic.setConfiguration(filesWith("# lvs_flush\nglobal_defs {\n  lvs_flush_onstop\n  lvs_flush\n}\n"));
    observed();
    EXPECT_THAT(concerns(), ElementsAre(AdoptConcernKind::TableFlush));
    EXPECT_FALSE(check()->concerns[0].blocks);
    ASSERT_TRUE(take(0));
    runUntouched(5s);
    const auto refused = giveBack();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().path, "/etc/keepalived/keepalived.conf:4");
    EXPECT_THAT(refused.error().text, HasSubstr("remove that line"));
    EXPECT_EQ(one.classic.starts(), 0);
    EXPECT_TRUE(giveBack(true));
    EXPECT_EQ(one.classic.starts(), 1);
}

TEST_F(EngineAdoptGuards, KeepalivedInAContainerIsLookedOnAtAndNotEnded) {
    one.classic.setElsewhere("keepalived runs in a container (docker-1.scope)");
    EXPECT_THAT(answer<rpc::AdoptScan>([&](auto then) { engine().scan(then); })->elsewhere, HasSubstr("docker-1.scope"));
    observed();
    EXPECT_THAT(concerns(), ElementsAre(AdoptConcernKind::Elsewhere));
    expectStillKeepalived(take(30), "docker-1.scope");
}

TEST_F(EngineAdoptGuards, AnAddressPutOnABackupByHandMakesItNoMaster) {
    one.host.takeAddressAway("eth0", vip);
    observed();
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Backup);
    for (int i = 0; i < 4; ++i) {
        peerAdvertises(200);
        one.runFor(1s);
    }
    one.host.configureAddress("eth0", {vip, 32, ""});
    for (int i = 0; i < 4; ++i) {
        peerAdvertises(200);
        one.runFor(1s);
        EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Backup);
    }
    EXPECT_EQ(vrrp().masterAddress, "192.168.50.2");
    EXPECT_THAT(concerns(), ElementsAre(AdoptConcernKind::Disputed));
    expectStillKeepalived(take(30), "192.168.50.2 advertises them with priority 200");
    EXPECT_EQ(std::ranges::count(priorities, 100), 0) << "only the peer has spoken";
    // Without the peer keepalived here has to be master of them.
    one.runFor(7s);
    EXPECT_EQ(vrrp().phase, rpc::VrrpPhase::Master);
    EXPECT_TRUE(take(30));
}

TEST_F(EngineAdoptGuards, ATakeOverListensFirst) {
    ASSERT_TRUE(observe());
    std::optional<Result<rpc::ConfigApplied>> taken;
    const auto ask = [&] {
        engine().takeOver({30}, "root", [&](Result<rpc::ConfigApplied> done) { taken = std::move(done); });
    };
    ask();
    EXPECT_FALSE(taken);
    EXPECT_EQ(take(30).error().code, ErrorCode::Busy);
    for (int i = 0; i < 3; ++i) {
        one.runFor(1s);
        peerAdvertises(200);
    }
    EXPECT_FALSE(taken);
    one.runFor(1s);
    ASSERT_TRUE(taken);
    expectStillKeepalived(*taken, "advertises them");

    one.runFor(4s);
    taken.reset();
    ask();
    ASSERT_TRUE(taken);
    EXPECT_TRUE(*taken);
}

TEST_F(EngineAdoptGuards, ASlowDiskHoldsNobodyUp) {
    observed();
    ASSERT_TRUE(take(0));
    runUntouched(5s);
    one.classic.setSlow(true);
    std::optional<Result<rpc::ConfigApplied>> back;
    engine().giveBack({}, "root", [&](Result<rpc::ConfigApplied> done) { back = std::move(done); });
    const Instant begin = one.runtime.now();
    runUntouched(10s);
    EXPECT_FALSE(back);
    EXPECT_LE(longestSilence(begin, one.runtime.now()), 1010ms);
    EXPECT_EQ(giveBack().error().code, ErrorCode::Busy);
    // What has changed meanwhile is looked at when the files are there.
    ASSERT_TRUE(engine().setMaintenance({"VI_1", "", true, "", {}}, "root"));
    one.classic.setSlow(false);
    ASSERT_TRUE(back);
    EXPECT_FALSE(*back);
    ASSERT_TRUE(engine().setMaintenance({"VI_1", "", false, "", {}}, "root"));
    EXPECT_TRUE(giveBack());
}

TEST_F(EngineAdoptGuards, ATakeOverThatTheKernelRefusesLeavesTheTableAsItWas) {
    model::Cluster cluster = otherWeight();
    model::VirtualService refused = cluster.services[0];
    refused.port = 443;
    refused.scheduler = model::Scheduler::Sh;
    for (model::RealServer& server : refused.servers)
        server.port = 443;
    cluster.services.push_back(refused);
    one.ipvs.setSchedulers({"wrr"});
    const auto looked = observe(cluster);
    ASSERT_TRUE(looked) << looked.error().text;
    one.runFor(4s);
    adverts.clear();
    expectStillKeepalived(take(30), "192.168.50.8:443");
    EXPECT_EQ(table0(), tableBefore);
    one.runFor(10s);
    EXPECT_EQ(table0(), tableBefore);
    EXPECT_TRUE(one.host.holds(vip));
    EXPECT_TRUE(adverts.empty());
    EXPECT_EQ(one.classic.starts(), 0);
}

TEST_F(EngineAdoptGuards, AKeepalivedThatCannotBeEndedKeepsItsTable) {
    model::Cluster cluster = otherWeight();
    cluster.ipvsSysctls = {{"expire_nodest_conn", "1"}};
    ASSERT_TRUE(observe(cluster));
    one.runFor(4s);
    one.classic.setKillFailure("it cannot be ended");
    expectStillKeepalived(take(30), "it cannot be ended");
    EXPECT_EQ(table0(), tableBefore);
    EXPECT_EQ(*one.networkConfig.readSysctl("net.ipv4.vs.expire_nodest_conn"), "0");
    EXPECT_TRUE(one.host.holds(vip));
    one.runFor(1s);
    adverts.clear();
    one.runFor(10s);
    EXPECT_TRUE(adverts.empty());
    EXPECT_EQ(table0(), tableBefore);
    EXPECT_EQ(one.classic.starts(), 0);
}

TEST_F(EngineAdoptGuards, AFullDiskUndoesNoSettingsWhenKeepalivedComesBack) {
    model::Cluster cluster = classicCluster();
    cluster.ipvsSysctls = {{"expire_nodest_conn", "1"}};
    ASSERT_TRUE(observe(cluster));
    one.runFor(4s);
    ASSERT_TRUE(take(0));
    one.runFor(2s);
    ASSERT_EQ(*one.networkConfig.readSysctl("net.ipv4.vs.expire_nodest_conn"), "1");
    ASSERT_TRUE(giveBack());
    one.transient.setFull(true);
    one.runFor(20s);
    ASSERT_EQ(adoption()->phase, AdoptionPhase::Observing);
    EXPECT_EQ(*one.networkConfig.readSysctl("net.ipv4.vs.expire_nodest_conn"), "1");
    // Nor later, when there is room again, by this process or the next.
    one.transient.setFull(false);
    one.runFor(5s);
    EXPECT_FALSE(isLent());
    one.kill();
    ASSERT_TRUE(one.start());
    one.runFor(5s);
    ASSERT_TRUE(observe());
    one.runFor(4s);
    ASSERT_TRUE(take(0));
    one.runFor(5s);
    EXPECT_EQ(*one.networkConfig.readSysctl("net.ipv4.vs.expire_nodest_conn"), "1");
}

TEST_F(EngineAdoptGuards, ALentAddressThatCannotBeTakenBackIsTriedAgain) {
    observed();
    ASSERT_TRUE(take(0));
    runUntouched(5s);
    ASSERT_TRUE(giveBack());
    one.runFor(5500ms);
    ASSERT_TRUE(isLent());
    one.host.setPermitted(false);
    one.runFor(10s);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
    EXPECT_TRUE(isLent());
    EXPECT_TRUE(hasEvent("from lo, where it must not stay"));
    one.host.setPermitted(true);
    one.runFor(3s);
    EXPECT_FALSE(isLent());
    EXPECT_FALSE(*one.transient.read("lent-addresses.json"));
}

/// Two instances, both master here.
struct EngineAdoptTwo : EngineAdoptGuards {
    Timer secondGoes, secondComes;

    void begin() {
        model::Cluster cluster = classicCluster();
        model::VrrpInstance second = cluster.instances[0];
        second.name = "VI_2";
        second.vrid = 52;
        second.addresses = {{secondVip, 32, "", ""}};
        cluster.instances.push_back(second);
        one.host.configureAddress("eth0", {secondVip, 32, ""});
        ASSERT_TRUE(observe(cluster));
        one.runFor(4s);
        const auto taken = take(0);
        ASSERT_TRUE(taken) << taken.error().text;
        one.runFor(10s);
    }
    [[nodiscard]] bool serves(const IpAddress& address) { return one.host.holds(address) || isLent(address); }
};

TEST_F(EngineAdoptTwo, EachInstanceComesBackInItsOwnTime) {
    ASSERT_NO_FATAL_FAILURE(begin());
    // Keepalived takes the first one's address away at once, and the second one's when the first has long been back.
    one.classic.whenStarted([this] {
        one.host.takeAddressAway("eth0", vip);
        comesBack = one.runtime.after(2s, [this] { one.host.configureAddress("eth0", {vip, 32, ""}); });
        secondGoes = one.runtime.after(3s, [this] { one.host.takeAddressAway("eth0", secondVip); });
        secondComes = one.runtime.after(9s, [this] { one.host.configureAddress("eth0", {secondVip, 32, ""}); });
    });
    ASSERT_TRUE(giveBack());
    for (Duration passed{0}; passed < 9s; passed += 10ms) {
        one.runFor(10ms);
        ASSERT_EQ(adoption()->phase, AdoptionPhase::Returning) << "after " << passed.count() << " us";
        ASSERT_TRUE(serves(vip) && serves(secondVip)) << "after " << passed.count() << " us";
    }
    one.runFor(5s);
    EXPECT_EQ(adoption()->phase, AdoptionPhase::Observing);
    EXPECT_FALSE(isLent());
    EXPECT_FALSE(isLent(secondVip));
}

TEST_F(EngineAdoptTwo, TheInstanceThatStaysMasterKeepsItsLentAddress) {
    ASSERT_NO_FATAL_FAILURE(begin());
    one.classic.setStartFailure("no");
    ASSERT_TRUE(giveBack());
    ASSERT_TRUE(isLent() && isLent(secondVip));
    peerAdvertises(200);
    one.runFor(500ms);
    EXPECT_FALSE(isLent());
    EXPECT_TRUE(isLent(secondVip));
    // Another process clears away what is written down.
    EXPECT_THAT(**one.transient.read("lent-addresses.json"), testing::Not(HasSubstr("192.168.50.8\"")));
    EXPECT_THAT(**one.transient.read("lent-addresses.json"), HasSubstr("192.168.50.18"));
}

} // namespace
} // namespace lvsdeck::core
