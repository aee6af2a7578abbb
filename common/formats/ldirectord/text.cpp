// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ldirectord/text.hpp"

#include "common/formats/keepalived/lexer.hpp"

#include <algorithm>

namespace lvsdeck::formats::ldirectord {

namespace {

constexpr std::string_view blanks = " \t\r\f\v";

/// A value may be copied into each of many servers.
constexpr std::size_t mostValueBytes = 1024;

bool isSecret(std::string_view word) { return word == "login" || word == "passwd" || word == "secret"; }

class Splitter {
public:
    explicit Splitter(Report& report) : m_report(report) {}

    void line(std::string_view text, std::uint32_t number) {
        const std::size_t begin = text.find_first_not_of(blanks);
        if (begin == std::string_view::npos) {
            m_afterBlank = true;
            return;
        }
        if (text[begin] == '#')
            return;
        m_line = number;
        begin == 0 ? global(text) : indented(text, begin);
        m_afterBlank = false;
    }

    Text take() { return std::move(m_text); }

private:
    void global(std::string_view text) {
        m_open = false;
        auto setting = assignment(text, 0);
        if (!setting)
            return;
        if (setting->word == "virtual" || setting->word == "virtual6") {
            m_text.virtuals.push_back({std::move(*setting), {}});
            m_open = true;
            return;
        }
        if (const std::size_t comment = setting->value.find(" #"); comment != std::string::npos) {
            setting->value = trimmed(std::string_view(setting->value).substr(0, comment));
            m_report.say(
                Severity::Warning, *setting,
                "ldirectord takes a comment behind a global setting for a part of its value; read without it, put it "
                "on a line of its own");
        }
        m_text.globals.push_back(std::move(*setting));
    }

    void indented(std::string_view text, std::size_t begin) {
        std::size_t width = 0;
        for (const char c : text.substr(0, begin))
            width += c == '\t' ? 4 : 1;
        const std::size_t comment = text.find('#');
        const std::string_view code = text.substr(0, comment);
        const bool insideQuotes = comment != std::string_view::npos && std::ranges::count(code, '"') % 2 != 0;
        auto setting = assignment(code, begin);
        if (!setting)
            return;
        if (!m_open)
            return m_report.say(Severity::Error, *setting,
                                "this line is indented, but there is no virtual service above it; left out: begin it at the "
                                "left margin, or put it below its virtual=");
        if (insideQuotes)
            m_report.say(Severity::Warning, *setting,
                         "ldirectord cuts a line from the first # on, even inside of quotes, and so it was read; write the "
                         "character in another way");
        if (width < 4)
            m_report.say(Severity::Warning, *setting,
                         "ldirectord wants settings of a virtual service indented by at least four blanks or a tab; read as "
                         "one all the same");
        else if (m_afterBlank)
            m_report.say(
                Severity::Warning, *setting,
                "ldirectord ends a virtual service at a blank line and would refuse this one; read as a part of the "
                "service above, remove the blank line");
        m_text.virtuals.back().body.push_back(std::move(*setting));
    }

    std::optional<Setting> assignment(std::string_view text, std::size_t begin) {
        Setting out;
        out.line = m_line;
        out.column = static_cast<std::uint32_t>(begin + 1);
        const std::string_view code = trimmed(text);
        const std::size_t equals = code.find('=');
        out.word = shortened(trimmed(code.substr(0, equals)), 60);
        if (code.size() > mostValueBytes) {
            m_report.say(Severity::Error, m_line, out.column, out.word,
                         "a line with more than 1024 bytes is not a setting; left out, shorten it");
            return std::nullopt;
        }
        if (equals != std::string_view::npos)
            out.value = trimmed(code.substr(equals + 1));
        else if (code == "supervised")
            out.value = "yes";
        else
            m_report.say(Severity::Error, m_line, out.column, code,
                         "a line is a word, = and a value; left out, ldirectord would refuse the file");
        return equals != std::string_view::npos || code == "supervised" ? std::optional(std::move(out)) : std::nullopt;
    }

    Report& m_report;
    Text m_text;
    std::uint32_t m_line = 0;
    bool m_open = false;
    bool m_afterBlank = false;
};

} // namespace

void Report::say(Severity severity, const Setting& about, std::string text) {
    say(severity, about.line, about.column, about.word + "=" + (isSecret(about.word) ? "…" : about.value), std::move(text));
}

void Report::say(Severity severity, std::uint32_t line, std::uint32_t column, std::string_view found, std::string text) {
    m_out->add({severity, m_file, line, column, shortened(found, Findings::mostFound), std::move(text)});
}

std::string_view trimmed(std::string_view text) { return keepalived::trimmed(text); }

std::string quoted(std::string_view text) { return "“" + shortened(text, 60) + "”"; }

std::string_view nextWord(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
    const std::string_view word = rest.substr(0, rest.find_first_of(blanks));
    rest.remove_prefix(word.size());
    return word;
}

std::vector<std::string> sourceLines(const SourceText& source, Report& report) {
    if (source.text.size() > maxSourceBytes) {
        report.say(Severity::Error, 0, 0, {},
                   "the file has more than " + std::to_string(maxSourceBytes >> 20U) +
                       " MiB and was not read; give the right file");
        return {};
    }
    keepalived::Cleaning cleaning;
    std::vector<std::string> lines = keepalived::cleanLines(source.text, cleaning);
    if (const std::uint32_t line = std::max({cleaning.nulLine, cleaning.invalidLine, cleaning.blankLine}); line != 0)
        report.say(
            Severity::Warning, line, 0, {},
            "there are bytes here that no configuration has: NUL was removed, what is not UTF-8 became U+FFFD, and wide "
            "blanks became plain ones; look whether the line means what it should");
    return lines;
}

Text split(const SourceText& source, Report& report) {
    Splitter splitter(report);
    const std::vector<std::string> lines = sourceLines(source, report);
    for (std::size_t i = 0; i < lines.size(); ++i)
        splitter.line(lines[i], static_cast<std::uint32_t>(i + 1));
    return splitter.take();
}

} // namespace lvsdeck::formats::ldirectord
