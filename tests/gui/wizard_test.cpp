// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window_fixture.hpp"

#include "console/wizard/service_wizard.hpp"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSpinBox>
#include <QTextBlock>
#include <QTextLayout>

namespace lvsdeck::console {
namespace {

struct Wizard : WindowFixture {
    ServiceWizard* wizard = nullptr;

    void start(const QString& language = QStringLiteral("en")) {
        open(DemoWorld::Start::Bare, language);
        window->openCluster(DemoCluster::saved(), QStringLiteral("overview"));
        ASSERT_TRUE(until([&] { return window->page()->session().facts().ready == 2; }));
        ASSERT_TRUE(until([&] { return need<QPushButton>("addService")->isVisible(); }));
        press("addService");
        wizard = need<ServiceWizard>("serviceWizard");
        ASSERT_NE(wizard, nullptr);
        ASSERT_TRUE(until([&] { return wizard->isVisible(); }));
    }
    void type(const char* name, const char* words) {
        auto* edit = need<QLineEdit>(name);
        edit->clear();
        QTest::keyClicks(edit, QString::fromLatin1(words));
    }
    void choose(const char* name, int data) {
        auto* box = need<QComboBox>(name);
        box->setCurrentIndex(box->findData(data));
    }
    void number(const char* name, int value) { need<QSpinBox>(name)->setValue(value); }

    /// The cluster that the field has used for years: VRID 51, priorities 100 and 99, PASS 1111, wrr, DR, persistence 60.
    void walkToReview() {
        type("wizardAddress", "192.168.50.8");
        choose("wizardVersion", 2);
        type("wizardPassword", "1111");
        for (const char* director : {"wizardInterface_lb1", "wizardInterface_lb2"})
            need<QComboBox>(director)->setCurrentText(QStringLiteral("eth0"));
        picture(*wizard, QStringLiteral("wizard-1-vip"));
        press("wizardNext");
        ASSERT_EQ(wizard->step(), WizardStep::Service);
        type("wizardName", "web");
        number("wizardPersistence", 60);
        picture(*wizard, QStringLiteral("wizard-2-service"));
        press("wizardNext");
        QTest::mouseClick(need<QWidget>("wizardForward_dr"), Qt::LeftButton);
        choose("wizardScheduler", int(model::Scheduler::Wrr));
        picture(*wizard, QStringLiteral("wizard-3-forwarding"));
        press("wizardNext");
        need<QPlainTextEdit>("wizardServers")->setPlainText(QStringLiteral("192.168.50.9 3 web1\n192.168.50.10 3 web2\n"));
        picture(*wizard, QStringLiteral("wizard-4-servers"));
        press("wizardNext");
        number("wizardTimeout", 10);
        number("wizardCheckPort", 80);
        picture(*wizard, QStringLiteral("wizard-5-checks"));
        press("wizardNext");
        ASSERT_EQ(wizard->step(), WizardStep::Review);
    }
};

TEST_F(Wizard, makes_the_classic_cluster) {
    start();
    walkToReview();
    const model::Cluster made = wizard->result();
    ASSERT_EQ(made.instances.size(), 1U);
    const model::VrrpInstance& instance = made.instances.front();
    EXPECT_EQ(instance.vrid, 51);
    EXPECT_EQ(instance.version, 2);
    EXPECT_EQ(instance.password, "1111");
    ASSERT_EQ(instance.members.size(), 2U);
    EXPECT_EQ(instance.members[0].priority, 100);
    EXPECT_EQ(instance.members[0].initialState, model::InitialState::Master);
    EXPECT_EQ(instance.members[1].priority, 99);
    ASSERT_EQ(instance.addresses.size(), 1U);
    EXPECT_EQ(instance.addresses.front().address.toString(), "192.168.50.8");
    ASSERT_EQ(made.services.size(), 1U);
    const model::VirtualService& service = made.services.front();
    EXPECT_EQ(model::serviceKey(service), "tcp 192.168.50.8:80");
    EXPECT_EQ(service.scheduler, model::Scheduler::Wrr);
    EXPECT_EQ(service.forwarding, model::Forwarding::Dr);
    EXPECT_EQ(service.persistenceTimeout, 60U);
    EXPECT_EQ(service.delayLoop, std::chrono::seconds(6));
    ASSERT_EQ(service.servers.size(), 2U);
    EXPECT_EQ(service.servers[1].weight, 3);
    const auto& check = model::settings(service.servers[0].checks.at(0));
    EXPECT_EQ(check.connectTimeout, std::chrono::seconds(10));
    EXPECT_EQ(check.retry, 3U);
    EXPECT_EQ(check.delayBeforeRetry, std::chrono::seconds(3));
    EXPECT_EQ(check.connectPort, 80);
    EXPECT_TRUE(need<QPlainTextEdit>("wizardPreview")->toPlainText().contains(QStringLiteral("lb_algo wrr")));
}

TEST_F(Wizard, shows_the_diff_of_each_director_applies_and_keeps) {
    start();
    walkToReview();
    ASSERT_TRUE(until([&] { return need<QPushButton>("reviewApply")->isEnabled(); }));
    for (const char* name : {"reviewOperations_lb1", "reviewOperations_lb2"})
        EXPECT_TRUE(need<QPlainTextEdit>(name)->toPlainText().contains(QStringLiteral("192.168.50.8:80"))) << name;
    picture(*wizard, QStringLiteral("wizard-6-review"));
    press("reviewApply");
    ASSERT_TRUE(
        until([&] { return need<QPushButton>("reviewKeep")->isVisible() && need<QPushButton>("reviewKeep")->isEnabled(); }));
    picture(*wizard, QStringLiteral("wizard-7-waiting"));
    press("reviewKeep");
    ASSERT_TRUE(until([&] { return need<QPushButton>("wizardNext")->isVisible(); }));
    picture(*wizard, QStringLiteral("wizard-8-done"));
    EXPECT_TRUE(
        until([&] { return window->page()->session().facts().inSync && window->page()->session().facts().revision > 0; }));
    EXPECT_EQ(window->page()->draft().changeCount(), 0);
}

TEST_F(Wizard, takes_everything_back_when_asked_to) {
    start();
    walkToReview();
    ASSERT_TRUE(until([&] { return need<QPushButton>("reviewApply")->isEnabled(); }));
    press("reviewApply");
    ASSERT_TRUE(until([&] { return need<QPushButton>("reviewRevert")->isVisible(); }));
    press("reviewRevert");
    ASSERT_TRUE(until([&] { return !need<ReviewPanel>("reviewPanel")->isBusy(); }));
    EXPECT_EQ(need<ReviewPanel>("reviewPanel")->operation()->outcome(), cluster::ApplyOutcome::RolledBack);
}

TEST_F(Wizard, says_beside_the_field_what_is_wrong) {
    start();
    type("wizardAddress", "192.168.50.800");
    press("wizardNext");
    EXPECT_EQ(wizard->step(), WizardStep::VirtualIp);
    bool said = false;
    for (const QLabel* label : wizard->findChildren<QLabel*>())
        said =
            said || (label->isVisible() && label->text().startsWith(QStringLiteral("192.168.50.800 is not an IP address")));
    EXPECT_TRUE(said);
    picture(*wizard, QStringLiteral("wizard-problem"));
}

TEST_F(Wizard, keeps_a_service_as_a_change_that_can_be_undone) {
    start();
    walkToReview();
    press("wizardKeepDraft");
    ASSERT_TRUE(until([&] { return need<QPushButton>("applyChanges")->isVisible(); }));
    EXPECT_GT(window->page()->draft().changeCount(), 0);
    window->page()->draft().undoStack().undo();
    EXPECT_EQ(window->page()->draft().changeCount(), 0);
}

TEST(ServerList, takes_addresses_ports_weights_names_and_runs) {
    const ParsedServers parsed =
        parseServers("10.0.0.1\n10.0.0.2:81 5 web two # big\n10.0.0.7-9 2; [2001:db8::1]:443\nweb7\n10.0.0.1 1", 80, 1);
    ASSERT_EQ(parsed.servers.size(), 6U);
    EXPECT_EQ(model::serverKey(parsed.servers[1]), "10.0.0.2:81");
    EXPECT_EQ(parsed.servers[1].weight, 5);
    EXPECT_EQ(parsed.servers[1].name, "web two");
    EXPECT_EQ(model::serverKey(parsed.servers[4]), "10.0.0.9:80");
    EXPECT_EQ(parsed.servers[4].weight, 2);
    EXPECT_EQ(model::serverKey(parsed.servers[5]), "[2001:db8::1]:443");
    ASSERT_EQ(parsed.problems.size(), 2U);
    EXPECT_TRUE(parsed.problems[0].starts_with("Line 5: web7 is not an IP address"));
    EXPECT_TRUE(parsed.problems[1].starts_with("Line 6: 10.0.0.1:80 is already in the list"));
}

struct WizardLooks : Wizard, testing::WithParamInterface<std::tuple<const char*, SchemeChoice>> {};

TEST_P(WizardLooks, shows_each_change_on_as_few_lines_as_it_can) {
    const auto [language, scheme] = GetParam();
    theme.choose(scheme);
    start(QString::fromLatin1(language));
    walkToReview();
    ASSERT_TRUE(until([&] { return need<QPushButton>("reviewApply")->isEnabled(); }));
    const auto* lines = need<QPlainTextEdit>("reviewOperations_lb1");
    // A command of ipvsadm that is broken into two lines is hard to read and to compare.
    for (QTextBlock block = lines->document()->begin(); block.isValid(); block = block.next())
        if (block.text().contains(QStringLiteral("ipvsadm"))) {
            EXPECT_EQ(block.layout()->lineCount(), 1) << block.text().toStdString();
        }
    EXPECT_FALSE(lines->verticalScrollBar()->isVisible());
    picture(*wizard, QStringLiteral("wizard-6-review-%1-%2")
                         .arg(QString::fromLatin1(language),
                              scheme == SchemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light")));
}

INSTANTIATE_TEST_SUITE_P(All, WizardLooks,
                         testing::Combine(testing::Values("en", "zh_CN"),
                                          testing::Values(SchemeChoice::Light, SchemeChoice::Dark)));

} // namespace
} // namespace lvsdeck::console
