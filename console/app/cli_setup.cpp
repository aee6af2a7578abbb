// SPDX-License-Identifier: GPL-3.0-or-later
// setup-server: what the real servers need, and the texts for one of them.
#include "common/formats/setup/server_setup.hpp"
#include "console/app/cli_files.hpp"
#include "console/app/cli_session.hpp"

#include <QCoreApplication>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace lvsdeck::console {

namespace fs = std::filesystem;
using formats::ServerNeeds;
using formats::ServerSetup;
using formats::SetupFlavour;

namespace {

/// A file, or what the directors of a saved cluster (or those that are named) have in force.
Result<model::Cluster> documentOf(const SetupOptions& options, ExitStatus& status, int& argc, char** argv) {
    status = ExitStatus::Problems;
    std::error_code ignored;
    const std::string& name = options.target.cluster;
    if (options.target.directors.empty() && (name == "-" || fs::is_regular_file(name, ignored))) {
        auto imported = importFiles({name}, options.from);
        if (!imported)
            return std::unexpected(imported.error());
        print(imported->diagnostics);
        return std::move(imported->cluster);
    }
    const QCoreApplication app(argc, argv);
    status = ExitStatus::Usage;
    auto saved = clusterOf(options.target);
    if (!saved)
        return std::unexpected(saved.error());
    status = ExitStatus::Unreachable;
    CliSession session(options.target, std::move(*saved));
    auto ok = session.connect();
    if (ok)
        ok = session.waitDocument();
    if (!ok)
        return std::unexpected(ok.error());
    const auto& document = session.session().document();
    status = ExitStatus::Refused;
    if (!document.cluster)
        return failure(ErrorCode::NotFound, "nothing was ever applied to these directors, so they have no real servers");
    return *document.cluster;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words)
        out += (out.empty() ? "" : ", ") + word;
    return out;
}

void list(const ServerNeeds& needs) {
    std::cout << needs.server.toString() << (needs.names.empty() ? "" : " (" + joined(needs.names) + ")") << "\n";
    for (const formats::ServedService& service : needs.services)
        std::cout << "  for " << formats::serviceText(service) << "\n";
    std::vector<std::string> vips;
    for (const formats::AddressRange& range : needs.vips)
        vips.push_back(formats::rangeText(range));
    if (!vips.empty())
        std::cout << "  needs on lo: " << joined(vips) << "\n";
    if (!needs.marks.empty())
        std::cout << "  needs on lo: the VIPs of firewall mark " << joined(needs.marks)
                  << ", which the cluster does not name\n";
    for (const formats::TunnelDevice& device : needs.devices)
        std::cout << "  needs a device: " << json::toWord(device.kind) << "\n";
    for (const std::uint16_t port : needs.guePorts)
        std::cout << "  needs UDP port " << port << " for GUE\n";
    std::vector<std::string> gateways;
    for (const IpAddress& gateway : needs.defaultGateway)
        gateways.push_back(gateway.toString());
    if (formats::isReachedBy(needs, model::Forwarding::Nat))
        std::cout << "  needs its default route through the directors"
                  << (gateways.empty() ? "" : " (" + joined(gateways) + ")") << "\n";
}

int listAll(const model::Cluster& cluster, bool asJson) {
    const std::vector<ServerNeeds> all = formats::serversToSetUp(cluster);
    if (asJson) {
        json::Object out;
        out["ok"] = true;
        out["servers"] = json::toJson(all);
        std::cout << json::toPretty(out);
        return statusOf(ExitStatus::Done);
    }
    for (const ServerNeeds& needs : all)
        list(needs);
    if (all.empty())
        std::cerr << "the cluster has no real servers\n";
    return statusOf(ExitStatus::Done);
}

/// The two scripts, and below files/ what they would write, at its place.
Result<std::vector<std::string>> writeAll(const ServerSetup& setup, const IpAddress& server, SetupFlavour flavour,
                                          const fs::path& folder) {
    const std::string ending = flavour == SetupFlavour::Windows ? ".ps1" : ".sh";
    const std::string name = formats::setupName(server);
    std::vector<std::pair<fs::path, const std::string*>> files{{folder / (name + "-apply" + ending), &setup.apply},
                                                               {folder / (name + "-undo" + ending), &setup.undo}};
    for (const formats::SetupFile& file : setup.files)
        files.emplace_back(folder / "files" / fs::path(file.path).relative_path(), &file.text);
    std::vector<std::string> out;
    for (const auto& [path, text] : files) {
        if (auto ok = cluster::writeWhole(fs::absolute(path), *text); !ok)
            return std::unexpected(ok.error());
        out.push_back(path.string());
    }
    return out;
}

int showSetup(const ServerSetup& setup, const SetupOptions& options, const IpAddress& server, SetupFlavour flavour) {
    print(setup.diagnostics);
    const bool failed = std::ranges::any_of(
        setup.diagnostics, [](const formats::Diagnostic& d) { return d.severity == model::Severity::Error; });
    std::vector<std::string> written;
    const bool toFolder = options.output != "-";
    if (toFolder && !setup.apply.empty()) {
        auto files = writeAll(setup, server, flavour, options.output);
        if (!files)
            return fail(ExitStatus::Problems, files.error(), options.json);
        written = std::move(*files);
    }
    if (options.json) {
        json::Object out;
        out["ok"] = !failed;
        if (toFolder) {
            out["written"] = json::toJson(written);
        } else {
            out["apply"] = setup.apply;
            out["undo"] = setup.undo;
            out["files"] = json::toJson(setup.files);
        }
        out["diagnostics"] = json::toJson(setup.diagnostics);
        std::cout << json::toPretty(out);
    } else if (toFolder) {
        for (const std::string& path : written)
            std::cerr << "wrote " << path << "\n";
    } else {
        std::cout << (options.undo ? setup.undo : setup.apply) << std::flush;
    }
    return statusOf(failed ? ExitStatus::Problems : ExitStatus::Done);
}

} // namespace

int runSetupServer(const SetupOptions& options, int& argc, char** argv) {
    const auto flavour = formats::setupFlavourFromWord(options.flavour);
    if (!flavour)
        return fail(ExitStatus::Usage, flavour.error(), options.json);
    const auto server = options.server.empty() ? Result<IpAddress>() : IpAddress::parse(options.server);
    if (!server)
        return fail(ExitStatus::Usage, server.error(), options.json);
    if (options.server.empty() && (options.undo || options.output != "-"))
        return fail(
            ExitStatus::Usage,
            Error{ErrorCode::InvalidInput, "say with --server for which real server; without it they are listed", {}},
            options.json);
    ExitStatus status = ExitStatus::Done;
    const auto cluster = documentOf(options, status, argc, argv);
    if (!cluster)
        return fail(status, cluster.error(), options.json);
    if (options.server.empty())
        return listAll(*cluster, options.json);
    const auto setup = formats::serverSetup(*cluster, *server, *flavour);
    if (!setup)
        return fail(ExitStatus::Problems, setup.error(), options.json);
    return showSetup(*setup, options, *server, *flavour);
}

} // namespace lvsdeck::console
