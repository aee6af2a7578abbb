// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/write_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

using enum KeepalivedVersion;

constexpr std::string_view place = "global_defs";

void writeMail(Writer& out, const model::Notification& mail) {
    if (!mail.to.empty()) {
        out.open("notification_email");
        for (const std::string& to : mail.to)
            out.line(wordText(to));
        out.close();
    }
    if (!mail.from.empty())
        out.line("notification_email_from " + wordText(mail.from));
    if (!mail.smtpServer.empty())
        out.line("smtp_server " + wordText(mail.smtpServer) +
                 (mail.smtpPort == 25 ? "" : " " + std::to_string(mail.smtpPort)));
    if (mail.smtpConnectTimeout)
        out.wholeSeconds("smtp_connect_timeout", *mail.smtpConnectTimeout, place);
    if (!mail.heloName.empty())
        out.setting("smtp_helo_name", wordText(mail.heloName), V2_0, place);
    if (mail.alertVrrp)
        out.setting("smtp_alert_vrrp", booleanText(*mail.alertVrrp), V2_0, place);
    if (mail.alertCheckers)
        out.setting("smtp_alert_checker", booleanText(*mail.alertCheckers), V2_0, place);
    if (mail.noFaultMail)
        out.setting("no_email_faults", {}, V2_0, place);
    if (mail.notifyUpAtStart)
        out.setting("rs_init_notifies", {}, V2_0, place);
    for (const auto& [word, path] : {std::pair("notify_fifo", &mail.fifo), std::pair("vrrp_notify_fifo", &mail.vrrpFifo),
                                     std::pair("lvs_notify_fifo", &mail.checkerFifo)})
        if (!path->empty())
            out.setting(word, wordText(*path), V2_0, place);
}

void writeScripts(Writer& out, const model::ScriptSettings& scripts) {
    if (!scripts.user.empty())
        out.setting("script_user", wordText(scripts.user) + (scripts.group.empty() ? "" : " " + wordText(scripts.group)),
                    V2_0, place);
    if (scripts.security)
        out.setting("enable_script_security", {}, V2_0, place);
}

template <class Projection>
std::optional<std::chrono::microseconds> common(const model::Cluster& cluster, std::string_view director,
                                                Projection projection) {
    std::optional<std::chrono::microseconds> out;
    for (const model::VrrpInstance& instance : cluster.instances) {
        if (model::findMember(instance, director) == nullptr)
            continue;
        const std::chrono::microseconds own = projection(instance.garp);
        if (out && *out != own)
            return std::nullopt;
        out = own;
    }
    return out;
}

} // namespace

CommonIntervals commonIntervals(const model::Cluster& cluster, std::string_view director) {
    return {common(cluster, director, [](const model::Garp& garp) { return garp.interval; }),
            common(cluster, director, [](const model::Garp& garp) { return garp.neighbourInterval; })};
}

void writeGlobalDefs(Writer& out, const model::Cluster& cluster, const model::Director& director) {
    out.open(place);
    writeMail(out, cluster.notification);
    out.line("router_id " + wordText(director.routerId.empty() ? director.id : director.routerId));
    writeScripts(out, cluster.scripts);
    writeKernelWords(out, cluster, director);
    if (cluster.vrrpStartupDelay.count() > 0)
        out.setting("vrrp_startup_delay", secondsText(cluster.vrrpStartupDelay), V2_0, place);
    const CommonIntervals common = commonIntervals(cluster, director.id);
    if (common.arp.value_or(std::chrono::microseconds(0)).count() > 0)
        out.setting("vrrp_garp_interval", microsecondsText(*common.arp), V2_0, place);
    if (common.neighbour.value_or(std::chrono::microseconds(0)).count() > 0)
        out.setting("vrrp_gna_interval", microsecondsText(*common.neighbour), V2_0, place);
    const model::Notification& mail = cluster.notification;
    std::vector<std::string_view> free;
    for (const auto& [word, path] : {std::pair("notify_fifo", &mail.fifo), std::pair("vrrp_notify_fifo", &mail.vrrpFifo),
                                     std::pair("lvs_notify_fifo", &mail.checkerFifo)})
        if (path->empty())
            free.emplace_back(word);
    out.kept(std::string(place), Block::GlobalDefs, free);
    out.close();
}

} // namespace lvsdeck::formats::keepalived
