// SPDX-License-Identifier: GPL-3.0-or-later
// Internal to the set-up of real servers: what all flavours are told, and the pieces of shell that they share.
#pragma once

#include "common/formats/setup/server_setup.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lvsdeck::formats::setup {

/// What one text is made of.
struct Job {
    ServerNeeds needs;
    std::string cluster;         ///< its name, fit for a comment
    std::vector<IpAddress> vips; ///< all of needs.vips, sorted, each once
    std::vector<std::string> remarks;
    bool arp = false; ///< there are IPv4 VIPs, known or not
};

/// The file that keeps the settings over a restart of the machine.
[[nodiscard]] std::string sysctlPath(const Job& job);
/// "lvsdeck-server-192.0.2.21.service": what the flavour has no words for.
[[nodiscard]] std::string unitName(const Job& job);

/// The comment that every text begins with. `what` continues "lvsdeck: ".
[[nodiscard]] std::string heading(const Job& job, std::string_view what, std::string_view undo);
/// The same with the remarks: for the scripts.
[[nodiscard]] std::string scriptHeading(const Job& job, std::string_view what, std::string_view undo);
/// Comment lines that ask for the VIPs of firewall marks; empty without marks.
[[nodiscard]] std::string askForMarks(const Job& job, std::string_view indent = "");

/// "192.0.2.10/32", "2001:db8::10/128".
[[nodiscard]] std::string hostPrefix(const IpAddress& address);
/// 2 (loose) for a device with an address, 0 for one without: see TunnelDevice::address.
[[nodiscard]] std::string reversePathFilter(const TunnelDevice& device);
/// ip-link's words after the kind: "local 192.0.2.21", for ip6tnl with its mode.
[[nodiscard]] std::string linkArguments(const Job& job, const TunnelDevice& device);

/// A here-document; the text is whole lines.
[[nodiscard]] std::string hereDocument(std::string_view command, std::string_view text);

// Apply, in this order.
/// Shebang, comment, functions, and that it is run as root with the programs it needs.
[[nodiscard]] std::string applyStart(const Job& job, std::string_view flavour);
/// ARP first, and the file for the next start.
[[nodiscard]] std::string applySettings(const Job& job);
/// Remembers which VIPs, devices and ports this set-up adds, because they are not there yet.
[[nodiscard]] std::string applyPlan(const Job& job);
[[nodiscard]] std::string applyFiles(const std::vector<SetupFile>& files);
/// Sees that all VIPs are there now, for up to ten seconds, and ends.
[[nodiscard]] std::string applyEnd(const Job& job);

// Undo.
[[nodiscard]] std::string undoStart(const Job& job, std::string_view flavour);
[[nodiscard]] std::string undoFiles(const std::vector<SetupFile>& files);
/// Devices, ports, VIPs, and at last the settings.
[[nodiscard]] std::string undoEnd(const Job& job);

[[nodiscard]] SetupFile sysctlFile(const Job& job);
/// A unit that runs these commands at every start and those when it is stopped; nothing without commands.
[[nodiscard]] std::vector<SetupFile> unitFile(const Job& job, const std::vector<std::string>& start,
                                              const std::vector<std::string>& stop);
/// What a flavour leaves to the unit: GUE ports, and the devices in `devices`.
[[nodiscard]] std::vector<SetupFile> unitFor(const Job& job, const std::vector<TunnelDevice>& devices,
                                             const std::vector<IpAddress>& vips = {});

/// Starts the unit, again only when its text changed; and removes what an earlier version had.
[[nodiscard]] std::string applyUnit(const Job& job, const std::vector<SetupFile>& units);
[[nodiscard]] std::string undoUnit(const Job& job, const std::vector<SetupFile>& units);

/// What NetworkManager and netplan call a tunnel; empty for a device of both families over IPv6, which they do not have.
[[nodiscard]] std::string tunnelMode(const TunnelDevice& device);
/// Those that have no tunnelMode().
[[nodiscard]] std::vector<TunnelDevice> withoutMode(const Job& job);

// The flavours.
void script(const Job& job, ServerSetup& out);
void networkd(const Job& job, ServerSetup& out);
void networkManager(const Job& job, ServerSetup& out);
void netplan(const Job& job, ServerSetup& out);
void ifcfg(const Job& job, ServerSetup& out);
void windows(const Job& job, ServerSetup& out);

} // namespace lvsdeck::formats::setup
