// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/core/engine_fixture.hpp"

namespace lvsdeck::core {
namespace {

using namespace std::chrono_literals;
using test::classicCluster;

struct EngineMaintenance : EngineFixture {
    [[nodiscard]] rpc::VrrpState state() { return engine().state({rpc::Part::Vrrp}).vrrp->at(0); }
    void becomeMaster() {
        applied(classicCluster(), 0);
        one.runFor(20s);
        ASSERT_EQ(phase(), rpc::VrrpPhase::Master);
    }
};

TEST_F(EngineMaintenance, ResignsShowsWhyAndStaysDownOverARestartUntilLifted) {
    becomeMaster();
    ASSERT_TRUE(engine().setMaintenance(
        {.instance = "VI_1", .group = {}, .maintenance = true, .reason = "new disks", .untilMs = {}}, "olga"));
    EXPECT_EQ(phase(), rpc::VrrpPhase::Backup);
    one.runFor(60s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Backup);
    ASSERT_TRUE(state().maintenance);
    EXPECT_EQ(state().maintenance->reason, "new disks");
    EXPECT_EQ(state().maintenance->by, "olga");
    one.kill();
    ASSERT_TRUE(one.start());
    one.runFor(60s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Backup);
    EXPECT_TRUE(state().maintenance);
    ASSERT_TRUE(engine().setMaintenance({.instance = "VI_1", .group = {}, .maintenance = false, .reason = {}, .untilMs = {}},
                                        "olga"));
    one.runFor(20s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Master);
    EXPECT_FALSE(state().maintenance);
    EXPECT_TRUE(hasEvent("back in service"));
}

TEST_F(EngineMaintenance, EndsByItselfAtItsTime) {
    becomeMaster();
    const std::int64_t until = engine().runtime().wallUs() / 1000 + 30'000;
    ASSERT_TRUE(engine().setMaintenance(
        {.instance = "VI_1", .group = {}, .maintenance = true, .reason = {}, .untilMs = until}, "olga"));
    one.runFor(25s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Backup);
    one.runFor(20s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Master);
}

TEST_F(EngineMaintenance, ThatEndedWhileNoProcessRanIsOver) {
    becomeMaster();
    const std::int64_t until = engine().runtime().wallUs() / 1000 + 30'000;
    ASSERT_TRUE(engine().setMaintenance(
        {.instance = "VI_1", .group = {}, .maintenance = true, .reason = {}, .untilMs = until}, "olga"));
    one.kill();
    one.runFor(60s);
    ASSERT_TRUE(one.start());
    EXPECT_FALSE(state().maintenance);
    EXPECT_TRUE(hasEvent("maintenance is over"));
    one.runFor(20s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Master);
}

TEST_F(EngineMaintenance, ThatCannotBeWrittenDownIsRefused) {
    becomeMaster();
    one.persistent.setFull(true);
    EXPECT_FALSE(engine().setMaintenance({.instance = "VI_1", .group = {}, .maintenance = true, .reason = {}, .untilMs = {}},
                                         "olga"));
    EXPECT_EQ(phase(), rpc::VrrpPhase::Master);
    EXPECT_FALSE(state().maintenance);
}

TEST_F(EngineMaintenance, ADamagedBookKeepsEveryInstanceOutOfServiceAndSaysSo) {
    becomeMaster();
    one.kill();
    ASSERT_TRUE(one.persistent.write("maintenance.json", "{\"instances\": {\"VI_1\""));
    ASSERT_TRUE(one.start());
    EXPECT_TRUE(hasEvent("what is out of service cannot be read from maintenance.json"));
    one.runFor(20s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Backup);
    ASSERT_TRUE(state().maintenance);
    ASSERT_TRUE(engine().setMaintenance({.instance = "VI_1", .group = {}, .maintenance = false, .reason = {}, .untilMs = {}},
                                        "olga"));
    one.runFor(20s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Master);
    one.kill();
    ASSERT_TRUE(one.start());
    EXPECT_FALSE(state().maintenance) << "it was written anew";
}

TEST_F(EngineMaintenance, ADamagedBookHoldsAlsoWhatIsConfiguredAfterADamagedCluster) {
    becomeMaster();
    one.kill();
    const std::string cluster = *one.persistent.read("current.json").value();
    ASSERT_TRUE(one.persistent.write("maintenance.json", "{\"instances\": {\"VI_1\""));
    ASSERT_TRUE(one.persistent.write("current.json", "{"));
    ASSERT_TRUE(one.start());
    one.runFor(20s);
    applied(classicCluster(), 0);
    one.runFor(20s);
    EXPECT_EQ(phase(), rpc::VrrpPhase::Backup);
    EXPECT_TRUE(state().maintenance);
    model::Cluster renamed = classicCluster();
    renamed.instances[0].name = "VI_other";
    applied(renamed, 1);
    one.runFor(20s);
    EXPECT_TRUE(state().maintenance) << "nobody has said otherwise yet";
    ASSERT_TRUE(engine().setMaintenance(
        {.instance = "VI_other", .group = {}, .maintenance = false, .reason = {}, .untilMs = {}}, "olga"));
    renamed.instances[0].name = "VI_third";
    applied(renamed, 2);
    EXPECT_FALSE(state().maintenance) << "what comes after somebody's word is not held";
}

TEST_F(EngineMaintenance, AsksForOneNameThatIsHereAndForAnEndThatIsToCome) {
    becomeMaster();
    EXPECT_EQ(engine().setMaintenance({}, "olga").error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(
        engine()
            .setMaintenance({.instance = "VI_2", .group = {}, .maintenance = true, .reason = {}, .untilMs = {}}, "olga")
            .error()
            .code,
        ErrorCode::NotFound);
    EXPECT_EQ(engine()
                  .setMaintenance({.instance = "VI_1", .group = {}, .maintenance = true, .reason = {}, .untilMs = 1}, "olga")
                  .error()
                  .path,
              "until_ms");
    EXPECT_EQ(phase(), rpc::VrrpPhase::Master);
    EXPECT_GE(engine().transitions("VI_1")->size(), 2U);
    EXPECT_EQ(engine().transitions("VI_2").error().code, ErrorCode::NotFound);
}

} // namespace
} // namespace lvsdeck::core
