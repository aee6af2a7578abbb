// SPDX-License-Identifier: GPL-3.0-or-later
// The text that an administrator puts on a real server that is reached by DR or TUN, and the text that takes it away again. The order
// is the point: first the settings that keep the server from answering ARP for a VIP, then the VIPs on its loopback, then the devices
// that take tunnelled packets; the undo goes the other way. Pure; any thread.
#pragma once

#include "common/formats/diagnostic.hpp"
#include "common/formats/setup/server_needs.hpp"

#include <boost/describe.hpp>

#include <string>
#include <vector>

namespace lvsdeck::formats {

/// What looks after the network on the server. Script: nothing does, plain iproute2 and sysctl.
enum class SetupFlavour { Script, Networkd, NetworkManager, Netplan, Ifcfg, Windows };
BOOST_DESCRIBE_ENUM(SetupFlavour, Script, Networkd, NetworkManager, Netplan, Ifcfg, Windows)

/// "script", "networkd", "networkmanager" or "network-manager", "netplan", "ifcfg", "windows"; InvalidInput with the list otherwise.
[[nodiscard]] Result<SetupFlavour> setupFlavourFromWord(std::string_view word);

struct SetupFile {
    std::string path; ///< on the server, absolute
    std::string mode; ///< octal, "0644"
    std::string text; ///< whole lines
    bool operator==(const SetupFile&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetupFile, (), (path, mode, text))

struct ServerSetup {
    /// What lies on the server afterwards. `apply` writes them itself; here for a look, and for those who deploy files their own way.
    std::vector<SetupFile> files;
    /// To run on the server as root, any number of times: a POSIX shell script; for Windows, PowerShell.
    std::string apply;
    /// Takes away what `apply` added, nothing more, and restores the settings that it found.
    std::string undo;
    std::vector<Diagnostic> diagnostics;
};

/// A setup for at most so many VIPs.
inline constexpr std::size_t maxSetupAddresses = 16'384;

/// Nothing but diagnostics for a server that is reached by NAT only, and for what a flavour cannot do at all (tunnels on Windows).
/// NotFound when the cluster has no such server; TooLarge above maxSetupAddresses. Equal clusters give equal texts.
[[nodiscard]] Result<ServerSetup> serverSetup(const model::Cluster& cluster, const IpAddress& server, SetupFlavour flavour);

/// "lvsdeck-server-192.0.2.21": what files of this server's set-up are called, without an ending. A colon becomes a dash.
[[nodiscard]] std::string setupName(const IpAddress& server);

} // namespace lvsdeck::formats
