// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/write_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

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
                 (mail.smtpPort == 25 || !out.offers("smtp_server port", place, "left out, and the port is 25")
                      ? ""
                      : " " + std::to_string(mail.smtpPort)));
    if (mail.smtpConnectTimeout)
        out.wholeSeconds("smtp_connect_timeout", *mail.smtpConnectTimeout, place);
    if (!mail.heloName.empty())
        out.setting("smtp_helo_name", wordText(mail.heloName), place);
    if (mail.alertVrrp)
        out.setting("smtp_alert_vrrp", booleanText(*mail.alertVrrp), place);
    if (mail.alertCheckers)
        out.setting("smtp_alert_checker", booleanText(*mail.alertCheckers), place);
    if (mail.noFaultMail)
        out.setting("no_email_faults", {}, place);
    if (mail.notifyUpAtStart)
        out.setting("rs_init_notifies", {}, place);
    for (const auto& [word, path] : {std::pair("notify_fifo", &mail.fifo), std::pair("vrrp_notify_fifo", &mail.vrrpFifo),
                                     std::pair("lvs_notify_fifo", &mail.checkerFifo)})
        if (!path->empty())
            out.setting(word, wordText(*path), place);
}

void writeScripts(Writer& out, const model::ScriptSettings& scripts) {
    if (!scripts.user.empty())
        out.setting("script_user", wordText(scripts.user) + (scripts.group.empty() ? "" : " " + wordText(scripts.group)),
                    place);
    if (scripts.security)
        out.setting("enable_script_security", {}, place);
}

/// The value that all instances here have, of those that `counts`.
template <class T, class Projection, class Counts>
std::optional<T> common(const model::Cluster& cluster, std::string_view director, Projection projection, Counts counts) {
    std::optional<T> out;
    for (const model::VrrpInstance& instance : cluster.instances) {
        const model::Member* member = model::findMember(instance, director);
        if (member == nullptr || !counts(instance, *member))
            continue;
        const T own = projection(instance);
        if (out && *out != own)
            return std::nullopt;
        out = own;
    }
    return out;
}

std::optional<IpAddress> commonGroup(const model::Cluster& cluster, std::string_view director, Family family) {
    const auto group = common<std::optional<IpAddress>>(
        cluster, director, [](const model::VrrpInstance& instance) { return instance.multicastGroup; },
        [&](const model::VrrpInstance& instance, const model::Member& member) {
            const Family own = instance.addresses.empty() ? Family::V4 : instance.addresses.front().address.family();
            return member.unicastPeers.empty() && own == family;
        });
    return group.value_or(std::nullopt);
}

/// What stands here for all instances, because the target has no word for each.
void writeCommon(Writer& out, const Common& common) {
    if (common.arpInterval.value_or(std::chrono::microseconds(0)).count() > 0)
        out.setting("vrrp_garp_interval", microsecondsText(*common.arpInterval), place);
    if (common.neighbourInterval.value_or(std::chrono::microseconds(0)).count() > 0)
        out.setting("vrrp_gna_interval", microsecondsText(*common.neighbourInterval), place);
    if (common.garpDelay)
        out.wholeSeconds("vrrp_garp_master_delay", *common.garpDelay, place);
    if (common.garpRepeat)
        out.setting("vrrp_garp_master_repeat", std::to_string(*common.garpRepeat), place);
    if (common.multicastGroup4)
        out.line("vrrp_mcast_group4 " + common.multicastGroup4->toString());
    if (common.multicastGroup6)
        out.line("vrrp_mcast_group6 " + common.multicastGroup6->toString());
    if (common.checkUnicastSource)
        out.line("vrrp_check_unicast_src");
}

} // namespace

Common commonSettings(const Writer& out, const model::Cluster& cluster, std::string_view director) {
    const auto all = [](const model::VrrpInstance&, const model::Member&) { return true; };
    Common found;
    found.arpInterval = common<std::chrono::microseconds>(
        cluster, director, [](const model::VrrpInstance& one) { return one.garp.interval; }, all);
    found.neighbourInterval = common<std::chrono::microseconds>(
        cluster, director, [](const model::VrrpInstance& one) { return one.garp.neighbourInterval; }, all);
    const model::Garp standard;
    if (out.has(Block::GlobalDefs, "vrrp_garp_master_delay")) {
        found.garpDelay = common<std::chrono::milliseconds>(
            cluster, director, [](const model::VrrpInstance& one) { return one.garp.delay; }, all);
        found.garpRepeat =
            common<std::uint32_t>(cluster, director, [](const model::VrrpInstance& one) { return one.garp.repeat; }, all);
        if (found.garpDelay == standard.delay)
            found.garpDelay.reset();
        if (found.garpRepeat == standard.repeat)
            found.garpRepeat.reset();
    }
    if (!out.has(Block::Instance, "mcast_dst_ip")) {
        found.multicastGroup4 = commonGroup(cluster, director, Family::V4);
        found.multicastGroup6 = commonGroup(cluster, director, Family::V6);
    }
    if (!out.has(Block::Instance, "check_unicast_src") && out.has(Block::GlobalDefs, "vrrp_check_unicast_src"))
        found.checkUnicastSource =
            common<bool>(
                cluster, director, [](const model::VrrpInstance& one) { return one.checkUnicastSource; }, all)
                .value_or(false);
    return found;
}

void writeGlobalDefs(Writer& out, const model::Cluster& cluster, const model::Director& director, const Common& common) {
    out.open(place, Block::GlobalDefs);
    writeMail(out, cluster.notification);
    out.line("router_id " + wordText(director.routerId.empty() ? director.id : director.routerId));
    writeScripts(out, cluster.scripts);
    writeKernelWords(out, cluster, director);
    if (cluster.vrrpStartupDelay.count() > 0)
        out.setting("vrrp_startup_delay", secondsText(cluster.vrrpStartupDelay), place);
    writeCommon(out, common);
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
