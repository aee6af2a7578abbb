// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/piranha/syntax.hpp"

#include "common/formats/keepalived/lexer.hpp"

#include <algorithm>
#include <optional>
#include <ranges>
#include <utility>

namespace lvsdeck::formats::piranha {

namespace {

constexpr std::size_t maxName = 100; ///< names are repeated in messages

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

BlockKind kindOf(std::string_view word) {
    return word == "virtual"    ? BlockKind::Virtual
           : word == "server"   ? BlockKind::Server
           : word == "failover" ? BlockKind::Failover
                                : BlockKind::Unknown;
}

std::string_view wordOf(BlockKind kind) {
    switch (kind) {
    case BlockKind::Global: return "the file";
    case BlockKind::Virtual: return "virtual";
    case BlockKind::Server: return "server";
    case BlockKind::Failover: return "failover";
    case BlockKind::Unknown: break;
    }
    return "unknown";
}

/// What is told once for a whole file, at its first place.
struct Once {
    bool comment = false;
    bool equals = false;
    bool brace = false;
};

/// One line into words; "=" is a word of its own wherever the first one outside of quotes stands.
class LineWords {
public:
    LineWords(std::string_view line, std::uint32_t number, const Report& report, Once& once)
        : m_line(line), m_number(number), m_report(report), m_once(once) {}

    std::vector<Word> split() {
        while (m_at < m_line.size() && !m_comment)
            if (isBlank(m_line[m_at]))
                ++m_at;
            else
                next();
        return std::move(m_words);
    }

private:
    void say(Severity severity, std::size_t at, std::string text) const {
        m_report.say(severity, m_number, static_cast<std::uint32_t>(at + 1), m_line.substr(at), std::move(text));
    }

    void push(std::size_t begin, std::size_t end, char quote) {
        m_words.push_back({std::string(m_line.substr(begin, end - begin)),
                           static_cast<std::uint32_t>(begin + 1 - (quote == '\0' ? 0U : 1U)), quote});
    }

    void next() {
        const char c = m_line[m_at];
        if (c == '#') {
            m_comment = true;
            if (!m_words.empty() && !std::exchange(m_once.comment, true))
                say(Severity::Note, m_at,
                    "Piranha itself takes a comment only at the beginning of a line and refuses this one; read without it, "
                    "also in the lines below");
            return;
        }
        c == '"' || c == '\'' ? quoted(c) : plain();
    }

    void quoted(char quote) {
        const std::size_t begin = m_at + 1;
        std::size_t end = m_line.find(quote, begin);
        if (end == std::string_view::npos) {
            say(Severity::Warning, m_at,
                "a quotation mark has no partner in this line; the value ends with the line, see whether it is complete");
            end = m_line.size();
            while (end > begin && isBlank(m_line[end - 1]))
                --end;
            m_at = m_line.size();
        } else {
            m_at = end + 1;
        }
        push(begin, end, quote);
    }

    void plain() {
        const std::size_t begin = m_at;
        while (m_at < m_line.size() && !isBlank(m_line[m_at]) && !(m_line[m_at] == '=' && !m_equals))
            ++m_at;
        if (m_at > begin)
            push(begin, m_at, '\0');
        if (m_at == m_line.size() || m_line[m_at] != '=' || m_equals)
            return;
        m_equals = true;
        const bool apart = (m_at == 0 || isBlank(m_line[m_at - 1])) && m_at + 1 < m_line.size() && isBlank(m_line[m_at + 1]);
        if (!apart && m_at + 1 < m_line.size() && !std::exchange(m_once.equals, true))
            say(Severity::Note, begin, "Piranha itself wants blanks around =; read as if they were there");
        push(m_at, m_at + 1, '\0');
        ++m_at;
    }

    std::string_view m_line;
    std::uint32_t m_number;
    const Report& m_report;
    Once& m_once;
    std::vector<Word> m_words;
    std::size_t m_at = 0;
    bool m_equals = false;
    bool m_comment = false;
};

class Parser {
public:
    Parser(const Report& report, Block& root) : m_report(report) { m_open.push_back(&root); }

    void line(std::string_view text, std::uint32_t number) {
        m_line = number;
        std::vector<Word> words = LineWords(text, number, m_report, m_once).split();
        std::size_t at = 0;
        while (at < words.size())
            at = statement(words, at);
    }

    void finish() {
        if (m_pending)
            m_report.say(Severity::Error, *m_pending,
                         "the block " + m_pending->head() + " has no { and nothing in it; left out");
        for (; m_open.size() > 1; m_open.pop_back())
            m_report.say(Severity::Error, *m_open.back(),
                         "the block " + m_open.back()->head() +
                             " is not closed; read as if it ended with the file, see whether the file is complete");
        if (m_foreign > 0)
            m_report.say(Severity::Warning, m_foreignLine, 1, {},
                         "the block that begins here is not closed, and everything behind it was left out with it");
    }

private:
    static bool is(const Word& word, std::string_view text) { return word.quote == '\0' && word.text == text; }

    void say(Severity severity, const Word& word, std::string text) const {
        m_report.say(severity, m_line, word.column, word.text, std::move(text));
    }

    /// One statement of a line from `at` on; where the next one begins.
    std::size_t statement(std::vector<Word>& words, std::size_t at) {
        const Word& first = words[at];
        if (is(first, "{"))
            return openPending(first), at + 1;
        if (is(first, "}"))
            return close(first), at + 1;
        const bool assigns = at + 1 < words.size() && is(words[at + 1], "=");
        const bool head = !assigns && (kindOf(bare(first)) != BlockKind::Unknown || opens(words, at));
        if (m_foreign > 0)
            return skip(words, at);
        settlePending();
        if (head)
            return block(words, at);
        return entry(words, at, assigns);
    }

    static std::string_view bare(const Word& word) {
        std::string_view text = word.text;
        while (text.ends_with('{'))
            text.remove_suffix(1);
        return text;
    }

    static bool opens(const std::vector<Word>& words, std::size_t at) {
        const Word& last = words.back();
        return words.size() > at && last.quote == '\0' && last.text.ends_with('{') && !is(last, "{{");
    }

    /// In a block that is not known: only its braces count.
    std::size_t skip(const std::vector<Word>& words, std::size_t at) {
        for (; at < words.size() && !is(words[at], "}"); ++at)
            m_foreign += words[at].quote == '\0' && words[at].text.ends_with('{') ? 1U : 0U;
        return at;
    }

    void openPending(const Word& brace) {
        if (m_foreign > 0) {
            ++m_foreign;
        } else if (!m_pending) {
            say(Severity::Warning, brace, "a block without a name begins here; left out with all that is in it");
            m_foreign = 1;
            m_foreignLine = m_line;
        } else {
            if (m_pending->line != m_line && !std::exchange(m_once.brace, true))
                say(Severity::Note, brace,
                    "Piranha itself wants { in the line of the block's name; read as if it were there");
            open(std::move(*m_pending));
            m_pending.reset();
        }
    }

    /// A head without a brace: what follows is taken for its contents.
    void settlePending() {
        if (!m_pending)
            return;
        m_report.say(Severity::Warning, *m_pending,
                     "the block " + m_pending->head() + " has no {; read as if it were there");
        open(std::move(*m_pending));
        m_pending.reset();
    }

    void open(Block block) {
        if (block.kind == BlockKind::Unknown) {
            m_foreign = 1;
            m_foreignLine = block.line;
            return;
        }
        std::vector<Block>& siblings = m_open.back()->blocks;
        siblings.push_back(std::move(block));
        m_open.push_back(&siblings.back()); // stays valid: nothing is added beside an open block
    }

    void close(const Word& brace) {
        settlePending(); // may open a block, or begin to leave one out
        if (m_foreign > 0)
            --m_foreign;
        else if (m_open.size() > 1)
            m_open.pop_back();
        else
            say(Severity::Warning, brace, "} closes nothing here; left out");
    }

    /// "virtual NAME {" and what may stand behind it; the block is opened by its brace.
    std::size_t block(std::vector<Word>& words, std::size_t at) {
        Block out;
        out.line = m_line;
        out.column = words[at].column;
        const bool braceAtHead = words[at].text.ends_with('{');
        out.kind = kindOf(bare(words[at]));
        bool brace = braceAtHead;
        std::size_t next = at + 1;
        for (; !brace && next < words.size() && !is(words[next], "}"); ++next) {
            brace = words[next].quote == '\0' && words[next].text.ends_with('{');
            const std::string name = brace ? std::string(bare(words[next])) : words[next].text;
            out.name += (out.name.empty() || name.empty() ? "" : " ") + name;
        }
        if (out.kind == BlockKind::Unknown)
            say(Severity::Warning, words[at],
                "Piranha has no block “" + shortened(bare(words[at]), 60) +
                    "” (only virtual, server and failover); left out with all that is in it");
        else
            named(out);
        brace ? open(std::move(out)) : void(m_pending = std::move(out));
        return next;
    }

    void named(Block& block) {
        if (block.name.size() > maxName) {
            block.name = shortened(block.name, maxName);
            m_report.say(Severity::Warning, block, "the name has more than 100 bytes; read without the rest");
        }
        if (block.name.empty())
            m_report.say(Severity::Warning, block, "this block has no name, and Piranha refuses that; read without one");
        place(block);
    }

    /// Closes what must have been closed before a block of this kind, and finds out whether it may stand here.
    void place(Block& block) {
        const BlockKind parent = block.kind == BlockKind::Server ? BlockKind::Virtual : BlockKind::Global;
        while (m_open.back()->kind != parent && m_open.size() > 1) {
            m_report.say(Severity::Error, *m_open.back(),
                         "the block " + m_open.back()->head() + " is not closed before " + block.head() + " in line " +
                             std::to_string(block.line) + "; read as if it ended there");
            m_open.pop_back();
        }
        if (m_open.back()->kind == parent)
            return;
        m_report.say(Severity::Error, block,
                     "the " + block.head() +
                         " stands outside of a virtual; left out, move it into the virtual that it "
                         "belongs to");
        block.kind = BlockKind::Unknown;
    }

    std::size_t entry(std::vector<Word>& words, std::size_t at, bool assigns) {
        Entry out;
        out.key = words[at].text;
        out.line = m_line;
        out.column = words[at].column;
        std::size_t next = at + (assigns ? 2 : 1);
        for (; next < words.size() && !is(words[next], "}"); ++next)
            out.values.push_back(std::move(words[next]));
        if (assigns && !out.values.empty())
            m_open.back()->entries.push_back(std::move(out));
        else
            m_report.say(Severity::Warning, out,
                         assigns ? "there is no value behind =; the line was left out"
                                 : "this is neither “key = value” nor the head of a block; the line was left out");
        return next;
    }

    const Report& m_report;
    std::vector<Block*> m_open; ///< at most: the file, a virtual, a server
    std::optional<Block> m_pending;
    std::size_t m_foreign = 0; ///< depth inside of a block that is left out
    std::uint32_t m_foreignLine = 0;
    std::uint32_t m_line = 0;
    Once m_once;
};

void tellCleaning(const keepalived::Cleaning& cleaning, const Report& report) {
    if (cleaning.byteOrderMark)
        report.say(Severity::Note, 1, 0, {}, "the file begins with a byte order mark; read without it");
    if (cleaning.nulLine != 0)
        report.say(Severity::Error, cleaning.nulLine, 0, {},
                   "there are NUL bytes in the file; read without them, see whether the line is complete");
    if (cleaning.invalidLine != 0)
        report.say(Severity::Warning, cleaning.invalidLine, 0, {},
                   "there are bytes that are not UTF-8; they were replaced by U+FFFD");
    if (cleaning.blankLine != 0)
        report.say(Severity::Warning, cleaning.blankLine, 0, {},
                   "there are no-break or ideographic spaces (as web pages have them); read as blanks");
}

} // namespace

std::string Entry::text() const {
    std::string out;
    for (const Word& word : values)
        out += (out.empty() ? "" : " ") + word.text;
    return out;
}

std::string Block::head() const {
    return kind == BlockKind::Global ? std::string() : std::string(wordOf(kind)) + (name.empty() ? "" : " ") + name;
}

const Entry* Block::find(std::string_view key) const {
    const auto found = std::ranges::find(entries | std::views::reverse, key, &Entry::key);
    return found == entries.rend() ? nullptr : &*found;
}

void Report::say(Severity severity, std::uint32_t line, std::uint32_t column, std::string_view found,
                 std::string text) const {
    m_out->add({severity, m_file, line, column, shortened(found, Findings::mostFound), std::move(text)});
}

void Report::say(Severity severity, const Entry& entry, std::string text) const {
    say(severity, entry.line, entry.column, entry.key + (entry.values.empty() ? "" : " = ") + entry.text(), std::move(text));
}

void Report::say(Severity severity, const Block& block, std::string text) const {
    say(severity, block.line, block.column, block.head(), std::move(text));
}

Document parse(std::string_view text, const Report& report) {
    Document out;
    if (text.size() > maxSourceBytes) {
        report.say(Severity::Error, 0, 0, {},
                   "the file has more than " + std::to_string(maxSourceBytes >> 20U) +
                       " MiB and was not read; lvs.cf is never that long, give the right file");
        return out;
    }
    out.readable = true;
    keepalived::Cleaning cleaning;
    const std::vector<std::string> lines = keepalived::cleanLines(text, cleaning);
    tellCleaning(cleaning, report);
    Parser parser(report, out.root);
    std::size_t comments = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        comments += keepalived::trimmed(lines[i]).starts_with('#') ? 1U : 0U;
        parser.line(lines[i], static_cast<std::uint32_t>(i + 1));
    }
    parser.finish();
    if (comments > 0)
        report.say(Severity::Note, 0, 0, {},
                   std::to_string(comments) + " comment lines were read; they are not part of a cluster and will not be in "
                                              "an export");
    return out;
}

} // namespace lvsdeck::formats::piranha
