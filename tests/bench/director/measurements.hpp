// SPDX-License-Identifier: GPL-3.0-or-later
// The measurements of this program; each prints its lines and its ratio against the goal. A missed goal is said, not hidden, and does
// not fail the run: the machine decides.
#pragma once

#include "tests/lab/support/network.hpp"

#include <string>

namespace lvsdeck::bench {

/// Setting up 1,000 services with 20 servers each (goal: 40 times faster than `ipvsadm -R`), and reading all their counts once (goal:
/// a twentieth of the processor time of `ipvsadm -ln`).
void tableSpeed(lab::Host& director);
/// 10,000 TCP checks every 5 s: processor time (goal: a third of keepalived's), lateness (goal: 100 ms), memory (goal: less).
void checkLoad(lab::Host& director, lab::Host& servers, const std::string& agentProgram);

/// "  agent   0.61 s", in columns.
void line(const std::string& what, double value, const std::string& unit);
void goal(const std::string& what, double reached, double wanted, bool atLeast);

} // namespace lvsdeck::bench
