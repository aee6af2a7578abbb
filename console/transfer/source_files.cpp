// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/source_files.hpp"

#include "console/cluster/profile.hpp"

#include <filesystem>

#include <glob.h>

namespace lvsdeck::console {

namespace fs = std::filesystem;
using formats::Format;

Result<void> checkSize(const formats::SourceText& source) {
    if (source.text.size() > formats::maxSourceBytes)
        return failure(ErrorCode::TooLarge,
                       source.file + " is larger than " + std::to_string(formats::maxSourceBytes >> 20U) + " MiB",
                       source.file);
    return {};
}

Result<formats::SourceText> readSource(const std::string& file) {
    formats::SourceText source;
    source.file = file;
    auto text = cluster::readWhole(file);
    if (!text)
        return std::unexpected(text.error());
    source.text = std::move(*text);
    if (auto fits = checkSize(source); !fits)
        return std::unexpected(fits.error());
    return source;
}

formats::Resolver fileResolver() {
    return [](const std::string& pattern, const std::string& fromFile) -> Result<std::vector<formats::SourceText>> {
        const fs::path whole =
            fs::path(pattern).is_absolute() ? fs::path(pattern) : fs::path(fromFile).parent_path() / pattern;
        glob_t found{};
        std::vector<formats::SourceText> out;
        std::optional<Error> error;
        if (::glob(whole.c_str(), GLOB_MARK | GLOB_BRACE, nullptr, &found) == 0)
            for (std::size_t i = 0; i < found.gl_pathc && !error; ++i)
                if (const std::string name = found.gl_pathv[i]; !name.ends_with('/')) {
                    if (auto source = readSource(name))
                        out.push_back(std::move(*source));
                    else
                        error = std::move(source.error());
                }
        ::globfree(&found);
        if (error)
            return std::unexpected(std::move(*error));
        return out;
    };
}

std::string endingOf(Format format) {
    switch (format) {
    case Format::Cluster: return "cluster.json";
    case Format::Keepalived: return "keepalived.conf";
    case Format::Ldirectord: return "ldirectord.cf";
    case Format::Piranha: return "lvs.cf";
    case Format::Ipvsadm: return "ipvsadm.rules";
    }
    return "txt";
}

std::string exportName(const std::string& director, const std::string& ending) {
    return director.empty() ? ending : director + "." + ending;
}

} // namespace lvsdeck::console
