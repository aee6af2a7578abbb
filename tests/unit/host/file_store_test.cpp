// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/file_store.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace lvsdeck::host {
namespace {

namespace fs = std::filesystem;

class FileStoreTest : public testing::Test {
protected:
    FileStoreTest()
        : folder(fs::path(testing::TempDir()) / ("lvsdeck_store_" + std::to_string(getpid()))), store(folder / "state") {
        fs::remove_all(folder);
    }
    ~FileStoreTest() override { fs::remove_all(folder); }

    static unsigned mode(const fs::path& path) {
        struct stat status{};
        return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
    }

    fs::path folder;
    FileStore store;
};

TEST_F(FileStoreTest, WhatIsWrittenIsReadAgainAndReplaced) {
    EXPECT_EQ(*store.read("current.json"), std::nullopt);
    ASSERT_TRUE(store.write("current.json", "one"));
    ASSERT_TRUE(store.write("current.json", std::string(100'000, 'x') + '\0'));
    EXPECT_EQ(**store.read("current.json"), std::string(100'000, 'x') + '\0');
}

TEST_F(FileStoreTest, OnlyTheOwnerMayReadTheDocuments) {
    ASSERT_TRUE(store.write("revisions/1.json", "secret"));
    EXPECT_EQ(mode(folder / "state"), 0700U);
    EXPECT_EQ(mode(folder / "state/revisions"), 0700U);
    EXPECT_EQ(mode(folder / "state/revisions/1.json"), 0600U);
}

TEST_F(FileStoreTest, ListsTheDocumentsOfAFolderAndNothingElse) {
    EXPECT_TRUE(store.list("revisions")->empty());
    for (const char* name : {"revisions/10.json", "revisions/9.json", "current.json"})
        ASSERT_TRUE(store.write(name, "x"));
    std::ofstream(folder / "state/revisions/.11.json.new") << "half";
    EXPECT_EQ(*store.list("revisions"), (std::vector<std::string>{"10.json", "9.json"}));
    EXPECT_EQ(*store.list(""), (std::vector<std::string>{"current.json"}));
}

TEST_F(FileStoreTest, ALeftoverOfACrashIsWrittenOverAndALinkInItsPlaceIsNotFollowed) {
    ASSERT_TRUE(store.write("a", "old"));
    std::ofstream(folder / "outside") << "untouched";
    fs::create_symlink(folder / "outside", folder / "state/.a.new");
    ASSERT_TRUE(store.write("a", "new"));
    EXPECT_EQ(**store.read("a"), "new");
    std::string text;
    std::getline(std::ifstream(folder / "outside"), text);
    EXPECT_EQ(text, "untouched");
}

TEST_F(FileStoreTest, RemovingIsDoneWhenTheDocumentIsNotThere) {
    ASSERT_TRUE(store.write("a", "x"));
    EXPECT_TRUE(store.remove("a"));
    EXPECT_TRUE(store.remove("a"));
    EXPECT_TRUE(store.remove("nowhere/a"));
    EXPECT_EQ(*store.read("a"), std::nullopt);
}

TEST_F(FileStoreTest, NamesThatLeaveTheFolderAreRefused) {
    for (const char* name : {"", "..", "../a", "a/../b", "/a", "a/b/c", ".hidden", "a/.b", "A", "a b", "a/"}) {
        EXPECT_EQ(store.write(name, "x").error().code, ErrorCode::InvalidInput) << name;
        EXPECT_EQ(store.read(name).error().code, ErrorCode::InvalidInput) << name;
        EXPECT_FALSE(store.remove(name)) << name;
    }
    EXPECT_FALSE(store.list("../x"));
}

TEST_F(FileStoreTest, AFolderThatCannotBeWrittenIsSaidByName) {
    fs::create_directories(folder);
    std::ofstream(folder / "state") << "a file, not a folder";
    const auto written = store.write("a", "x");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::Io);
    EXPECT_NE(written.error().text.find((folder / "state").string()), std::string::npos);
}

TEST_F(FileStoreTest, AnAbsurdlyLargeFileIsRefused) {
    ASSERT_TRUE(store.write("a", "x"));
    fs::resize_file(folder / "state/a", maxDocumentBytes + 1);
    EXPECT_EQ(store.read("a").error().code, ErrorCode::TooLarge);
}

} // namespace
} // namespace lvsdeck::host
