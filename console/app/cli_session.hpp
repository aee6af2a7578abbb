// SPDX-License-Identifier: GPL-3.0-or-later
// What the subcommands that talk to directors have in common: the cluster they mean, a session that is connected, questions on
// the terminal, and waiting. Main thread; a QCoreApplication exists.
#pragma once

#include "console/app/cli_options.hpp"
#include "console/cluster/cluster_session.hpp"
#include "console/cluster/profile.hpp"

#include <functional>
#include <memory>

namespace lvsdeck::console {

/// NotFound or InvalidInput in words; `probeFrom` may be empty.
[[nodiscard]] Result<cluster::SavedCluster> clusterOf(const CliTarget& target, const std::string& probeFrom = {});
[[nodiscard]] cluster::Profile profileOf(const CliTarget& target);

/// Connects and waits until every host has sent its state (the probing host: said hello) or has failed. Questions go to the
/// terminal, when there is one.
class CliSession {
public:
    CliSession(const CliTarget& target, cluster::SavedCluster saved, std::uint32_t intervalMs = 1000);

    /// The first failure, with the director's name.
    [[nodiscard]] Result<void> connect();
    /// Also until the document in force was read, when there is one.
    [[nodiscard]] Result<void> waitDocument();
    [[nodiscard]] cluster::ClusterSession& session() { return *m_session; }

private:
    std::unique_ptr<cluster::ClusterSession> m_session;
};

/// Runs the event loop until `done`, looking at every change; false: the time is over.
bool waitUntil(const std::function<bool()>& done, std::chrono::milliseconds limit);

/// Both standard input and /dev/tty are terminals.
[[nodiscard]] bool hasTerminal();
/// From the terminal; nullopt without one.
[[nodiscard]] std::optional<std::string> askLine(const std::string& text, bool echo);
/// False without a terminal.
[[nodiscard]] bool askYes(const std::string& text);

/// "lvsdeck: …" on standard error.
void complain(const Error& error);
/// The same, before it as JSON on standard output when that was asked for; returns the status.
int fail(ExitStatus status, const Error& error, bool asJson);

} // namespace lvsdeck::console
