// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/settings_keeper.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace lvsdeck::core {

namespace {

const std::string prefix = "net.ipv4.vs.";

/// The kernel separates the numbers of a list by tabs, people by blanks.
std::string oneBlank(const std::string& value) {
    std::istringstream in(value);
    std::string out;
    for (std::string word; in >> word;)
        out += (out.empty() ? "" : " ") + word;
    return out;
}

void add(std::string& problem, const std::string& text) { problem += (problem.empty() ? "" : "; ") + text; }

SettingsKeeper::Sysctls fullNames(const SettingsKeeper::Sysctls& sysctls) {
    SettingsKeeper::Sysctls full;
    for (const auto& [name, value] : sysctls)
        full.emplace(name.starts_with(prefix) ? name : prefix + name, oneBlank(value));
    return full;
}

/// What is to be set of one timeout (0: nothing), with the note of its old value brought in line.
std::uint32_t choose(std::optional<std::uint32_t> wanted, std::uint32_t actual, std::optional<std::uint32_t>& before) {
    if (wanted) {
        if (!before)
            before = actual;
        return *wanted == actual ? 0 : *wanted;
    }
    const std::uint32_t old = std::exchange(before, std::nullopt).value_or(actual);
    return old == actual ? 0 : old;
}

} // namespace

void SettingsKeeper::want(const model::ConnectionTimeouts& timeouts, const Sysctls& sysctls) {
    std::string problem;
    wantTimeouts(timeouts, problem);
    const Sysctls full = fullNames(sysctls);
    restoreSysctls(full, problem);
    for (const auto& [name, value] : full)
        wantSysctl(name, value, problem);
    if (problem == m_problem)
        return;
    m_problem = std::move(problem);
    if (m_problem.empty())
        m_report(rpc::EventLevel::Notice, "timeouts and sysctls are as they should be again");
    else
        m_report(rpc::EventLevel::Error, m_problem);
}

std::vector<rpc::PlannedOperation> SettingsKeeper::preview(const model::ConnectionTimeouts& timeouts,
                                                           const Sysctls& sysctls) {
    std::vector<rpc::PlannedOperation> out;
    KernelNotes notes = m_notebook.notes();
    const auto change = [&](std::string text) {
        out.push_back({rpc::OperationKind::Change, "settings", std::move(text), 0});
    };
    if (timeouts != model::ConnectionTimeouts{} || notes.tcp || notes.tcpFin || notes.udp)
        if (const auto actual = m_ipvs.timeouts()) {
            const auto text = [](std::uint32_t tcp, std::uint32_t tcpFin, std::uint32_t udp) {
                return std::to_string(tcp) + " " + std::to_string(tcpFin) + " " + std::to_string(udp);
            };
            const ipvs::Timeouts next{choose(timeouts.tcp, actual->tcp, notes.tcp),
                                      choose(timeouts.tcpFin, actual->tcpFin, notes.tcpFin),
                                      choose(timeouts.udp, actual->udp, notes.udp)};
            if (next != ipvs::Timeouts{})
                change("ipvsadm --set " + text(next.tcp, next.tcpFin, next.udp) + " (now " +
                       text(actual->tcp, actual->tcpFin, actual->udp) + ")");
        }
    const Sysctls full = fullNames(sysctls);
    const auto set = [&](const std::string& name, const std::string& value, const std::string& now) {
        if (value != now)
            change("sysctl -w " + name + "=\"" + value + "\" (now " + now + ")");
    };
    for (const KeptSysctl& kept : notes.sysctls)
        if (const auto actual = m_network.readSysctl(kept.name);
            actual && !full.contains(kept.name) && oneBlank(*actual) == kept.ours)
            set(kept.name, kept.before, oneBlank(*actual));
    for (const auto& [name, value] : full)
        if (const auto actual = m_network.readSysctl(name))
            set(name, value, oneBlank(*actual));
    return out;
}

void SettingsKeeper::wantTimeouts(const model::ConnectionTimeouts& wanted, std::string& problem) {
    KernelNotes notes = m_notebook.notes();
    if (wanted == model::ConnectionTimeouts{} && !notes.tcp && !notes.tcpFin && !notes.udp)
        return;
    const auto actual = m_ipvs.timeouts();
    if (!actual)
        return add(problem, actual.error().text);
    const ipvs::Timeouts next{choose(wanted.tcp, actual->tcp, notes.tcp),
                              choose(wanted.tcpFin, actual->tcpFin, notes.tcpFin),
                              choose(wanted.udp, actual->udp, notes.udp)};
    // What is new must be written down before, what is forgotten only afterwards.
    KernelNotes both = m_notebook.notes();
    both.tcp = both.tcp ? both.tcp : notes.tcp;
    both.tcpFin = both.tcpFin ? both.tcpFin : notes.tcpFin;
    both.udp = both.udp ? both.udp : notes.udp;
    if (auto written = m_notebook.write(std::move(both)); !written)
        return add(problem, "the connection timeouts stay as they are: " + written.error().text);
    if (next != ipvs::Timeouts{}) {
        if (auto done = m_ipvs.setTimeouts(next); !done)
            return add(problem, done.error().text);
        const auto text = [](std::uint32_t value) {
            return value == 0 ? std::string("as before") : std::to_string(value) + " s";
        };
        m_report(rpc::EventLevel::Info, "timeouts of connections: tcp " + text(next.tcp) + ", tcp after FIN " +
                                            text(next.tcpFin) + ", udp " + text(next.udp));
    }
    (void)m_notebook.write(std::move(notes));
}

void SettingsKeeper::restoreSysctls(const Sysctls& wanted, std::string& problem) {
    for (const KeptSysctl& kept : std::vector<KeptSysctl>(m_notebook.notes().sysctls)) {
        if (wanted.contains(kept.name))
            continue;
        const auto actual = m_network.readSysctl(kept.name);
        if (actual && oneBlank(*actual) != kept.ours) {
            m_report(rpc::EventLevel::Notice,
                     kept.name + " is " + oneBlank(*actual) + ", which somebody else has set; it stays so");
        } else if (actual) {
            if (auto done = m_network.writeSysctl(kept.name, kept.before); !done) {
                add(problem, kept.name + " cannot be put back to " + kept.before + ": " + done.error().text);
                continue;
            }
            m_report(rpc::EventLevel::Info, kept.name + " is " + kept.before + " again");
        }
        KernelNotes notes = m_notebook.notes();
        std::erase(notes.sysctls, kept);
        (void)m_notebook.write(std::move(notes));
    }
}

void SettingsKeeper::wantSysctl(const std::string& name, const std::string& value, std::string& problem) {
    const auto actual = m_network.readSysctl(name);
    if (!actual && actual.error().code == ErrorCode::NotFound)
        return add(problem,
                   "this kernel has no sysctl " + name + "; take it out of the configuration, or use a newer kernel");
    if (!actual)
        return add(problem, actual.error().text);
    KernelNotes notes = m_notebook.notes();
    const auto kept = std::ranges::find(notes.sysctls, name, &KeptSysctl::name);
    if (kept == notes.sysctls.end())
        notes.sysctls.push_back({name, oneBlank(*actual), value});
    else
        kept->ours = value;
    if (auto written = m_notebook.write(std::move(notes)); !written)
        return add(problem, name + " stays as it is: " + written.error().text);
    if (oneBlank(*actual) == value)
        return;
    if (auto done = m_network.writeSysctl(name, value); !done)
        return add(problem, name + " cannot be set to " + value + ": " + done.error().text);
    m_report(rpc::EventLevel::Info, name + " is " + value + " now; it was " + oneBlank(*actual));
}

} // namespace lvsdeck::core
