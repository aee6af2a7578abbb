// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the kernel's connection sync daemons in line with the role of this director: the master of the named instance sends, a
// backup receives, both run when no instance is named. Daemons that somebody else started are left alone unless the configuration
// wants one of that role. Owned by the engine; control thread only.
#pragma once

#include "agent/core/kernel_notes.hpp"
#include "agent/ports/ipvs_port.hpp"
#include "common/model/cluster.hpp"
#include "common/rpc/messages.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::core {

/// In the order of starting. `phase` is that of the named instance; unset: this director has no such instance, and then none runs.
[[nodiscard]] std::vector<ipvs::SyncDaemon> wantedDaemons(const model::ConnectionSync& sync,
                                                          std::optional<rpc::VrrpPhase> phase);

class SyncKeeper {
public:
    using Report = std::function<void(rpc::EventLevel, const std::string& text)>;

    SyncKeeper(IpvsPort& ipvs, KernelNotebook& notebook, Report report)
        : m_ipvs(ipvs), m_notebook(notebook), m_report(std::move(report)) {}

    /// Makes it so: first stops what must not run, then starts what must. What fails is problem(), and is tried again by the next
    /// call. Costs one question to the kernel when all is well; none when nothing is wanted or ours.
    void follow(const std::optional<model::ConnectionSync>& sync, std::optional<rpc::VrrpPhase> phase);

    /// What follow() would do now, as ipvsadm's commands. Nothing when the kernel cannot be asked.
    [[nodiscard]] std::vector<rpc::PlannedOperation> preview(const std::optional<model::ConnectionSync>& sync,
                                                             std::optional<rpc::VrrpPhase> phase);

    [[nodiscard]] std::vector<rpc::SyncDaemon> daemons() const;
    [[nodiscard]] const std::string& problem() const { return m_problem; }

private:
    /// The first thing that failed; empty: all is as it should be.
    [[nodiscard]] std::string arrange(const std::vector<ipvs::SyncDaemon>& wanted);
    /// Whether a daemon that runs must stop: another one of its role is wanted, or it is ours and none is.
    [[nodiscard]] bool isInTheWay(const ipvs::SyncDaemon& running, const std::vector<ipvs::SyncDaemon>& wanted) const;
    [[nodiscard]] bool isOurs(ipvs::SyncRole role) const;
    [[nodiscard]] Result<void> remember(ipvs::SyncRole role, bool ours);

    IpvsPort& m_ipvs;
    KernelNotebook& m_notebook;
    Report m_report;
    std::vector<ipvs::SyncDaemon> m_running; ///< as last seen
    std::string m_problem;
};

} // namespace lvsdeck::core
