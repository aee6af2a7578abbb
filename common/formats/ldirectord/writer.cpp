// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ldirectord/writer.hpp"

#include "common/formats/ldirectord/text.hpp"
#include "common/formats/ldirectord/write_parts.hpp"
#include "common/model/groups.hpp"

#include <algorithm>
#include <set>

namespace lvsdeck::formats {

namespace ldirectord {

void Writer::line(std::string_view text) { m_out.text.append(text).append("\n"); }

void Writer::global(std::string_view word, std::string_view value) { line(std::string(word) + "=" + std::string(value)); }

void Writer::setting(std::string_view word, std::string_view value) {
    line("    " + std::string(word) + "=" + std::string(value));
}

void Writer::say(Severity severity, std::string_view subject, std::string text) {
    m_out.diagnostics.push_back({severity, {}, 0, 0, std::string(subject), std::move(text)});
}

void Writer::losing(bool lost, Severity severity, std::string_view subject, std::string_view what) {
    if (lost)
        say(severity, subject, std::string(what));
}

std::string Writer::seconds(std::chrono::milliseconds time, std::string_view subject, std::string_view what) {
    const auto whole = std::max(std::chrono::ceil<std::chrono::seconds>(time), std::chrono::seconds(1));
    if (whole != time)
        say(Severity::Warning, subject,
            std::string(what) + " is a number of whole seconds in ldirectord.cf; rounded up to " +
                std::to_string(whole.count()) + " s");
    return std::to_string(whole.count());
}

std::string Writer::plain(std::string_view text, std::string_view subject, std::string_view what) {
    std::string out;
    for (const char c : text)
        out += c == '#' || c == '"' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    out = trimmed(out);
    if (out != text)
        say(Severity::Warning, subject,
            "ldirectord.cf cannot have #, quotes and line ends in " + std::string(what) +
                "; they became blanks, look at it");
    return out;
}

namespace {

/// More addresses than this of one group make no file that anybody wants.
constexpr std::size_t mostGroupServices = 1024;

/// The services that ldirectord can have: one for each address of a group, none of SCTP.
std::vector<model::VirtualService> writable(Writer& out) {
    std::vector<model::VirtualService> services;
    std::set<std::string> keys;
    for (const model::VirtualService& service : out.cluster().services) {
        const std::string key = serviceKey(service);
        std::vector<model::VirtualService> all{service};
        if (!service.group.empty()) {
            std::uint64_t count = 0;
            if (const model::ServiceGroup* group = model::findGroup(out.cluster(), service.group))
                for (const model::GroupEntry& entry : group->entries)
                    count += model::addressCount(entry);
            if (count == 0 || count > mostGroupServices) {
                out.say(Severity::Error, key,
                        "ldirectord has no groups, and each address of this one would be a service: " +
                            std::to_string(count) + " cannot be written; use a firewall mark");
                continue;
            }
            out.say(Severity::Note, key, "ldirectord has no groups; written as a service for each of its addresses");
            all = model::expanded(out.cluster(), service);
        }
        for (model::VirtualService& one : all)
            if (!one.firewallMark && one.protocol == model::Protocol::Sctp)
                out.say(Severity::Error, serviceKey(one), "ldirectord has no SCTP; the service was not written");
            else if (keys.insert(serviceKey(one)).second)
                services.push_back(std::move(one));
            else
                out.say(Severity::Warning, serviceKey(one), "this service is there twice; the first was written");
    }
    return services;
}

void writeMail(Writer& out) {
    const model::Notification& mail = out.cluster().notification;
    static constexpr std::string_view subject = "notification";
    if (!mail.to.empty()) {
        std::string to;
        for (const std::string& one : mail.to)
            to += (to.empty() ? "" : ", ") + one;
        out.global("emailalert", "\"" + out.plain(to, subject, "mail addresses") + "\"");
        if (!mail.from.empty())
            out.global("emailalertfrom", out.plain(mail.from, subject, "mail addresses"));
        if (!mail.smtpServer.empty())
            out.global("smtp", out.plain(mail.smtpServer, subject, "the mail server"));
        out.global("emailalertstatus", mail.alertCheckers.value_or(true) ? "all" : "none");
    }
    const auto lost = [&](bool is, std::string_view what) { out.losing(is, Severity::Warning, subject, what); };
    lost(mail.to.empty() && (!mail.from.empty() || !mail.smtpServer.empty()),
         "nobody gets mail; sender and server were not written");
    lost(mail.smtpPort != 25, "ldirectord sends mail to port 25 only; the port was not written");
    lost(mail.smtpConnectTimeout || !mail.heloName.empty(),
         "ldirectord does not choose how it talks to a mail server; not written");
    lost(mail.alertVrrp.value_or(false) || mail.noFaultMail,
         "ldirectord mails about servers only, not about VRRP; not written");
    lost(mail.notifyUpAtStart || !mail.fifo.empty() || !mail.vrrpFifo.empty() || !mail.checkerFifo.empty(),
         "ldirectord writes into no FIFO and runs no programs at start; not written");
}

/// What a whole cluster has beside its services.
void clusterLosses(Writer& out) {
    const model::Cluster& cluster = out.cluster();
    const auto lost = [&](bool is, std::string_view subject, std::string_view what) {
        out.losing(is, Severity::Warning, subject, what);
    };
    for (const model::VrrpInstance& instance : cluster.instances)
        out.say(Severity::Note, "instance " + instance.name,
                "virtual addresses are not a matter of ldirectord.cf but of heartbeat; they are in haresources");
    lost(!cluster.staticAddresses.empty() || !cluster.staticRoutes.empty() || !cluster.staticRules.empty(), "static entries",
         "ldirectord sets no addresses, routes and rules; not written");
    lost(cluster.timeouts != model::ConnectionTimeouts{}, "timeouts",
         "ldirectord does not set the kernel's time-outs; use ipvsadm --set");
    lost(!cluster.ipvsSysctls.empty(), "ipvs_sysctls", "ldirectord sets no sysctls; put them into sysctl.conf");
    lost(cluster.foreignChange != model::ForeignChange::Repair || cluster.massFailure != model::MassFailure::Alarm,
         "cluster",
         "what lvsdeck does about changes by others and about many failures at once is not part of ldirectord; not written");
    lost(cluster.scripts != model::ScriptSettings{}, "scripts", "ldirectord runs programs as its own user; not written");
    lost(!cluster.passthrough.empty(), "passthrough", "texts kept from keepalived.conf have no meaning here; not written");
    const bool counted = std::ranges::any_of(cluster.services, [](const model::VirtualService& service) {
        return !service.alpha && std::ranges::any_of(service.servers, [](const auto& server) {
            return !server.checks.empty() && !server.alpha.value_or(false);
        });
    });
    out.losing(counted, Severity::Note, "alpha",
               "with ldirectord every server is down until its first success, also where alpha is not set");
}

} // namespace

} // namespace ldirectord

Exported writeLdirectord(const model::Cluster& cluster) {
    using namespace ldirectord;
    Writer out(cluster);
    const std::vector<model::VirtualService> services = writable(out);
    out.line("# ldirectord.cf of a cluster of lvsdeck; the same file on every director");
    const auto interval = services.empty() ? std::chrono::milliseconds(10000) : services.front().delayLoop;
    const bool fork = std::ranges::any_of(services, [&](const auto& service) { return service.delayLoop != interval; });
    out.global("checkinterval", out.seconds(interval, services.empty() ? "" : serviceKey(services.front()), "delay_loop"));
    out.global("fork", fork ? "yes" : "no");
    out.global("autoreload", "no");
    out.global("quiescent", "no");
    writeMail(out);
    for (const model::VirtualService& service : services)
        writeService(out, service, fork);
    clusterLosses(out);
    return out.take();
}

} // namespace lvsdeck::formats
