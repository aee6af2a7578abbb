// SPDX-License-Identifier: GPL-3.0-or-later
// The grammar of keepalived.conf as keepalived 2.2.7 itself cuts it: definitions, loops, conditions, includes, comments, braces.
// Each case was tried with `keepalived -t`.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/syntax.hpp"
#include "common/formats/keepalived/writer.hpp"
#include "common/model/diff.hpp"

#include "tests/unit/formats/keepalived_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>

namespace lvsdeck::formats {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Read {
    std::vector<std::string> statements;
    std::vector<Diagnostic> diagnostics;
};

void flatten(const keepalived::Node& node, std::vector<std::string>& out) {
    for (const keepalived::Node& child : node.children) {
        out.push_back(std::string(child.raw) + (child.block ? " {" : ""));
        flatten(child, out);
        if (child.block)
            out.emplace_back("}");
    }
}

Read read(const std::string& text, const std::string& id = "", const Resolver& resolver = {}) {
    Read out;
    keepalived::Report report(out.diagnostics);
    flatten(keepalived::parse(keepalived::preprocess({"", "t.conf", text, id}, resolver, report), report).root,
            out.statements);
    return out;
}

bool says(const std::vector<Diagnostic>& diagnostics, std::uint32_t line, std::string_view text) {
    return std::ranges::any_of(diagnostics, [&](const Diagnostic& d) { return d.line == line && d.text.contains(text); });
}

TEST(KeepalivedGrammar, PutsADefinitionInWhereKeepalivedDoes) {
    const Read in = read("$A=1\na$A\nb${A}y\nc $A, ($A)\nd $A.5\ne \"$A\"\nf $A/24\ng $B\n");
    EXPECT_THAT(in.statements, ElementsAre("a1", "b1y", "c 1, (1)", "d $A.5", "e \"$A\"", "f 1/24", "g $B"));
    EXPECT_TRUE(says(in.diagnostics, 5, "write ${A}"));
    EXPECT_TRUE(says(in.diagnostics, 6, "write ${A}"));
    EXPECT_TRUE(says(in.diagnostics, 7, "read as if it did"));
}

TEST(KeepalivedGrammar, PutsInTheValueThatHoldsAtTheUse) {
    EXPECT_THAT(read("$A=10.${B}\n$B=0\na ${A}.1\n$B=9\na ${A}.1\nglobal_defs { $B=7\n x ${A} }\n").statements,
                ElementsAre("a 10.0.1", "a 10.9.1", "global_defs {", "x 10.7", "}"));
}

TEST(KeepalivedGrammar, EndsADefinitionOfSeveralLinesAsKeepalivedDoes) {
    const Read in = read("$A= \\\n one { \\\n two ${N} # why \\\n \\\n }\n$N=1\n$A\n$N=2\n$A\n$B=x \\\n\ny \\\n");
    EXPECT_THAT(in.statements, ElementsAre("one {", "two 1", "}", "one {", "two 2", "}", "y \\"));
    EXPECT_TRUE(says(in.diagnostics, 11, "an empty line, which ends the definition"));
    EXPECT_TRUE(says(read("$A=x \\\n# c\n y\n$A\n").diagnostics, 2, "take the comment out"));
    EXPECT_TRUE(says(read("$A=x \\\n").diagnostics, 1, "is not ended"));
}

TEST(KeepalivedGrammar, WritesLoopsOut) {
    EXPECT_THAT(read("~SEQ(X,3) a${X}\n~SEQ(Y,2,-1,0) b${Y}\n~SEQx(Z,9,11) c${Z}\n~SEQ (W,-2) d${W}\n").statements,
                ElementsAre("a1", "a2", "a3", "b2", "b1", "b0", "c9", "ca", "cb", "d-1", "d-2"));
    EXPECT_THAT(read("~LST({P,Q},{1,2},{3}) p${P}q${Q}\n~SEQ(N,2) ~LST(M,x,y) n${N}${M}\n").statements,
                ElementsAre("p1q2", "p3q", "n1x", "n1y", "n2x", "n2y"));
    for (const char* wrong : {"~SEQ(X,a) y", "~SEQ(X,1,1,1,1) y", "~SEQ(X,1,2", "~LST(X) y", "~LST({A,B},{1,2,3}) z"}) {
        const Read in = read(wrong);
        EXPECT_THAT(in.statements, ElementsAre(wrong));
        EXPECT_TRUE(says(in.diagnostics, 1, "is not understood")) << wrong;
    }
}

TEST(KeepalivedGrammar, DecidesConditionsByTheIdOrTheDirectorsName) {
    const std::string text = "@lb1 a\n@^lb1 b\n@ c\n@lb1 d { @^lb1 e\n @lb1 f\n }\n";
    EXPECT_THAT(read(text, "lb1").statements, ElementsAre("a", "@^lb1 b", "@ c", "d {", "@^lb1 e", "f", "}"));
    const Imported named = readKeepalived({{"lb1.example.org", "x", "@lb1 global_defs {\n@lb1 router_id R\n@lb1 }\n", ""}});
    EXPECT_EQ(named.cluster.directors[0].routerId, "R");
    EXPECT_TRUE(says(named.diagnostics, 2, "the director's name is taken"));
    const Imported other = readKeepalived({{"lb2", "x", "@lb1 global_defs {\n@lb1 router_id R\n@lb1 }\n", ""}});
    std::string kept;
    for (const model::Passthrough& entry : other.cluster.passthrough)
        kept += entry.text + "\n";
    EXPECT_EQ(kept, "# @lb1 }\n# @lb1 global_defs {\n@lb1 router_id R\n") << "what has a brace is a comment";
}

TEST(KeepalivedGrammar, LooksForItsWordsBehindBracesToo) {
    const Resolver resolver = [](const std::string& name, const std::string&) -> Result<std::vector<SourceText>> {
        return std::vector<SourceText>{{"", name, "inner\n", ""}};
    };
    EXPECT_THAT(read("a { include x.conf\n}\nb { ~SEQ(I,2) c${I}\n} d{e}f{\n}\n", "", resolver).statements,
                ElementsAre("a {", "inner", "}", "b {", "c1", "c2", "}", "d {", "e", "}", "f {", "}"));
}

/// Lines that need no closer look take a short way; a comment behind them makes them take the long one.
RC_GTEST_PROP(KeepalivedGrammar, ReadsPlainLinesAsItReadsOthers, ()) {
    const auto piece = rc::gen::element<std::string>("real_server", "a", "-1:2/3", " ", "\t", "{", "}", "{}", "include",
                                                     "\"", "$A", "@id", "~SEQ(B,2)", "=", "\r");
    const auto lines = *rc::gen::container<std::vector<std::string>>(
        rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const std::vector<std::string>& pieces) {
            return std::accumulate(pieces.begin(), pieces.end(), std::string());
        }));
    std::string plain;
    std::string commented;
    for (const std::string& line : lines) {
        plain += line + "\n";
        commented += line + (std::ranges::count(line, '"') % 2 == 0 ? " #x\n" : "\n");
    }
    RC_ASSERT(read(plain, "id").statements == read(commented, "id").statements);
}

TEST(KeepalivedGrammar, TellsAboutIncludesThatReadNothing) {
    const Resolver resolver = [](const std::string& name, const std::string&) -> Result<std::vector<SourceText>> {
        if (name == "none*.conf")
            return std::vector<SourceText>{};
        return std::vector<SourceText>{{"", name, "include " + name + "\n", ""}};
    };
    const Read none = read("include none*.conf\n", "", resolver);
    EXPECT_THAT(none.statements, ElementsAre("include none*.conf"));
    EXPECT_TRUE(says(none.diagnostics, 1, "there is no such file"));
    const Read loop = read("include \"l.conf\"\n", "", resolver);
    EXPECT_THAT(loop.statements, ElementsAre("include l.conf"));
    EXPECT_TRUE(says(loop.diagnostics, 1, "takes the quotation marks for a part"));
    EXPECT_TRUE(says(loop.diagnostics, 1, "includes itself"));
}

TEST(KeepalivedGrammar, TellsWhatKeepalivedMakesOfTheLine) {
    const std::string text =
        "virtual_server 10.0.0.1 80 dev eth0 {\n delay_loop 6 seconds\n protocol TCP\n mystery { a 1 }\n"
        " real_server 10.0.0.2 80 { weight 2 }\n}\n"
        "vrrp_instance A {\n interface e\n virtual_router_id 1\n authentication {\n auth_pass x\n }\n}\n";
    const Imported in = readKeepalived({{"lb1", "x", text, ""}});
    ASSERT_EQ(in.cluster.services.size(), 1U);
    EXPECT_TRUE(says(in.diagnostics, 1, "“dev eth0” means nothing"));
    EXPECT_TRUE(says(in.diagnostics, 2, "“seconds” means nothing"));
    EXPECT_TRUE(says(in.diagnostics, 4, "takes the closing brace for the end of that"));
    EXPECT_TRUE(says(in.diagnostics, 10, "keepalived sends no password"));
    EXPECT_TRUE(in.cluster.instances.at(0).password.empty());
}

TEST(KeepalivedComments, StayWithTheirBlock) {
    const std::string text =
        "! the file\n\n# the web\nvirtual_server 10.0.0.1 80 { # here\n delay_loop 6 # often\n protocol TCP\n"
        " # the old one\n real_server 10.0.0.2 80 {\n  TCP_CHECK {\n   # patience\n   connect_timeout 9\n  }\n"
        " }\n # at the end\n}\n";
    const SourceText source{"lb1", "x", text, ""};
    const Imported in = readKeepalived({source});
    const auto& kept = in.cluster.passthrough;
    const auto at = [&](const std::string& place) {
        const auto found = std::ranges::find(kept, place, &model::Passthrough::place);
        return found == kept.end() ? std::string() : found->text;
    };
    EXPECT_EQ(at(""), "! the file");
    EXPECT_EQ(at("virtual_server tcp 10.0.0.1:80"), "# the web\n# here\n# delay_loop: often\n# at the end");
    EXPECT_EQ(at("virtual_server tcp 10.0.0.1:80/real_server 10.0.0.2:80"), "# the old one");
    EXPECT_EQ(at("virtual_server tcp 10.0.0.1:80/real_server 10.0.0.2:80/check 0"), "# patience");
    const std::string once = writeKeepalived(in.cluster, "lb1").value().text;
    const Imported back = readKeepalived({{"lb1", "x", once, ""}});
    EXPECT_TRUE(model::diff(in.cluster, back.cluster).empty());
    EXPECT_EQ(writeKeepalived(back.cluster, "lb1").value().text, once);
    EXPECT_THAT(once, HasSubstr("# patience\n"));
}

TEST(KeepalivedSamples, LoseNoLineAndTellThePlaceOfEachFinding) {
    std::size_t findings = 0;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(LVSDECK_CORPUS) + "/keepalived")) {
        std::ifstream file(entry.path(), std::ios::binary);
        std::stringstream text;
        text << file.rdbuf();
        const std::string name = entry.path().filename();
        const Imported in = readKeepalived({{"lb1", name, text.str(), ""}, {"lb2", "two.conf", "global_defs { x }\n", ""}});
        for (const Diagnostic& d : in.diagnostics) {
            ++findings;
            EXPECT_FALSE(d.file.empty() || d.text.empty()) << toText(d);
            EXPECT_FALSE(d.found.empty()) << toText(d);
            EXPECT_EQ(d.line == 0, d.column == 0) << toText(d) << "\na place in a line, or the whole file";
        }
        for (const std::string& lost : testing::lostLines({"lb1", name, text.str(), ""}))
            ADD_FAILURE() << name << ": " << lost;
    }
    EXPECT_GT(findings, 20U);
}

} // namespace
} // namespace lvsdeck::formats
