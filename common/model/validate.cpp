// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/text.hpp"
#include "common/model/validate_parts.hpp"

#include <algorithm>

namespace lvsdeck::model {

namespace detail {

std::string at(std::string_view list, std::size_t index) { return std::string(list) + "[" + std::to_string(index) + "]"; }

std::string quoted(std::string_view text) { return "“" + shortened(text, 80) + "”"; }

bool isPlainWord(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && !std::string_view("\"{}#!\\'").contains(c);
    });
}

bool isQuotableName(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F && c != '"' && c != '\\';
    });
}

bool isInterfaceName(std::string_view text) { return isPlainWord(text) && text.size() <= 15 && !text.contains('/'); }

} // namespace detail

namespace {

using detail::at;
using detail::ProblemList;
using detail::quoted;

bool isDirectorId(std::string_view id) {
    return !id.empty() && id.size() <= 63 && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    });
}

void checkDirectors(const Cluster& cluster, ProblemList& problems) {
    if (cluster.directors.empty())
        problems.error("directors", "the cluster has no director; add at least one, better two");
    std::set<std::string> ids;
    for (std::size_t i = 0; i < cluster.directors.size(); ++i) {
        const Director& director = cluster.directors[i];
        const std::string path = at("directors", i);
        if (director.id.empty())
            problems.error(path + ".id", "the director has no id; give it a short name such as lb1");
        else if (!isDirectorId(director.id))
            problems.error(path + ".id",
                           "the director id " + quoted(director.id) +
                               " may have letters, digits, dot, underscore and hyphen only, at most 63; rename it");
        else if (!ids.insert(director.id).second)
            problems.error(path + ".id", "two directors have the id " + quoted(director.id) + "; rename one of them");
        if (director.address.empty())
            problems.warning(path + ".address", "the director " + quoted(director.id) +
                                                    " has no management address, so the console cannot reach it; "
                                                    "give a host name or an IP address");
        if (director.sshPort == 0)
            problems.error(path + ".ssh_port", "SSH port 0 does not exist; use 22, or the port that sshd listens on");
        if (!director.routerId.empty() && !detail::isQuotableName(director.routerId))
            problems.error(
                path + ".router_id",
                "the router id " + quoted(director.routerId) +
                    " must have no quotation mark, backslash or control character: keepalived.conf has no way to write it");
    }
}

void checkNotification(const Notification& notification, ProblemList& problems) {
    for (std::size_t i = 0; i < notification.to.size(); ++i)
        if (!detail::isPlainWord(notification.to[i]))
            problems.error(at("notification.to", i),
                           quoted(notification.to[i]) + " is not a mail address; write it like admin@example.com");
    if (!notification.from.empty() && !detail::isPlainWord(notification.from))
        problems.error("notification.from",
                       quoted(notification.from) + " is not a mail address; write it like lvs@example.com");
    if (!notification.smtpServer.empty() && !detail::isPlainWord(notification.smtpServer))
        problems.error("notification.smtp_server",
                       quoted(notification.smtpServer) + " is not a host; give a name or an IP address");
    if (notification.smtpPort == 0)
        problems.error("notification.smtp_port", "mail port 0 does not exist; use 25, or the server's port");
    if (notification.smtpConnectTimeout && *notification.smtpConnectTimeout < std::chrono::seconds(1))
        problems.error("notification.smtp_connect_timeout", "the mail server needs at least 1 s to answer; use 30 s");
    if (!notification.heloName.empty() && !detail::isPlainWord(notification.heloName))
        problems.error("notification.helo_name", quoted(notification.heloName) + " is not the name of a host");
    for (const auto& [name, fifo] :
         {std::pair("notification.fifo", &notification.fifo), std::pair("notification.vrrp_fifo", &notification.vrrpFifo),
          std::pair("notification.checker_fifo", &notification.checkerFifo)})
        if (!fifo->empty() && (!fifo->starts_with('/') || fifo->find_first_of("\"\n") != std::string::npos))
            problems.error(name, quoted(*fifo) + " must be an absolute path without quotes, such as /run/lvsdeck/events");
}

void checkScriptSettings(const Cluster& cluster, ProblemList& problems) {
    for (const auto& [path, word] :
         {std::pair("scripts.user", &cluster.scripts.user), std::pair("scripts.group", &cluster.scripts.group)})
        if (!word->empty() && !detail::isPlainWord(*word))
            problems.error(path, quoted(*word) + " is not the name of a user or a group");
    if (cluster.scripts.user.empty() && !cluster.scripts.group.empty())
        problems.error("scripts.group", "a group for scripts needs a user; give one");
    if (cluster.vrrpStartupDelay < std::chrono::milliseconds(0) || cluster.vrrpStartupDelay > std::chrono::seconds(1000))
        problems.error("vrrp_startup_delay", "the delay at the start must be between 0 and 1000 s");
}

} // namespace

std::vector<Problem> validate(const Cluster& cluster) {
    ProblemList problems;
    if (cluster.schema != 1)
        problems.error("schema", "schema " + std::to_string(cluster.schema) +
                                     " is not known to this version; use a newer lvsdeck, or write 1");
    if (cluster.name.empty())
        problems.warning("name", "the cluster has no name; give it one, so that directors of different "
                                 "clusters cannot be mixed up");
    checkDirectors(cluster, problems);
    detail::checkTracked(cluster, problems);
    detail::checkInstances(cluster, problems);
    detail::checkStatics(cluster, problems);
    detail::checkGroups(cluster, problems);
    detail::checkServices(cluster, problems);
    detail::checkKernelSettings(cluster, problems);
    checkNotification(cluster.notification, problems);
    checkScriptSettings(cluster, problems);
    detail::checkPassthrough(cluster, problems);
    return problems.take();
}

bool hasErrors(const std::vector<Problem>& problems) {
    return std::ranges::any_of(problems, [](const Problem& p) { return p.severity == Severity::Error; });
}

} // namespace lvsdeck::model
