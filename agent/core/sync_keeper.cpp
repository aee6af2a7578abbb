// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/sync_keeper.hpp"

#include "common/base/json.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::core {

using ipvs::SyncDaemon;
using ipvs::SyncRole;

namespace {

std::string startText(const SyncDaemon& daemon) {
    std::string text = "ipvsadm --start-daemon " + json::toWord(daemon.role) + " --mcast-interface " + daemon.interface +
                       " --syncid " + std::to_string(daemon.syncId);
    if (daemon.maxLength)
        text += " --sync-maxlen " + std::to_string(*daemon.maxLength);
    if (daemon.group)
        text += " --mcast-group " + daemon.group->toString();
    if (daemon.port)
        text += " --mcast-port " + std::to_string(*daemon.port);
    if (daemon.ttl)
        text += " --mcast-ttl " + std::to_string(*daemon.ttl);
    return text;
}

} // namespace

std::vector<SyncDaemon> wantedDaemons(const model::ConnectionSync& sync, std::optional<rpc::VrrpPhase> phase) {
    const auto daemon = [&](SyncRole role) {
        return SyncDaemon{role, sync.interface, sync.syncId, sync.maxLength, sync.port, sync.ttl, sync.group};
    };
    if (sync.instance.empty())
        return {daemon(SyncRole::Master), daemon(SyncRole::Backup)};
    if (!phase)
        return {};
    return {daemon(*phase == rpc::VrrpPhase::Master ? SyncRole::Master : SyncRole::Backup)};
}

void SyncKeeper::follow(const std::optional<model::ConnectionSync>& sync, std::optional<rpc::VrrpPhase> phase) {
    const KernelNotes& notes = m_notebook.notes();
    std::string problem;
    if (!sync && !notes.syncMaster && !notes.syncBackup) {
        m_running.clear();
    } else {
        problem = arrange(sync ? wantedDaemons(*sync, phase) : std::vector<SyncDaemon>{});
        if (problem.empty() && sync && !sync->instance.empty() && !phase)
            problem = "connections are synchronised by the state of the instance " + sync->instance +
                      ", which this director has not; so none are";
    }
    if (problem == m_problem)
        return;
    m_problem = std::move(problem);
    if (m_problem.empty())
        m_report(rpc::EventLevel::Notice, "the connection sync daemons are as they should be again");
    else
        m_report(rpc::EventLevel::Error, m_problem);
}

std::string SyncKeeper::arrange(const std::vector<SyncDaemon>& wanted) {
    auto running = m_ipvs.syncDaemons();
    if (!running)
        return wanted.empty() ? std::string{} : running.error().text;
    m_running = std::move(*running);
    const auto find = [](const std::vector<SyncDaemon>& list, SyncRole role) {
        return std::ranges::find(list, role, &SyncDaemon::role);
    };
    bool changed = false;
    std::string problem;
    const auto note = [&](const Result<void>& done) {
        if (!done && problem.empty())
            problem = done.error().text;
        return done.has_value();
    };
    for (const SyncRole role : {SyncRole::Master, SyncRole::Backup}) {
        const auto actual = find(m_running, role);
        const auto want = find(wanted, role);
        if (actual == m_running.end()) {
            if (want == wanted.end())
                (void)remember(role, false);
            continue;
        }
        if (!isInTheWay(*actual, wanted) || !note(m_ipvs.stopSync(role)))
            continue;
        changed = true;
        if (want == wanted.end())
            (void)remember(role, false);
    }
    for (const SyncDaemon& daemon : wanted) {
        const auto actual = find(m_running, daemon.role);
        if (actual != m_running.end() && ipvs::sameDaemon(daemon, *actual)) {
            (void)remember(daemon.role, true);
            continue;
        }
        if (!note(remember(daemon.role, true)) || !note(m_ipvs.startSync(daemon)))
            continue;
        changed = true;
        m_report(rpc::EventLevel::Info,
                 "connections are now " + std::string(daemon.role == SyncRole::Master ? "sent to" : "received from") +
                     " the other directors on " + daemon.interface + " (sync id " + std::to_string(daemon.syncId) + ")");
    }
    if (changed)
        if (auto now = m_ipvs.syncDaemons())
            m_running = std::move(*now);
    return problem;
}

bool SyncKeeper::isInTheWay(const SyncDaemon& running, const std::vector<SyncDaemon>& wanted) const {
    const auto want = std::ranges::find(wanted, running.role, &SyncDaemon::role);
    return want != wanted.end() ? !ipvs::sameDaemon(*want, running) : isOurs(running.role);
}

std::vector<rpc::PlannedOperation> SyncKeeper::preview(const std::optional<model::ConnectionSync>& sync,
                                                       std::optional<rpc::VrrpPhase> phase) {
    std::vector<rpc::PlannedOperation> out;
    const auto wanted = sync ? wantedDaemons(*sync, phase) : std::vector<SyncDaemon>{};
    const KernelNotes& notes = m_notebook.notes();
    if (wanted.empty() && !notes.syncMaster && !notes.syncBackup)
        return out;
    const auto running = m_ipvs.syncDaemons();
    if (!running)
        return out;
    for (const SyncDaemon& daemon : *running)
        if (isInTheWay(daemon, wanted))
            out.push_back({rpc::OperationKind::Remove, "settings", "ipvsadm --stop-daemon " + json::toWord(daemon.role), 0});
    for (const SyncDaemon& daemon : wanted) {
        const auto actual = std::ranges::find(*running, daemon.role, &SyncDaemon::role);
        if (actual == running->end() || !ipvs::sameDaemon(daemon, *actual))
            out.push_back({rpc::OperationKind::Add, "settings", startText(daemon), 0});
    }
    return out;
}

std::vector<rpc::SyncDaemon> SyncKeeper::daemons() const {
    std::vector<rpc::SyncDaemon> out;
    out.reserve(m_running.size());
    for (const SyncDaemon& daemon : m_running)
        out.push_back({json::toWord(daemon.role), daemon.interface, daemon.syncId});
    return out;
}

bool SyncKeeper::isOurs(SyncRole role) const {
    return role == SyncRole::Master ? m_notebook.notes().syncMaster : m_notebook.notes().syncBackup;
}

Result<void> SyncKeeper::remember(SyncRole role, bool ours) {
    KernelNotes notes = m_notebook.notes();
    (role == SyncRole::Master ? notes.syncMaster : notes.syncBackup) = ours;
    return m_notebook.write(std::move(notes));
}

} // namespace lvsdeck::core
