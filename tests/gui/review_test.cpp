// SPDX-License-Identifier: GPL-3.0-or-later
// The review of a change that touches every kind of thing that an agent manages, in both languages and schemes.
#include "tests/gui/window_fixture.hpp"

#include "console/app/cluster_page.hpp"
#include "console/wizard/review_panel.hpp"

#include <gmock/gmock.h>

#include <QPlainTextEdit>
#include <QRegularExpression>

namespace lvsdeck::console {
namespace {

IpAddress ip(const char* text) { return *IpAddress::parse(text); }

model::Cluster changedEverywhere() {
    model::Cluster cluster = demoDocument();
    cluster.services[0].servers[0].weight += 2;
    cluster.services[0].servers.pop_back();
    model::VirtualAddress another = cluster.instances[0].addresses[0];
    another.address = ip("192.168.50.88");
    cluster.instances[0].addresses.push_back(another);
    model::StaticRoute route;
    route.route.destination = {ip("10.60.0.0"), 24};
    route.route.via = ip("192.168.50.254");
    route.route.device = cluster.instances[0].members[0].interface;
    cluster.staticRoutes = {route};
    cluster.timeouts.tcp = 600;
    cluster.ipvsSysctls = {{"expire_nodest_conn", "1"}};
    return cluster;
}

struct ReviewLooks : WindowFixture, testing::WithParamInterface<std::tuple<const char*, SchemeChoice>> {};

TEST_P(ReviewLooks, every_kind_of_operation_has_its_heading) {
    const auto [language, scheme] = GetParam();
    theme.choose(scheme);
    open(DemoWorld::Start::Configured, QString::fromLatin1(language));
    window->openCluster(DemoCluster::saved(), QStringLiteral("overview"));
    ASSERT_TRUE(until([&] { return window->page()->session().facts().ready == 2; }));
    ReviewPanel panel(window->page()->session());
    panel.resize(900, 640);
    panel.show();
    panel.review(changedEverywhere(), 1, QString());
    const auto lines = [&panel] {
        const auto* edit = panel.findChild<QPlainTextEdit*>(QStringLiteral("reviewOperations_lb1"));
        return edit == nullptr ? QStringList() : edit->toPlainText().split(QChar('\n'));
    };
    const QRegularExpression heading(QStringLiteral("^# "));
    ASSERT_TRUE(until([&] { return lines().filter(heading).size() == 5; })) << lines().join(QChar('\n')).toStdString();
    // An agent's own word would be a kind without a title; each stands once, above all of its kind.
    const QStringList headings = lines().filter(heading);
    for (const char* word : {"# ipvs", "# vrrp", "# network", "# settings", "# health"})
        EXPECT_FALSE(headings.contains(QString::fromLatin1(word))) << word;
    EXPECT_EQ(QStringList(headings).removeDuplicates(), 0) << headings.join(QChar('\n')).toStdString();
    if (QLatin1String(language) != QLatin1String("en")) {
        for (const QString& line : headings)
            EXPECT_FALSE(line.contains(QStringLiteral("routes")) || line.contains(QStringLiteral("table")))
                << line.toStdString();
    }
    picture(panel, QStringLiteral("review-%1-%2")
                       .arg(QString::fromLatin1(language),
                            scheme == SchemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light")));
    panel.cancel();
}

INSTANTIATE_TEST_SUITE_P(All, ReviewLooks,
                         testing::Combine(testing::Values("en", "zh_CN"),
                                          testing::Values(SchemeChoice::Light, SchemeChoice::Dark)));

} // namespace
} // namespace lvsdeck::console
