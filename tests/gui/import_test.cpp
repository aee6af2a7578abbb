// SPDX-License-Identifier: GPL-3.0-or-later
// An administrator's files on their way into the open cluster: dropped, pasted, or asked for; seen, and reviewed.
#include "tests/gui/transfer_fixture.hpp"

#include "console/theme/controls.hpp"
#include "console/transfer/replacement.hpp"
#include "console/transfer/source_model.hpp"
#include "console/transfer/understood_model.hpp"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QTableView>
#include <QTreeView>

namespace lvsdeck::console {
namespace {

struct Import : TransferFixture {
    ImportDialog* dialog() { return find<ImportDialog>("importDialog"); }
    /// As the desktop does it, on the main window or on the import window.
    void drop(QWidget* on, const QStringList& files) {
        QMimeData mime;
        QList<QUrl> urls;
        for (const QString& file : files)
            urls << QUrl::fromLocalFile(file);
        mime.setUrls(urls);
        QDragEnterEvent enter({40, 40}, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(on, &enter);
        EXPECT_TRUE(enter.isAccepted());
        QDropEvent event({40, 40}, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(on, &event);
    }
    bool wasRead() {
        return until([this] { return dialog() != nullptr && !dialog()->isReading() && dialog()->reading() != nullptr; });
    }
    QModelIndex treeRow(const QString& title) {
        auto* tree = need<QTreeView>("importTree");
        const auto found = tree->model()->match(tree->model()->index(0, 0), Qt::DisplayRole, title, 1,
                                                Qt::MatchExactly | Qt::MatchRecursive);
        return found.isEmpty() ? QModelIndex() : found.first();
    }
    ConfigText* text() { return need<ConfigText>("importText"); }
    int line() { return text()->textCursor().blockNumber() + 1; }
};

TEST_F(Import, two_dropped_files_end_in_the_review_of_the_open_cluster) {
    openDemo();
    drop(window.get(), {write("lb1.conf", lb1Text()), write("lb2.conf", lb2Text())});
    ASSERT_TRUE(wasRead());
    const ImportReading& reading = *dialog()->reading();
    ASSERT_FALSE(reading.error);
    EXPECT_EQ(reading.format, formats::Format::Keepalived);
    ASSERT_EQ(reading.cluster.directors.size(), 2U);
    EXPECT_EQ(reading.cluster.directors[0].id, "lb1");
    ASSERT_EQ(reading.cluster.services.size(), 2U);
    picture(*dialog(), QStringLiteral("import"));
    const std::uint64_t revision = window->page()->session().facts().revision;
    press("importReplace");
    ASSERT_TRUE(until([&] { return find<QDialog>("reviewDialog") != nullptr; }));
    ASSERT_TRUE(until([&] { return need<QPushButton>("reviewApply")->isEnabled(); }));
    EXPECT_FALSE(need<QLabel>("reviewChanges")->text().isEmpty());
    EXPECT_TRUE(std::ranges::any_of(window->page()->draft().changes(), [](const model::Change& change) {
        return change.kind == model::ChangeKind::Added && change.subject == "service tcp 192.0.2.10:8080";
    }));
    EXPECT_TRUE(need<QPlainTextEdit>("reviewOperations_lb1")->toPlainText().contains(QStringLiteral("192.0.2.10:8080")));
    picture(*need<QDialog>("reviewDialog"), QStringLiteral("import-review"));
    // Looked at only: no director was touched, and one step of undo takes the import back.
    EXPECT_EQ(window->page()->session().facts().revision, revision);
    press("reviewClose");
    EXPECT_GT(window->page()->draft().changeCount(), 0);
    EXPECT_EQ(window->page()->draft().cluster().name, window->page()->draft().inForce().name);
    window->page()->draft().undoStack().undo();
    EXPECT_EQ(window->page()->draft().changeCount(), 0);
}

TEST_F(Import, tree_text_and_findings_lead_to_each_other) {
    openDemo();
    drop(window.get(), {write("lb1.conf", lb1Text()), write("lb2.conf", lb2Text())});
    ASSERT_TRUE(wasRead());
    const QModelIndex server = treeRow(QStringLiteral("192.0.2.22:80"));
    ASSERT_TRUE(server.isValid());
    need<QTreeView>("importTree")->setCurrentIndex(server);
    EXPECT_TRUE(text()->textCursor().block().text().contains(QStringLiteral("real_server 192.0.2.22 80")))
        << text()->textCursor().block().text().toStdString();
    // Back: a click into the text finds the thing that stands there.
    const QModelIndex service = treeRow(QStringLiteral("tcp 192.0.2.10:8080"));
    ASSERT_TRUE(service.isValid());
    text()->goTo(static_cast<std::uint32_t>(lineOf(lb1Text(), "virtual_server 192.0.2.10 8080")));
    emit text() -> lineChosen(static_cast<std::uint32_t>(line()));
    EXPECT_EQ(need<QTreeView>("importTree")->currentIndex(), service);
    // A contradiction has two places, lines each, and both can be gone to.
    auto* findings = need<QTableView>("findingsTable");
    const auto* model = qobject_cast<const FindingModel*>(findings->model());
    int row = 0;
    while (row < model->rowCount({}) && !model->finding(row).contradiction)
        ++row;
    ASSERT_LT(row, model->rowCount({})) << "the schedulers of 8080 differ";
    findings->selectRow(row);
    emit findings->activated(model->index(row, 0));
    EXPECT_TRUE(need<QComboBox>("importShownText")->currentText().startsWith(QStringLiteral("lb2")));
    EXPECT_EQ(text()->textCursor().block().text().trimmed(), QStringLiteral("lb_algo wlc"));
    press("findingsOther");
    EXPECT_TRUE(need<QComboBox>("importShownText")->currentText().startsWith(QStringLiteral("lb1")));
    EXPECT_EQ(text()->textCursor().block().text().trimmed(), QStringLiteral("lb_algo wrr"));
    // The first file's value is what would be taken.
    EXPECT_EQ(dialog()->reading()->cluster.services[1].scheduler, model::Scheduler::Wrr);
    picture(*dialog(), QStringLiteral("import-contradiction"));
}

TEST_F(Import, margin_says_what_became_of_each_line) {
    openDemo();
    drop(window.get(), {write("lb1.conf", lb1Text())});
    ASSERT_TRUE(wasRead());
    const auto mark = [&](const char* words) { return text()->markOf(lineOf(lb1Text(), words) - 1); };
    EXPECT_EQ(mark("virtual_router_id"), LineMark::Managed);
    EXPECT_EQ(mark("bfd_instance"), LineMark::Kept);
    EXPECT_EQ(mark("neighbor_ip"), LineMark::Kept) << "the whole block is kept";
    EXPECT_EQ(mark("real_server 192.0.2.999 80"), LineMark::Problem);
    EXPECT_EQ(mark("# the pair"), LineMark::None);
    EXPECT_TRUE(treeRow(QStringLiteral("bfd_instance peer {")).isValid());
}

TEST_F(Import, findings_are_filtered_copied_and_saved) {
    openDemo();
    drop(window.get(), {write("lb1.conf", lb1Text()), write("lb2.conf", lb2Text())});
    ASSERT_TRUE(wasRead());
    const auto* model = qobject_cast<const FindingModel*>(need<QTableView>("findingsTable")->model());
    const int all = model->rowCount({});
    ASSERT_GT(model->count(FindingClass::Problem), 0U);
    press("findingsFilter_0");
    EXPECT_EQ(model->rowCount({}), all - static_cast<int>(model->count(FindingClass::Problem)));
    press("findingsFilter_0");
    press("findingsCopy");
    EXPECT_EQ(QApplication::clipboard()->text().split(QChar('\n')).size(), all);
    EXPECT_TRUE(QApplication::clipboard()->text().contains(QStringLiteral("lb1.conf:")));
    const QString file = folder.filePath(QStringLiteral("findings.csv"));
    ASSERT_TRUE(dialog()->findChild<FindingsPanel*>()->saveTo(file));
    QFile saved(file);
    ASSERT_TRUE(saved.open(QIODevice::ReadOnly));
    EXPECT_TRUE(saved.readAll().startsWith("severity,kept,file,line,column,found,text\r\nerror,"));
}

TEST_F(Import, whose_file_it_is_can_be_changed) {
    openDemo();
    drop(window.get(), {write("b.conf", lb2Text()), write("a.conf", lb1Text())});
    ASSERT_TRUE(wasRead());
    auto* list = need<QTableView>("importSources");
    EXPECT_EQ(list->model()->index(0, SourceModel::Director).data().toString(), QStringLiteral("lb1"));
    ASSERT_TRUE(list->model()->setData(list->model()->index(0, SourceModel::Director), QStringLiteral("lb2")));
    EXPECT_EQ(list->model()->index(1, SourceModel::Director).data().toString(), QStringLiteral("lb1"));
    ASSERT_TRUE(wasRead());
    const auto& members = dialog()->reading()->cluster.instances.at(0).members;
    const auto lb2 = std::ranges::find(members, "lb2", &model::Member::director);
    ASSERT_NE(lb2, members.end());
    EXPECT_EQ(lb2->priority, 99) << "the file with priority 99 is lb2's now";
}

TEST_F(Import, takes_a_pasted_text_and_no_other_way_than_it_can) {
    openDemo();
    window->openImport();
    EXPECT_EQ(find<QPushButton>("importAsk"), nullptr) << "nobody can ask the directors";
    picture(*dialog(), QStringLiteral("import-start"));
    QApplication::clipboard()->setText(
        QStringLiteral("-A -t 192.0.2.10:80 -s wrr\n-a -t 192.0.2.10:80 -r 192.0.2.31:80 -g -w 5\n"));
    QTest::keySequence(dialog(), QKeySequence::Paste);
    picture(*dialog(), QStringLiteral("import-paste"));
    press("importPasteRead");
    ASSERT_TRUE(wasRead());
    EXPECT_EQ(dialog()->reading()->format, formats::Format::Ipvsadm);
    ASSERT_EQ(dialog()->reading()->cluster.services.size(), 1U);
    need<QTreeView>("importTree")->setCurrentIndex(treeRow(QStringLiteral("192.0.2.31:80")));
    EXPECT_EQ(line(), 2);
    press("importReplace");
    ASSERT_TRUE(until([&] { return find<QDialog>("reviewDialog") != nullptr; }));
    // Rules know no VIP: the instances stay.
    EXPECT_EQ(window->page()->draft().cluster().instances, window->page()->draft().inForce().instances);
    EXPECT_EQ(window->page()->draft().cluster().services.size(), 1U);
    EXPECT_TRUE(need<MessageBar>("windowMessage")->text().contains(QStringLiteral("only the virtual services")));
}

TEST_F(Import, a_wrong_format_says_what_to_do_and_can_be_mended) {
    openDemo();
    drop(window.get(), {write("notes.txt", "Shopping list\nmilk\n")});
    ASSERT_TRUE(wasRead());
    auto* message = need<MessageBar>("importMessage");
    EXPECT_TRUE(message->text().contains(QStringLiteral("Choose its format"))) << message->text().toStdString();
    EXPECT_FALSE(need<QPushButton>("importReplace")->isEnabled());
    EXPECT_FALSE(need<QPushButton>("importNew")->isEnabled());
    EXPECT_TRUE(text()->toPlainText().startsWith(QStringLiteral("Shopping list"))) << "what was given is still shown";
    picture(*dialog(), QStringLiteral("import-unclear"));
    auto* format = need<QComboBox>("importFormat");
    format->setCurrentIndex(format->findData(static_cast<int>(formats::Format::Keepalived)));
    emit format->activated(format->currentIndex());
    ASSERT_TRUE(until([&] { return !dialog()->isReading() && !dialog()->reading()->error; }));
    EXPECT_GT(dialog()->reading()->findings.size(), 0U);
    drop(dialog(), {folder.path()});
    EXPECT_TRUE(message->text().contains(QStringLiteral("is a folder"))) << message->text().toStdString();
    drop(dialog(), {QStringLiteral("/dev/zero")});
    EXPECT_TRUE(message->text().contains(QStringLiteral("a device"))) << message->text().toStdString();
}

TEST_F(Import, without_a_cluster_it_becomes_a_new_one) {
    open();
    window->loadClusters({}, {});
    press("emptyImport");
    dialog()->addFiles({write("lb1.conf", lb1Text()), write("lb2.conf", lb2Text())});
    ASSERT_TRUE(wasRead());
    EXPECT_EQ(find<QPushButton>("importReplace"), nullptr);
    press("importNew");
    auto* add = need<QDialog>("clusterDialog");
    ASSERT_NE(add, nullptr);
    need<QLineEdit>("clusterName")->setText(QStringLiteral("imported"));
    EXPECT_EQ(need<QLineEdit>("directorId_1")->text(), QStringLiteral("lb2"));
    need<QLineEdit>("directorTarget_0")->setText(QStringLiteral("lb1"));
    need<QLineEdit>("directorTarget_1")->setText(QStringLiteral("lb2"));
    press("clusterSave");
    ASSERT_TRUE(until([&] { return window->page() != nullptr && window->page()->draft().changeCount() > 0; }));
    const model::Cluster& draft = window->page()->draft().cluster();
    EXPECT_EQ(draft.name, "imported");
    EXPECT_EQ(draft.services.size(), 2U);
    EXPECT_EQ(model::findDirector(draft, "lb1")->address, "lb1");
}

/// Answers as an agent would, a moment later.
class ScriptedFiles : public DirectorFiles {
public:
    void ask(std::function<void(Answer)> answered, std::function<void()> done) override {
        QTimer::singleShot(0, &m_here, [answered = std::move(answered), done = std::move(done)] {
            formats::SourceText source;
            source.file = "/etc/keepalived/keepalived.conf";
            source.text = lb1Text();
            answered({"lb1", source});
            answered({"lb2", failure(ErrorCode::NotFound, "there is no keepalived.conf here")});
            done();
        });
    }

private:
    QObject m_here;
};

TEST_F(Import, reads_from_the_directors_where_somebody_can) {
    openDemo(QStringLiteral("en"), [](cluster::ClusterSession&) { return std::make_unique<ScriptedFiles>(); });
    window->openImport();
    press("importAsk");
    ASSERT_TRUE(wasRead());
    EXPECT_EQ(dialog()->reading()->texts.at(0).file, "lb1:/etc/keepalived/keepalived.conf");
    EXPECT_EQ(need<QTableView>("importSources")->model()->rowCount(), 1);
    EXPECT_EQ(dialog()->reading()->texts.at(0).director, "lb1");
    EXPECT_TRUE(need<MessageBar>("importMessage")->text().contains(QStringLiteral("lb2: there is no keepalived.conf here")));
}

TEST_F(Import, a_big_file_leaves_the_window_awake_and_can_be_stopped) {
    openDemo();
    window->openImport();
    int turns = 0;
    QTimer pulse;
    QObject::connect(&pulse, &QTimer::timeout, [&] { ++turns; });
    pulse.start(0);
    formats::SourceText big;
    big.file = "big";
    big.text = bigText(200, 250); // long enough for the reader to be seen at work
    ASSERT_LE(big.text.size(), formats::maxSourceBytes);
    dialog()->addText(big);
    ASSERT_TRUE(until([&] { return need<QPushButton>("importStop")->isVisible(); }));
    press("importStop");
    EXPECT_FALSE(dialog()->isReading());
    EXPECT_EQ(dialog()->reading(), nullptr);
    turns = 0;
    dialog()->addText(big);
    ASSERT_TRUE(wasRead());
    EXPECT_GT(turns, 20) << "events were not handled while it was read";
    ASSERT_EQ(dialog()->reading()->cluster.services.size(), 200U);
    EXPECT_EQ(dialog()->reading()->cluster.services.back().servers.size(), 250U);
    turns = 0;
    ASSERT_TRUE(until([&] { return !text()->isLoading(); }));
    EXPECT_GT(turns, 20) << "the text came in one piece";
    EXPECT_EQ(text()->blockCount(), std::ranges::count(big.text, '\n'));
    const QModelIndex last = treeRow(QStringLiteral("10.2.199.250:80"));
    ASSERT_TRUE(last.isValid());
    need<QTreeView>("importTree")->setCurrentIndex(last);
    EXPECT_TRUE(text()->textCursor().block().text().contains(QStringLiteral("10.2.199.250")));
    picture(*dialog(), QStringLiteral("import-big"));
}

struct ImportLooks : Import, testing::WithParamInterface<std::tuple<const char*, SchemeChoice>> {};

TEST_P(ImportLooks, fits_its_words) {
    const auto [language, scheme] = GetParam();
    theme.choose(scheme);
    const QString suffix = QStringLiteral("-%1-%2").arg(
        QString::fromLatin1(language), scheme == SchemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light"));
    openDemo(QString::fromLatin1(language), [](cluster::ClusterSession&) { return std::make_unique<ScriptedFiles>(); });
    window->openImport();
    QTest::qWait(100);
    EXPECT_EQ(cutWords(*dialog()), QStringList());
    picture(*dialog(), QStringLiteral("import-start") + suffix);
    dialog()->addFiles({write("lb1.conf", lb1Text()), write("lb2.conf", lb2Text())});
    ASSERT_TRUE(wasRead());
    need<QTableView>("findingsTable")->selectRow(1);
    QTest::qWait(100);
    EXPECT_EQ(cutWords(*dialog()), QStringList());
    picture(*dialog(), QStringLiteral("import") + suffix);
}

INSTANTIATE_TEST_SUITE_P(All, ImportLooks,
                         testing::Combine(testing::Values("en", "zh_CN"),
                                          testing::Values(SchemeChoice::Light, SchemeChoice::Dark)));

} // namespace
} // namespace lvsdeck::console
