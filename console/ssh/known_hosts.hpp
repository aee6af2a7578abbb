// SPDX-License-Identifier: GPL-3.0-or-later
// OpenSSH's known_hosts files, read by ourselves: libssh cannot say which line disagrees, skips @revoked, and gives up on a
// file with one line that it does not know. Reading is pure apart from the files; any thread.
#pragma once

#include "common/base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lvsdeck::ssh {

enum class HostKeyVerdict { Known, Unknown, Changed, Revoked };

struct HostKeyFinding {
    HostKeyVerdict verdict = HostKeyVerdict::Unknown;
    std::string file; ///< of the line that decided; empty when Unknown
    std::size_t line = 0;
    std::string storedType; ///< Changed: the key type on that line
};

struct KnownHostsFile {
    std::string path;
    std::string text;
};

/// A missing or unreadable file is an empty one; at most 4 MiB are read.
[[nodiscard]] KnownHostsFile readKnownHosts(const std::string& path);

/// `type` and `base64` are the server's key. A key of another type for the same host counts as changed: the caller asks the
/// server for a known type first (knownKeyTypes), so a real server would have shown it.
[[nodiscard]] HostKeyFinding checkHostKey(const std::vector<KnownHostsFile>& files, std::string_view host,
                                          std::uint16_t port, std::string_view type, std::string_view base64);

/// The key types that the files have for this host, in their order, each once; without revoked ones.
[[nodiscard]] std::vector<std::string> knownKeyTypes(const std::vector<KnownHostsFile>& files, std::string_view host,
                                                     std::uint16_t port);

/// Adds one line (and makes the file, 0600, and its folder, 0700).
[[nodiscard]] Result<void> appendKnownHost(const std::string& path, std::string_view host, std::uint16_t port,
                                           std::string_view type, std::string_view base64);

} // namespace lvsdeck::ssh
