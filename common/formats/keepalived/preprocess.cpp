// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/preprocess.hpp"

#include "common/formats/keepalived/definitions.hpp"
#include "common/formats/keepalived/line_cuts.hpp"
#include "common/formats/keepalived/loops.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::formats::keepalived {

namespace {

constexpr unsigned maxIncludeDepth = 16;
constexpr unsigned maxExpansionDepth = 16;
constexpr std::size_t maxLineBytes = 64U << 10U;
constexpr std::size_t maxExpandedBytes = 32U << 20U;
constexpr std::size_t maxFiles = 1000;
constexpr unsigned maxRestarts = 64; // in one line, which keepalived limits to 1022 bytes
constexpr std::size_t maxKeepalivedLine = 1022;
constexpr std::size_t maxLines = 1'000'000;
constexpr std::size_t turnBytes = 128; // what a line costs besides its text

class Preprocessor {
public:
    Preprocessor(const Resolver& resolver, Report& report, Lines& out) : m_resolver(resolver), m_report(report), m_out(out) {
        m_definitions.set("_HASH", "#");
        m_definitions.set("_BANG", "!");
    }

    void begin(const SourceText& first, const std::vector<std::string>& configIds) {
        m_directors = configIds;
        // Without -i keepalived takes the host's name up to the first dot.
        m_configId = first.configId.empty() ? first.director.substr(0, first.director.find('.')) : first.configId;
        m_idGuessed = first.configId.empty() && !m_configId.empty();
        if (!m_configId.empty())
            m_definitions.set("_INSTANCE", m_configId);
        const std::string unnamed = first.director.empty() ? "keepalived.conf" : first.director;
        source(first.file.empty() ? unnamed : first.file, first.text, 0);
        if (m_loops)
            keepDefinitions();
    }

private:
    /// In front of all lines: a loop that is kept may use them.
    void keepDefinitions() {
        std::vector<Line> lines;
        for (auto& [line, code] : m_definitionLines) {
            line.code = m_out.store.text(code);
            lines.push_back(line);
        }
        m_out.lines.insert(m_out.lines.begin(), lines.begin(), lines.end());
    }

    void source(const std::string& name, std::string_view text, unsigned depth) {
        const auto file = static_cast<std::uint32_t>(m_out.files.size());
        m_out.files.push_back(name);
        m_bytes += text.size();
        if (m_bytes > maxSourceBytes) {
            m_report.add(Severity::Error, m_out.files, {file, 0, 0}, name,
                         "the file" + std::string(depth > 0 ? ", with those that include it," : "") + " has more than " +
                             std::to_string(maxSourceBytes >> 20U) +
                             " MiB and was not read; keepalived.conf is never that long, give the right file");
            return;
        }
        m_out.lines.reserve(
            std::min(maxLines, m_out.lines.size() + static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1));
        const std::string folder = name.starts_with('/') ? name.substr(0, std::max<std::size_t>(name.rfind('/'), 1)) : "";
        const std::string outer = std::exchange(m_folder, folder);
        setFolder();
        m_stack.push_back(name);
        Cleaning cleaning;
        std::uint32_t number = 0;
        for (std::string_view rest = cleanText(m_out.store.text(text), cleaning, m_out.store); !rest.empty();)
            rawLine(takeLine(rest), {file, ++number, 1}, depth);
        if (m_open)
            m_report.add(Severity::Warning, m_out.files, m_definitionLines.back().line.place, "$" + m_name,
                         "the definition is not ended: its last line ends with a \\; it ends with the file");
        finishDefinition();
        reportCleaning(cleaning, file);
        m_stack.pop_back();
        m_folder = outer;
        setFolder();
    }

    void setFolder() {
        if (!m_folder.empty())
            m_definitions.set("_PWD", m_folder);
    }

    void reportCleaning(const Cleaning& cleaning, std::uint32_t file) {
        const auto say = [&](Severity severity, std::uint32_t line, const Cleaning::Spot& spot, std::string text) {
            if (line != 0)
                m_report.add(severity, m_out.files, {file, line, spot.column}, spot.found, std::move(text));
        };
        say(Severity::Warning, cleaning.byteOrderMark ? 1 : 0, {1, "U+FEFF"},
            "the file begins with a byte order mark, which keepalived takes for a part of the first word; read without it");
        say(Severity::Error, cleaning.nulLine, cleaning.nul,
            "there are NUL bytes in the file; read without them, see whether the line is complete");
        say(Severity::Warning, cleaning.invalidLine, cleaning.invalid,
            "there are bytes that are not UTF-8; they were replaced by U+FFFD");
        say(Severity::Warning, cleaning.blankLine, cleaning.blank,
            "there are " + std::to_string(cleaning.blanks) +
                " no-break or ideographic spaces (as web pages have them), which keepalived takes for letters; read as "
                "blanks");
    }

    void rawLine(std::string_view text, Place place, unsigned depth) {
        std::string_view line = trimmed(text);
        const Shape shape = m_open || line.size() > maxKeepalivedLine ? Shape::Any : shapeOf(line);
        if (shape != Shape::Any) {
            if (!line.empty())
                place.column = static_cast<std::uint32_t>(line.data() - text.data()) + 1;
            push({Line::Kind::Plain, place, line, {}, shape});
            return;
        }
        Line::Kind kind = Line::Kind::Plain;
        for (const auto& [mark, meaning] :
             {std::pair(disabledMark, Line::Kind::Disabled), std::pair(keptMark, Line::Kind::Kept)})
            if (line.starts_with(mark)) {
                line = trimmed(line.substr(mark.size()));
                kind = meaning;
            }
        const bool whole = kind == Line::Kind::Plain;
        const CodeAndComment cut = cutComment(whole ? text : line);
        place.column = cut.column;
        if (cut.openQuote)
            m_report.add(Severity::Warning, m_out.files, place, cut.code,
                         "a quotation mark has no partner in this line; the word ends with the line");
        if (cut.code.size() > maxKeepalivedLine)
            m_report.add(
                Severity::Warning, m_out.files, place, cut.code,
                "the line has more than the 1022 bytes that keepalived 2.2 takes at once, so that it makes two lines of "
                "it; read as one: shorten it");
        m_continues = line.ends_with('\\');
        if (whole && line.starts_with(directorsMark) && m_out.lines.size() < 20) // our file says it in its head
            addDirectors(line.substr(directorsMark.size()));
        if (kind == Line::Kind::Kept && !m_directors.empty() && cut.code.starts_with('@')) {
            Line own{kind, place, cut.code, cut.comment};
            if (condition(own))
                push(std::move(own));
        } else if (kind == Line::Kind::Kept)
            push({kind, place, cut.code, cut.comment});
        else
            codeLine({kind, place, cut.code, cut.comment}, depth, 0);
        m_continues = false;
    }

    void addDirectors(std::string_view names) {
        for (std::size_t begin = 0; (begin = names.find_first_not_of(" \t\r", begin)) != std::string_view::npos;) {
            const std::size_t end = std::min(names.find_first_of(" \t\r", begin), names.size());
            m_directors.emplace_back(names.substr(begin, end - begin));
            begin = end;
        }
    }

    /// keepalived cuts a line at its first brace and begins anew with the rest.
    void codeLine(Line line, unsigned depth, unsigned expansion) {
        if (m_open && insideDefinition(line))
            return;
        for (unsigned again = 0;; ++again) {
            if (special(line, depth, expansion))
                return;
            const std::size_t rest = again < maxRestarts ? restBegin(line.code) : std::string::npos;
            if (rest == std::string::npos)
                break;
            push({line.kind, line.place, line.code.substr(0, rest), {}});
            line.place.column += static_cast<std::uint32_t>(rest);
            line.code.remove_prefix(rest);
        }
        if (line.code.contains('$') && line.code.contains("${_"))
            m_report.add(
                Severity::Warning, m_out.files, line.place, line.code,
                "keepalived puts a value of its own here (a folder, the name of the instance, a random number), which "
                "is not known here; left as it is: write the value instead");
        push(line);
    }

    /// Whether the line was dealt with.
    bool special(Line& line, unsigned depth, unsigned expansion) {
        if (line.code.starts_with('@') && !condition(line))
            return true;
        if (line.code.starts_with('$') && definition(line))
            return true;
        if (isLoop(line.code)) {
            loop(line, depth, expansion);
            return true;
        }
        if (line.code.contains('$') && expand(line, depth, expansion))
            return true;
        return line.code.starts_with("include") && include(line, depth);
    }

    /// The text of a loop may be a loop itself, or the name of a definition that repeats a block.
    void loop(Line line, unsigned depth, unsigned expansion) {
        const std::size_t close = std::min(line.code.find(')'), line.code.size());
        const std::string head = m_definitions.substituted(line.code.substr(0, close), maxLineBytes);
        const auto read = m_budgetReported ? std::nullopt : readLoop(head + std::string(line.code.substr(close)));
        if (!read) {
            m_loops = true;
            m_report.add(Severity::Warning, m_out.files, line.place, line.code,
                         "this loop is not understood (wanted: ~SEQ(name,first,step,last) text with at most " +
                             std::to_string(maxTurns) +
                             " turns, or ~LST(name,value,value) text); kept as it is, not managed: write its lines out");
            line.kind = Line::Kind::Opaque;
            push(line);
            return;
        }
        if (expansion == 0)
            m_report.add(Severity::Note, m_out.files, line.place, line.code,
                         "the loop is written out, " + std::to_string(read->turns.size()) +
                             " times; the export has its lines");
        const std::string_view text = m_out.store.text(read->text);
        for (const Assignments& turn : read->turns) {
            if (!budget(line, expansion, text.size() + turnBytes))
                return;
            for (const auto& [name, value] : turn)
                m_definitions.set(name, value);
            again(line, text, depth, expansion);
        }
    }

    /// False: the line was dealt with, its condition does not hold.
    bool condition(Line& line) {
        const std::size_t blank = std::min(line.code.find_first_of(" \t"), line.code.size());
        const bool negated = line.code.starts_with("@^");
        const std::string_view id = line.code.substr(negated ? 2 : 1, blank - (negated ? 2 : 1));
        if ((id == m_configId) != negated) {
            if (m_idGuessed)
                m_report.add(Severity::Note, m_out.files, line.place, line.code,
                             "no configuration id was given, so the director's name is taken (" + m_configId +
                                 "), as keepalived takes the host's; the line holds");
            line.place.column += static_cast<std::uint32_t>(blank);
            line.code = trimmed(line.code.substr(blank));
            return true;
        }
        // Who else has the text reads it too.
        if (!m_configId.empty() &&
            (negated ? m_directors.size() > 1 : std::ranges::find(m_directors, id) != m_directors.end()))
            return false;
        const std::string other = m_configId.empty() ? std::string("none was given, and keepalived takes the host's name")
                                                     : "here it is " + m_configId;
        const bool braces = hasBrace(line.code);
        m_report.add(braces ? Severity::Warning : Severity::Note, m_out.files, line.place, line.code,
                     "this line is for another configuration id (" + other +
                         (braces ? "); it is kept as a comment: read the file once for each id" : "): kept, not managed"));
        if (braces) {
            const std::string_view between = line.comment.empty() ? "" : " ";
            line.comment = m_out.store.text(((("# " + std::string(line.code)) += between) += line.comment));
            line.code = {};
        } else {
            line.kind = Line::Kind::Opaque;
        }
        push(line);
        return false;
    }

    bool definition(Line& line) {
        const std::string_view name = definedName(line.code);
        if (name.empty())
            return false;
        m_name = name;
        m_value = {};
        m_open = true;
        m_definitionLines.push_back({{Line::Kind::Opaque, line.place, {}, {}}, std::string(line.code)});
        m_report.add(Severity::Note, m_out.files, line.place, line.code,
                     "the definition is put in where it is used; the export has the values");
        addDefinitionLine(line.code.substr(name.size() + 2));
        pushComment(line);
        return true;
    }

    /// False: the definition ends here, and the line is one like others.
    bool insideDefinition(Line& line) {
        const auto warn = [&](std::string_view found, std::string text) {
            m_report.add(Severity::Warning, m_out.files, line.place, found, std::move(text));
        };
        if (line.code.empty() && line.comment.empty()) {
            warn("$" + m_name, "the line above ends with a \\, and then comes an empty line, which ends the definition of " +
                                   m_name + " for keepalived; read so");
            finishDefinition();
            return false;
        }
        if (!line.code.empty()) {
            (m_definitionLines.back().code += '\n') += line.code;
            addDefinitionLine(line.code);
        } else if (!m_continues) {
            warn(line.comment, "this comment stands inside of the definition of " + m_name +
                                   " and does not end with a \\, so that some of keepalived's processes end the definition "
                                   "here; read as if it went on: take the comment out");
        }
        pushComment(line);
        return true;
    }

    void pushComment(const Line& line) {
        if (!line.comment.empty())
            push({Line::Kind::Plain, line.place, {}, line.comment});
    }

    void addDefinitionLine(std::string_view text) {
        const bool more = m_continues || text.ends_with('\\');
        if (text.ends_with('\\'))
            text.remove_suffix(1);
        m_value.emplace_back(trimmed(text));
        if (!more)
            finishDefinition();
    }

    void finishDefinition() {
        if (m_open)
            m_definitions.set(m_name, std::move(m_value));
        m_value.clear();
        m_open = false;
    }

    /// True: the line was dealt with, because definitions were put in.
    bool expand(Line& line, unsigned depth, unsigned expansion) {
        if (m_budgetReported)
            return false;
        Definitions::Expansion out = m_definitions.expand(line.code, maxLineBytes);
        if (!out.unclear.empty())
            m_report.add(Severity::Warning, m_out.files, line.place, line.code,
                         "keepalived puts " + out.unclear +
                             " in only before a blank, a comma, a closing bracket or the end of the line" +
                             (out.unclearTaken ? "; read as if it did: " : ", so it is left as it is here: ") + "write ${" +
                             out.unclear.substr(1) + "}");
        if (!out.changed || !budget(line, expansion, out.tooLong ? maxExpandedBytes + 1 : out.bytes))
            return false;
        again(line, m_out.store.text(out.text), depth, expansion);
        for (const std::string& more : out.more)
            again(line, m_out.store.text(more), depth, expansion);
        return true;
    }

    /// The comment stays with the first of the lines that come of one. The text is in the store.
    void again(Line& line, std::string_view text, unsigned depth, unsigned expansion) {
        const CodeAndComment cut = cutComment(text);
        std::string_view comment = std::exchange(line.comment, {});
        if (!cut.comment.empty()) // made by ${_HASH} and ${_BANG}
            comment = cut.comment;
        codeLine({line.kind, line.place, cut.code, comment}, depth, expansion + 1);
    }

    bool budget(const Line& line, unsigned expansion, std::size_t bytes) {
        m_expanded += bytes;
        if (expansion < maxExpansionDepth && m_expanded <= maxExpandedBytes)
            return true;
        if (!m_budgetReported)
            m_report.add(Severity::Error, m_out.files, line.place, line.code,
                         "the definitions grow without end (do they use each other?); from here they are not put in");
        m_budgetReported = true;
        return false;
    }

    /// True: the line was dealt with.
    bool include(Line& line, unsigned depth) {
        std::vector<Token> words;
        tokenize(line.code, line.place.column, m_out.store, words);
        static constexpr std::string_view variants[] = {"include",  "includer", "includem",
                                                        "includew", "includeb", "includea"};
        if (words.size() != 2 || std::ranges::find(variants, words[0].text) == std::end(variants))
            return false;
        if (words[1].quoted)
            m_report.add(Severity::Warning, m_out.files, line.place, line.code,
                         "keepalived takes the quotation marks for a part of the name and reads nothing; read without them");
        std::string problem = "there is nobody here to open it";
        if (depth >= maxIncludeDepth || m_out.files.size() >= maxFiles) {
            problem = "the files include each other too deeply";
        } else if (m_resolver) {
            const std::string pattern(words[1].text);
            auto texts = m_resolver(pattern, m_out.files[line.place.file]);
            if (texts && !texts->empty()) {
                included(line, *texts, pattern, depth);
                return true;
            }
            problem = texts ? "there is no such file" : texts.error().text;
        }
        notIncluded(line, problem);
        line.kind = Line::Kind::Opaque;
        push(line);
        return true;
    }

    void included(const Line& line, const std::vector<SourceText>& texts, const std::string& pattern, unsigned depth) {
        m_report.add(Severity::Note, m_out.files, line.place, line.code,
                     std::to_string(texts.size()) + " included file(s) were read; the export is one file");
        pushComment(line);
        for (const SourceText& text : texts) {
            const std::string& name = text.file.empty() ? pattern : text.file;
            if (!holds(m_stack, name) && m_out.files.size() < maxFiles) {
                source(name, text.text, depth + 1);
                continue;
            }
            notIncluded(line, holds(m_stack, name) ? "it includes itself: " + name : "there are too many files");
            push({Line::Kind::Opaque, line.place, line.code, {}});
        }
    }

    void notIncluded(const Line& line, const std::string& problem) {
        m_report.add(Severity::Warning, m_out.files, line.place, line.code,
                     "the included file was not read (" + problem +
                         "); the line is kept, not managed: give the included files too");
    }

    void push(const Line& line) {
        if (m_out.lines.size() < maxLines)
            m_out.lines.push_back(line);
        else if (!std::exchange(m_full, true))
            m_report.add(Severity::Error, m_out.files, line.place, line.code,
                         "there are more than " + std::to_string(maxLines) +
                             " lines here, with those that loops and definitions make; nothing is read from this one on");
    }

    static bool holds(const std::vector<std::string>& list, const std::string& name) {
        return std::ranges::find(list, name) != list.end();
    }

    const Resolver& m_resolver;
    Report& m_report;
    Lines& m_out;
    std::string m_configId;
    bool m_idGuessed = false;
    Definitions m_definitions;
    std::vector<std::string> m_directors; ///< of a file for several
    struct DefinitionLine {
        Line line;        ///< without its code
        std::string code; ///< grows with the lines that follow
    };
    std::vector<DefinitionLine> m_definitionLines; ///< kept only when a loop needs them
    std::vector<std::string> m_stack;              ///< the files that include each other, outermost first
    std::string m_folder;                          ///< of the innermost; empty: not known
    bool m_loops = false;
    bool m_open = false;      ///< a definition is
    bool m_continues = false; ///< the line that is read ends with a backslash, perhaps in its comment
    std::string m_name;
    std::vector<std::string> m_value;
    std::size_t m_bytes = 0;
    std::size_t m_expanded = 0;
    bool m_budgetReported = false;
    bool m_full = false;
};

} // namespace

Lines preprocess(const SourceText& source, const Resolver& resolver, Report& report,
                 const std::vector<std::string>& configIds) {
    Lines out;
    Preprocessor(resolver, report, out).begin(source, configIds);
    return out;
}

} // namespace lvsdeck::formats::keepalived
