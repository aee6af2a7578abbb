// SPDX-License-Identifier: GPL-3.0-or-later
// From keepalived to lvsdeck and back in the window, with agents that say what the test tells them to say.
#include "tests/gui/cut_words.hpp"
#include "tests/gui/window_fixture.hpp"
#include "tests/unit/console/classic_agent.hpp"

#include "console/adopt/scanned_files.hpp"
#include "console/theme/controls.hpp"
#include "console/transfer/import_dialog.hpp"
#include "console/views/drill/drill_setup.hpp"

#include <gmock/gmock.h>

#include <QLabel>
#include <QPlainTextEdit>
#include <QTreeView>

namespace lvsdeck::console {
namespace {

using rpc::AdoptionPhase;
using test::Classic;
using test::ScriptedAgent;
using testing::ElementsAre;
using testing::IsEmpty;

struct AdoptWindow : WindowFixture {
    std::vector<std::string> log;
    std::vector<std::shared_ptr<ScriptedAgent>> agents;
    std::vector<std::unique_ptr<Classic>> classics;
    std::int64_t aheadUs = 0; ///< of the wall's clock, so that nobody waits for real

    void openPair(const QString& language = QStringLiteral("en")) {
        for (const char* id : {"lb1", "lb2"}) {
            const bool first = agents.empty();
            agents.push_back(std::make_shared<ScriptedAgent>(id));
            rpc::VrrpState vrrp;
            vrrp.name = "VI_1";
            vrrp.vrid = 51;
            vrrp.interface = "eth0";
            vrrp.phase = first ? rpc::VrrpPhase::Master : rpc::VrrpPhase::Backup;
            agents.back()->state.vrrp = {vrrp};
            classics.push_back(std::make_unique<Classic>(Classic{*agents.back(), log, id}));
            classics.back()->teach(first ? "150" : "100");
        }
        sessionOptions = [this] {
            cluster::SessionOptions out;
            out.retry = false;
            out.transports = [this](const cluster::SavedDirector& director) {
                return std::make_unique<ssh::LoopbackTransport>(agents[director.id == "lb1" ? 0 : 1]);
            };
            out.clock = [this, clock = cluster::systemConsoleClock()] { return clock() + aheadUs; };
            return out;
        };
        open(DemoWorld::Start::Bare, language);
        cluster::SavedCluster saved;
        saved.name = "web";
        saved.directors = {{"lb1", "10.0.0.1", {}, "", "", ""}, {"lb2", "10.0.0.2", {}, "", "", ""}};
        window->openCluster(saved, QStringLiteral("overview"));
        ASSERT_TRUE(until([&] { return session().facts().ready == 2 && session().facts().instances.size() == 1; }));
    }
    void TearDown() override {
        window.reset(); // before the agents that it talks to
        WindowFixture::TearDown();
    }
    cluster::ClusterSession& session() { return window->page()->session(); }
    /// All directors are observed, as after an earlier start.
    void observeAll() {
        for (const auto& classic : classics) {
            classic->agent.state.config->revision = 1;
            classic->say(AdoptionPhase::Observing, true);
        }
        ASSERT_TRUE(until([&] { return need<QFrame>("adoptBanner")->isVisible(); }));
    }
    /// Time goes by and the agents tell how they stand, until it is so.
    template <class Condition> bool inTime(Condition condition) {
        return until([&] {
            aheadUs += 300'000;
            for (const auto& agent : agents)
                agent->sendState();
            return condition();
        });
    }
    QString words(const char* label) { return need<QLabel>(label)->text(); }
    QString title() { return words("adoptTitle"); }
    bool titled(const char* words) {
        return inTime([this, words] { return title() == QString::fromUtf8(words); });
    }
    bool offers(const char* button) {
        return inTime([this, button] {
            auto* found = find<QPushButton>(button);
            return found != nullptr && found->isVisible() && found->isEnabled();
        });
    }
    /// Once nothing is asked any more.
    void go() {
        ASSERT_TRUE(offers("adoptGo"));
        press("adoptGo");
    }
    QDialog* dialog() { return need<QDialog>("adoptDialog"); }
    void closeDialog() {
        press("adoptClose");
        ASSERT_TRUE(until([&] { return find<QDialog>("adoptDialog") == nullptr; }));
    }
};

TEST_F(AdoptWindow, leads_from_looking_on_to_the_take_over_and_back) {
    openPair();
    ASSERT_TRUE(until([&] { return need<QPushButton>("overviewAdopt")->isVisible(); }));
    press("overviewAdopt");
    ASSERT_TRUE(until([&] { return need<QPushButton>("adoptGo")->isVisible(); }));
    EXPECT_EQ(title(), QStringLiteral("Look on at keepalived"));
    EXPECT_TRUE(words("adoptFiles").contains(QStringLiteral("lb2: /etc/keepalived/keepalived.conf")));
    EXPECT_GT(need<QTreeView>("importTree")->model()->rowCount(), 1);
    EXPECT_TRUE(words("importSummary").contains(QStringLiteral("1 service ·"))) << words("importSummary").toStdString();
    EXPECT_THAT(log, IsEmpty()) << "nothing is changed before it was looked at";

    go();
    ASSERT_TRUE(titled("Take over from keepalived"));
    EXPECT_THAT(log, ElementsAre("lb2 observe 1", "lb1 observe 1"));
    EXPECT_LT(need<QFrame>("adoptRow_lb2")->y(), need<QFrame>("adoptRow_lb1")->y()) << "the backup goes first";
    EXPECT_TRUE(words("adoptRowText_lb1").startsWith(QStringLiteral("Master, so it goes last")));
    EXPECT_FALSE(need<QPushButton>("adoptBack")->isVisible()) << "there is nothing to give back yet";

    log.clear();
    go();
    ASSERT_TRUE(until([&] { return need<QPushButton>("adoptStop")->isVisible(); }));
    EXPECT_FALSE(need<QPushButton>("adoptClose")->isEnabled());
    QTest::keyClick(dialog(), Qt::Key_Escape);
    EXPECT_TRUE(dialog()->isVisible()) << "a director is on its way";
    ASSERT_TRUE(titled("lvsdeck manages lb1 and lb2"));
    EXPECT_THAT(log, ElementsAre("lb2 take", "lb2 confirm", "lb1 take", "lb1 confirm"));
    EXPECT_FALSE(need<QFrame>("adoptBanner")->isVisible());
    closeDialog();

    // The way back is in the menu too, and nothing happens before it is said once more what will.
    log.clear();
    auto* action = need<QAction>("actionAdopt");
    EXPECT_EQ(action->text(), QStringLiteral("Give back to keepalived…"));
    action->trigger();
    ASSERT_TRUE(titled("Give back to keepalived"));
    press("adoptStay");
    ASSERT_TRUE(titled("lvsdeck manages lb1 and lb2"));
    EXPECT_THAT(log, IsEmpty());
    press("adoptBack");
    ASSERT_TRUE(titled("Give back to keepalived"));
    go();
    ASSERT_TRUE(titled("keepalived manages lb1 and lb2 again"));
    EXPECT_THAT(log, ElementsAre("lb2 back", "lb1 back"));
    EXPECT_TRUE(words("adoptBannerText").startsWith(QStringLiteral("keepalived manages lb1 and lb2; lvsdeck looks on")));
}

TEST_F(AdoptWindow, trouble_on_the_backup_brings_keepalived_back_and_leaves_the_master_alone) {
    openPair();
    observeAll();
    classics[1]->sick = true;
    press("adoptBannerOpen");
    go();
    ASSERT_TRUE(inTime([&] { return need<QPushButton>("adoptGo")->isVisible(); }));
    EXPECT_THAT(log, ElementsAre("lb2 take", "lb2 revert"));
    EXPECT_TRUE(need<MessageBar>("adoptMessage")->text().startsWith(QStringLiteral("keepalived is back on lb2")));
    EXPECT_TRUE(words("adoptRowTrouble_lb2").contains(QStringLiteral("the table cannot be programmed")));
    EXPECT_TRUE(words("adoptRowText_lb2").startsWith(QStringLiteral("keepalived manages this director again")));
    EXPECT_TRUE(need<QFrame>("adoptRow_lb1")->accessibleName().contains(QStringLiteral("waiting")));
    EXPECT_EQ(need<QPushButton>("adoptGo")->text(), QStringLiteral("Try again"));
    // One click, because it was asked for already.
    classics[1]->sick = false;
    log.clear();
    go();
    ASSERT_TRUE(titled("lvsdeck manages lb1 and lb2"));
    EXPECT_THAT(log, ElementsAre("lb2 take", "lb2 confirm", "lb1 take", "lb1 confirm"));
}

TEST_F(AdoptWindow, stops_after_the_director_that_is_on_its_way) {
    openPair();
    observeAll();
    press("adoptBannerOpen");
    go();
    ASSERT_TRUE(until([&] { return need<QPushButton>("adoptStop")->text() == QStringLiteral("Stop after lb2"); }));
    press("adoptStop");
    ASSERT_TRUE(inTime([&] { return need<QPushButton>("adoptGo")->isVisible(); }));
    EXPECT_THAT(log, ElementsAre("lb2 take", "lb2 confirm"));
    EXPECT_EQ(need<QPushButton>("adoptGo")->text(), QStringLiteral("Go on"));
    EXPECT_TRUE(need<QPushButton>("adoptBack")->isVisible()) << "the way back is open in the middle";
    ASSERT_TRUE(until(
        [&] { return words("adoptBannerText").startsWith(QStringLiteral("keepalived manages lb1, lvsdeck manages lb2")); }));
    log.clear();
    press("adoptBack");
    ASSERT_TRUE(titled("Give back to keepalived"));
    go();
    ASSERT_TRUE(titled("keepalived manages lb1 and lb2 again"));
    EXPECT_THAT(log, ElementsAre("lb2 back"));
}

TEST_F(AdoptWindow, says_why_there_is_nothing_to_look_on_at_and_asks_again_when_told) {
    openPair();
    agents[0]->on("adopt.scan", [](const json::Value&) { return json::toJson(rpc::AdoptScan{}); });
    need<QAction>("actionAdopt")->trigger();
    ASSERT_TRUE(until([&] { return need<QPushButton>("adoptAgain")->isVisible(); }));
    EXPECT_TRUE(need<MessageBar>("adoptMessage")->text().startsWith(QStringLiteral("lb1: keepalived does not run there")));
    EXPECT_FALSE(need<QPushButton>("adoptGo")->isVisible());
    const auto scans = [&] { return std::ranges::count(agents[1]->asked, "adopt.scan"); };
    EXPECT_EQ(scans(), 1) << "it is not polled";
    classics[0]->teach("150");
    press("adoptAgain");
    ASSERT_TRUE(until([&] { return need<QPushButton>("adoptGo")->isVisible(); }));
    EXPECT_EQ(scans(), 2);
}

TEST_F(AdoptWindow, somebody_elses_way_is_shown_and_not_meddled_with) {
    openPair();
    observeAll();
    classics[1]->say(AdoptionPhase::Returning, false);
    ASSERT_TRUE(until([&] { return words("adoptBannerText").startsWith(QStringLiteral("keepalived comes back on lb2")); }));
    press("adoptBannerOpen");
    EXPECT_EQ(title(), QStringLiteral("A director is on its way"));
    EXPECT_FALSE(need<QPushButton>("adoptGo")->isVisible());
    classics[1]->say(AdoptionPhase::Observing, true);
    ASSERT_TRUE(titled("Take over from keepalived"));
}

TEST_F(AdoptWindow, what_the_agents_would_refuse_is_not_offered) {
    openPair();
    EXPECT_TRUE(need<QPushButton>("addService")->isEnabled());
    observeAll();
    for (const char* name : {"addService", "openDrill"}) {
        EXPECT_FALSE(need<QPushButton>(name)->isEnabled()) << name;
        EXPECT_TRUE(need<QPushButton>(name)->toolTip().startsWith(QStringLiteral("keepalived manages lb1 and lb2")));
    }
    EXPECT_FALSE(need<QAction>("actionAddService")->isEnabled());
    EXPECT_EQ(need<PillLabel>("headerReadOnly")->pill().text, QStringLiteral("looks on"));
    window->showView(QStringLiteral("drill"));
    EXPECT_FALSE(window->findChild<DrillSetup*>()->isEnabled());
    for (const auto& classic : classics)
        classic->say(AdoptionPhase::Replaced, false);
    ASSERT_TRUE(until([&] { return need<QPushButton>("addService")->isEnabled(); }));
    EXPECT_TRUE(need<QPushButton>("addService")->toolTip().isEmpty());
}

TEST_F(AdoptWindow, a_read_only_window_says_it_and_offers_nothing) {
    readOnly = true;
    openPair();
    observeAll();
    EXPECT_FALSE(need<QPushButton>("adoptBannerOpen")->isVisible());
    EXPECT_FALSE(need<QAction>("actionAdopt")->isEnabled());
}

TEST_F(AdoptWindow, the_import_window_reads_the_directors_files_with_their_includes) {
    directorFiles = scannedFiles();
    openPair();
    agents[1]->on("adopt.scan", [](const json::Value&) -> Result<json::Value> {
        return failure(ErrorCode::Denied, "this needs the admin role");
    });
    window->openImport();
    press("importAsk");
    auto* import = need<ImportDialog>("importDialog");
    ASSERT_TRUE(until([&] { return !import->isReading() && import->reading() != nullptr; }));
    const ImportReading& reading = *import->reading();
    ASSERT_FALSE(reading.error);
    ASSERT_EQ(reading.texts.size(), 2U);
    EXPECT_EQ(reading.texts[0].file, "lb1:/etc/keepalived/keepalived.conf");
    EXPECT_EQ(reading.texts[1].file, "lb1:/etc/keepalived/services/web.conf");
    EXPECT_TRUE(reading.texts[1].included);
    EXPECT_EQ(reading.cluster.services.size(), 1U) << "it stands in the included file";
    EXPECT_EQ(need<MessageBar>("importMessage")->text(), QStringLiteral("lb2: this needs the admin role"));
    // A pasted text is nobody's file.
    formats::SourceText pasted;
    pasted.file = "pasted text";
    pasted.text = "include services/*.conf\nvrrp_instance VI_2 {\n    interface eth0\n    virtual_router_id 7\n}\n";
    import->addText(pasted);
    ASSERT_TRUE(until([&] { return !import->isReading() && import->reading()->texts.size() == 3; }));
    EXPECT_TRUE(std::ranges::any_of(import->reading()->findings, [](const Finding& finding) {
        return finding.said.text.contains("no file of this computer");
    }));
}

struct AdoptLooks : AdoptWindow, testing::WithParamInterface<std::tuple<const char*, SchemeChoice>> {
    QString suffix() {
        const auto [language, scheme] = GetParam();
        return QStringLiteral("-%1-%2").arg(QString::fromLatin1(language),
                                            scheme == SchemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light"));
    }
    void look(QWidget& of, const char* name) {
        QTest::qWait(80);
        EXPECT_EQ(cutWords(of), QStringList()) << name << suffix().toStdString();
        picture(of, QStringLiteral("adopt-") + QString::fromLatin1(name) + suffix());
    }
};

TEST_P(AdoptLooks, fits_its_words) {
    theme.choose(std::get<1>(GetParam()));
    openPair(QString::fromLatin1(std::get<0>(GetParam())));
    need<QAction>("actionAdopt")->trigger();
    ASSERT_TRUE(offers("adoptGo"));
    look(*dialog(), "understood");
    const QString understood = title();
    go();
    ASSERT_TRUE(inTime([&] { return title() != understood; }));
    look(*dialog(), "take");
    closeDialog();
    look(*window, "banner");
    window->showView(QStringLiteral("drill"));
    look(*window, "drill-held-back");
    classics[1]->sick = true;
    press("adoptBannerOpen");
    go();
    ASSERT_TRUE(until([&] { return need<QPushButton>("adoptStop")->isVisible(); }));
    for (int i = 0; i < 40; ++i) { // until it is seen that something is wrong
        agents[1]->sendState();
        QTest::qWait(10);
    }
    look(*dialog(), "moving");
    ASSERT_TRUE(offers("adoptGo"));
    look(*dialog(), "trouble");
    classics[1]->sick = false;
    agents[1]->on("adopt.take", [this](const json::Value&) -> Result<json::Value> {
        classics[1]->pending = agents[1]->state.config->revision++;
        classics[1]->say(AdoptionPhase::Taking, false);
        rpc::ConfigApplied done{agents[1]->state.config->revision, "h", {}, 60000};
        done.operations = {{rpc::OperationKind::Change, "ipvs", "ipvsadm -e -t 192.0.2.10:80 -r 192.0.2.21:80 -g -w 1", 0}};
        return json::toJson(done);
    });
    go();
    ASSERT_TRUE(offers("adoptBack"));
    press("adoptRowMore_lb2");
    look(*dialog(), "replaced");
    classics[0]->concerns = {{rpc::AdoptConcernKind::TableFlush, false, "/etc/keepalived/keepalived.conf:4", {}},
                             {rpc::AdoptConcernKind::FileChanged, false, "/etc/keepalived/keepalived.conf", {}},
                             {rpc::AdoptConcernKind::Configuration, false, "3", {}}};
    press("adoptBack");
    ASSERT_TRUE(offers("adoptStay"));
    ASSERT_TRUE(offers("adoptGo"));
    look(*dialog(), "back");
    go();
    ASSERT_TRUE(inTime([&] { return !need<QPushButton>("adoptStop")->isVisible(); }));
    look(*dialog(), "returned");
}

INSTANTIATE_TEST_SUITE_P(All, AdoptLooks,
                         testing::Combine(testing::Values("en", "zh_CN"),
                                          testing::Values(SchemeChoice::Light, SchemeChoice::Dark)));

TEST_F(AdoptWindow, what_will_be_otherwise_is_said_before_keepalived_comes_back) {
    openPair();
    for (const auto& classic : classics) {
        classic->agent.state.config->revision = 1;
        classic->say(AdoptionPhase::Replaced, false);
    }
    classics[0]->concerns = {{rpc::AdoptConcernKind::TableFlush, false, "/etc/keepalived/keepalived.conf:4", "lvs_flush"}};
    ASSERT_TRUE(until([&] { return need<QAction>("actionAdopt")->text() == QStringLiteral("Give back to keepalived…"); }));
    need<QAction>("actionAdopt")->trigger();
    ASSERT_TRUE(until([&] { return need<QPushButton>("adoptGo")->text() == QStringLiteral("Give back anyway"); }));
    EXPECT_TRUE(
        words("adoptRowConcerns_lb1").startsWith(QStringLiteral("/etc/keepalived/keepalived.conf:4: with lvs_flush")));
    EXPECT_FALSE(need<QLabel>("adoptRowConcerns_lb2")->isVisible());
    EXPECT_THAT(log, IsEmpty());
    go();
    ASSERT_TRUE(titled("keepalived manages lb1 and lb2 again"));
    EXPECT_THAT(log, ElementsAre("lb2 back", "lb1 back anyway"));
}

TEST_F(AdoptWindow, an_edited_file_keeps_the_window_from_taking_over) {
    openPair();
    observeAll();
    classics[0]->concerns = {{rpc::AdoptConcernKind::FileChanged, true, "/etc/keepalived/keepalived.conf", "changed"}};
    press("adoptBannerOpen");
    ASSERT_TRUE(until([&] { return need<MessageBar>("adoptMessage")->isVisible(); }));
    EXPECT_TRUE(need<MessageBar>("adoptMessage")->text().contains(QStringLiteral("keepalived.conf was changed since")));
    EXPECT_FALSE(need<QPushButton>("adoptGo")->isVisible());
    EXPECT_TRUE(need<QPushButton>("adoptAgain")->isVisible()) << "to look on again";
    EXPECT_THAT(log, IsEmpty());
}

} // namespace
} // namespace lvsdeck::console
