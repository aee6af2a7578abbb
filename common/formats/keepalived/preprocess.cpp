// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/preprocess.hpp"

#include "common/formats/keepalived/loops.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

constexpr unsigned maxIncludeDepth = 16;
constexpr unsigned maxExpansionDepth = 16;
constexpr std::size_t maxLineBytes = 64U << 10U;
constexpr std::size_t maxExpandedBytes = 4 * maxSourceBytes;
constexpr std::size_t maxFiles = 1000;
constexpr std::size_t turnBytes = 128; // what a line costs besides its text

bool isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// `$NAME` or `${NAME}` at the front of `text`.
struct Use {
    std::string_view name;
    std::size_t length = 0; ///< 0: no use
};

Use useAt(std::string_view text) {
    const bool braced = text.size() > 1 && text[1] == '{';
    std::size_t i = braced ? 2 : 1;
    const std::size_t begin = i;
    while (i < text.size() && isNameCharacter(text[i]))
        ++i;
    if (i == begin || (text[begin] >= '0' && text[begin] <= '9') || (braced && (i == text.size() || text[i] != '}')))
        return {};
    return {text.substr(begin, i - begin), braced ? i + 1 : i};
}

class Preprocessor {
public:
    Preprocessor(const Resolver& resolver, Report& report, Lines& out)
        : m_resolver(resolver), m_report(report), m_out(out) {}

    void source(const SourceText& source, unsigned depth) {
        const auto file = static_cast<std::uint32_t>(m_out.files.size());
        m_out.files.push_back(source.file);
        if (source.text.size() > maxSourceBytes) {
            m_report.add(Severity::Error, m_out.files, {file, 0, 0}, {},
                         "the file has more than 4 MiB and was not read; keepalived.conf is never that long, "
                         "give the right file");
            return;
        }
        Cleaning cleaning;
        const std::vector<std::string> lines = cleanLines(source.text, cleaning);
        reportCleaning(cleaning, file);
        for (std::size_t i = 0; i < lines.size(); ++i)
            rawLine(lines[i], {file, static_cast<std::uint32_t>(i + 1), 1}, depth);
        finishDefinition();
    }

    void begin(const SourceText& first, const std::vector<std::string>& configIds) {
        m_configId = first.configId;
        m_directors = configIds;
        source(first, 0);
        if (m_loops)
            m_out.lines.insert(m_out.lines.begin(), m_definitionLines.begin(), m_definitionLines.end());
    }

private:
    struct Definition {
        std::vector<std::string> lines;
    };

    void reportCleaning(const Cleaning& cleaning, std::uint32_t file) {
        const auto say = [&](Severity severity, std::uint32_t line, std::string text) {
            m_report.add(severity, m_out.files, {file, line, 0}, {}, std::move(text));
        };
        if (cleaning.byteOrderMark)
            say(Severity::Warning, 1,
                "the file begins with a byte order mark, which keepalived takes for a part of the first "
                "word; read without it");
        if (cleaning.nulLine)
            say(Severity::Error, cleaning.nulLine,
                "there are NUL bytes in the file; read without them, see whether the line is complete");
        if (cleaning.invalidLine)
            say(Severity::Warning, cleaning.invalidLine, "there are bytes that are not UTF-8; they were replaced by U+FFFD");
        if (cleaning.blankLine)
            say(Severity::Warning, cleaning.blankLine,
                "there are " + std::to_string(cleaning.blanks) +
                    " no-break or ideographic spaces (as web pages have them), which keepalived takes for "
                    "letters; read as blanks");
    }

    void rawLine(const std::string& text, Place place, unsigned depth) {
        std::string_view line = trimmed(text);
        Line::Kind kind = Line::Kind::Plain;
        for (const auto& [mark, meaning] :
             {std::pair(disabledMark, Line::Kind::Disabled), std::pair(keptMark, Line::Kind::Kept)})
            if (line.starts_with(mark)) {
                line = trimmed(line.substr(mark.size()));
                kind = meaning;
            }
        const bool whole = kind == Line::Kind::Plain;
        CodeAndComment cut = cutComment(whole ? std::string_view(text) : line);
        place.column = cut.column;
        if (cut.openQuote)
            m_report.add(Severity::Warning, m_out.files, place, cut.code,
                         "a quotation mark has no partner in this line; the word ends with the line");
        if (whole && line.starts_with(directorsMark) && m_out.lines.size() < 20) // our file says it in its head
            for (Token& word : tokenize(line.substr(directorsMark.size()), 1))
                m_directors.push_back(std::move(word.text));
        if (kind == Line::Kind::Kept && !m_directors.empty() && cut.code.starts_with('@')) {
            Line own{kind, place, std::move(cut.code), std::move(cut.comment)};
            if (condition(own))
                push(std::move(own));
        } else if (kind == Line::Kind::Kept)
            push({kind, place, std::move(cut.code), std::move(cut.comment)});
        else
            codeLine({kind, place, std::move(cut.code), std::move(cut.comment)}, depth, 0);
    }

    void codeLine(Line line, unsigned depth, unsigned expansion) {
        if (m_open) {
            if (!line.code.empty()) // a comment or a blank line in the middle does not end it
                continueDefinition(line);
            return;
        }
        if (line.code.starts_with('@') && !condition(line))
            return;
        if (line.code.starts_with('$') && definition(line))
            return;
        if (isLoop(line.code)) {
            loop(std::move(line), depth, expansion);
            return;
        }
        if (line.code.contains('$') && expand(line, depth, expansion))
            return;
        if (line.code.starts_with("include") && include(line, depth))
            return;
        if (line.code.contains("${_"))
            m_report.add(
                Severity::Warning, m_out.files, line.place, line.code,
                "keepalived puts a value of its own here (a folder, the name of the instance, a random number), which "
                "is not known here; read as it is written: write the value instead");
        push(std::move(line));
    }

    /// The text of a loop may be a loop itself, or the name of a definition that repeats a block.
    void loop(Line line, unsigned depth, unsigned expansion) {
        const std::size_t close = std::min(line.code.find(')'), line.code.size());
        const std::string head = substituted(std::string_view(line.code).substr(0, close));
        const auto read = readLoop(head + line.code.substr(close));
        if (!read) {
            m_loops = true;
            m_report.add(Severity::Warning, m_out.files, line.place, line.code,
                         "this loop is not understood (wanted: ~SEQ(name,first,step,last) text with at most " +
                             std::to_string(maxTurns) +
                             " turns, or ~LST(name,value,value) text); kept as it is, not managed: write its lines out");
            line.kind = Line::Kind::Opaque;
            push(std::move(line));
            return;
        }
        if (expansion == 0)
            m_report.add(Severity::Note, m_out.files, line.place, line.code,
                         "the loop is written out, " + std::to_string(read->turns.size()) +
                             " times; the export has its lines");
        for (const Assignments& turn : read->turns) {
            if (!budget(line, expansion, read->text.size() + turnBytes))
                return;
            for (const auto& [name, value] : turn)
                m_definitions[name] = {{value}};
            again(line, read->text, depth, expansion);
        }
    }

    /// One-line definitions put in, once: for the bounds of a loop.
    std::string substituted(std::string_view text) const {
        std::string out;
        while (!text.empty()) {
            const Use use = text.front() == '$' ? useAt(text) : Use{};
            const auto found = use.length ? m_definitions.find(std::string(use.name)) : m_definitions.end();
            if (found != m_definitions.end() && found->second.lines.size() == 1 && out.size() < maxLineBytes) {
                out += found->second.lines.front();
                text.remove_prefix(use.length);
            } else {
                out += text.front();
                text.remove_prefix(1);
            }
        }
        return out;
    }

    /// False: the line was dealt with, its condition does not hold.
    bool condition(Line& line) {
        const std::size_t blank = std::min(line.code.find_first_of(" \t"), line.code.size());
        const bool negated = line.code.starts_with("@^");
        const std::string id = line.code.substr(negated ? 2 : 1, blank - (negated ? 2 : 1));
        if ((id == m_configId) != negated) {
            line.code = trimmed(std::string_view(line.code).substr(blank));
            return true;
        }
        // Who else has the text reads it too.
        if (!m_configId.empty() &&
            (negated ? m_directors.size() > 1 : std::ranges::find(m_directors, id) != m_directors.end()))
            return false;
        const std::string other = m_configId.empty() ? std::string("none was given") : "here it is " + m_configId;
        if (line.code.find_first_of("{}") != std::string::npos) {
            m_report.add(Severity::Warning, m_out.files, line.place, line.code,
                         "this line is for another configuration id (" + other +
                             ") and was left out; read the file once for each id");
        } else {
            m_report.add(Severity::Note, m_out.files, line.place, line.code,
                         "this line is for another configuration id (" + other + "): kept, not managed");
            line.kind = Line::Kind::Opaque;
            push(std::move(line));
        }
        return false;
    }

    bool definition(const Line& line) {
        const std::size_t equals = line.code.find('=');
        if (equals == std::string::npos || equals < 2 || (line.code[1] >= '0' && line.code[1] <= '9') ||
            !std::all_of(line.code.begin() + 1, line.code.begin() + static_cast<std::ptrdiff_t>(equals), isNameCharacter))
            return false;
        m_name = line.code.substr(1, equals - 1);
        m_value = {};
        m_open = true;
        m_definitionLines.push_back({Line::Kind::Opaque, line.place, line.code, {}});
        m_report.add(Severity::Note, m_out.files, line.place, line.code,
                     "the definition is put in where it is used; the export has the values");
        addDefinitionLine(std::string_view(line.code).substr(equals + 1));
        return true;
    }

    void continueDefinition(const Line& line) {
        m_definitionLines.back().code += "\n" + line.code;
        addDefinitionLine(line.code);
    }

    void addDefinitionLine(std::string_view text) {
        const bool more = text.ends_with('\\');
        if (more)
            text.remove_suffix(1);
        m_value.lines.emplace_back(trimmed(text));
        if (!more)
            finishDefinition();
    }

    void finishDefinition() {
        if (m_open) {
            std::erase(m_value.lines, std::string());
            if (m_value.lines.empty())
                m_value.lines.emplace_back();
            m_definitions[m_name] = std::move(m_value);
        }
        m_open = false;
    }

    /// True: the line was dealt with, because it became several.
    bool expand(Line& line, unsigned depth, unsigned expansion) {
        std::string out;
        bool changed = false;
        std::string_view rest = line.code;
        while (!rest.empty()) {
            const std::size_t dollar = std::min(rest.find('$'), rest.size());
            out += rest.substr(0, dollar);
            rest.remove_prefix(dollar);
            if (rest.empty())
                break;
            const Use use = useAt(rest);
            const auto found = use.length ? m_definitions.find(std::string(use.name)) : m_definitions.end();
            const std::string_view after = rest.substr(use.length);
            if (found == m_definitions.end() || (found->second.lines.size() > 1 && !trimmed(after).empty())) {
                const std::size_t skip = std::max<std::size_t>(use.length, 1);
                out += rest.substr(0, skip);
                rest.remove_prefix(skip);
                continue;
            }
            if (!budget(line, expansion, out.size() + found->second.lines.front().size()))
                return false;
            changed = true;
            if (found->second.lines.size() > 1) {
                const std::vector<std::string> lines = found->second.lines; // a line of it may redefine the name
                again(line, out + lines.front(), depth, expansion);
                for (std::size_t i = 1; i < lines.size(); ++i)
                    again(line, lines[i], depth, expansion);
                return true;
            }
            out += found->second.lines.front();
            rest = after;
        }
        if (!changed)
            return false;
        again(line, out, depth, expansion);
        return true;
    }

    void again(const Line& line, std::string_view text, unsigned depth, unsigned expansion) {
        CodeAndComment cut = cutComment(text);
        codeLine({line.kind, line.place, std::move(cut.code), line.comment}, depth, expansion + 1);
    }

    bool budget(const Line& line, unsigned expansion, std::size_t bytes) {
        m_expanded += bytes;
        if (expansion < maxExpansionDepth && bytes <= maxLineBytes && m_expanded <= maxExpandedBytes)
            return true;
        if (!m_budgetReported)
            m_report.add(Severity::Error, m_out.files, line.place, line.code.substr(0, 80),
                         "the definitions grow without end (do they use each other?); from here they are not put in");
        m_budgetReported = true;
        return false;
    }

    /// True: the line was dealt with.
    bool include(Line& line, unsigned depth) {
        const std::vector<Token> words = tokenize(line.code, line.place.column);
        static constexpr std::string_view variants[] = {"include",  "includer", "includem",
                                                        "includew", "includeb", "includea"};
        if (words.size() != 2 || std::ranges::find(variants, words[0].text) == std::end(variants))
            return false;
        std::string problem = "there is nobody here to open it";
        if (depth >= maxIncludeDepth || m_out.files.size() >= maxFiles) {
            problem = "the files include each other too deeply";
        } else if (m_resolver) {
            auto texts = m_resolver(words[1].text, m_out.files[line.place.file]);
            if (texts) {
                m_report.add(Severity::Note, m_out.files, line.place, line.code,
                             std::to_string(texts->size()) + " included file(s) were read; the export is one file");
                for (const SourceText& text : *texts)
                    source(text, depth + 1);
                return true;
            }
            problem = texts.error().text;
        }
        m_report.add(Severity::Warning, m_out.files, line.place, line.code,
                     "the included file was not read (" + problem +
                         "); the line is kept, not managed: give the included files too");
        line.kind = Line::Kind::Opaque;
        push(std::move(line));
        return true;
    }

    void push(Line line) {
        if (m_out.lines.size() < maxSourceBytes)
            m_out.lines.push_back(std::move(line));
    }

    const Resolver& m_resolver;
    Report& m_report;
    Lines& m_out;
    std::string m_configId;
    std::vector<std::string> m_directors;                                                    ///< of a file for several
    std::map<std::string, Definition> m_definitions{{"_HASH", {{"#"}}}, {"_BANG", {{"!"}}}}; ///< keepalived's own first
    std::vector<Line> m_definitionLines; ///< kept only when a loop needs them
    bool m_loops = false;
    bool m_open = false;
    std::string m_name;
    Definition m_value;
    std::size_t m_expanded = 0;
    bool m_budgetReported = false;
};

} // namespace

void Report::add(Severity severity, const std::vector<std::string>& files, Place place, std::string_view found,
                 std::string text) {
    m_out.push_back({severity, place.file < files.size() ? files[place.file] : std::string(), place.line, place.column,
                     std::string(found.substr(0, 200)), std::move(text)});
}

Lines preprocess(const SourceText& source, const Resolver& resolver, Report& report,
                 const std::vector<std::string>& configIds) {
    Lines out;
    Preprocessor(resolver, report, out).begin(source, configIds);
    return out;
}

} // namespace lvsdeck::formats::keepalived
