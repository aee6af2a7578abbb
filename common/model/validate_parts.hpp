// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of validate(): a list that problems are added to in document order, and one function for each
// part of the cluster. Private to common/model. Pure.
#pragma once

#include "common/model/validate.hpp"

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lvsdeck::model::detail {

class ProblemList {
public:
    void error(std::string path, std::string text) { add(Severity::Error, std::move(path), std::move(text)); }
    void warning(std::string path, std::string text) { add(Severity::Warning, std::move(path), std::move(text)); }
    void note(std::string path, std::string text) { add(Severity::Note, std::move(path), std::move(text)); }
    [[nodiscard]] std::vector<Problem> take() { return std::move(m_problems); }

private:
    void add(Severity severity, std::string path, std::string text) {
        m_problems.push_back({severity, std::move(path), std::move(text)});
    }
    std::vector<Problem> m_problems;
};

/// "services" + 3 -> "services[3]"
[[nodiscard]] std::string at(std::string_view list, std::size_t index);
[[nodiscard]] std::string quoted(std::string_view text);
/// A word that every format can write: not empty, printable, without blanks, quotes, braces and comment
/// marks.
[[nodiscard]] bool isPlainWord(std::string_view text);
/// What keepalived.conf can say between quotation marks.
[[nodiscard]] bool isQuotableName(std::string_view text);
/// At most 15 characters, no blank and no slash (Linux IFNAMSIZ).
[[nodiscard]] bool isInterfaceName(std::string_view text);

void checkInstances(const Cluster& cluster, ProblemList& problems);
void checkGroups(const Cluster& cluster, ProblemList& problems);
/// Scripts, files and processes to track, and sync groups.
void checkTracked(const Cluster& cluster, ProblemList& problems);
/// What an instance or a group watches.
void checkTracking(const Cluster& cluster, const Tracking& tracking, const std::string& path, ProblemList& problems);
void checkTrackedInterface(const TrackedInterface& tracked, const std::string& path, ProblemList& problems);
/// A program is a path or a name, its user and group are plain words. Empty is fine.
void checkProgram(const Script& script, const std::string& path, ProblemList& problems);
void checkNotify(const NotifyScripts& notify, const std::string& path, ProblemList& problems);
/// How an instance's advertisements travel: multicast, unicast, virtual MAC; and what strictness forbids.
void checkPath(const VrrpInstance& instance, const std::string& path, ProblemList& problems);
/// Options of a virtual address beyond its address, prefix, device and label.
void checkAddressWords(const VirtualAddress& entry, const std::string& path, ProblemList& problems);
void checkRouting(const VrrpInstance& instance, const std::string& path, ProblemList& problems);
void checkRoute(const VirtualRoute& route, const std::string& path, ProblemList& problems);
/// `priorities`: of the rules before it.
using RulePriorities = std::set<std::pair<Family, std::uint32_t>>;
void checkRule(const VirtualRule& rule, const std::string& path, RulePriorities& priorities, ProblemList& problems);
/// What stays on a director, and the groups that watch it.
void checkStatics(const Cluster& cluster, ProblemList& problems);
void checkServices(const Cluster& cluster, ProblemList& problems);
/// `virtualAddresses`: every address that moves between directors, and every service's own.
void checkServers(const Cluster& cluster, const VirtualService& service, const std::string& path,
                  const std::set<IpAddress>& virtualAddresses, ProblemList& problems);
void checkChecks(const Cluster& cluster, const VirtualService& service, const RealServer& server, const std::string& path,
                 ProblemList& problems);
/// A script of a service or a server; an empty one is fine.
void checkServiceScript(const Script& script, const std::string& path, ProblemList& problems);
/// The sync daemon, the timeouts and the sysctls.
void checkKernelSettings(const Cluster& cluster, ProblemList& problems);
void checkTunnel(const Tunnel& tunnel, const std::string& path, ProblemList& problems);
void checkPassthrough(const Cluster& cluster, ProblemList& problems);

} // namespace lvsdeck::model::detail
