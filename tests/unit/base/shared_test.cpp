// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/base/shared.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lvsdeck {
namespace {

using List = std::vector<int>;

TEST(Shared, CopiesAreOneUntilOneIsEdited) {
    const Shared<List> first = List{1, 2};
    Shared<List> second = first;
    EXPECT_EQ(&*first, &*second);
    second.edit().push_back(3);
    EXPECT_EQ(*first, (List{1, 2}));
    EXPECT_EQ(*second, (List{1, 2, 3}));
    EXPECT_NE(first, second);
}

TEST(Shared, AloneItIsEditedInItsPlace) {
    Shared<List> one = List{1, 2};
    { const Shared<List> copy = one; }
    const List* const place = &*one;
    one.edit()[0] = 7;
    EXPECT_EQ(&*one, place);
    EXPECT_EQ(*one, (List{7, 2}));
}

TEST(Shared, TheDefaultIsOneForAll) {
    const Shared<std::string> never;
    Shared<std::string> emptied = std::string("x");
    emptied = std::string();
    EXPECT_EQ(&*never, &*emptied);
    Shared<std::string> edited;
    edited.edit() = "y";
    EXPECT_EQ(*never, "");
    edited.edit().clear();
    EXPECT_EQ(edited, never) << "though it has a place of its own";
}

TEST(Shared, OnlyEqualValuesBecomeOne) {
    Shared<List> first = List{1};
    const Shared<List> equal = List{1};
    const Shared<List> other = List{2};
    EXPECT_FALSE(first.share(other));
    EXPECT_EQ(*first, List{1});
    EXPECT_NE(&*first, &*equal);
    EXPECT_TRUE(first.share(equal));
    EXPECT_EQ(&*first, &*equal);
    first.edit().push_back(5);
    EXPECT_EQ(*equal, List{1});
}

TEST(Shared, AListIsChangedWithoutItsCopies) {
    SharedList<int> list = {1, 2};
    const SharedList<int> copy = list;
    list.push_back(3);
    list.emplace_back(4);
    EXPECT_EQ(List(list.begin(), list.end()), (List{1, 2, 3, 4}));
    EXPECT_EQ(List(copy.begin(), copy.end()), (List{1, 2}));
    list.clear();
    EXPECT_TRUE(list.empty());
    EXPECT_EQ(copy.size(), 2U);
}

TEST(Shared, InADocumentItIsItsValue) {
    const Shared<std::string> word = std::string("web");
    const SharedList<std::string> words = {"a", "b"};
    EXPECT_EQ(json::toJson(word), json::toJson(*word));
    EXPECT_EQ(json::toJson(words), json::toJson(std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(json::fromJson<Shared<std::string>>(json::toJson(word)).value(), word);
    EXPECT_EQ(json::fromJson<SharedList<std::string>>(json::toJson(words)).value(), words);
    EXPECT_EQ(json::fromJson<SharedList<std::string>>(json::Array{"a", 7}, "words").error().path, "words[1]");
}

TEST(BigDocument, ItsPartsOutliveIt) {
    const std::string longText(100'000, 'x');
    auto document = json::parse(R"({"kept": [1, {"text": ")" + longText + R"("}], "gone": 2})");
    ASSERT_TRUE(document);
    json::Value kept = std::move(document->get_object().at("kept"));
    *document = nullptr;
    EXPECT_EQ(kept.at(1).at("text").as_string(), longText);
    kept.as_array().push_back(3);
    EXPECT_EQ(kept.as_array().size(), 3U);
}

} // namespace
} // namespace lvsdeck
