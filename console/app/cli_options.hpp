// SPDX-License-Identifier: GPL-3.0-or-later
// What the subcommands were told, and the functions that do them. Internal to the command line.
#pragma once

#include "console/app/cli.hpp"

#include "common/base/error.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lvsdeck::console {

/// Which cluster: a saved one by name, or directors given one by one.
struct CliTarget {
    std::string cluster;
    std::vector<std::string> directors; ///< [ID=]USER@HOST[:PORT]
    std::string identity;
    std::string knownHosts;
    std::string profile;
    std::string remoteCommand;
};

struct ConvertOptions {
    std::string from;
    std::string to;
    std::string director;
    std::string target = "2.2";
    std::string output = "-";
    bool oneFile = false;
    bool haresources = false;
    bool maskPasswords = false;
    std::vector<std::string> files;
    bool json = false;
};
struct CheckOptions {
    std::string from;
    std::vector<std::string> files;
    bool json = false;
};
struct ApplyOptions {
    CliTarget target;
    std::string file;
    std::uint32_t confirmWithinS = 60;
    bool yes = false;
    bool json = false;
};
struct ExportOptions {
    CliTarget target;
    std::string to = "keepalived";
    std::string version = "2.2";
    std::string output = ".";
    bool haresources = false;
    bool maskPasswords = false;
    bool json = false;
};
struct WatchOptions {
    CliTarget target;
    bool once = false;
    double intervalS = 2.0;
    std::string format = "ipvsadm";
};
struct DrillOptions {
    CliTarget target;
    std::string kind = "graceful";
    std::string probeFrom;
    std::string probe; ///< ADDRESS:PORT[/PATH]; empty: chosen
    std::string instance;
    std::string report;
    std::uint32_t leaseS = 30;
    std::uint32_t intervalMs = 10;
    std::uint32_t held = 8;
    double baselineS = 3.0;
    double steadyS = 3.0;
    std::int64_t maxOutageMs = -1; ///< -1: as saved
    bool yes = false;
    bool json = false;
};

struct AdoptOptions {
    CliTarget target;
    std::string step; ///< observe, take, back; empty: say how the directors stand
    bool yes = false;
    bool anyway = false; ///< back: also where something speaks against it
    bool json = false;
};

struct SetupOptions {
    CliTarget target; ///< its cluster may be the name of a file
    std::string from;
    std::string server; ///< empty: list them
    std::string flavour = "script";
    std::string output = "-";
    bool undo = false;
    bool json = false;
};

int runAdopt(const AdoptOptions& options, int& argc, char** argv);
int runConvert(const ConvertOptions& options);
int runCheck(const CheckOptions& options);
int runApply(const ApplyOptions& options, int& argc, char** argv);
int runExport(const ExportOptions& options, int& argc, char** argv);
int runWatch(const WatchOptions& options, int& argc, char** argv);
int runDrill(const DrillOptions& options, int& argc, char** argv);
int runSetupServer(const SetupOptions& options, int& argc, char** argv);

[[nodiscard]] constexpr int statusOf(ExitStatus status) { return static_cast<int>(status); }

} // namespace lvsdeck::console
