// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves the console: the preview follows the choices, passwords only on request, files whole and with the right mode.
#include "tests/gui/transfer_fixture.hpp"

#include "console/theme/controls.hpp"
#include "console/transfer/export_dialog.hpp"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileInfo>
#include <QStackedWidget>
#include <QTabBar>

namespace lvsdeck::console {
namespace {

struct Export : TransferFixture {
    ExportDialog* dialog() { return find<ExportDialog>("exportWindow"); }
    /// The demo with a password, as the draft.
    void start(const QString& language = QStringLiteral("en")) {
        openDemo(language);
        model::Cluster cluster = window->page()->draft().cluster();
        cluster.instances[0].version = 2;
        cluster.instances[0].advertInterval = std::chrono::seconds(1);
        cluster.instances[0].password = "s3cret";
        cluster.instances[0].tracking.files = {};
        window->page()->draft().edit(QStringLiteral("password"), cluster);
        press("exportConfig");
        ASSERT_NE(dialog(), nullptr);
        ASSERT_TRUE(written());
        choose("exportWhich", 1);
    }
    bool written() {
        return until([this] { return !dialog()->isWriting(); });
    }
    void choose(const char* name, int index) {
        auto* box = need<QComboBox>(name);
        box->setCurrentIndex(index);
        emit box->activated(index);
        ASSERT_TRUE(written());
    }
    QString shown() { return need<ConfigText>("exportText")->toPlainText(); }
};

TEST_F(Export, masks_passwords_until_asked_otherwise) {
    start();
    EXPECT_TRUE(shown().contains(QStringLiteral("auth_pass"))) << shown().toStdString();
    EXPECT_FALSE(shown().contains(QStringLiteral("s3cret")));
    press("exportCopy");
    EXPECT_FALSE(QApplication::clipboard()->text().contains(QStringLiteral("s3cret")));
    EXPECT_TRUE(need<QLabel>("exportMode")->text().contains(QStringLiteral("0644")));
    need<QCheckBox>("exportPasswords")->click();
    ASSERT_TRUE(written());
    EXPECT_TRUE(shown().contains(QStringLiteral("auth_pass s3cret")));
    EXPECT_TRUE(need<QLabel>("exportMode")->text().contains(QStringLiteral("0600")));
    press("exportCopy");
    EXPECT_TRUE(QApplication::clipboard()->text().contains(QStringLiteral("s3cret")));
    // The document of lvsdeck holds it too.
    choose("exportKind", 1);
    EXPECT_TRUE(shown().contains(QStringLiteral("s3cret")));
    need<QCheckBox>("exportPasswords")->click();
    ASSERT_TRUE(written());
    EXPECT_FALSE(shown().contains(QStringLiteral("s3cret")));
}

TEST_F(Export, the_preview_follows_the_version) {
    start();
    model::Cluster cluster = window->page()->draft().cluster();
    model::TrackProcess process;
    process.name = "web";
    process.process = {"nginx"};
    cluster.trackProcesses = {process};
    cluster.instances[0].tracking.processes = {{"web", {}, {}}};
    window->page()->draft().edit(QStringLiteral("process"), cluster);
    dialog()->reject();
    ASSERT_TRUE(until([&] { return dialog() == nullptr; }));
    window->openExport();
    ASSERT_TRUE(written());
    choose("exportWhich", 1);
    const QString newer = shown();
    EXPECT_TRUE(newer.contains(QStringLiteral("vrrp_track_process"))) << newer.toStdString();
    const std::size_t before = dialog()->findChild<FindingsPanel*>()->model().total();
    choose("exportVersion", 0);
    EXPECT_NE(shown(), newer);
    EXPECT_FALSE(shown().contains(QStringLiteral("\nvrrp_track_process")));
    EXPECT_GT(dialog()->findChild<FindingsPanel*>()->model().total(), before) << "what 1.2 cannot say is told";
    picture(*dialog(), QStringLiteral("export-version"));
}

TEST_F(Export, writes_one_file_for_each_director) {
    start();
    EXPECT_EQ(need<QTabBar>("exportTabs")->count(), 2);
    need<QCheckBox>("exportPasswords")->click();
    ASSERT_TRUE(written());
    dialog()->saveAll(folder.path());
    for (const char* name : {"lb1.keepalived.conf", "lb2.keepalived.conf"}) {
        const QFileInfo file(folder.filePath(QString::fromLatin1(name)));
        ASSERT_TRUE(file.exists()) << name;
        EXPECT_EQ(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions()) << name;
    }
    choose("exportDirector", 2);
    EXPECT_EQ(need<QTabBar>("exportTabs")->count(), 1);
    EXPECT_EQ(dialog()->files().front().director, "lb2");
    EXPECT_FALSE(need<QPushButton>("exportSaveAll")->isVisible());
    choose("exportKind", 2);
    const QString rules = folder.filePath(QStringLiteral("rules"));
    dialog()->saveShown(rules);
    EXPECT_TRUE(QFileInfo(rules).permissions() & QFile::ReadOther) << "nothing secret is in rules";
    dialog()->saveShown(folder.filePath(QStringLiteral("rules/below/a/file")));
    EXPECT_TRUE(need<MessageBar>("exportMessage")->text().contains(QStringLiteral("was not written")));
}

TEST_F(Export, ldirectord_gets_its_addresses_from_heartbeat) {
    start();
    choose("exportKind", 3);
    auto* tabs = need<QTabBar>("exportTabs");
    ASSERT_EQ(tabs->count(), 2);
    EXPECT_TRUE(shown().contains(QStringLiteral("virtual=")));
    tabs->setCurrentIndex(1);
    EXPECT_EQ(tabs->tabText(1), QStringLiteral("haresources"));
    const std::string address = window->page()->draft().cluster().instances.at(0).addresses.at(0).address.toString();
    EXPECT_TRUE(shown().contains(QString::fromStdString(address))) << shown().toStdString();
    dialog()->saveAll(folder.path());
    for (const char* name : {"ldirectord.cf", "haresources"})
        EXPECT_TRUE(QFileInfo::exists(folder.filePath(QString::fromLatin1(name)))) << name;
}

/// A kind that another part of the program adds.
class RefusedExport : public ExportKind {
public:
    [[nodiscard]] std::string title() const override { return "refused"; }
    [[nodiscard]] std::string purpose() const override { return "for this test"; }
    [[nodiscard]] Result<std::vector<ExportFile>> make(const model::Cluster&, const ExportChoice&) const override {
        return failure(ErrorCode::Unsupported, "this needs a newer moon");
    }
};

TEST_F(Export, says_why_a_kind_cannot_be_written) {
    openDemo();
    ExportDialog refused(
        {"demo", window->page()->draft().inForce(), window->page()->draft().inForce(), {std::make_shared<RefusedExport>()}});
    refused.show();
    ASSERT_TRUE(until([&] { return !refused.isWriting(); }));
    auto* empty = refused.findChild<EmptyState*>(QStringLiteral("exportEmpty"));
    EXPECT_TRUE(empty->isVisible());
    bool said = false;
    for (const QLabel* label : empty->findChildren<QLabel*>())
        said = said || label->text() == QStringLiteral("this needs a newer moon");
    EXPECT_TRUE(said);
    EXPECT_FALSE(refused.findChild<QPushButton*>(QStringLiteral("exportSave"))->isEnabled());
    picture(refused, QStringLiteral("export-refused"));
}

struct ExportLooks : Export, testing::WithParamInterface<std::tuple<const char*, SchemeChoice>> {};

TEST_P(ExportLooks, fits_its_words) {
    const auto [language, scheme] = GetParam();
    theme.choose(scheme);
    start(QString::fromLatin1(language));
    QTest::qWait(100);
    EXPECT_EQ(cutWords(*dialog()), QStringList());
    const QString look = QStringLiteral("%1-%2").arg(
        QString::fromLatin1(language), scheme == SchemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light"));
    picture(*dialog(), QStringLiteral("export-") + look);
    choose("exportKind", 3);
    need<QTabBar>("exportTabs")->setCurrentIndex(1);
    QTest::qWait(100); // the layout follows the new findings
    EXPECT_EQ(cutWords(*dialog()), QStringList());
    picture(*dialog(), QStringLiteral("export-haresources-") + look);
}

INSTANTIATE_TEST_SUITE_P(All, ExportLooks,
                         testing::Combine(testing::Values("en", "zh_CN"),
                                          testing::Values(SchemeChoice::Light, SchemeChoice::Dark)));

} // namespace
} // namespace lvsdeck::console
