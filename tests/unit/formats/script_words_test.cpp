// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/script_words.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace lvsdeck::formats::keepalived {
namespace {

using Words = std::vector<std::string>;

Node lineOf(std::string raw) {
    Node out;
    out.raw = std::move(raw);
    return out;
}

// What keepalived 2.2.7 gave to a program that wrote down its arguments.
TEST(ScriptWords, AreCutTwiceAsKeepalivedDoes) {
    EXPECT_EQ(scriptValue(lineOf(R"(script "/bin/x 2 b c")"))->command, (Words{"/bin/x", "2", "b", "c"}));
    EXPECT_EQ(scriptValue(lineOf(R"(script '/bin/x 3 b c')"))->command, (Words{"/bin/x", "3", "b", "c"}));
    EXPECT_EQ(scriptValue(lineOf(R"(script "/bin/x 4 \042x y\042")"))->command, (Words{"/bin/x", "4", "x y"}));
    EXPECT_EQ(scriptValue(lineOf(R"(script "/bin/x 5 \\042x y")"))->command, (Words{"/bin/x", "5", "\"x", "y"}));
    EXPECT_EQ(scriptValue(lineOf(R"(script "/bin/x 6 'x y' \\\\ a'b c'd")"))->command,
              (Words{"/bin/x", "6", "x y", "\\", "ab cd"}));
    EXPECT_EQ(scriptValue(lineOf(R"(script "/bin/x 7 'x \\ y'")"))->command, (Words{"/bin/x", "7", "x  y"}));
    EXPECT_EQ(scriptValue(lineOf(R"(script '/bin/x 9 "x \\\\ y"')"))->command, (Words{"/bin/x", "9", "x \\ y"}));
    EXPECT_EQ(scriptValue(lineOf(R"(script "/bin/x 10 \x41g \\x41g \\\042 \\072")"))->command,
              (Words{"/bin/x", "10", "Ag", "Ag", "\"", ":"}));
    EXPECT_EQ(scriptValue(lineOf(R"(script "/bin/x 11 \042\042 z")"))->command, (Words{"/bin/x", "11", "", "z"}));
}

TEST(ScriptWords, TakeUserAndGroupBehindTheProgram) {
    const auto script = scriptValue(lineOf("notify \"/bin/x a\" nobody nogroup"));
    ASSERT_TRUE(script);
    EXPECT_EQ(script->command, (Words{"/bin/x", "a"}));
    EXPECT_EQ(script->user, "nobody");
    EXPECT_EQ(script->group, "nogroup");
    EXPECT_FALSE(scriptValue(lineOf("notify")));
    EXPECT_FALSE(scriptValue(lineOf("notify \"\"")));
    EXPECT_FALSE(scriptValue(lineOf("notify a b c d")));
    EXPECT_TRUE(hasUnquotedArguments(lineOf("script killall -0 nginx")));
    EXPECT_FALSE(hasUnquotedArguments(lineOf("script \"killall -0 nginx\"")));
}

TEST(ScriptWords, AreRefusedWhenTheirBytesAreNoText) {
    EXPECT_EQ(escapedWords(R"("\303\251")"), (Words{"\xC3\xA9"}));
    EXPECT_TRUE(escapedWords(R"(regex "a\240")").empty());
    EXPECT_FALSE(scriptValue(lineOf(R"(notify "/bin/x \\240")")));
}

TEST(ScriptWords, ComeBackAsTheyWereWritten) {
    EXPECT_TRUE(rc::check("command, text, command", [] {
        // Whole characters: what is not UTF-8 is no text.
        const auto characters = rc::gen::container<Words>(rc::gen::elementOf(Words{
            "a", "b", " ", "3", "\"", "'", "\\", "$", "#", "!", "{", "}", "\n", "\t", "\x7f", "~", "@", "%", "\xc3\xa9"}));
        const auto word = rc::gen::map(characters, [](const Words& parts) {
            std::string out;
            for (const std::string& part : parts)
                out += part;
            return out;
        });
        model::Script script;
        script.command = *rc::gen::nonEmpty(rc::gen::container<Words>(word));
        RC_PRE(!script.command.front().empty());
        script.user = *rc::gen::element<std::string>("", "nobody");
        script.group = script.user.empty() ? "" : *rc::gen::element<std::string>("", "no group");
        const std::string text = scriptText(script);
        // Comments and braces are cut before anything looks at escapes.
        RC_ASSERT(cutComment("notify " + text).code == "notify " + text);
        RC_ASSERT(scriptValue(lineOf("notify " + text)) == script);
    }));
}

} // namespace
} // namespace lvsdeck::formats::keepalived
