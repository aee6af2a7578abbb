// SPDX-License-Identifier: GPL-3.0-or-later
// A real sshd on a host of the lab, with a host key of its own. Killed when destroyed, its sessions with the host. One thread.
#pragma once

#include "tests/lab/support/host.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::lab {

class Sshd {
public:
    /// `authorizedKey` is a line for authorized_keys, good for every account of the host. `path` becomes the sessions' PATH.
    Sshd(Host& host, const std::vector<Account>& accounts, const std::string& authorizedKey, const std::string& path);

    void start();
    /// Ends the listener; with `Sessions::Cut` the open sessions too.
    enum class Sessions { Keep, Cut };
    void stop(Sessions sessions);
    /// Bounded wait until it accepts connections; throws otherwise.
    void awaitReady();
    /// "ssh-ed25519 AAAA…", for a known_hosts file.
    [[nodiscard]] const std::string& publicHostKey() const { return m_publicHostKey; }
    /// Makes a new host key and starts anew: what a client sees when a machine was replaced.
    void replaceHostKey();

private:
    void makeHostKey();

    Host* m_host;
    std::string m_publicHostKey;
    std::optional<Process> m_process;
};

} // namespace lvsdeck::lab
