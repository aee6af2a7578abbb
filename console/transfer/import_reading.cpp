// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/import_reading.hpp"

#include "common/formats/keepalived/lexer.hpp"
#include "console/transfer/place_index.hpp"
#include "console/transfer/source_files.hpp"

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace lvsdeck::console {

using formats::Format;
using formats::SourceText;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Import)
};

/// Answers as the files on this computer do, or as the request says, remembers what it gave, and gives the same again.
class Includes {
public:
    Includes(ImportReading& reading, const formats::Resolver& others, const std::atomic<bool>& cancelled)
        : m_reading(reading), m_others(others), m_cancelled(cancelled) {}

    formats::Resolver resolver() {
        return [this](const std::string& pattern, const std::string& from) { return resolve(pattern, from); };
    }

private:
    Result<std::vector<SourceText>> resolve(const std::string& pattern, const std::string& from) {
        if (m_cancelled)
            return failure(ErrorCode::Unavailable, "stopped");
        const auto [known, isNew] = m_given.try_emplace({pattern, from});
        if (!isNew)
            return known->second;
        auto found = look(pattern, from);
        if (found) {
            known->second = *found;
            for (const SourceText& source : *found)
                keep(source, from);
        } else {
            m_given.erase(known);
        }
        return found;
    }

    Result<std::vector<SourceText>> look(const std::string& pattern, const std::string& from) {
        if (from.starts_with('/'))
            return fileResolver()(pattern, from);
        if (m_others)
            if (auto found = m_others(pattern, from); found || found.error().code != ErrorCode::NotFound)
                return found;
        return failure(ErrorCode::NotFound,
                       Words::tr("this text is no file of this computer, so what it includes cannot be looked for; add "
                                 "the included text to it")
                           .toStdString());
    }

    void keep(const SourceText& source, const std::string& from) {
        std::string director;
        for (const ImportText& text : m_reading.texts) {
            if (text.file == source.file)
                return;
            if (text.file == from)
                director = text.director;
        }
        m_reading.texts.push_back({std::move(director), source.file, source.text, {}, true});
    }

    ImportReading& m_reading;
    const formats::Resolver& m_others;
    const std::atomic<bool>& m_cancelled;
    std::map<std::pair<std::string, std::string>, std::vector<SourceText>> m_given;
};

Error unclear(const std::string& file) {
    return {ErrorCode::InvalidInput,
            Words::tr("It is not clear what %1 is. Choose its format above, or check that it is a configuration of a load "
                      "balancer.")
                .arg(QString::fromStdString(file))
                .toStdString(),
            file};
}

/// The format of all sources together: the one that was chosen, or what they look like.
Result<Format> formatOf(const ImportRequest& request, ImportReading& out) {
    std::optional<Format> common;
    std::string commonFile;
    for (const SourceText& source : request.sources) {
        out.detected.push_back(formats::detectFormat(source.text));
        const std::optional<Format>& format = out.detected.back();
        if (request.format)
            continue;
        if (!format && request.sources.size() == 1)
            return std::unexpected(unclear(source.file));
        if (format && common && *format != *common)
            return failure(
                ErrorCode::InvalidInput,
                Words::tr("%1 looks like %2 and %3 like %4. Import one kind at a time: remove the others, or choose "
                          "the format above.")
                    .arg(QString::fromStdString(commonFile), QString::fromStdString(formatName(*common)),
                         QString::fromStdString(source.file), QString::fromStdString(formatName(*format)))
                    .toStdString());
        if (format && !common) {
            common = format;
            commonFile = source.file;
        }
    }
    if (request.format)
        return *request.format;
    if (!common)
        return std::unexpected(unclear(request.sources.front().file));
    return *common;
}

std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        out.push_back(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(out.back().size() + 1, text.size()));
    }
    return out;
}

/// Marks of one text, and the last line of the block that begins in each line.
class Marks {
public:
    explicit Marks(ImportText& text, bool comments) : m_text(text) {
        const auto lines = linesOf(text.text);
        m_text.marks.assign(lines.size(), LineMark::None);
        m_ends.resize(lines.size());
        std::vector<std::size_t> open;
        std::size_t statement = 0;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::string_view code = comments ? formats::keepalived::cutComment(lines[i]).code : lines[i];
            m_ends[i] = i;
            if (code.find_first_not_of(" \t\r") == std::string::npos)
                continue;
            m_text.marks[i] = LineMark::Managed;
            // A brace on a line of its own opens the block of the statement above it.
            const std::size_t first = code.find_first_not_of(" \t\r");
            if (code[first] != '{' && code[first] != '}')
                statement = i;
            bool quoted = false;
            for (const char c : code) {
                quoted = quoted != (c == '"');
                if (!quoted && c == '{')
                    open.push_back(statement);
                if (!quoted && c == '}' && !open.empty()) {
                    m_ends[open.back()] = i;
                    open.pop_back();
                }
            }
        }
    }
    void put(std::uint32_t line, LineMark mark, bool wholeBlock) {
        if (line == 0 || line > m_ends.size())
            return;
        const std::size_t last = wholeBlock ? m_ends[line - 1] : line - 1;
        for (std::size_t i = line - 1; i <= last; ++i)
            if (m_text.marks[i] < mark)
                m_text.marks[i] = mark;
    }

private:
    ImportText& m_text;
    std::vector<std::size_t> m_ends;
};

void markLines(ImportReading& out) {
    std::vector<Marks> marks;
    marks.reserve(out.texts.size());
    for (ImportText& text : out.texts)
        marks.emplace_back(text, out.format != Format::Cluster);
    for (const Finding& finding : out.findings) {
        if (!finding.place.known())
            continue;
        Marks& here = marks[static_cast<std::size_t>(finding.place.text)];
        if (finding.kept)
            here.put(finding.place.line, LineMark::Kept, true);
        if (finding.said.severity != model::Severity::Note && !finding.kept)
            here.put(finding.place.line, LineMark::Attention, false);
        if (finding.said.severity == model::Severity::Error)
            here.put(finding.place.line, LineMark::Problem, false);
    }
}

/// The place in another text that a finding names as FILE:LINE.
Place otherPlace(const ImportReading& reading, const formats::Diagnostic& said, int own) {
    for (std::size_t i = 0; i < reading.texts.size(); ++i) {
        const std::string& file = reading.texts[i].file;
        if (static_cast<int>(i) == own || file.empty())
            continue;
        const std::size_t at = said.text.find(file);
        if (at == std::string::npos || (at > 0 && said.text[at - 1] != ' '))
            continue;
        std::uint32_t line = 0;
        std::size_t digit = at + file.size();
        if (digit < said.text.size() && said.text[digit] == ':')
            for (++digit; digit < said.text.size() && said.text[digit] >= '0' && said.text[digit] <= '9' && line < 100000000;
                 ++digit)
                line = line * 10 + static_cast<std::uint32_t>(said.text[digit] - '0');
        return {static_cast<int>(i), line};
    }
    return {};
}

void placeFindings(ImportReading& out, std::vector<formats::Diagnostic> said, const PlaceIndex& places) {
    out.findings.reserve(said.size());
    // What must be decided comes first; the order of the texts stays within.
    for (const model::Severity severity : {model::Severity::Error, model::Severity::Warning, model::Severity::Note})
        for (formats::Diagnostic& one : said) {
            if (one.severity != severity)
                continue;
            Finding finding;
            finding.place = {places.textOf(one.file), one.line};
            // Formats say "kept" of what they keep; the text itself proves it.
            finding.kept = one.text.contains("kept") && places.looksKept(finding.place);
            if (severity == model::Severity::Warning) {
                finding.other = otherPlace(out, one, finding.place.text);
                finding.contradiction = finding.other.known();
            }
            finding.said = std::move(one);
            out.findings.push_back(std::move(finding));
        }
}

} // namespace

std::string formatName(Format format) {
    switch (format) {
    case Format::Cluster: return Words::tr("lvsdeck cluster (JSON)").toStdString();
    case Format::Keepalived: return "keepalived.conf";
    case Format::Ldirectord: return "ldirectord.cf";
    case Format::Piranha: return "Piranha lvs.cf";
    case Format::Ipvsadm: return Words::tr("ipvsadm rules").toStdString();
    }
    return {};
}

ImportReading readImport(const ImportRequest& request, const std::atomic<bool>& cancelled) {
    ImportReading out;
    for (const SourceText& source : request.sources)
        out.texts.push_back({source.director, source.file, source.text, {}, false});
    if (request.sources.empty()) {
        out.error = Error{ErrorCode::InvalidInput, Words::tr("There is nothing to read.").toStdString(), {}};
        return out;
    }
    const auto format = formatOf(request, out);
    if (!format) {
        out.error = format.error();
        return out;
    }
    out.format = *format;
    Includes includes(out, request.includes, cancelled);
    auto read = formats::readAny(*format, request.sources, includes.resolver());
    if (!read) {
        out.error = std::move(read.error());
        return out;
    }
    if (cancelled)
        return out;
    out.cluster = std::move(read->cluster);
    // The reader names directors that were not named.
    for (std::size_t i = 0; i < request.sources.size() && i < out.cluster.directors.size(); ++i)
        if (out.texts[i].director.empty())
            out.texts[i].director = out.cluster.directors[i].id;
    const PlaceIndex places(out, request.sources, includes.resolver());
    if (cancelled)
        return out;
    placeFindings(out, std::move(read->diagnostics), places);
    markLines(out);
    out.understood = understand(out.cluster, places);
    return out;
}

} // namespace lvsdeck::console
