// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of a text stays short and is text itself, whoever read it and whatever is in it.
#include "common/base/json.hpp"
#include "common/formats/findings.hpp"
#include "common/formats/formats.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvsdeck::formats {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

Imported read(Format format, std::string text) {
    return readAny(format, {{"", "some.conf", std::move(text), ""}}, {}).value();
}

std::string repeated(const std::string& line, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out += line;
    return out;
}

constexpr Format readers[] = {Format::Keepalived, Format::Ldirectord, Format::Piranha, Format::Ipvsadm};

TEST(Findings, EveryReaderListsSoManyAndSaysHowManyMore) {
    constexpr std::size_t lines = Findings::most + 2'345;
    for (const Format format : readers) {
        const Imported in = read(format, repeated("nonsense 1 { }\n", lines));
        ASSERT_GT(in.diagnostics.size(), Findings::most) << json::toWord(format);
        EXPECT_LE(in.diagnostics.size(), 3 * Findings::most) << json::toWord(format);
        const Diagnostic& last = in.diagnostics.back();
        EXPECT_THAT(last.text, HasSubstr("which are not listed")) << json::toWord(format);
        EXPECT_GE(std::stoul(last.found), lines - Findings::most) << json::toWord(format);
    }
}

TEST(Findings, NoReaderCutsACharacterInTwo) {
    // Wherever a text is cut, one of these shifts puts the cut inside of a character of three bytes.
    for (const Format format : readers)
        for (const std::string shift : {"", "x", "xx"}) {
            const std::string word = shift + repeated("負", 100);
            for (const std::string& line :
                 {word, word + " = " + word, "-A -t " + word, "-A -t 192.0.2.1:80 -s " + word,
                  "-A -t 192.0.2.1:80 -b " + word, "-A -t 192.0.2.1:80 -M " + word, "-A -t 192.0.2.1:80 --" + word,
                  "virtual = " + word, "virtual_server 192.0.2.1 80 { lb_algo " + word + " }",
                  "-A -t 192.0.2.1:80\n-a -t 192.0.2.1:80 -r " + word,
                  "-A -t 192.0.2.1:80\n-a -t 192.0.2.1:80 -r 192.0.2.2:80 -i --tun-type " + word})
                for (const Diagnostic& diagnostic : read(format, line + "\n").diagnostics) {
                    const std::string told = toText(diagnostic);
                    EXPECT_TRUE(json::parse(json::toLine(json::Value(told)))) << json::toWord(format) << ": " << told;
                }
        }
}

TEST(Findings, TheSameAtTheSamePlaceCountsOnce) {
    std::vector<Diagnostic> out;
    Findings findings(out);
    const Diagnostic one{Severity::Warning, "a.conf", 3, 1, "word", "is unknown"};
    findings.add(one);
    findings.add(one);
    Diagnostic other = one;
    other.line = 4;
    findings.add(other);
    findings.finish();
    EXPECT_THAT(out, SizeIs(2));
}

} // namespace
} // namespace lvsdeck::formats
