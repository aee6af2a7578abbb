// SPDX-License-Identifier: GPL-3.0-or-later
// One file of the differential tests: a keepalived configuration, with what the lab has to know in comments "# lab: …" that
// keepalived does not read. A new case is a new file. Values; any thread.
//
//   # lab: directors lb1 lb2           who runs it (default lb1); lines that begin with @lb1 are only lb1's
//   # lab: on HOST COMMAND             run before the directors start, by sh; HOST may be "directors" or "servers"
//   # lab: wait SECONDS                the configuration is not steady earlier (default 4.5)
//   # lab: interval SECONDS            a story: how far apart two transitions may be (default 1)
//   # lab: blink SECONDS               a story: what lasts less is part of a change (default 0.25); scripts start one by one
//   # lab: at SECONDS FAULT            a story: see Faults
//   # lab: until SECONDS               a story: when to stop watching
//   # lab: vips ADDRESS …              a pairing: what the master holds
#pragma once

#include "common/formats/formats.hpp"
#include "tests/lab/support/wait.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace lvsdeck::lab {

struct Preparation {
    std::string host;
    std::string command;
};

struct FaultLine {
    Milliseconds at{};
    std::vector<std::string> words;
    std::string rest; ///< the line after its first two words: HOST's command
};

struct Configuration {
    std::string name; ///< the file's, without folder and ending
    std::string text; ///< as keepalived gets it
    std::vector<std::string> directors = {"lb1"};
    std::vector<Preparation> preparations;
    Milliseconds wait = 4500ms;
    Milliseconds interval = 1000ms;
    Milliseconds blink = 250ms;
    Milliseconds until = 10000ms;
    std::vector<FaultLine> faults;
    std::vector<std::string> virtualAddresses;
};

/// Throws LabError with the line for a directive that is none.
[[nodiscard]] Configuration readConfiguration(const std::filesystem::path& file);
/// The files of tests/lab/differential/FOLDER, by name.
[[nodiscard]] std::vector<std::filesystem::path> configurationFiles(const std::string& folder);

/// What the agents get: the text read once for every director, as `lvsdeck convert` does. Throws LabError with the diagnostics when
/// it cannot be read at all.
[[nodiscard]] formats::Imported importConfiguration(const Configuration& configuration);

/// Our own export of what importConfiguration() reads: one file for all directors where there are several. Throws LabError when it
/// cannot be written.
[[nodiscard]] Configuration exported(const Configuration& configuration);

} // namespace lvsdeck::lab
