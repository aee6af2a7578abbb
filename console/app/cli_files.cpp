// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/cli_files.hpp"

#include "console/app/cli_options.hpp"
#include "console/cluster/profile.hpp"
#include "console/transfer/source_files.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>

namespace lvsdeck::console {

namespace fs = std::filesystem;
using formats::Diagnostic;
using formats::Format;

Result<std::vector<formats::SourceText>> readSources(const std::vector<std::string>& files) {
    std::vector<formats::SourceText> out;
    for (const std::string& file : files) {
        if (file != "-") {
            auto source = readSource(file);
            if (!source)
                return std::unexpected(source.error());
            out.push_back(std::move(*source));
            continue;
        }
        formats::SourceText source;
        source.file = "standard input";
        source.text.assign(std::istreambuf_iterator<char>(std::cin), {});
        if (auto fits = checkSize(source); !fits)
            return std::unexpected(fits.error());
        out.push_back(std::move(source));
    }
    return out;
}

Result<formats::Imported> importFiles(const std::vector<std::string>& files, const std::string& from) {
    auto sources = readSources(files);
    if (!sources)
        return std::unexpected(sources.error());
    Result<Format> format =
        failure(ErrorCode::InvalidInput, "it is not clear what " + files.front() + " is; say it with --from", files.front());
    if (!from.empty())
        format = formats::formatFromWord(from);
    else if (const auto detected = formats::detectFormat(sources->front().text))
        format = *detected;
    if (!format)
        return std::unexpected(format.error());
    return formats::readAny(*format, *sources, fileResolver());
}

namespace {

/// One file to write: whose, what it is called in a folder, and what is in it.
struct Part {
    std::string director;
    std::string name;
    bool haresources = false;
};

Result<WrittenFile> writeOne(Format format, const model::Cluster& cluster, const Part& part, const ExportRequest& request,
                             const std::string& path) {
    formats::WriteOptions options;
    options.director = part.director;
    options.haresources = part.haresources;
    options.maskPasswords = request.maskPasswords;
    auto target = formats::keepalivedVersion(request.version);
    if (!target)
        return std::unexpected(target.error());
    options.keepalived.target = *target;
    options.keepalived.conditional = request.oneFile;
    auto text = formats::writeAny(format, cluster, options);
    if (!text)
        return std::unexpected(text.error());
    if (path == "-") {
        std::cout << text->text << std::flush;
    } else if (auto ok = cluster::writeWhole(fs::absolute(path), text->text); !ok) {
        return std::unexpected(ok.error());
    }
    return WrittenFile{part.director, path, std::move(text->diagnostics)};
}

std::vector<Part> partsOf(Format format, const model::Cluster& cluster, const ExportRequest& request) {
    std::vector<Part> out;
    if (format == Format::Keepalived && request.director.empty() && !request.oneFile)
        for (const model::Director& one : cluster.directors)
            out.push_back({one.id, exportName(one.id, endingOf(format))});
    if (out.empty() && request.haresources)
        out.push_back({request.director, haresourcesName, true});
    if (out.empty())
        out.push_back({request.director, exportName(request.director, endingOf(format))});
    return out;
}

} // namespace

Result<std::vector<WrittenFile>> exportFiles(const model::Cluster& cluster, const ExportRequest& request) {
    auto format = formats::formatFromWord(request.to);
    if (!format)
        return std::unexpected(format.error());
    if (request.oneFile && *format != Format::Keepalived)
        return failure(ErrorCode::InvalidInput,
                       "only keepalived.conf can be one file for all directors; leave --one-file out");
    if (request.haresources && *format != Format::Ldirectord)
        return failure(ErrorCode::InvalidInput,
                       "haresources belongs to ldirectord; write --to ldirectord with --haresources");
    std::vector<Part> parts = partsOf(*format, cluster, request);
    std::error_code ignored;
    const bool folder = request.output != "-" &&
                        (parts.size() > 1 || request.output.ends_with('/') || fs::is_directory(request.output, ignored));
    if (request.output == "-" && parts.size() > 1)
        return failure(ErrorCode::InvalidInput, "the directors have different files: choose one with --director, give a "
                                                "folder with --output, or write --one-file");
    if (folder && *format == Format::Ldirectord && !request.haresources && !cluster.instances.empty())
        parts.push_back({request.director, haresourcesName, true});
    std::vector<WrittenFile> out;
    for (const Part& part : parts) {
        const std::string path = folder ? (fs::path(request.output) / part.name).string() : request.output;
        auto written = writeOne(*format, cluster, part, request, path);
        if (!written)
            return std::unexpected(written.error());
        out.push_back(std::move(*written));
    }
    return out;
}

void print(const std::vector<Diagnostic>& diagnostics) {
    for (const Diagnostic& diagnostic : diagnostics)
        std::cerr << formats::toText(diagnostic) << "\n";
}

namespace {

bool anyError(const std::vector<Diagnostic>& diagnostics) {
    return std::ranges::any_of(diagnostics, [](const Diagnostic& d) { return d.severity == model::Severity::Error; });
}

int refuse(const Error& error, bool asJson) {
    if (asJson) {
        json::Object out;
        out["ok"] = false;
        out["error"] = error.text;
        out["path"] = error.path;
        std::cout << json::toPretty(out);
    }
    std::cerr << "lvsdeck: " << error.text << "\n";
    return statusOf(ExitStatus::Problems);
}

} // namespace

int runConvert(const ConvertOptions& options) {
    for (const std::string& word : {options.from, options.to})
        if (auto known = formats::formatFromWord(word); !known) {
            std::cerr << "lvsdeck convert: " << known.error().text << "\n";
            return statusOf(ExitStatus::Usage);
        }
    auto imported = importFiles(options.files, options.from);
    if (!imported)
        return refuse(imported.error(), options.json && options.output != "-");
    print(imported->diagnostics);
    auto written = exportFiles(imported->cluster, {options.to, options.director, options.target, options.output,
                                                   options.oneFile, options.haresources, options.maskPasswords});
    if (!written)
        return refuse(written.error(), options.json && options.output != "-");
    std::vector<Diagnostic> all = imported->diagnostics;
    for (const WrittenFile& file : *written) {
        print(file.diagnostics);
        all.insert(all.end(), file.diagnostics.begin(), file.diagnostics.end());
    }
    if (options.json && options.output != "-") {
        json::Object out;
        out["ok"] = !anyError(all);
        json::Array files;
        for (const WrittenFile& file : *written)
            files.emplace_back(file.path);
        out["files"] = std::move(files);
        out["diagnostics"] = json::toJson(all);
        std::cout << json::toPretty(out);
    }
    return statusOf(anyError(all) ? ExitStatus::Problems : ExitStatus::Done);
}

int runCheck(const CheckOptions& options) {
    if (!options.from.empty())
        if (auto known = formats::formatFromWord(options.from); !known) {
            std::cerr << "lvsdeck check: " << known.error().text << "\n";
            return statusOf(ExitStatus::Usage);
        }
    auto imported = importFiles(options.files, options.from);
    if (!imported)
        return refuse(imported.error(), options.json);
    const auto problems = model::validate(imported->cluster);
    const bool bad = anyError(imported->diagnostics) || model::hasErrors(problems);
    if (options.json) {
        json::Object out;
        out["ok"] = !bad;
        out["diagnostics"] = json::toJson(imported->diagnostics);
        out["problems"] = json::toJson(problems);
        std::cout << json::toPretty(out);
    } else {
        print(imported->diagnostics);
        for (const model::Problem& problem : problems)
            std::cout << json::toWord(problem.severity) << ": " << problem.path << ": " << problem.text << "\n";
        if (!bad)
            std::cout << "no errors\n";
    }
    return statusOf(bad ? ExitStatus::Problems : ExitStatus::Done);
}

} // namespace lvsdeck::console
