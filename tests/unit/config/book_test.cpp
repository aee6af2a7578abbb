// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/config/cluster_store.hpp"

#include "agent/config/documents.hpp"
#include "agent/simulated/simulated_store.hpp"
#include "tests/support/simulated_director.hpp"

#include <gtest/gtest.h>

namespace lvsdeck::config {
namespace {

using simulated::CrashPoint;
using simulated::SimulatedCrash;
using simulated::SimulatedStore;

Proposal proposal(std::uint64_t base, int weight = 3) {
    model::Cluster cluster = test::classicCluster();
    cluster.services[0].servers[0].weight = weight;
    Proposal out;
    out.baseRevision = base;
    out.confirmWithinS = 60;
    out.candidate.by = "root";
    out.candidate.director = "lb1";
    out.candidate.cluster = json::toJson(cluster);
    out.candidate.hash = model::contentHash(cluster);
    return out;
}

void applyAndConfirm(ClusterStore& store, Proposal wanted) {
    auto step = propose(store.book(), std::move(wanted));
    ASSERT_TRUE(step) << step.error().text;
    const std::uint64_t revision = step->book.pending->candidate.revision;
    ASSERT_TRUE(store.take(std::move(*step)));
    auto confirmed = confirm(store.book(), revision, 1000);
    ASSERT_TRUE(confirmed) << confirmed.error().text;
    ASSERT_TRUE(store.take(std::move(*confirmed)));
}

TEST(Book, ConfirmedRevisionIsThereAfterARestart) {
    SimulatedStore disk;
    ClusterStore store(disk);
    ASSERT_TRUE(store.load());
    applyAndConfirm(store, proposal(0));
    ClusterStore next(disk);
    const auto loaded = next.load();
    ASSERT_TRUE(loaded);
    EXPECT_FALSE(loaded->rolledBack);
    EXPECT_EQ(next.book().revision(), 1U);
    EXPECT_EQ(next.book().current->cluster, store.book().current->cluster);
    EXPECT_EQ(next.book().history, store.book().history);
}

TEST(Book, StaleBaseIsAConflictThatNamesBothRevisions) {
    SimulatedStore disk;
    ClusterStore store(disk);
    ASSERT_TRUE(store.load());
    applyAndConfirm(store, proposal(0));
    applyAndConfirm(store, proposal(1, 4));
    const auto step = propose(store.book(), proposal(1, 5));
    ASSERT_FALSE(step);
    EXPECT_EQ(step.error().code, ErrorCode::Conflict);
    EXPECT_NE(step.error().text.find("revision 1"), std::string::npos) << step.error().text;
    EXPECT_NE(step.error().text.find("revision 2"), std::string::npos) << step.error().text;
}

TEST(Book, SecondApplyIsRefusedWhileOneWaits) {
    SimulatedStore disk;
    ClusterStore store(disk);
    ASSERT_TRUE(store.load());
    ASSERT_TRUE(store.take(*propose(store.book(), proposal(0))));
    const auto second = propose(store.book(), proposal(0, 9));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Conflict);
}

TEST(Book, AnotherRevisionThanTheWaitingOneCannotBeConfirmed) {
    SimulatedStore disk;
    ClusterStore store(disk);
    ASSERT_TRUE(store.load());
    EXPECT_FALSE(confirm(store.book(), 1, 0));
    ASSERT_TRUE(store.take(*propose(store.book(), proposal(0))));
    EXPECT_FALSE(confirm(store.book(), 7, 0));
    EXPECT_TRUE(confirm(store.book(), 1, 0));
}

TEST(Book, MembersThatThisVersionDoesNotKnowAreKept) {
    SimulatedStore disk;
    ClusterStore store(disk);
    ASSERT_TRUE(store.load());
    Proposal wanted = proposal(0);
    wanted.candidate.cluster.edit().as_object()["from_the_future"] = json::Array{1, "two"};
    applyAndConfirm(store, wanted);
    ClusterStore next(disk);
    ASSERT_TRUE(next.load());
    ASSERT_TRUE(next.book().current);
    EXPECT_EQ(next.book().current->cluster, wanted.candidate.cluster);
}

TEST(Book, TextThatIsForgottenComesFromTheDisk) {
    SimulatedStore disk;
    ClusterStore store(disk);
    ASSERT_TRUE(store.load());
    EXPECT_EQ(store.inForce()->revision, 0U);
    applyAndConfirm(store, proposal(0));
    store.forgetText();
    ASSERT_TRUE(store.book().current);
    EXPECT_TRUE(store.book().current->cluster->is_null());
    EXPECT_EQ(store.clusterName(), "classic");
    const auto known = store.inForce();
    ASSERT_TRUE(known) << known.error().text;
    EXPECT_EQ(known->cluster, proposal(0).candidate.cluster);
    EXPECT_EQ(known->hash, store.book().current->hash);
    EXPECT_EQ(store.revision(1)->cluster, proposal(0).candidate.cluster);

    // While another one waits, each has its own, and the name goes back with a roll-back.
    Proposal other = proposal(1, 5);
    other.candidate.cluster.edit().as_object()["name"] = "other";
    ASSERT_TRUE(store.take(*propose(store.book(), other)));
    EXPECT_EQ(store.clusterName(), "other");
    EXPECT_EQ(store.inForce()->cluster, other.candidate.cluster);
    EXPECT_EQ(store.revision(1)->cluster, proposal(0).candidate.cluster);
    ASSERT_TRUE(store.take(rollBack(store.book())));
    EXPECT_EQ(store.clusterName(), "classic");
    EXPECT_EQ(store.inForce()->cluster, proposal(0).candidate.cluster);
}

TEST(Book, KeepsTheLastFiftyRevisionsAndGivesThemBack) {
    SimulatedStore disk;
    ClusterStore store(disk);
    ASSERT_TRUE(store.load());
    for (std::uint64_t i = 0; i < 60; ++i)
        applyAndConfirm(store, proposal(i, static_cast<int>(i)));
    EXPECT_EQ(store.book().history.size(), keptRevisions);
    EXPECT_EQ(disk.list(documents::revisionFolder)->size(), keptRevisions);
    EXPECT_FALSE(store.revision(10));
    const auto old = store.revision(11);
    ASSERT_TRUE(old) << old.error().text;
    EXPECT_EQ(old->cluster, proposal(0, 10).candidate.cluster);
}

TEST(Book, DamagedDocumentIsReportedAndNotRemoved) {
    SimulatedStore disk;
    ASSERT_TRUE(disk.write(documents::current, "{\"stored\": {\"revision\": 3, "));
    ClusterStore store(disk);
    const auto loaded = store.load();
    ASSERT_TRUE(loaded);
    ASSERT_EQ(loaded->damaged.size(), 1U);
    EXPECT_NE(loaded->damaged[0].text.find("current.json"), std::string::npos);
    EXPECT_TRUE(disk.documents().contains(documents::current));
}

TEST(Book, FullDiskLeavesEverythingAsItWas) {
    SimulatedStore disk;
    ClusterStore store(disk);
    ASSERT_TRUE(store.load());
    applyAndConfirm(store, proposal(0));
    ASSERT_TRUE(store.take(*propose(store.book(), proposal(1, 5))));
    disk.setFull(true);
    EXPECT_FALSE(store.take(*confirm(store.book(), 2, 0)));
    EXPECT_TRUE(store.book().pending);
    EXPECT_EQ(store.book().revision(), 1U);
}

/// The whole way from one revision to the next is cut after every single step of the disk, once with and once without a power cut.
TEST(Book, KillAtAnyStepLeavesTheOldOrTheNewRevisionNeverAMixture) {
    for (const bool power : {false, true}) {
        bool finished = false;
        std::size_t olds = 0;
        std::size_t news = 0;
        for (std::uint64_t at = 0; !finished; ++at) {
            CrashPoint crash;
            SimulatedStore disk(&crash);
            ClusterStore before(disk);
            ASSERT_TRUE(before.load());
            applyAndConfirm(before, proposal(0, 3));
            ASSERT_TRUE(before.take(setOverride(before.book(), {"tcp 192.168.50.8:80", "192.168.50.9:80", {}, 1})));
            const json::Document old = before.book().current->cluster;
            const json::Document wanted = proposal(1, 7).candidate.cluster;

            crash.armAfter(at);
            bool toldSuccess = false;
            try {
                ClusterStore store(disk);
                ASSERT_TRUE(store.load());
                applyAndConfirm(store, proposal(1, 7));
                toldSuccess = true;
                finished = true;
            } catch (const SimulatedCrash&) {}
            crash.disarm();
            if (power)
                disk.cutPower();

            ClusterStore after(disk);
            const auto loaded = after.load();
            ASSERT_TRUE(loaded);
            EXPECT_TRUE(loaded->damaged.empty()) << "step " << at;
            EXPECT_FALSE(after.book().pending);
            ASSERT_TRUE(after.book().current) << "step " << at;
            const bool isNew = after.book().revision() == 2;
            EXPECT_EQ(after.book().current->cluster, isNew ? wanted : old) << "step " << at;
            EXPECT_EQ(after.book().history.size(), isNew ? 2U : 1U) << "step " << at;
            EXPECT_EQ(after.book().history.back().revision, after.book().revision());
            EXPECT_TRUE(!toldSuccess || isNew) << "a confirmed revision was lost";
            const auto stored = after.revision(after.book().revision());
            EXPECT_TRUE(stored);
            EXPECT_LE(disk.list(documents::revisionFolder)->size(), after.book().history.size());
            ++(isNew ? news : olds);
        }
        EXPECT_GT(olds, 3U);
        EXPECT_GT(news, 1U);
    }
}

TEST(Book, OverrideOfAServerThatIsGoneDoesNotComeBackWhereverTheAgentDied) {
    model::Cluster smaller = test::classicCluster();
    smaller.services[0].servers.pop_back();
    Proposal without = proposal(1);
    without.candidate.cluster = json::toJson(smaller);
    bool finished = false;
    std::size_t news = 0;
    for (std::uint64_t at = 0; !finished; ++at) {
        CrashPoint crash;
        SimulatedStore disk(&crash);
        ClusterStore before(disk);
        ASSERT_TRUE(before.load());
        applyAndConfirm(before, proposal(0));
        ASSERT_TRUE(before.take(setOverride(before.book(), {"tcp 192.168.50.8:80", "192.168.50.10:80", {}, 1})));
        crash.armAfter(at);
        try {
            applyAndConfirm(before, without);
            finished = true;
        } catch (const SimulatedCrash&) {}
        crash.disarm();
        ClusterStore after(disk);
        ASSERT_TRUE(after.load());
        const bool isNew = after.book().revision() == 2;
        EXPECT_EQ(after.book().overrides.size(), isNew ? 0U : 1U) << "step " << at;
        news += isNew ? 1 : 0;
        ClusterStore again(disk);
        ASSERT_TRUE(again.load());
        EXPECT_EQ(again.book().overrides, after.book().overrides);
    }
    EXPECT_GT(news, 1U);
}

TEST(Understanding, ServersThatAreCheckedAlikeShareTheirChecks) {
    model::Cluster cluster = test::classicCluster();
    model::RealServer other = cluster.services[0].servers[0];
    other.address = *IpAddress::parse("192.168.50.11");
    other.checks = {model::PingCheck{}};
    other.notifyUp.edit().command = {"/bin/true"};
    cluster.services[0].servers.push_back(other);
    const Understood meaning = understand(json::toJson(cluster), "lb1");
    ASSERT_TRUE(meaning.own);
    EXPECT_EQ(meaning.own->services, cluster.services);
    EXPECT_TRUE(meaning.cluster.services.empty()) << "they are not there twice";
    const auto& servers = meaning.own->services[0].servers;
    EXPECT_EQ(&servers[0].checks.front(), &servers[1].checks.front());
    EXPECT_NE(&servers[0].checks.front(), &servers[2].checks.front());
    EXPECT_EQ(servers[2].checks, other.checks);
    EXPECT_EQ(servers[2].notifyUp, other.notifyUp);
}

} // namespace
} // namespace lvsdeck::config
