// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/report/drill_report.hpp"
#include "console/report/drill_text.hpp"
#include "console/views/drill/drill_page.hpp"
#include "console/views/drill/drill_setup.hpp"
#include "tests/support/drill_sample.hpp"

#include <QDir>
#include <QFile>
#include <QPixmap>
#include <QTemporaryDir>
#include <gtest/gtest.h>

namespace lvsdeck::console {
namespace {

/// Pictures to look at, when somebody asks for them.
void keepPicture(QWidget& widget, const QString& name) {
    const QString folder = qEnvironmentVariable("LVSDECK_PICTURES");
    if (!folder.isEmpty())
        widget.grab().save(QDir(folder).filePath(name + QStringLiteral(".png")));
}

TEST(DrillReport, SaysWhatWasMeasuredAndAgainstWhat) {
    const QString html = drillReportHtml(test::crashDrill());
    for (const char* wanted : {"web-prod", "crash of lb1", "3.64 s ± 10 ms", "limit 5.00 s", "expected 3.61 s",
                               "362 of 1,100", "0 of 8", "<svg", "SHA-256", "passed"})
        EXPECT_TRUE(html.contains(QString::fromUtf8(wanted))) << wanted;
    EXPECT_FALSE(html.contains(QStringLiteral("<script")));
    EXPECT_FALSE(html.contains(QStringLiteral("src=")));
}

TEST(DrillReport, EscapesWhatCameFromOutside) {
    cluster::DrillRecord record = test::crashDrill();
    record.cluster = "<b>x</b>";
    record.preflight[0].detail = "<img src=x>";
    const QString html = drillReportHtml(record);
    EXPECT_FALSE(html.contains(QStringLiteral("<b>x</b>")));
    EXPECT_FALSE(html.contains(QStringLiteral("<img")));
}

TEST(DrillReport, WritesThreeFilesThatCanBeReadAgain) {
    QTemporaryDir folder;
    const auto files = writeDrillReport(test::crashDrill(), folder.filePath(QStringLiteral("new/deep")));
    ASSERT_TRUE(files) << files.error().text;
    QFile json(files->json);
    ASSERT_TRUE(json.open(QIODevice::ReadOnly));
    const auto back = json::parseAs<cluster::DrillRecord>(json.readAll().toStdString());
    ASSERT_TRUE(back) << back.error().text;
    EXPECT_EQ(*back, test::crashDrill());
    QFile pdf(files->pdf);
    ASSERT_TRUE(pdf.open(QIODevice::ReadOnly));
    EXPECT_TRUE(pdf.readAll().startsWith("%PDF"));
}

TEST(DrillReport, NamesTheFolderThatCannotBeWritten) {
    const auto files = writeDrillReport(test::crashDrill(), QStringLiteral("/proc/nowhere"));
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().code, ErrorCode::Io);
    EXPECT_NE(files.error().text.find("/proc/nowhere"), std::string::npos);
}

TEST(DrillText, ShowsAFailureAsAFailure) {
    cluster::DrillRecord record = test::crashDrill();
    record.limits.outageMs = 3000;
    EXPECT_EQ(drillCards(record).front().tone, Tone::Bad);
    record.metrics.there.outage.reset();
    EXPECT_EQ(drillCards(record).front().tone, Tone::Neutral);
    EXPECT_EQ(drillCards(record).front().value, QStringLiteral("–"));
}

TEST(DrillPage, ShowsARecord) {
    DrillPage page;
    page.resize(1150, 760);
    page.setRecord(test::crashDrill(), 0);
    keepPicture(page, QStringLiteral("drill-page"));
    EXPECT_GT(page.findChild<QWidget*>(QStringLiteral("drillTimeline"))->sizeHint().height(), 200);
}

TEST(DrillSetup, DescribesWhatThePersonChose) {
    DrillSetup setup;
    setup.resize(1150, 700);
    cluster::SavedCluster saved;
    saved.probeFrom = cluster::SavedDirector{"client", "198.51.100.1", {}, "admin", "", ""};
    setup.setCluster(saved);
    EXPECT_EQ(setup.request().kind, rpc::DrillKind::Graceful);
    ASSERT_TRUE(setup.request().probe);
    EXPECT_EQ(setup.request().probe->from, "client");
    setup.showPreflight(test::crashDrill().preflight, true);
    keepPicture(setup, QStringLiteral("drill-setup"));
}

} // namespace
} // namespace lvsdeck::console
