// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/apply_operation.hpp"

#include "event_loop.hpp"
#include "scripted_agent.hpp"

#include <gmock/gmock.h>

namespace lvsdeck::cluster {
namespace {

using test::eventually;
using test::ScriptedAgent;
using testing::ElementsAre;
using testing::HasSubstr;

/// What an agent does with documents, as far as an apply can see it.
struct Book {
    std::uint64_t revision = 4;
    std::optional<std::uint64_t> pending; ///< the number before it
    std::vector<std::string> log;

    void teach(ScriptedAgent& agent) {
        agent.on("config.check", [this](const json::Value&) -> Result<json::Value> {
            rpc::ConfigCheck check;
            check.revision = revision;
            check.operations.push_back({rpc::OperationKind::Add, "ipvs", "ipvsadm -A -t 192.0.2.10:80 -s wrr", 0});
            return json::toJson(check);
        });
        agent.on("config.apply", [this](const json::Value& params) -> Result<json::Value> {
            const auto asked = json::fromJson<rpc::ConfigApplyParams>(params);
            if (asked->baseRevision != revision || pending)
                return failure(ErrorCode::Conflict, "a stale base", "base_revision");
            log.push_back("apply " + std::to_string(asked->revision));
            if (asked->confirmWithinS > 0)
                pending = revision;
            revision = asked->revision;
            return json::toJson(rpc::ConfigApplied{revision, "h", {}, asked->confirmWithinS * 1000});
        });
        agent.on("config.confirm", [this](const json::Value&) -> Result<json::Value> {
            if (!pending)
                return failure(ErrorCode::NotFound, "nothing is pending");
            pending.reset();
            log.push_back("confirm");
            return json::toJson(rpc::Nothing{});
        });
        agent.on("config.revert", [this](const json::Value& params) -> Result<json::Value> {
            const auto asked = json::fromJson<rpc::ConfigRevertParams>(params);
            if (asked->revision) {
                log.push_back("again " + std::to_string(*asked->revision));
                ++revision;
                return json::toJson(rpc::Nothing{});
            }
            if (!pending)
                return failure(ErrorCode::NotFound, "nothing is pending");
            revision = *pending;
            pending.reset();
            log.push_back("revert");
            return json::toJson(rpc::Nothing{});
        });
    }
};

class Apply : public testing::Test {
protected:
    Apply() {
        for (int i = 0; i < 2; ++i) {
            const std::string id = i == 0 ? "lb1" : "lb2";
            agents.push_back(std::make_shared<ScriptedAgent>(id));
            books.push_back(std::make_unique<Book>());
            books.back()->teach(*agents.back());
            agents.back()->state.config->revision = 4;
            rpc::VrrpState vrrp;
            vrrp.name = "VI_1";
            vrrp.phase = i == 0 ? rpc::VrrpPhase::Master : rpc::VrrpPhase::Backup;
            agents.back()->state.vrrp = {vrrp};
            agents.back()->on("config.get",
                              [](const json::Value&) -> Result<json::Value> { return json::toJson(rpc::ConfigDocument{}); });
        }
        SavedCluster saved;
        saved.name = "test";
        saved.directors = {{"lb1", "lb1", {}, "", "", ""}, {"lb2", "lb2", {}, "", "", ""}};
        SessionOptions options;
        options.retry = false;
        options.transports = [this](const SavedDirector& d) {
            return std::make_unique<ssh::LoopbackTransport>(agents[d.id == "lb1" ? 0 : 1]);
        };
        options.clock = [this] { return nowUs; };
        session = std::make_unique<ClusterSession>(saved, options);
        session->open();
        EXPECT_TRUE(eventually([&] {
            return session->facts().instances.size() == 1 && session->facts().instances[0].masters.size() == 1 &&
                   session->facts().instances[0].backups.size() == 1;
        }));
    }

    ApplyRequest request() const {
        ApplyRequest r;
        r.cluster.name = "test";
        r.cluster.directors = {{"lb1", "lb1", 22, "", ""}, {"lb2", "lb2", 22, "", ""}};
        r.baseRevision = 4;
        return r;
    }
    void toReview(ApplyOperation& apply) {
        apply.start();
        ASSERT_TRUE(eventually([&] { return apply.stage() == ApplyStage::Review || apply.stage() == ApplyStage::Done; }));
    }
    void toWaiting(ApplyOperation& apply) {
        toReview(apply);
        apply.proceed();
        ASSERT_TRUE(eventually([&] { return apply.stage() == ApplyStage::Waiting || apply.stage() == ApplyStage::Done; }));
    }
    static bool done(const ApplyOperation& apply) {
        return eventually([&] { return apply.stage() == ApplyStage::Done; });
    }

    std::int64_t nowUs = 1'000'000;
    std::vector<std::shared_ptr<ScriptedAgent>> agents;
    std::vector<std::unique_ptr<Book>> books;
    std::unique_ptr<ClusterSession> session;
};

TEST_F(Apply, AppliesOnTheBackupFirstAndConfirmsEverywhere) {
    const auto apply = session->makeApply(request());
    toReview(*apply);
    ASSERT_EQ(apply->directors().size(), 2U);
    EXPECT_EQ(apply->directors()[0].director, "lb2");
    EXPECT_TRUE(apply->directors()[1].master);
    EXPECT_EQ(apply->directors()[0].operations.size(), 1U);
    EXPECT_TRUE(books[0]->log.empty()) << "a review changes nothing";
    apply->proceed();
    ASSERT_TRUE(eventually([&] { return apply->stage() == ApplyStage::Waiting; }));
    EXPECT_EQ(apply->secondsLeft(), 60);
    nowUs += 10'000'000;
    EXPECT_EQ(apply->secondsLeft(), 50);
    apply->confirm();
    ASSERT_TRUE(done(*apply));
    EXPECT_EQ(apply->outcome(), ApplyOutcome::Confirmed);
    EXPECT_THAT(books[0]->log, ElementsAre("apply 5", "confirm"));
    EXPECT_THAT(books[1]->log, ElementsAre("apply 5", "confirm"));
}

TEST_F(Apply, RefusesAStaleBaseBeforeAnythingIsDone) {
    books[1]->revision = 7;
    const auto apply = session->makeApply(request());
    toReview(*apply);
    EXPECT_EQ(apply->outcome(), ApplyOutcome::Refused);
    EXPECT_EQ(apply->error()->code, ErrorCode::Conflict);
    EXPECT_THAT(apply->error()->text, HasSubstr("lb2 has revision 7"));
    EXPECT_TRUE(books[0]->log.empty());
}

TEST_F(Apply, BringsADirectorThatIsBehindToTheSameRevision) {
    books[1]->revision = 2;
    const auto apply = session->makeApply(request());
    toWaiting(*apply);
    apply->confirm();
    ASSERT_TRUE(done(*apply));
    EXPECT_EQ(apply->outcome(), ApplyOutcome::Confirmed);
    EXPECT_EQ(books[0]->revision, 5U);
    EXPECT_EQ(books[1]->revision, 5U);
}

TEST_F(Apply, DoesNotProceedWithErrorsInTheDocument) {
    agents[0]->on("config.check", [](const json::Value&) -> Result<json::Value> {
        rpc::ConfigCheck check;
        check.revision = 4;
        check.problems.push_back({model::Severity::Error, "services[0].port", "the port is missing"});
        return json::toJson(check);
    });
    const auto apply = session->makeApply(request());
    toReview(*apply);
    EXPECT_EQ(apply->stage(), ApplyStage::Review);
    EXPECT_FALSE(apply->canProceed());
    apply->proceed();
    EXPECT_EQ(apply->stage(), ApplyStage::Review);
}

TEST_F(Apply, TakesTheBackupBackWhenTheMasterRefuses) {
    agents[0]->on("config.apply",
                  [](const json::Value&) -> Result<json::Value> { return failure(ErrorCode::Io, "the disk is full"); });
    const auto apply = session->makeApply(request());
    toWaiting(*apply);
    ASSERT_TRUE(done(*apply));
    EXPECT_EQ(apply->outcome(), ApplyOutcome::RolledBack);
    EXPECT_THAT(apply->error()->text, HasSubstr("lb1: the disk is full"));
    EXPECT_THAT(books[1]->log, ElementsAre("apply 5", "revert"));
    EXPECT_EQ(books[1]->revision, 4U);
}

TEST_F(Apply, ChangesNothingWhenTheFirstDirectorRefuses) {
    agents[1]->on("config.apply",
                  [](const json::Value&) -> Result<json::Value> { return failure(ErrorCode::Conflict, "stale"); });
    const auto apply = session->makeApply(request());
    toWaiting(*apply);
    ASSERT_TRUE(done(*apply));
    EXPECT_EQ(apply->outcome(), ApplyOutcome::Refused);
    EXPECT_TRUE(books[0]->log.empty());
}

TEST_F(Apply, SaysWhatHappensWhenADirectorDiesWhileItApplies) {
    agents[0]->on("config.apply", [this](const json::Value&) -> Result<json::Value> {
        agents[0]->drop();
        return failure(ErrorCode::Io, "never read");
    });
    const auto apply = session->makeApply(request());
    toWaiting(*apply);
    ASSERT_TRUE(done(*apply));
    EXPECT_EQ(apply->outcome(), ApplyOutcome::RolledBack);
    EXPECT_EQ(books[1]->revision, 4U);
    EXPECT_NE(apply->error(), std::nullopt);
}

TEST_F(Apply, TakesAllBackWhenOneCannotBeConfirmed) {
    agents[1]->on("config.confirm", [](const json::Value&) -> Result<json::Value> {
        return failure(ErrorCode::NotFound, "it was taken back");
    });
    const auto apply = session->makeApply(request());
    toWaiting(*apply);
    apply->confirm();
    ASSERT_TRUE(done(*apply));
    EXPECT_EQ(apply->outcome(), ApplyOutcome::RolledBack);
    EXPECT_THAT(books[0]->log, ElementsAre("apply 5", "confirm", "again 4"));
}

TEST_F(Apply, SaysThatDirectorsDifferWhenTakingBackFails) {
    agents[1]->on("config.confirm", [](const json::Value&) -> Result<json::Value> {
        return failure(ErrorCode::NotFound, "it was taken back");
    });
    agents[0]->on("config.revert",
                  [](const json::Value&) -> Result<json::Value> { return failure(ErrorCode::Io, "the disk is full"); });
    const auto apply = session->makeApply(request());
    toWaiting(*apply);
    apply->confirm();
    ASSERT_TRUE(done(*apply));
    EXPECT_EQ(apply->outcome(), ApplyOutcome::Differing);
    EXPECT_THAT(apply->error()->text, HasSubstr("lb1 may still have revision 5"));
}

TEST_F(Apply, RevertsAsAsked) {
    const auto apply = session->makeApply(request());
    toWaiting(*apply);
    apply->revert();
    ASSERT_TRUE(done(*apply));
    EXPECT_EQ(apply->outcome(), ApplyOutcome::RolledBack);
    EXPECT_EQ(books[0]->revision, 4U);
    EXPECT_EQ(books[1]->revision, 4U);
}

TEST_F(Apply, IsTakenBackWhenNobodyConfirms) {
    const auto apply = session->makeApply(request());
    toWaiting(*apply);
    nowUs += 61'000'000;
    ASSERT_TRUE(done(*apply));
    EXPECT_EQ(apply->outcome(), ApplyOutcome::RolledBack);
    EXPECT_EQ(apply->error()->code, ErrorCode::Timeout);
    EXPECT_EQ(books[0]->revision, 4U);
}

TEST_F(Apply, NeedsAllDirectors) {
    agents[1]->drop();
    ASSERT_TRUE(eventually([&] { return session->facts().ready == 1; }));
    const auto apply = session->makeApply(request());
    apply->start();
    EXPECT_EQ(apply->outcome(), ApplyOutcome::Refused);
    EXPECT_EQ(apply->error()->code, ErrorCode::Unavailable);
    EXPECT_THAT(apply->error()->text, HasSubstr("lb2"));
}

TEST_F(Apply, CancellingAReviewChangesNothing) {
    const auto apply = session->makeApply(request());
    toReview(*apply);
    apply->cancel();
    EXPECT_EQ(apply->outcome(), ApplyOutcome::Cancelled);
    EXPECT_TRUE(books[0]->log.empty());
    EXPECT_TRUE(books[1]->log.empty());
}

} // namespace
} // namespace lvsdeck::cluster
