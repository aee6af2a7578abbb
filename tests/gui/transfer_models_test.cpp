// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of import and export without a window.
#include "tests/gui/transfer_fixture.hpp"

#include "console/transfer/replacement.hpp"
#include "console/transfer/source_model.hpp"
#include "console/transfer/syntax_colours.hpp"
#include "console/transfer/understood_model.hpp"

#include <QAbstractItemModelTester>

namespace lvsdeck::console {
namespace {

ImportReading readPair() {
    ImportRequest request;
    request.sources = {{"lb1", "/a/lb1.conf", lb1Text(), {}}, {"lb2", "/a/lb2.conf", lb2Text(), {}}};
    const std::atomic<bool> cancelled{false};
    return readImport(request, cancelled);
}

TEST(UnderstoodModel, is_a_proper_tree_with_a_place_for_everything_that_has_one) {
    UnderstoodModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const auto reading = std::make_shared<const ImportReading>(readPair());
    model.setReading(reading);
    int placed = 0;
    std::function<void(const QModelIndex&)> walk = [&](const QModelIndex& above) {
        for (int row = 0; row < model.rowCount(above); ++row) {
            const QModelIndex index = model.index(row, 0, above);
            ASSERT_EQ(model.parent(index), above);
            const Entry& entry = *model.entry(index);
            EXPECT_FALSE(index.data().toString().isEmpty());
            if (entry.place.known() && entry.place.line > 0)
                ++placed;
            if (entry.kind == EntryKind::Server || entry.kind == EntryKind::Service || entry.kind == EntryKind::Check ||
                entry.kind == EntryKind::Address || entry.kind == EntryKind::Member || entry.kind == EntryKind::Mail ||
                entry.kind == EntryKind::Kept) {
                EXPECT_GT(entry.place.line, 0U) << index.data().toString().toStdString();
            }
            walk(index);
        }
    };
    walk({});
    EXPECT_GT(placed, 12);
    model.setReading(nullptr);
    EXPECT_EQ(model.rowCount({}), 0);
}

TEST(UnderstoodModel, a_member_stands_in_its_own_directors_file) {
    const ImportReading reading = readPair();
    std::vector<int> texts;
    for (const Entry& entry : reading.understood)
        if (entry.kind == EntryKind::Member)
            texts.push_back(entry.place.text);
    EXPECT_EQ(texts, (std::vector<int>{0, 1}));
}

TEST(Includes, a_text_that_is_no_file_here_looks_nowhere) {
    QTemporaryDir folder;
    QFile part(folder.filePath(QStringLiteral("part.conf")));
    ASSERT_TRUE(part.open(QIODevice::WriteOnly));
    part.write("virtual_server 192.0.2.9 80 {\n    real_server 192.0.2.8 80 {\n    }\n}\n");
    part.close();
    const std::string words = "include " + part.fileName().toStdString() + "\n";
    const std::atomic<bool> cancelled{false};
    ImportRequest request{{{"lb1", "pasted", words, {}}}, formats::Format::Keepalived};
    EXPECT_TRUE(readImport(request, cancelled).cluster.services.empty());
    request.sources[0].file = folder.filePath(QStringLiteral("main.conf")).toStdString();
    const ImportReading here = readImport(request, cancelled);
    ASSERT_EQ(here.cluster.services.size(), 1U);
    ASSERT_EQ(here.texts.size(), 2U);
    EXPECT_TRUE(here.texts[1].included);
    EXPECT_EQ(here.texts[1].director, "lb1");
    // The service is found in the file that it stands in.
    bool found = false;
    for (const Entry& entry : here.understood)
        if (entry.kind == EntryKind::Server)
            found = entry.place == Place{1, 2};
    EXPECT_TRUE(found);
}

TEST(Replacement, keeps_what_no_file_knows) {
    model::Cluster old;
    old.name = "web";
    old.revision = 7;
    old.directors = {{"lb1", "10.0.0.1", 2222, "admin", {}, {}}, {"lb2", "10.0.0.2", 22, {}, {}, {}}};
    const model::Cluster imported = readPair().cluster;
    const Replacement both = replaced(old, imported);
    EXPECT_EQ(both.cluster.name, "web");
    EXPECT_EQ(both.cluster.revision, 7U);
    ASSERT_EQ(both.cluster.directors.size(), 2U);
    EXPECT_EQ(both.cluster.directors[0].address, "10.0.0.1");
    EXPECT_EQ(both.cluster.directors[0].sshPort, 2222);
    EXPECT_TRUE(both.unknown.empty());
    EXPECT_TRUE(both.withoutFile.empty());
    const Replacement other = replaced(old, withDirectorsRenamed(imported, {{"lb2", "lb9"}}));
    EXPECT_EQ(other.unknown, std::vector<std::string>{"lb9"});
    EXPECT_EQ(other.withoutFile, std::vector<std::string>{"lb2"});
    EXPECT_EQ(other.cluster.instances.at(0).members.size(), 1U);
    for (const model::Passthrough& kept : other.cluster.passthrough)
        EXPECT_NE(kept.director, "lb9");
}

TEST(SourceModel, gives_each_file_its_director) {
    SourceModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setDirectors({"lb1", "lb2"});
    model.add({{}, "/b/lb2.conf", "vrrp_instance X {\n}\n", {}});
    model.add({{}, "/b/other.conf", "x", {}});
    model.add({{}, "/b/third.conf", "x", {}});
    EXPECT_EQ(model.sources()[0].director, "lb2");
    EXPECT_EQ(model.sources()[1].director, "lb1");
    EXPECT_EQ(model.sources()[2].director, "lb3");
    EXPECT_FALSE(model.setData(model.index(0, SourceModel::Director), QStringLiteral("no blanks"), Qt::EditRole));
    model.remove(1);
    EXPECT_EQ(model.rowCount({}), 2);
    model.clear();
    EXPECT_EQ(model.rowCount({}), 0);
}

TEST(SyntaxColours, know_comments_keywords_blocks_and_quotes) {
    using enum SyntaxPart;
    const auto of = [](const char* line) { return syntaxOf(QString::fromLatin1(line)); };
    EXPECT_EQ(of("    vrrp_instance VI_1 { # main"), (std::vector<SyntaxRange>{{4, 13, Block}, {25, 6, Comment}}));
    EXPECT_EQ(of("notify \"/bin/x # no\" ! yes"),
              (std::vector<SyntaxRange>{{0, 6, Keyword}, {7, 13, Quoted}, {21, 5, Comment}}));
    EXPECT_EQ(of("192.0.2.1/24"), std::vector<SyntaxRange>{});
    EXPECT_EQ(of("}"), std::vector<SyntaxRange>{});
    EXPECT_EQ(of(""), std::vector<SyntaxRange>{});
    EXPECT_EQ(of("  # only"), (std::vector<SyntaxRange>{{2, 6, Comment}}));
}

} // namespace
} // namespace lvsdeck::console
