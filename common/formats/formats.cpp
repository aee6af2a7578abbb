// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/formats.hpp"

#include "common/base/json.hpp"
#include "common/formats/ipvsadm/listing.hpp"
#include "common/formats/ipvsadm/reader.hpp"
#include "common/formats/keepalived/reader.hpp"

#include <algorithm>

namespace lvsdeck::formats {

namespace {

std::unexpected<Error> notYet(Format format) {
    return failure(ErrorCode::Unsupported,
                   "this version of lvsdeck does not read or write " + json::toWord(format) +
                       " files; convert them to keepalived.conf by hand, or wait for a later version");
}

std::string_view firstCodeLine(std::string_view& rest) {
    while (!rest.empty()) {
        std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const std::size_t begin = line.find_first_not_of(" \t\r");
        if (begin != std::string_view::npos && line[begin] != '#' && line[begin] != '!')
            return line.substr(begin);
    }
    return {};
}

Result<Imported> readCluster(const SourceText& source) {
    auto cluster = model::parseCluster(source.text);
    if (!cluster) {
        Error error = std::move(cluster.error());
        error.path = source.file + (source.file.empty() || error.path.empty() ? "" : ": ") + error.path;
        return std::unexpected(std::move(error));
    }
    return Imported{std::move(*cluster), {}};
}

Result<Exported> writeForDirector(const model::Cluster& cluster, const WriteOptions& options) {
    if (options.keepalived.conditional)
        return writeKeepalived(cluster, options.director, options.keepalived);
    if (options.director.empty() && cluster.directors.size() != 1)
        return failure(ErrorCode::InvalidInput,
                       "keepalived.conf is written for one director, and the cluster has " +
                           std::to_string(cluster.directors.size()) + "; say which one, or ask for one file for all",
                       "directors");
    return writeKeepalived(cluster, options.director.empty() ? cluster.directors.front().id : options.director,
                           options.keepalived);
}

} // namespace

Result<Format> formatFromWord(std::string_view word) {
    if (const auto format = json::fromWord<Format>(word))
        return *format;
    return failure(ErrorCode::InvalidInput,
                   "“" + std::string(word.substr(0, 40)) +
                       "” is not a format; choose cluster, keepalived, ldirectord, piranha or ipvsadm");
}

std::optional<Format> detectFormat(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    std::string_view rest = text;
    for (int lines = 0; lines < 200; ++lines) {
        const std::string_view line = firstCodeLine(rest);
        if (line.empty())
            break;
        const std::string_view word = line.substr(0, line.find_first_of(" \t={"));
        if (line.starts_with('{') && lines == 0)
            return Format::Cluster;
        if (line.starts_with("-A ") || line.starts_with("-a ") || line.starts_with("--add-ser") || word == "ipvsadm")
            return Format::Ipvsadm;
        if (word == "global_defs" || word == "vrrp_instance" || word == "virtual_server" || word == "vrrp_sync_group" ||
            word == "vrrp_script" || word == "virtual_server_group")
            return Format::Keepalived;
        if (word == "serial_no" || word == "primary" || word == "heartbeat_port" ||
            (word == "virtual" && line.contains('{')))
            return Format::Piranha;
        if ((word == "virtual" || word == "virtual6" || word == "checktimeout" || word == "checkinterval" ||
             word == "quiescent") &&
            line.contains('='))
            return Format::Ldirectord;
    }
    return std::nullopt;
}

Result<Imported> readAny(Format format, const std::vector<SourceText>& sources, const Resolver& resolver) {
    if (sources.empty())
        return failure(ErrorCode::InvalidInput, "there is nothing to read; give at least one file");
    const bool single = format == Format::Cluster || format == Format::Ipvsadm;
    if (single && sources.size() != 1)
        return failure(ErrorCode::InvalidInput, "a " + json::toWord(format) + " file describes everything; give one, not " +
                                                    std::to_string(sources.size()));
    switch (format) {
    case Format::Cluster: return readCluster(sources.front());
    case Format::Keepalived: return readKeepalived(sources, resolver);
    case Format::Ipvsadm: return readIpvsadmRules(sources.front());
    case Format::Ldirectord:
    case Format::Piranha: break;
    }
    return notYet(format);
}

Result<Exported> writeAny(Format format, const model::Cluster& cluster, const WriteOptions& options) {
    switch (format) {
    case Format::Cluster: return Exported{model::clusterText(cluster), {}};
    case Format::Keepalived: return writeForDirector(cluster, options);
    case Format::Ipvsadm: return Exported{ipvsadmRules(cluster), {}};
    case Format::Ldirectord:
    case Format::Piranha: break;
    }
    return notYet(format);
}

} // namespace lvsdeck::formats
