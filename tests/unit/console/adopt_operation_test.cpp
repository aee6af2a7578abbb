// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/adopt_import.hpp"
#include "console/cluster/adopt_operation.hpp"

#include "classic_agent.hpp"
#include "event_loop.hpp"

#include <gmock/gmock.h>

namespace lvsdeck::cluster {
namespace {

using rpc::AdoptionPhase;
using test::Classic;
using test::eventually;
using test::ScriptedAgent;
using testing::ElementsAre;
using testing::HasSubstr;

class Adopt : public testing::Test {
protected:
    Adopt() {
        for (const char* id : {"lb1", "lb2"}) {
            agents.push_back(std::make_shared<ScriptedAgent>(id));
            rpc::VrrpState vrrp;
            vrrp.name = "VI_1";
            vrrp.phase = agents.size() == 1 ? rpc::VrrpPhase::Master : rpc::VrrpPhase::Backup;
            agents.back()->state.vrrp = {vrrp};
            classics.push_back(std::make_unique<Classic>(Classic{*agents.back(), log, id}));
            classics.back()->teach(agents.size() == 1 ? "150" : "100");
        }
        SavedCluster saved;
        saved.name = "web";
        saved.directors = {{"lb1", "10.0.0.1", {}, "", "", ""}, {"lb2", "10.0.0.2", {}, "", "", ""}};
        SessionOptions options;
        options.retry = false;
        options.transports = [this](const SavedDirector& d) {
            return std::make_unique<ssh::LoopbackTransport>(agents[d.id == "lb1" ? 0 : 1]);
        };
        // Each question takes a while on this clock, so that nobody waits for real.
        options.clock = [this] { return nowUs += 20'000; };
        session = std::make_unique<ClusterSession>(saved, options);
        session->open();
        EXPECT_TRUE(eventually([&] { return session->facts().ready == 2 && session->facts().instances.size() == 1; }));
    }
    /// To its end; answers what is said in between.
    void run(AdoptGoal goal, bool proceed = true) {
        operation = std::make_unique<AdoptOperation>(*session, goal);
        operation->start();
        ASSERT_TRUE(
            eventually([&] { return operation->stage() == AdoptStage::Review || operation->stage() == AdoptStage::Done; }));
        if (operation->stage() == AdoptStage::Done || !proceed)
            return;
        operation->proceed();
        ASSERT_TRUE(eventually([&] {
            nowUs += 300'000;
            for (const auto& agent : agents)
                agent->sendState();
            return operation->stage() == AdoptStage::Done;
        }));
    }

    std::int64_t nowUs = 1'000'000;
    std::vector<std::string> log;
    std::vector<std::shared_ptr<ScriptedAgent>> agents;
    std::vector<std::unique_ptr<Classic>> classics;
    std::unique_ptr<ClusterSession> session;
    std::unique_ptr<AdoptOperation> operation;
};

TEST_F(Adopt, ReadsAllDirectorsWithTheirIncludesAndLooksOn) {
    run(AdoptGoal::Observe);
    ASSERT_FALSE(operation->error()) << operation->error()->text;
    EXPECT_THAT(log, ElementsAre("lb2 observe 1", "lb1 observe 1"));
    ASSERT_TRUE(operation->imported());
    const model::Cluster& cluster = operation->imported()->cluster;
    EXPECT_EQ(cluster.name, "web");
    ASSERT_EQ(cluster.directors.size(), 2U);
    EXPECT_EQ(cluster.directors[0].address, "10.0.0.1");
    ASSERT_EQ(cluster.instances.size(), 1U);
    EXPECT_EQ(cluster.instances[0].members[0].priority, 150);
    EXPECT_EQ(cluster.instances[0].members[1].priority, 100);
    ASSERT_EQ(cluster.services.size(), 1U);
    EXPECT_EQ(cluster.services[0].servers.size(), 1U);
}

TEST_F(Adopt, NothingHappensBeforeItIsReviewed) {
    run(AdoptGoal::Observe, false);
    operation->cancel();
    EXPECT_TRUE(log.empty());
    EXPECT_THAT(operation->error()->text, HasSubstr("nothing was changed"));
}

TEST_F(Adopt, TakesTheBackupFirstAndGoesBackInTheSameOrder) {
    run(AdoptGoal::Observe);
    log.clear();
    run(AdoptGoal::Take);
    ASSERT_FALSE(operation->error()) << operation->error()->text;
    EXPECT_THAT(log, ElementsAre("lb2 take", "lb2 confirm", "lb1 take", "lb1 confirm"));
    log.clear();
    run(AdoptGoal::Back);
    ASSERT_FALSE(operation->error()) << operation->error()->text;
    EXPECT_THAT(log, ElementsAre("lb2 back", "lb1 back"));
}

TEST_F(Adopt, WhatDoesNotStandIsTakenBackAndTheMasterIsNotTouched) {
    run(AdoptGoal::Observe);
    log.clear();
    classics[1]->sick = true;
    run(AdoptGoal::Take);
    EXPECT_THAT(log, ElementsAre("lb2 take", "lb2 revert"));
    ASSERT_TRUE(operation->error());
    EXPECT_THAT(operation->error()->text, HasSubstr("the table cannot be programmed"));
    EXPECT_EQ(operation->directors()[0].step, DirectorAdopt::Step::TakenBack);
    EXPECT_EQ(operation->directors()[1].step, DirectorAdopt::Step::Waiting);
}

TEST_F(Adopt, AnotherRoleThanBeforeIsNotAllWell) {
    run(AdoptGoal::Observe);
    agents[1]->on("adopt.take", [this](const json::Value&) -> Result<json::Value> {
        log.push_back("lb2 take");
        classics[1]->pending = agents[1]->state.config->revision++;
        agents[1]->state.vrrp->at(0).phase = rpc::VrrpPhase::Master;
        classics[1]->say(AdoptionPhase::Taking, false);
        return json::toJson(rpc::ConfigApplied{agents[1]->state.config->revision, "h", {}, 60000});
    });
    run(AdoptGoal::Take);
    ASSERT_TRUE(operation->error());
    EXPECT_THAT(operation->error()->text, HasSubstr("VI_1 is master and was backup"));
}

TEST_F(Adopt, AnInstanceThatIsGoneIsNotAllWell) {
    run(AdoptGoal::Observe);
    agents[1]->on("adopt.take", [this](const json::Value&) -> Result<json::Value> {
        log.push_back("lb2 take");
        classics[1]->pending = agents[1]->state.config->revision++;
        agents[1]->state.vrrp->clear();
        classics[1]->say(AdoptionPhase::Taking, false);
        return json::toJson(rpc::ConfigApplied{agents[1]->state.config->revision, "h", {}, 60000});
    });
    run(AdoptGoal::Take);
    ASSERT_TRUE(operation->error());
    EXPECT_THAT(operation->error()->text, HasSubstr("VI_1 is not there any more"));
}

TEST_F(Adopt, GoesOnWhereItWasInterrupted) {
    run(AdoptGoal::Observe);
    classics[1]->say(AdoptionPhase::Replaced, false);
    EXPECT_TRUE(eventually([&] {
        const auto lb2 = session->director("lb2");
        return lb2->state && lb2->state->config && lb2->state->config->adoption &&
               lb2->state->config->adoption->phase == AdoptionPhase::Replaced;
    }));
    log.clear();
    run(AdoptGoal::Take);
    ASSERT_FALSE(operation->error()) << operation->error()->text;
    EXPECT_THAT(log, ElementsAre("lb1 take", "lb1 confirm"));
}

TEST_F(Adopt, WithoutAnObservedKeepalivedNothingIsTaken) {
    run(AdoptGoal::Take);
    ASSERT_TRUE(operation->error());
    EXPECT_THAT(operation->error()->text, HasSubstr("does not look on"));
    EXPECT_TRUE(log.empty());
}

TEST_F(Adopt, WhatBlocksOneDirectorIsSaidBeforeAnyIsMoved) {
    run(AdoptGoal::Observe);
    log.clear();
    classics[0]->concerns = {{rpc::AdoptConcernKind::FileChanged, true, "/etc/keepalived/keepalived.conf", "changed"}};
    run(AdoptGoal::Take);
    ASSERT_TRUE(operation->error());
    EXPECT_THAT(operation->error()->text, HasSubstr("lb1: /etc/keepalived/keepalived.conf was changed since lvsdeck began"));
    EXPECT_TRUE(log.empty());
}

TEST_F(Adopt, OnTheWayBackConcernsAreShownAndOnlyThenItGoesAnyway) {
    run(AdoptGoal::Observe);
    run(AdoptGoal::Take);
    log.clear();
    classics[0]->concerns = {{rpc::AdoptConcernKind::TableFlush, false, "/k.conf:4", "lvs_flush"}};
    run(AdoptGoal::Back, false);
    EXPECT_EQ(operation->stage(), AdoptStage::Review);
    EXPECT_TRUE(operation->hasConcerns());
    EXPECT_TRUE(log.empty());
    run(AdoptGoal::Back);
    ASSERT_FALSE(operation->error()) << operation->error()->text;
    EXPECT_THAT(log, ElementsAre("lb2 back", "lb1 back anyway"));
}

TEST_F(Adopt, TheFilesThatWereReadAreNamedToTheAgent) {
    std::vector<rpc::AdoptKnownFile> named;
    agents[1]->on("adopt.observe", [&](const json::Value& params) -> Result<json::Value> {
        named = json::fromJson<rpc::AdoptObserveParams>(params)->files;
        return failure(ErrorCode::Conflict, "no");
    });
    run(AdoptGoal::Observe);
    EXPECT_THAT(named, ElementsAre(rpc::AdoptKnownFile{"/etc/keepalived/keepalived.conf", "a"},
                                   rpc::AdoptKnownFile{"/etc/keepalived/services/web.conf", "a"}));
}

TEST_F(Adopt, AConfirmationWhoseAnswerIsLostIsAskedFor) {
    run(AdoptGoal::Observe);
    log.clear();
    // It arrives, and its answer does not.
    agents[1]->on("config.confirm", [this](const json::Value&) -> Result<json::Value> {
        log.push_back("lb2 confirm");
        classics[1]->pending.reset();
        classics[1]->say(AdoptionPhase::Replaced, false);
        return failure(ErrorCode::Timeout, "no answer in time");
    });
    run(AdoptGoal::Take);
    ASSERT_FALSE(operation->error()) << operation->error()->text;
    EXPECT_THAT(log, ElementsAre("lb2 take", "lb2 confirm", "lb1 take", "lb1 confirm"));
    EXPECT_FALSE(operation->directors()[0].error);
}

TEST_F(Adopt, AConfirmationThatDidNotArriveIsSaidAgainAndThenTakenBack) {
    run(AdoptGoal::Observe);
    log.clear();
    agents[1]->on("config.confirm", [this](const json::Value&) -> Result<json::Value> {
        log.push_back("lb2 confirm");
        return failure(ErrorCode::Timeout, "no answer in time");
    });
    run(AdoptGoal::Take);
    ASSERT_TRUE(operation->error());
    EXPECT_THAT(operation->error()->text, HasSubstr("no answer in time; keepalived comes back there"));
    EXPECT_THAT(log, ElementsAre("lb2 take", "lb2 confirm", "lb2 confirm", "lb2 confirm", "lb2 revert"));
    EXPECT_EQ(operation->directors()[0].step, DirectorAdopt::Step::TakenBack);
}

TEST_F(Adopt, WhoNeverAnswersAfterAConfirmationIsNotSaidToBeBack) {
    run(AdoptGoal::Observe);
    log.clear();
    agents[1]->on("config.confirm", [this](const json::Value&) -> Result<json::Value> {
        log.push_back("lb2 confirm");
        return failure(ErrorCode::Unavailable, "the cable was cut");
    });
    agents[1]->on("config.get", [](const json::Value&) -> Result<json::Value> {
        return failure(ErrorCode::Unavailable, "the cable was cut");
    });
    run(AdoptGoal::Take);
    ASSERT_TRUE(operation->error());
    EXPECT_THAT(operation->error()->text, HasSubstr("not known whether the take-over was confirmed"));
    EXPECT_EQ(operation->directors()[0].step, DirectorAdopt::Step::Failed);
    EXPECT_THAT(log, ElementsAre("lb2 take", "lb2 confirm"));
}

} // namespace
} // namespace lvsdeck::cluster
