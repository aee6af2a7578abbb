// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/adopt_import.hpp"

#include "common/formats/formats.hpp"

#include <algorithm>

namespace lvsdeck::cluster {

namespace {

std::string named(const std::string& director, const std::string& path) { return director + ":" + path; }

bool isOneOf(const std::vector<ScannedDirector>& scanned, const std::string& file) {
    return std::ranges::any_of(scanned, [&](const ScannedDirector& one) {
        return std::ranges::any_of(one.scan.files,
                                   [&](const rpc::AdoptFile& f) { return named(one.director.id, f.path) == file; });
    });
}

} // namespace

Result<std::vector<formats::SourceText>> sourcesOf(const std::vector<ScannedDirector>& scanned) {
    std::vector<formats::SourceText> out;
    for (const ScannedDirector& one : scanned) {
        if (one.scan.files.empty())
            return failure(ErrorCode::NotFound, one.director.id + ": there is no configuration of keepalived");
        const rpc::AdoptFile& main = one.scan.files.front();
        if (!main.problem.empty())
            return failure(ErrorCode::Io, one.director.id + ": " + main.path + " cannot be read: " + main.problem,
                           main.path);
        out.push_back({one.director.id, named(one.director.id, main.path), main.text, one.scan.configId});
    }
    return out;
}

formats::Resolver resolverOf(const std::vector<ScannedDirector>& scanned) {
    return [scanned](const std::string& pattern, const std::string& from) -> Result<std::vector<formats::SourceText>> {
        std::vector<formats::SourceText> out;
        if (!isOneOf(scanned, from))
            return failure(ErrorCode::NotFound, from + " was not read from a director");
        for (const ScannedDirector& one : scanned)
            for (const rpc::AdoptInclude& include : one.scan.includes) {
                if (include.pattern != pattern || named(one.director.id, include.from) != from)
                    continue;
                for (const std::string& path : include.paths) {
                    const auto file = std::ranges::find(one.scan.files, path, &rpc::AdoptFile::path);
                    if (file == one.scan.files.end() || !file->problem.empty())
                        return failure(ErrorCode::Io,
                                       one.director.id + ": " + path + " cannot be read" +
                                           (file == one.scan.files.end() ? std::string() : ": " + file->problem),
                                       path);
                    out.push_back({one.director.id, named(one.director.id, path), file->text, one.scan.configId});
                }
                return out;
            }
        return out;
    };
}

Result<formats::Imported> importScanned(const std::vector<ScannedDirector>& scanned, const std::string& name) {
    const auto sources = sourcesOf(scanned);
    if (!sources)
        return std::unexpected(sources.error());
    auto imported = formats::readAny(formats::Format::Keepalived, *sources, resolverOf(scanned));
    if (!imported)
        return imported;
    if (!name.empty())
        imported->cluster.name = name;
    for (model::Director& director : imported->cluster.directors)
        if (const auto one = std::ranges::find(scanned, director.id, [](const auto& s) { return s.director.id; });
            one != scanned.end()) {
            director.address = one->director.address;
            director.sshPort = one->director.sshPort;
            director.sshUser = one->director.sshUser;
        }
    return imported;
}

} // namespace lvsdeck::cluster
