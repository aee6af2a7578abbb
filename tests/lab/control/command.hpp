// SPDX-License-Identifier: GPL-3.0-or-later
// The other end: asks a standing lab, found through its lab.json, to do something. One thread.
#pragma once

#include <string>
#include <vector>

namespace lvsdeck::lab {

/// Runs a program on a host as root, with this process's standard streams; its exit status (125: the lab cannot be reached).
int executeOn(const std::string& labFile, const std::string& host, const std::vector<std::string>& arguments);
/// Prints the state of the lab as JSON; 0, or 125.
int printStatus(const std::string& labFile);
/// Asks the lab to end; 0, or 125.
int stopLab(const std::string& labFile);

} // namespace lvsdeck::lab
