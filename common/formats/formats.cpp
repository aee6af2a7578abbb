// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/formats.hpp"

#include "common/base/json.hpp"
#include "common/formats/ipvsadm/listing.hpp"
#include "common/formats/ipvsadm/reader.hpp"
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/ldirectord/reader.hpp"
#include "common/formats/ldirectord/writer.hpp"
#include "common/formats/piranha/reader.hpp"
#include "common/formats/piranha/writer.hpp"
#include "common/model/secrets.hpp"

#include <algorithm>

namespace lvsdeck::formats {

namespace {

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

/// What rules for `ipvsadm -R` have no words for; one finding for each kind.
std::vector<Diagnostic> lostInRules(const model::Cluster& cluster) {
    std::vector<Diagnostic> out;
    const auto lost = [&](std::size_t count, const std::string& what) {
        if (count > 0)
            out.push_back(
                {Severity::Warning,
                 {},
                 0,
                 0,
                 {},
                 std::to_string(count) + " " + what + ": ipvsadm's rules have no words for that, so it was left out"});
    };
    std::size_t checks = 0;
    std::size_t sorry = 0;
    std::size_t quorums = 0;
    for (const model::VirtualService& service : cluster.services) {
        sorry += service.sorryServer ? 1 : 0;
        quorums += service.quorum != 1 || service.hysteresis != 0 ? 1 : 0;
        for (const model::RealServer& server : service.servers)
            checks += server.checks.size();
    }
    lost(cluster.instances.size(), "VRRP instances with their addresses");
    lost(checks, "health checks");
    lost(sorry, "sorry servers");
    lost(quorums, "quorums");
    lost(cluster.trackScripts.size() + cluster.trackFiles.size() + cluster.trackProcesses.size(),
         "tracked scripts, files and processes");
    lost(cluster.staticAddresses.size() + cluster.staticRoutes.size() + cluster.staticRules.size(),
         "static addresses, routes and rules");
    lost(cluster.connectionSync ? 1 : 0, "connection sync daemon");
    lost(cluster.ipvsSysctls.size(), "sysctls of IPVS");
    lost(cluster.passthrough.size(), "kept texts of other programs");
    return out;
}

Exported writeDocument(model::Cluster cluster, bool maskPasswords) {
    if (maskPasswords)
        model::maskPasswords(cluster);
    return {model::clusterText(cluster), {}};
}

Result<Exported> writeForDirector(const model::Cluster& cluster, const WriteOptions& options) {
    KeepalivedOptions keepalived = options.keepalived;
    keepalived.maskPasswords = keepalived.maskPasswords || options.maskPasswords;
    if (keepalived.conditional)
        return writeKeepalived(cluster, options.director, keepalived);
    if (options.director.empty() && cluster.directors.size() != 1)
        return failure(ErrorCode::InvalidInput,
                       "keepalived.conf is written for one director, and the cluster has " +
                           std::to_string(cluster.directors.size()) + "; say which one, or ask for one file for all",
                       "directors");
    return writeKeepalived(cluster, options.director.empty() ? cluster.directors.front().id : options.director, keepalived);
}

} // namespace

Result<Format> formatFromWord(std::string_view word) {
    if (const auto format = json::fromWord<Format>(word))
        return *format;
    return failure(ErrorCode::InvalidInput,
                   "“" + shortened(word, 40) +
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
        if (word == "serial_no" || word == "primary" || word == "heartbeat_port" || word == "heartbeat" ||
            word == "backup_active" || ((word == "virtual" || word == "failover") && line.contains('{')))
            return Format::Piranha;
        if ((word == "virtual" || word == "virtual6" || word == "checktimeout" || word == "checkinterval" ||
             word == "quiescent" || word == "autoreload" || word == "logfile" || word == "fallback" ||
             word == "emailalert" || word == "negotiatetimeout" || word == "failurecount") &&
            line.contains('='))
            return Format::Ldirectord;
    }
    return looksLikeHaresources(text) ? std::optional(Format::Ldirectord) : std::nullopt;
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
    case Format::Ldirectord: return readLdirectord(sources);
    case Format::Piranha: return readPiranha(sources);
    }
    return failure(ErrorCode::InvalidInput, "that is no format");
}

Result<Exported> writeAny(Format format, const model::Cluster& cluster, const WriteOptions& options) {
    switch (format) {
    case Format::Cluster: return writeDocument(cluster, options.maskPasswords);
    case Format::Keepalived: return writeForDirector(cluster, options);
    case Format::Ipvsadm: return Exported{ipvsadmRules(cluster), lostInRules(cluster)};
    case Format::Ldirectord: return options.haresources ? writeHaresources(cluster) : writeLdirectord(cluster);
    case Format::Piranha: return writePiranha(cluster);
    }
    return failure(ErrorCode::InvalidInput, "that is no format");
}

} // namespace lvsdeck::formats
