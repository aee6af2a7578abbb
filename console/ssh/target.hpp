// SPDX-License-Identifier: GPL-3.0-or-later
// Where to connect to, and the check of names that a person or a file gave: they reach configuration matching and may reach a
// proxy command's shell, so only harmless characters pass. Pure values; any thread.
#pragma once

#include "common/base/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lvsdeck::ssh {

inline constexpr std::string_view defaultRemoteCommand = "lvsdeck-agent attach";

struct SshTarget {
    std::string host;                  ///< name, address or ssh_config alias
    std::optional<std::uint16_t> port; ///< unset: as ssh_config says, then 22
    std::string user;                  ///< empty: as ssh_config says, then the local user
    std::string identityFile;          ///< tried first when not empty
    std::string knownHostsFile;        ///< not empty: the only file that is read and written
    std::string ownKnownHosts;         ///< where accepted keys go otherwise; the user's files are only read
    std::string configFile;            ///< empty: ~/.ssh/config and the system's; "none": no file
    std::string remoteCommand{defaultRemoteCommand};
    bool operator==(const SshTarget&) const = default;
};

/// A name as DNS, an IP address (also with %zone), or an alias of ssh_config: [A-Za-z0-9._:%-], 1..255, no leading '-'.
[[nodiscard]] Result<void> checkHost(std::string_view host);
/// [A-Za-z0-9._@+\\-] and a '$' at the end, 1..64, no leading '-'. Empty is allowed.
[[nodiscard]] Result<void> checkUser(std::string_view user);

/// What `--director [ID=]USER@HOST[:PORT]` says. IPv6 addresses with a port go in brackets. Without ID the id is the host.
struct NamedTarget {
    std::string id;
    std::string user;
    std::string host;
    std::optional<std::uint16_t> port;
    bool operator==(const NamedTarget&) const = default;
};
[[nodiscard]] Result<NamedTarget> parseNamedTarget(std::string_view text);

} // namespace lvsdeck::ssh
