// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/cut_words.hpp"
#include "tests/gui/window_fixture.hpp"

#include "console/theme/controls.hpp"
#include "console/views/watch/watch_view.hpp"

#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QTreeView>

namespace lvsdeck::console {
namespace {

struct Window : WindowFixture {
    bool serving() {
        const auto& facts = window->page()->session().facts();
        return facts.inSync && !facts.instances.empty() && facts.instances.front().masters.size() == 1;
    }
};

TEST_F(Window, without_clusters_offers_to_add_one) {
    open();
    window->loadClusters({}, {});
    auto* add = need<QPushButton>("emptyAdd");
    EXPECT_TRUE(add->isVisible());
    EXPECT_FALSE(need<QPushButton>("addService")->isVisible());
    picture(*window, QStringLiteral("empty-light"));
    press("emptyAdd");
    auto* dialog = need<QDialog>("clusterDialog");
    EXPECT_TRUE(dialog->isVisible());
    picture(*dialog, QStringLiteral("cluster-dialog-light"));
}

TEST_F(Window, shows_who_serves_and_that_it_is_a_simulation) {
    open();
    window->openCluster(DemoCluster::saved(), QStringLiteral("overview"));
    ASSERT_TRUE(until([&] { return serving(); }));
    ASSERT_TRUE(until([&] { return need<PillLabel>("headerVips")->pill().text == QStringLiteral("VIPs on lb1"); }));
    EXPECT_EQ(need<PillLabel>("headerSimulated")->pill().text, QStringLiteral("SIMULATION"));
    EXPECT_TRUE(need<PillLabel>("headerSync")->pill().text.startsWith(QStringLiteral("in sync")));
}

TEST_F(Window, watch_copies_what_ipvsadm_would_print) {
    open();
    window->openCluster(DemoCluster::saved(), QStringLiteral("watch"));
    ASSERT_TRUE(until([&] { return serving(); }));
    auto* watch = need<WatchView>("view_watch");
    ASSERT_TRUE(until([&] { return watch->model().rowCount({}) == 3; }));
    const QString text = watch->ipvsadmText();
    EXPECT_TRUE(text.startsWith(QStringLiteral("Prot LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port")))
        << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("TCP  192.0.2.10:80 wrr persistent 60\n"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("  -> 192.0.2.21:80                Route   3      "))) << text.toStdString();
    need<QLineEdit>("watchFilter")->setText(QStringLiteral("443"));
    EXPECT_EQ(need<QTreeView>("watchTree")->model()->rowCount(), 1);
}

TEST_F(Window, says_why_a_director_is_not_connected) {
    open();
    cluster::SavedCluster saved = DemoCluster::saved();
    saved.directors[1].address = "nowhere";
    window->openCluster(saved, QStringLiteral("overview"));
    auto* trouble = need<MessageBar>("connectionTrouble");
    ASSERT_TRUE(until([&] { return trouble->isVisible(); }));
    EXPECT_TRUE(trouble->text().startsWith(QStringLiteral("lb2: "))) << trouble->text().toStdString();
    EXPECT_TRUE(
        until([&] { return need<PillLabel>("headerSync")->pill().text.startsWith(QStringLiteral("1 of 2 answer")); }));
    picture(*window, QStringLiteral("trouble-light"));
}

struct Looks : Window, testing::WithParamInterface<std::tuple<const char*, SchemeChoice>> {};

TEST_P(Looks, every_view_fits_its_words) {
    const auto [language, scheme] = GetParam();
    theme.choose(scheme);
    open(DemoWorld::Start::Configured, QString::fromLatin1(language));
    window->openCluster(DemoCluster::saved(), QStringLiteral("overview"));
    ASSERT_TRUE(until([&] { return serving(); }));
    QTest::qWait(qEnvironmentVariableIsSet("LVSDECK_PICTURES") ? 6000 : 500);
    const QString suffix = QStringLiteral("-%1-%2").arg(
        QString::fromLatin1(language), scheme == SchemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light"));
    for (const ViewEntry& view : allViews()) {
        window->showView(view.id);
        QTest::qWait(300);
        EXPECT_EQ(cutWords(*window), QStringList()) << view.id.toStdString() << suffix.toStdString();
        picture(*window, view.id + suffix);
    }
}

INSTANTIATE_TEST_SUITE_P(All, Looks,
                         testing::Combine(testing::Values("en", "zh_CN"),
                                          testing::Values(SchemeChoice::Light, SchemeChoice::Dark)));

} // namespace
} // namespace lvsdeck::console
