// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/lexer.hpp"

#include <gtest/gtest.h>

namespace lvsdeck::formats::keepalived {
namespace {

std::vector<std::string> words(std::string_view code) {
    std::vector<std::string> out;
    Store store;
    std::vector<Token> tokens;
    tokenize(code, 1, store, tokens);
    for (const Token& token : tokens)
        out.emplace_back(token.text);
    return out;
}

TEST(Lexer, BeginsACommentInTheMiddleOfAWord) {
    EXPECT_EQ(cutComment("  auth_pass pa#ss").code, "auth_pass pa");
    EXPECT_EQ(cutComment("weight 3 ! heavy").comment, "! heavy");
    EXPECT_EQ(cutComment("path '/a#b'").code, "path '/a");
}

TEST(Lexer, KeepsCommentMarksInDoubleQuotesAndBehindABackslash) {
    EXPECT_EQ(cutComment("auth_pass \"pa#ss\" # x").code, "auth_pass \"pa#ss\"");
    EXPECT_EQ(words(cutComment("auth_pass pa\\#ss").code), (std::vector<std::string>{"auth_pass", "pa#ss"}));
}

TEST(Lexer, EndsAWordAtAQuotationMark) {
    EXPECT_EQ(words("a foo\"bar\" \"x y\""), (std::vector<std::string>{"a", "foo", "bar", "x y"}));
}

TEST(Lexer, CountsColumnsFromOne) {
    const CodeAndComment cut = cutComment("\t\tweight 3");
    EXPECT_EQ(cut.column, 3U);
    Store store;
    std::vector<Token> tokens;
    tokenize(cut.code, cut.column, store, tokens);
    EXPECT_EQ(tokens.at(1).column, 10U);
}

TEST(Lexer, CleansBytesThatDoNotBelongIntoAText) {
    Cleaning cleaning;
    const auto lines = cleanLines(std::string_view("\xEF\xBB\xBF"
                                                   "a\xC2\xA0"
                                                   "b\r\nc\0d\n\xFF\xE3\x80\x80x",
                                                   18),
                                  cleaning);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0], "a b\r");
    EXPECT_EQ(lines[1], "cd");
    EXPECT_EQ(lines[2], "\xEF\xBF\xBD x");
    EXPECT_TRUE(cleaning.byteOrderMark);
    EXPECT_EQ(cleaning.blankLine, 1U);
    EXPECT_EQ(cleaning.nulLine, 2U);
    EXPECT_EQ(cleaning.invalidLine, 3U);
}

} // namespace
} // namespace lvsdeck::formats::keepalived
